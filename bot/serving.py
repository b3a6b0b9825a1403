"""Running: the bot alone, the local client alone, or both with the index kept fresh, on one machine."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiohttp import web
from pydantic import ValidationInfo, field_validator

from bot import playground
from bot.app import create_app
from bot.assembly import clock_of, open_parts, open_worker
from bot.errors import StartRefusedError
from bot.hosts import is_loopback
from bot.local_clock import LocalClock
from bot.metrics import Metrics
from bot.parts import Parts
from bot.readiness import PROBE_SECONDS, Probe
from bot.settings import BotSettings, Mode, OfficeSettings
from bot.watching import standing, watching
from bot.web import METRICS, create_metrics_app, runner_of
from hr.clock import Clock
from hr.errors import StorageError
from hr.outbox.model import OutboxFigures
from hr.people import FileDirectory
from knowledge.logs import kind_and_place, watch_loop
from knowledge.settings import KnowledgeSettings, load

Say = Callable[[str], None]
"""Where the operator reads what happens."""

_log = logging.getLogger(__name__)


def with_address(settings: BotSettings, *, host: str | None = None, port: int | None = None) -> BotSettings:
    """The settings with the address of the command line. Raises StartRefusedError where local mode would be reachable from outside."""
    if host is None and port is None:
        return settings
    changed = settings.model_copy(update={k: v for k, v in (("host", host), ("port", port)) if v is not None})
    if changed.mode is Mode.LOCAL and not is_loopback(changed.host):
        raise StartRefusedError(
            "Local mode takes anonymous messages, so it listens on 127.0.0.1 only. Leave --host out."
        )
    return changed


async def serve(settings: BotSettings, knowledge: KnowledgeSettings, *, say: Say) -> None:
    """Serve until SIGINT or SIGTERM."""
    stopped = _stop_signal()
    async with running(settings, knowledge, say=say):
        gc.freeze()  # what was loaded for good is not looked through again: reading everyone from Graph set that off, for 150 ms
        await stopped.wait()
        say("stopping ...")


@asynccontextmanager
async def running(settings: BotSettings, knowledge: KnowledgeSettings, *, say: Say) -> AsyncIterator[int]:
    """The bot, ready to answer; yields its port."""
    _tell_more()
    async with AsyncExitStack() as stack:
        clock = clock_of(settings, knowledge)
        if isinstance(clock, LocalClock):
            clock.stop_playing()
        parts = await stack.enter_async_context(open_parts(settings, knowledge, clock=clock))
        if settings.watch:
            parts = replace(parts, signs={**parts.signs, "watcher": _watcher(knowledge)})
        app = create_app(settings, parts)
        port = await _listen(stack, app, settings.host, settings.port, name="PORT")
        if settings.metrics_port is not None:
            app[METRICS].gauge("kompas_directory_age_seconds", parts.directory_age, part="bot")
            await _show_metrics(
                stack, settings.metrics_host, settings.metrics_port, app[METRICS], partial(_outbox, parts), say=say
            )
        if settings.runs_worker:
            await stack.enter_async_context(_working(settings, knowledge, clock, app[METRICS]))
        if settings.watch:
            await stack.enter_async_context(watching(knowledge.index_folder))
        say(f"Kompas answers on http://{settings.host}:{port}/api/messages ({settings.mode.value} mode)")
        yield port


def _watcher(knowledge: KnowledgeSettings) -> Probe:
    async def runs() -> bool:
        return standing(knowledge.index_folder)[0] is True

    return runs


async def _listen(stack: AsyncExitStack, app: web.Application, host: str, port: int, *, name: str) -> int:
    """Serve the application until the stack closes; the port. Raises StartRefusedError."""
    runner = runner_of(app)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise StartRefusedError(
            f"Port {port} on {host} cannot be used: {error.strerror}. Set KOMPAS_{name}."
        ) from error
    return int(runner.addresses[0][1])


async def _show_metrics(
    stack: AsyncExitStack,
    host: str,
    port: int,
    metrics: Metrics,
    outbox: Callable[[], Awaitable[OutboxFigures]],
    *,
    say: Say,
    name: str = "METRICS_PORT",
) -> None:
    """Serve figures until the stack closes. Raises StartRefusedError."""

    async def known() -> OutboxFigures | None:
        """How the outbox stands; None while the database does not answer, for other figures matter then too."""
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                return await outbox()
        except (StorageError, TimeoutError):
            return None

    at = await _listen(stack, create_metrics_app(metrics, known), host, port, name=name)
    say(f"metrics on http://{host}:{at}/metrics")


async def _outbox(parts: Parts) -> OutboxFigures:
    async with parts.new_unit() as unit:
        return await unit.outbox.figures(parts.clock.now())


@asynccontextmanager
async def _working(
    settings: BotSettings, knowledge: KnowledgeSettings, clock: Clock, metrics: Metrics
) -> AsyncIterator[None]:
    """The worker beside the bot in one process; at the end it finishes what is on its way."""
    stop = asyncio.Event()
    async with open_worker(settings, knowledge, clock=clock, metrics=metrics) as worker:
        task = asyncio.create_task(worker.run(stop))
        task.add_done_callback(_tell_fault)
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait([task])


def _tell_fault(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        kind, at = kind_and_place(error)
        told = {"error": kind, "at": at}
        _log.critical("the worker has ended: %s. Reminders wait until Kompas is started again", kind, extra=told)


async def work(settings: BotSettings, knowledge: KnowledgeSettings, *, say: Say) -> None:
    """The worker alone, until SIGINT or SIGTERM; what is on its way is finished first."""
    _tell_more()
    stopped = _stop_signal()
    metrics = Metrics()
    async with AsyncExitStack() as stack:
        worker = await stack.enter_async_context(open_worker(settings, knowledge, metrics=metrics))
        gc.freeze()
        if settings.worker_metrics_port is not None:
            host, port = settings.metrics_host, settings.worker_metrics_port
            await _show_metrics(stack, host, port, metrics, worker.figures, say=say, name="WORKER_METRICS_PORT")
        say(f"the worker runs ({settings.mode.value} mode, at most {settings.send_rate:g} messages a second)")
        await worker.run(stopped)
    say("the worker has stopped")


async def work_once(
    settings: BotSettings, knowledge: KnowledgeSettings, *, play: datetime | None = None
) -> dict[str, Any]:
    """One pass over what is due now, or at `play`, which a bot running in local mode then takes for the time.

    Raises StartRefusedError for `play` in mode teams.
    """
    clock = clock_of(settings, knowledge)
    if play is not None:
        if not isinstance(clock, LocalClock):
            raise StartRefusedError("--now plays a day, so it works in local mode only. Leave it out in mode teams.")
        clock.play(play)
    async with open_worker(settings, knowledge, clock=clock) as worker:
        return await worker.once(play.astimezone(UTC) if play is not None else clock.now())


async def run_client(
    office: OfficeSettings, knowledge: KnowledgeSettings, *, as_person: str, port: int, endpoint: str, say: Say
) -> None:
    """The local Teams client until it or the operator stops."""
    people = FileDirectory.load(office.people_file).people
    stopped = _stop_signal()
    client = await playground.start(
        people=people, as_person=as_person, data_dir=knowledge.data_dir, app_endpoint=endpoint, port=port, progress=say
    )
    async with client:
        say(f"Open {client.url} in a browser: the local Teams client, as {client.person.name}. Stop with Ctrl+C.")
        await _first(stopped.wait(), client.wait())


async def run_locally(
    knowledge: KnowledgeSettings, *, as_person: str, port: int | None, client_port: int, say: Say
) -> None:
    """Index what changed, keep the index fresh, and serve the local client: what `make run` does."""
    stopped = _stop_signal()
    settings = with_address(load(LocalSettings), port=port)
    directory = FileDirectory.load(settings.people_file)
    directory.by_key(as_person)  # a wrong name is told now, not after minutes of indexing
    await _build_index(say)
    if stopped.is_set():
        return
    async with running(settings, knowledge, say=say) as bot_port:
        client = await playground.start(
            people=directory.people,
            as_person=as_person,
            data_dir=knowledge.data_dir,
            app_endpoint=f"http://127.0.0.1:{bot_port}/api/messages",
            port=client_port,
            progress=say,
        )
        async with client:
            say(f"Open {client.url} in a browser: the local Teams client, as {client.person.name}.")
            live = "A changed document is live within seconds. " if settings.watch else ""
            say(f"{live}Stop with Ctrl+C.")
            await _first(stopped.wait(), client.wait())


class LocalSettings(BotSettings):
    """The bot's settings where local mode goes without saying."""

    mode: Mode = Mode.LOCAL
    host: str = "127.0.0.1"
    metrics_host: str = "127.0.0.1"

    @field_validator("mode", "host", "metrics_host", mode="before")
    @classmethod
    def _always_local(cls, value: object, info: ValidationInfo) -> object:
        return Mode.LOCAL if info.field_name == "mode" else "127.0.0.1"


async def _build_index(say: Say) -> None:
    """Bring the index up to date in a process of its own; its progress bar shows here."""
    say("Indexing the documents ...")
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "indexer", "build")
    if await process.wait() > 1:
        raise StartRefusedError("The documents could not be indexed; the lines above say why.")


def _tell_more() -> None:
    watch_loop()
    for room in ("bot", "hr", "knowledge"):  # their lines hold kinds and ids, never what was asked
        logging.getLogger(room).setLevel(logging.INFO)


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no signal handlers in the loop; Ctrl+C raises there
            loop.add_signal_handler(number, stopped.set)
    return stopped


async def _first(*waits: object) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]  # type: ignore[call-overload]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
