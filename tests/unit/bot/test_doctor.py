"""`kompas doctor`: every fault of an installation is one line that says what to do."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.cli import FAULT, OK, main
from bot.doctor import examine
from bot.doubles.connector import ConnectorDouble
from bot.doubles.tokens import TokenMint
from bot.settings import SAMPLE_CONTENT
from hr.clock import SystemClock
from hr.storage.engine import create_engine
from hr.storage.migrate import upgrade
from hr.storage.sql import SqlStorage
from knowledge.embedding import Embedder, HashingEmbedder
from knowledge.errors import ModelPackageMissing
from knowledge.settings import KnowledgeSettings
from tests.unit.bot.builders import APP_ID, TENANT
from tests.unit.hr.absence.builders import a_case
from tests.unit.hr.outbox.builders import message
from tests.unit.knowledge.index_builders import EMBEDDER, publish

CHECKS = [
    "settings",
    "people",
    "glossary",
    "content",
    "database",
    "cases",
    "worker",
    "model",
    "index",
    "watcher",
    "connector",
]
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def healthy(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of an installation in local mode that lacks nothing; the small embedder stands in for the model."""
    monkeypatch.setenv("KOMPAS_MODE", "local")
    monkeypatch.setattr("bot.doctor.open_model", lambda settings: EMBEDDER)
    publish(bare_machine / ".data" / "index")
    asyncio.run(upgrade(f"sqlite:///{bare_machine / '.data' / 'kompas.db'}"))
    return bare_machine


@pytest.fixture
def in_teams(healthy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same as an app of Teams whose servers do not answer."""
    for name, value in {
        "MODE": "teams",
        "INSECURE_LOOPBACK": "1",
        "APP_ID": APP_ID,
        "APP_TENANT_ID": TENANT,
        "APP_SECRET": "very-secret",
        "OPENID_METADATA_URL": f"{NOWHERE}/keys",
        "TOKEN_URL": f"{NOWHERE}/token",
    }.items():
        monkeypatch.setenv(f"KOMPAS_{name}", value)
    return healthy


@pytest.fixture
async def double(in_teams: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ConnectorDouble]:
    """The same with servers that do."""
    async with ConnectorDouble(mint=TokenMint()) as double:
        monkeypatch.setenv("KOMPAS_OPENID_METADATA_URL", double.metadata_url)
        monkeypatch.setenv("KOMPAS_TOKEN_URL", double.token_url)
        yield double


def examined(capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """The exit code of `kompas doctor` and its lines."""
    code = main(["doctor"])
    said = capsys.readouterr()
    assert said.err == ""
    return code, said.out.splitlines()


def only_fault(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line with a fault; every check has one line, and the exit code says that something is wrong."""
    code, lines = examined(capsys)
    assert code == FAULT
    assert [line[6:].partition(":")[0] for line in lines] == CHECKS
    (fault,) = [line for line in lines if not line.startswith("ok ")]
    assert fault.startswith("FAULT ")
    return fault.removeprefix("FAULT ")


@pytest.mark.usefixtures("healthy")
def test_a_whole_installation_has_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = examined(capsys)
    assert code == OK
    assert all(line.startswith("ok ") for line in lines)
    assert [line[6:].partition(":")[0] for line in lines] == CHECKS
    assert "1 documents, 2 passages" in lines[CHECKS.index("index")]


def test_an_installation_without_anything_is_told_everything_at_once(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.doctor.open_model", lambda settings: EMBEDDER)
    code, lines = examined(capsys)
    faults = {line[6:].partition(":")[0] for line in lines if line.startswith("FAULT ")}
    assert (code, faults) == (FAULT, {"settings", "database", "index"})
    assert list(bare_machine.iterdir()) == []


@pytest.mark.usefixtures("healthy")
def test_a_bad_setting_of_the_bot_is_named_and_the_rest_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KOMPAS_PORT", "99999")
    assert only_fault(capsys).startswith("settings: KOMPAS_PORT: ")


@pytest.mark.usefixtures("healthy")
@pytest.mark.parametrize(
    ("name", "value", "word"),
    [("KOMPAS_PEOPEL", "x", "Did you mean KOMPAS_PEOPLE?"), ("KOMPAS_EMBEDDING_THREADS", "0", "EMBEDDING_THREADS")],
)
def test_a_setting_that_every_check_needs_is_one_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, word: str
) -> None:
    monkeypatch.setenv(name, value)
    code, lines = examined(capsys)
    assert (code, len(lines)) == (FAULT, 1)
    assert lines[0].startswith("FAULT settings: ")
    assert word in lines[0]


@pytest.mark.usefixtures("healthy")
def test_several_bad_settings_share_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KOMPAS_PORT", "99999")
    monkeypatch.setenv("KOMPAS_HOST", "0.0.0.0")  # noqa: S104
    fault = only_fault(capsys)
    assert "KOMPAS_PORT" in fault
    assert "KOMPAS_HOST" in fault


@pytest.mark.usefixtures("healthy")
def test_a_missing_people_file_is_told_with_the_setting_that_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KOMPAS_PEOPLE", "gone.toml")
    fault = only_fault(capsys)
    assert fault.startswith("people: gone.toml: ")
    assert "set KOMPAS_PEOPLE" in fault


def test_a_broken_people_file_is_told_with_its_line(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (healthy / "people.toml").write_text('\n[[people]]\nkey = "a b"\n', encoding="utf-8")
    monkeypatch.setenv("KOMPAS_PEOPLE", "people.toml")
    assert only_fault(capsys).startswith("people: people.toml:3: key")


@pytest.mark.parametrize("content", [None, "[[term]\n", "[[term]]\nsynonyms = []\n"])
def test_a_glossary_that_cannot_be_used_is_told_with_the_setting_that_names_it(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    if content is not None:
        (healthy / "words.toml").write_text(content, encoding="utf-8")
    monkeypatch.setenv("KOMPAS_GLOSSARY", "words.toml")
    fault = only_fault(capsys)
    assert fault.startswith("glossary: words.toml: ")
    assert "KOMPAS_GLOSSARY" in fault


def test_a_database_that_was_never_migrated_is_told_with_the_command(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KOMPAS_DATABASE_URL", f"sqlite:///{healthy / 'new.db'}")
    assert only_fault(capsys) == "database: not up to date. Run: kompas migrate"
    assert not (healthy / "new.db").exists()


@pytest.mark.parametrize("kind", ["garbage", "unknown"])
def test_a_database_that_cannot_be_used_is_told_with_its_setting(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    (healthy / "garbage.db").write_bytes(b"this is no database" * 100)
    urls = {"garbage": f"sqlite:///{healthy / 'garbage.db'}", "unknown": "oracle://user:hidden@db/x"}
    monkeypatch.setenv("KOMPAS_DATABASE_URL", urls[kind])
    fault = only_fault(capsys)
    assert fault.startswith("database: ")
    assert "KOMPAS_DATABASE_URL" in fault
    assert "hidden" not in fault


def test_a_reminder_that_has_been_due_for_long_is_told_with_the_command(
    healthy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_queue(healthy, minutes=16))
    fault = only_fault(capsys)
    assert fault.startswith("worker: 1 due, 0 waiting, 0 sent, 1 late")
    assert fault.endswith("the oldest has been due for 16 minutes. Run: kompas worker")


def test_a_reminder_that_became_due_just_now_is_no_fault(healthy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(_queue(healthy, minutes=5))
    code, lines = examined(capsys)
    assert code == OK
    assert lines[CHECKS.index("worker")].startswith("ok    worker: 1 due")


async def _queue(folder: Path, *, minutes: int) -> None:
    due_at = SystemClock().now() - timedelta(minutes=minutes)
    storage = SqlStorage(create_engine(f"sqlite:///{folder / '.data' / 'kompas.db'}"))
    async with storage.unit() as unit:
        await unit.outbox.add([message(due_at=due_at, not_before=due_at)])
        await unit.commit()
    await storage.close()


def test_texts_that_are_hidden_because_their_review_is_overdue_are_named_and_no_fault(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(SAMPLE_CONTENT, healthy / "content")
    file = healthy / "content" / "absence.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("review_by = 2027-03-31", "review_by = 2999-12-31"), "utf-8"
    )
    monkeypatch.setenv("KOMPAS_CONTENT", "content")
    assert examined(capsys)[1][3] == "ok    content: 12 steps and 8 guides in content"
    first = "reviewed_at = 2026-11-22\nreview_by = 2999-12-31\n"
    file.write_text(file.read_text(encoding="utf-8").replace(first, "review_by = 2020-12-31\n", 1), encoding="utf-8")
    code, lines = examined(capsys)
    assert code == OK
    assert lines[3].endswith("; hidden until HR has reviewed them and moved review_by: A28")


def test_hrs_content_that_cannot_be_used_is_told_with_its_file_and_setting(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (healthy / "content").mkdir()
    (healthy / "content" / "absence.toml").write_text("[parameters]\nday_kind = 7\n", encoding="utf-8")
    monkeypatch.setenv("KOMPAS_CONTENT", "content")
    monkeypatch.setenv("KOMPAS_PEOPLE", str(SAMPLE_CONTENT / "people.sample.toml"))
    fault = only_fault(capsys)
    assert fault.startswith("content: content/absence.toml")
    assert "KOMPAS_CONTENT" in fault


def test_a_missing_index_is_told_with_the_command(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (healthy / ".data" / "index" / "current").unlink()
    fault = only_fault(capsys)
    assert fault.startswith("index: ")
    assert fault.endswith("Run: python -m indexer build")


def test_vectors_on_a_server_that_is_away_are_told_though_the_bot_answers_by_words(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (manifest,) = (healthy / ".data" / "index").glob("*/manifest.json")
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(told | {"served": True}), encoding="utf-8")
    monkeypatch.setenv("KOMPAS_CHROMA_URL", "http://127.0.0.1:9")
    assert only_fault(capsys).startswith("index: The vector store failed (the Chroma server at 127.0.0.1:9)")


@pytest.mark.usefixtures("healthy")
def test_an_index_of_another_model_is_told_with_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.doctor.open_model", lambda settings: HashingEmbedder(16))
    fault = only_fault(capsys)
    assert fault.startswith("index: ")
    assert fault.endswith("Run: python -m indexer build")


@pytest.mark.usefixtures("healthy")
def test_a_model_that_is_not_there_stops_no_other_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(settings: KnowledgeSettings) -> Embedder:
        raise ModelPackageMissing("The model is not installed.\nRun: pip install it")

    monkeypatch.setattr("bot.doctor.open_model", missing)
    code, lines = examined(capsys)
    assert code == FAULT
    assert "FAULT model: The model is not installed. Run: pip install it" in lines
    assert lines[-1] == "ok    connector: not needed in local mode"


@pytest.mark.usefixtures("in_teams")
def test_a_connector_that_cannot_be_reached_is_told_with_its_setting(capsys: pytest.CaptureFixture[str]) -> None:
    fault = only_fault(capsys)
    assert fault.startswith("connector: signing keys cannot be fetched")
    assert "KOMPAS_OPENID_METADATA_URL" in fault


async def test_a_bot_that_gets_its_token_is_fine(double: ConnectorDouble) -> None:
    findings = await examine()
    assert [finding.what for finding in findings if not finding.fine] == []
    assert "gets a token" in findings[-1].found
    assert [request["client_id"] for request in double.token_requests] == [APP_ID]


async def test_signing_keys_that_are_refused_are_a_fault(double: ConnectorDouble) -> None:
    double.metadata_status = 503
    (fault,) = [str(finding) for finding in await examine() if not finding.fine]
    assert fault.startswith("FAULT connector: signing keys cannot be fetched")


async def test_a_secret_that_is_refused_is_told_with_the_settings_behind_it(double: ConnectorDouble) -> None:
    double.token_status = 401
    (fault,) = [str(finding) for finding in await examine() if not finding.fine]
    assert fault.startswith("FAULT connector: no token")
    assert "KOMPAS_APP_ID" in fault
    assert "very-secret" not in fault


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("content", [None, "no certificate"])
async def test_a_certificate_that_cannot_be_used_is_a_fault_and_no_crash(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    if content is not None:
        (healthy / "bot.pem").write_text(content, encoding="utf-8")
    monkeypatch.delenv("KOMPAS_APP_SECRET")
    monkeypatch.setenv("KOMPAS_APP_CERTIFICATE", "bot.pem")
    (fault,) = [str(finding) for finding in await examine() if not finding.fine]
    assert fault.startswith("FAULT connector: no token")
    assert "certificate" in fault


@pytest.mark.usefixtures("in_teams")
def test_no_secret_shows(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines = examined(capsys)
    assert "very-secret" not in "\n".join(lines)


async def test_open_cases_without_a_leader_are_a_fault_with_the_command_that_helps(
    healthy: Path,
) -> None:
    storage = SqlStorage(create_engine(f"sqlite:///{healthy / '.data' / 'kompas.db'}"))
    async with storage.unit() as unit:
        await unit.cases.add(replace(a_case(date(2026, 3, 2)), owner_id="99999999-0000-4000-8000-000000000009"))
        await unit.commit()
    await storage.close()
    findings = await examine()
    (fault,) = [finding for finding in findings if not finding.fine]
    assert str(fault) == "FAULT cases: 1 cases have no leader. Run: kompas cases, then kompas cases offer"
