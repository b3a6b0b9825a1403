"""Where the bot listens, and what it says when it cannot."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest

from bot.errors import StartRefusedError
from bot.metrics import Metrics
from bot.parts import Parts
from bot.serving import LocalSettings, run_locally, running, with_address, work, work_once
from bot.settings import BotSettings, Mode, OfficeSettings
from hr.clock import Clock, FixedClock
from hr.errors import UnknownPersonError
from hr.outbox.model import OutboxFigures
from hr.storage.memory import MemoryStorage
from knowledge.errors import SettingsError
from knowledge.settings import KnowledgeSettings, load
from tests.unit.bot.builders import APP_ID, CATALOGUE, DIRECTORY, TENANT, TODAY, FakeAnswerer

pytestmark = pytest.mark.usefixtures("bare_machine")


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def parts_in_memory() -> Parts:
    return Parts(
        answerer=FakeAnswerer(),
        new_unit=MemoryStorage().unit,
        directory=DIRECTORY,
        clock=FixedClock.on(TODAY),
        catalogue=CATALOGUE,
    )


@pytest.fixture
def in_memory(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Parts in memory in place of database, index and model; the list tells what was opened and closed."""
    happened: list[str] = []

    @asynccontextmanager
    async def open_parts(
        settings: OfficeSettings, knowledge: KnowledgeSettings, *, clock: Clock
    ) -> AsyncIterator[Parts]:
        happened.append("opened")
        yield parts_in_memory()
        happened.append("closed")

    @asynccontextmanager
    async def open_worker(
        settings: BotSettings, knowledge: KnowledgeSettings, *, metrics: Metrics, clock: Clock | None = None
    ) -> AsyncIterator[FakeWorker]:
        metrics.count("kompas_connector_calls_total", outcome="delivered")
        happened.append("worker opened")
        yield FakeWorker(happened)
        happened.append("worker closed")

    monkeypatch.setattr("bot.serving.open_parts", open_parts)
    monkeypatch.setattr("bot.serving.open_worker", open_worker)
    return happened


@dataclass(slots=True)
class FakeWorker:
    """Tells when it works and when it has been asked to stop; `error` is what it dies of."""

    happened: list[str]
    error: Exception | None = None

    async def figures(self) -> OutboxFigures:
        async with MemoryStorage().unit() as unit:
            return await unit.outbox.figures(FixedClock.on(TODAY).now())

    async def run(self, stop: asyncio.Event) -> None:
        self.happened.append("working")
        if self.error is not None:
            raise self.error
        await stop.wait()
        self.happened.append("stopped")


def local(**changes: object) -> BotSettings:
    return BotSettings(**{"mode": Mode.LOCAL, "worker": False, "watch": False, **changes})  # type: ignore[arg-type]


def nothing(line: str) -> None:
    """For a test to which it does not matter what is said."""


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "bot.example.test", "::"])  # noqa: S104
def test_local_mode_refuses_an_address_that_others_can_reach(host: str) -> None:
    with pytest.raises(StartRefusedError, match=r"127\.0\.0\.1 only"):
        with_address(local(), host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_local_mode_may_listen_on_any_name_of_this_machine(host: str) -> None:
    assert with_address(local(), host=host).host == host


def test_in_teams_the_bot_may_listen_anywhere() -> None:
    teams = BotSettings(mode=Mode.TEAMS, app_id=APP_ID, app_tenant_id=TENANT, app_secret="x")  # type: ignore[arg-type]
    assert with_address(teams, host="0.0.0.0").host == "0.0.0.0"  # noqa: S104


def test_the_command_line_goes_before_the_setting() -> None:
    chosen = with_address(local(port=4000), port=4001)
    assert (chosen.host, chosen.port) == ("127.0.0.1", 4001)


def test_port_zero_on_the_command_line_is_a_port() -> None:
    assert with_address(local(port=4000), port=0).port == 0


def test_without_an_address_on_the_command_line_the_settings_hold() -> None:
    assert with_address(local(port=4000)) == local(port=4000)


@pytest.mark.parametrize("mode", [None, "teams", "local", "nonsense"])
@pytest.mark.parametrize("host", [None, "0.0.0.0", "bot.example.test"])  # noqa: S104
def test_the_local_start_is_local_whatever_the_settings_say(
    monkeypatch: pytest.MonkeyPatch, mode: str | None, host: str | None
) -> None:
    for name, value in (("KOMPAS_MODE", mode), ("KOMPAS_HOST", host)):
        if value is not None:
            monkeypatch.setenv(name, value)
    chosen = load(LocalSettings)
    assert (chosen.mode, chosen.host) == (Mode.LOCAL, "127.0.0.1")


def test_the_local_start_is_local_with_the_settings_file_of_teams(bare_machine: Path) -> None:
    (bare_machine / ".env").write_text("KOMPAS_MODE=teams\nKOMPAS_HOST=0.0.0.0\nKOMPAS_PORT=4000\n", encoding="utf-8")
    chosen = load(LocalSettings)
    assert (chosen.mode, chosen.host, chosen.port) == (Mode.LOCAL, "127.0.0.1", 4000)


def test_the_local_start_checks_every_other_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMPAS_PORT", "99999")
    with pytest.raises(SettingsError, match="KOMPAS_PORT"):
        load(LocalSettings)


async def test_the_running_bot_says_where_it_answers_and_is_closed_at_the_end(in_memory: list[str]) -> None:
    said: list[str] = []
    async with running(local(port=0), KnowledgeSettings(), say=said.append) as port:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200
        assert in_memory == ["opened"]
    assert said == [f"Kompas answers on http://127.0.0.1:{port}/api/messages (local mode)"]
    assert in_memory == ["opened", "closed"]


async def test_in_local_mode_the_bot_sends_reminders_itself_and_stops_with_it(in_memory: list[str]) -> None:
    async with running(local(port=0, worker=None), KnowledgeSettings(), say=nothing):
        await asyncio.sleep(0.01)
        assert in_memory == ["opened", "worker opened", "working"]
    assert in_memory[3:] == ["stopped", "worker closed", "closed"]


@pytest.mark.parametrize(
    ("mode", "given", "runs"),
    [("local", None, True), ("local", False, False), ("teams", None, False), ("teams", True, True)],
)
def test_who_sends_reminders_is_a_setting(mode: str, given: bool | None, runs: bool) -> None:
    identity = {"app_id": APP_ID, "app_tenant_id": TENANT, "app_secret": "x"}
    chosen = BotSettings(mode=Mode(mode), worker=given, **identity)  # type: ignore[arg-type]
    assert chosen.runs_worker is runs


async def test_a_worker_that_dies_is_told_and_the_bot_goes_on(
    in_memory: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @asynccontextmanager
    async def open_worker(*given: object, **named: object) -> AsyncIterator[FakeWorker]:
        yield FakeWorker(in_memory, error=RuntimeError("a name"))

    monkeypatch.setattr("bot.serving.open_worker", open_worker)
    async with running(local(port=0, worker=True), KnowledgeSettings(), say=nothing) as port:
        await asyncio.sleep(0.01)
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200
    assert "the worker has ended: RuntimeError" in caplog.text
    assert "a name" not in caplog.text


@pytest.mark.usefixtures("in_memory")
async def test_starting_the_bot_ends_a_played_day(bare_machine: Path) -> None:
    knowledge = KnowledgeSettings()
    file = knowledge.data_dir / "simulated-now"
    file.parent.mkdir()
    file.write_text("{}", encoding="utf-8")
    async with running(local(port=0), knowledge, say=nothing):
        assert not file.exists()


async def test_no_day_is_played_in_mode_teams() -> None:
    teams = BotSettings(mode=Mode.TEAMS, app_id=APP_ID, app_tenant_id=TENANT, app_secret="x")  # type: ignore[arg-type]
    knowledge = KnowledgeSettings()
    with pytest.raises(StartRefusedError, match="local mode only"):
        await work_once(teams, knowledge, play=FixedClock.on(TODAY).now())
    assert not knowledge.data_dir.exists()


@pytest.mark.usefixtures("in_memory")
async def test_a_taken_port_is_told_with_the_setting_that_changes_it(busy_port: int) -> None:
    with pytest.raises(StartRefusedError, match=rf"Port {busy_port} on 127\.0\.0\.1 .* Set KOMPAS_PORT"):
        async with running(local(port=busy_port), KnowledgeSettings(), say=nothing):
            pytest.fail("two programs listen on one port")


@pytest.mark.usefixtures("in_memory")
async def test_a_port_is_free_again_once_the_bot_has_stopped() -> None:
    async with running(local(port=0), KnowledgeSettings(), say=nothing) as port:
        pass
    async with running(local(port=port), KnowledgeSettings(), say=nothing) as again:
        assert again == port


@pytest.mark.usefixtures("in_memory")
async def test_figures_have_a_port_of_their_own_and_are_not_on_the_public_one() -> None:
    said: list[str] = []
    async with (
        running(local(port=0, metrics_port=0), KnowledgeSettings(), say=said.append) as port,
        aiohttp.ClientSession() as session,
    ):
        async with session.post(f"http://127.0.0.1:{port}/api/messages", data=b"KANARIEFUGL") as answer:
            assert answer.status == 415
        async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
            assert answer.status == 404
        (line,) = [line for line in said if line.startswith("metrics on ")]
        async with session.get(line.removeprefix("metrics on ")) as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            text = await answer.text()
    reason = "the content type must be application/json"
    assert f'kompas_requests_total{{status="415",reason="{reason}"}} 1\n' in text
    assert 'kompas_outbox_messages{state="due"} 0\n' in text
    assert "KANARIEFUGL" not in text


@pytest.mark.usefixtures("in_memory")
async def test_the_worker_shows_its_figures_on_a_port_of_its_own_until_it_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop = asyncio.Event()
    monkeypatch.setattr("bot.serving._stop_signal", lambda: stop)
    said: asyncio.Queue[str] = asyncio.Queue()
    running_worker = asyncio.create_task(work(local(worker_metrics_port=0), KnowledgeSettings(), say=said.put_nowait))
    address = (await asyncio.wait_for(said.get(), 5)).removeprefix("metrics on ")
    async with aiohttp.ClientSession() as session:
        async with session.get(address) as answer:
            text = await answer.text()
        stop.set()
        await asyncio.wait_for(running_worker, 5)
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(address)
    assert 'kompas_connector_calls_total{outcome="delivered"} 1\n' in text
    assert 'kompas_outbox_messages{state="due"} 0\n' in text


@pytest.mark.usefixtures("in_memory")
async def test_a_worker_beside_the_bot_counts_on_the_same_page() -> None:
    said: list[str] = []
    chosen = local(port=0, worker=True, metrics_port=0)
    async with (
        running(chosen, KnowledgeSettings(), say=said.append),
        aiohttp.ClientSession() as session,
        session.get(said[0].removeprefix("metrics on ")) as answer,
    ):
        assert 'kompas_connector_calls_total{outcome="delivered"} 1\n' in await answer.text()


@pytest.mark.usefixtures("in_memory")
async def test_the_page_tells_how_old_the_list_of_people_is(monkeypatch: pytest.MonkeyPatch) -> None:
    @asynccontextmanager
    async def open_parts(*given: object, **named: object) -> AsyncIterator[Parts]:
        yield replace(parts_in_memory(), directory_age=lambda: 12.0)

    monkeypatch.setattr("bot.serving.open_parts", open_parts)
    said: list[str] = []
    async with (
        running(local(port=0, metrics_port=0), KnowledgeSettings(), say=said.append),
        aiohttp.ClientSession() as session,
        session.get(said[0].removeprefix("metrics on ")) as answer,
    ):
        assert 'kompas_directory_age_seconds{part="bot"} 12\n' in await answer.text()


@pytest.mark.usefixtures("in_memory")
async def test_without_a_port_for_figures_there_are_none() -> None:
    said: list[str] = []
    async with running(local(port=0), KnowledgeSettings(), say=said.append):
        assert [line for line in said if "metrics" in line] == []


@pytest.mark.usefixtures("in_memory")
async def test_a_taken_port_for_figures_is_told_with_its_setting(busy_port: int) -> None:
    with pytest.raises(StartRefusedError, match="Set KOMPAS_METRICS_PORT"):
        async with running(local(port=0, metrics_port=busy_port), KnowledgeSettings(), say=nothing):
            pytest.fail("two programs listen on one port")


async def test_the_local_start_tells_an_unknown_person_before_it_indexes() -> None:
    said: list[str] = []
    with pytest.raises(UnknownPersonError, match=r"'the-boss'.*leader"):
        await run_locally(KnowledgeSettings(), as_person="the-boss", port=None, client_port=0, say=said.append)
    assert said == []
