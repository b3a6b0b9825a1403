"""The absence part of `kompas bench`: the scan for what is due, the outbox, and how long a reminder takes into its chat.

Measured on SQLite and, where a server answers, on PostgreSQL, in databases that are gone afterwards. Beside a figure stands its floor:
what the same database needs in the same run for bare statements that do as little as can be.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import aiohttp
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import func, insert, literal, select, update

from adaptive_cards.texts import load_catalogue
from bot.benchmark_office import MORNING, Office, database_on, open_office
from bot.courier import Courier, SendHours
from bot.doubles.connector import ConnectorDouble
from bot.hosts import ServiceHosts
from bot.makers.absence import ABSENCE_KINDS, AbsenceMaker
from bot.seal import Seal
from bot.teams.connector import ConnectorClient
from bot.teams.notifier import Notifier
from bot.teams.tokens import NoTokens
from bot.worker import Worker
from hr.absence.service import AbsenceService
from hr.outbox.dispatcher import Dispatcher, Pace, Ready
from hr.outbox.model import OutboxFigures, OutboxMessage, Why
from hr.outbox.policy import Delivered, Outcome
from hr.people import FileDirectory
from hr.ports import UnitOfWork
from hr.storage.tables import cases, outbox
from knowledge.models import Citation
from knowledge.settings import PREFIX

Say = Callable[[str], None]

RATE: Final = 25.0
SINGLE_APART: Final = timedelta(seconds=6.3)
"""No multiple of the worker's own pause, so that single reminders meet it at every point."""

_LATEST_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured. `open_cases` lie in the database throughout; `due` of them are due in each of `rounds`.

    `burst` reminders are sent at the real rate at once, `singles` one by one; the first `ahead` seconds after the worker began, which
    begins with what it does once a day.
    """

    open_cases: int = 10_000
    due: int = 200
    rounds: int = 3
    idle_scans: int = 50
    burst: int = 200
    singles: int = 6
    ahead: float = 20.0


LEADERS_AT_ONCE: Final = 20
TICK_SECONDS: Final = 0.005

FULL: Final = Size()
QUICK: Final = Size(open_cases=1_000, due=100, rounds=2, idle_scans=20, burst=50, singles=3)


class BenchSettings(BaseSettings):
    """Where measurements may make databases."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    test_postgres: SecretStr = Field(
        SecretStr("postgresql://root@127.0.0.1:5432/test"),
        description="A PostgreSQL server on which tests and measurements may make databases of their own.",
    )


async def run(content_folder: Path, settings: BenchSettings, *, say: Say, size: Size = FULL) -> None:
    """Measure and print. Raises HrError."""
    with TemporaryDirectory(prefix="kompas-bench-") as folder:
        await _measure("SQLite", f"sqlite:///{folder}/bench.db", content_folder, say, size)
    async with database_on(settings.test_postgres.get_secret_value()) as url:
        if url is None:
            say("PostgreSQL: not measured, no server answers at KOMPAS_TEST_POSTGRES")
        else:
            await _measure("PostgreSQL", url, content_folder, say, size)


async def _measure(name: str, url: str, content_folder: Path, say: Say, size: Size) -> None:
    def tell(line: str) -> None:
        say(f"{name}: {line}")

    async with open_office(url, content_folder) as office:
        at_once: list[datetime | None] = [
            MORNING + timedelta(minutes=number // size.due) for number in range(size.due * size.rounds)
        ]
        await office.add_courses(at_once + [None] * (size.open_cases - len(at_once)))
        await _measure_scan(office, tell, size)
        await _measure_outbox(office, tell)
        await _measure_delay(office, tell, size)
        await _measure_week(office, tell, size)


async def _measure_scan(office: Office, say: Say, size: Size) -> None:
    """The look that a worker takes every few seconds: at nothing due, and at many at once."""
    office.clock.moment = MORNING - timedelta(minutes=1)
    idle = [await _seconds(office.service.queue_due) for _ in range(size.idle_scans)]
    bare = [await _seconds(lambda: _bare_scan(office)) for _ in range(size.idle_scans)]
    say(f"due-step scan over {size.open_cases} cases, 0 due: {_beside(idle, bare, 'one bare SELECT')}")
    busy, bare = [], []
    for number in range(size.rounds):
        office.clock.moment = MORNING + timedelta(minutes=number)
        busy.append(await _seconds(lambda: office.service.queue_due(limit=size.due)))
        bare.append(await _seconds(lambda: _bare_queue(office, size.due)))
    floor = f"{size.due} bare INSERTs and UPDATEs"
    say(f"due-step scan over {size.open_cases} cases, {size.due} due and queued: {_beside(busy, bare, floor)}")


async def _measure_week(office: Office, say: Say, size: Size) -> None:
    """What comes once: the look through all leaders for the week's digests, and through all cases after an edit of HR's."""
    office.clock.moment = MORNING + timedelta(days=7)
    gaps: list[float] = []
    watch = asyncio.create_task(_gaps(gaps))
    digests = await _seconds(office.service.queue_digests)
    longest = max(gaps, default=0.0)

    # A worker that starts looks at all cases, as one does after an edit; the one measured above has done so.
    starting = AbsenceService(
        new_unit=office.storage.unit,
        directory=FileDirectory(office.leaders),
        content=office.content,
        window=office.window,
        clock=office.clock,
    )

    async def follow() -> None:
        while await starting.follow_content(limit=LEADERS_AT_ONCE) >= LEADERS_AT_ONCE:
            pass

    edit = await _seconds(follow)
    watch.cancel()
    bare = await _seconds(lambda: _bare_owners(office))
    say(
        f"digests of a week over {size.open_cases} cases: {digests * 1000:.0f} ms, the loop held up for {longest * 1000:.0f} ms at most; "
        f"one bare SELECT DISTINCT: {bare * 1000:.0f} ms"
    )
    say(
        f"all {size.open_cases} cases brought in line with an edit: {edit:.1f} s, {edit / size.open_cases * 1000:.1f} ms a case"
    )


async def _gaps(gaps: list[float]) -> None:
    """How long nothing else in this process had a turn."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(TICK_SECONDS)
        gaps.append(time.perf_counter() - before - TICK_SECONDS)


async def _bare_owners(office: Office) -> None:
    async with office.engine.begin() as connection:
        await connection.execute(select(cases.c.owner_id).distinct())


async def _bare_scan(office: Office) -> None:
    async with office.engine.begin() as connection:
        await connection.execute(select(func.count()).where(cases.c.next_nudge_at <= office.clock.now()))


async def _bare_queue(office: Office, count: int) -> None:
    """A row into the outbox and a moment into a case, `count` times in one transaction, which is undone."""
    now = office.clock.now()
    async with office.engine.connect() as connection:
        for case_id in (await connection.execute(select(cases.c.id).limit(count))).scalars().all():
            await connection.execute(insert(outbox).values(_bare_row(case_id, now)))
            await connection.execute(update(cases).where(cases.c.id == case_id).values(next_nudge_at=now))
        await connection.rollback()


def _bare_row(case_id: str, now: datetime) -> dict[str, object]:
    moments = dict.fromkeys(("due_at", "not_before", "created_at"), now)
    names = {"id": uuid4().hex, "key": uuid4().hex, "kind": "nudge", "state": "pending", "recipient_id": "bench"}
    return {**moments, **names, "case_id": case_id, "attempts": 0, "resends": 0}


async def _measure_outbox(office: Office, say: Say) -> None:
    """From the queue to a courier that delivers at once, with the facts looked up and audited as ever."""
    pace = Pace(rate=1e6, chat_seconds=0.0, lead_seconds=0.0)
    courier = _NoCourier(office.service)
    dispatcher = Dispatcher(new_unit=office.storage.unit, courier=courier, clock=office.clock, pace=pace)
    started = time.perf_counter()
    sent = (await dispatcher.dispatch(office.clock.now())).counts["sent"]
    rate = sent / (time.perf_counter() - started)
    bare = await _bare_outbox(office, hands=pace.workers)
    say(
        f"outbox throughput: {rate:.0f} messages a second ({sent} sent); "
        f"two bare UPDATEs each: {bare:.0f} a second ({rate / bare:.0%} of it)"
    )


async def _bare_outbox(office: Office, *, hands: int) -> float:
    """Messages a second with two transactions of one UPDATE each, by as many hands as the dispatcher has."""
    async with office.engine.connect() as connection:
        left = list((await connection.execute(select(outbox.c.number))).scalars())
    count = len(left)

    async def hand() -> None:
        while left:
            number = left.pop()
            for attempts in (1, 2):
                changed = update(outbox).where(outbox.c.number == number).values(attempts=literal(attempts))
                async with office.engine.begin() as connection:
                    await connection.execute(changed)

    started = time.perf_counter()
    await asyncio.gather(*(hand() for _ in range(hands)))
    return count / (time.perf_counter() - started)


class _NoCourier:
    """Looks up the facts, and delivers nowhere."""

    def __init__(self, service: AbsenceService) -> None:
        self._service = service

    async def prepare(self, unit: UnitOfWork, message: OutboxMessage) -> Ready[None] | Why:
        facts = await self._service.nudge(unit, message)
        return facts if isinstance(facts, Why) else Ready(conversation_id=message.recipient_id, parcel=None)

    async def deliver(self, ready: Ready[None]) -> Outcome:
        del ready
        return Delivered(activity_id="1")


async def _measure_delay(office: Office, say: Say, size: Size) -> None:
    """The worker's own loop with real cards over HTTP: from the moment that a reminder is due until the double has it."""
    start = office.clock.moment = MORNING + timedelta(hours=1)
    burst_at = start + timedelta(seconds=size.ahead)
    first_single = burst_at + timedelta(seconds=size.burst / RATE * 1.2 + 6)
    single_at = [first_single + number * SINGLE_APART for number in range(size.singles)]
    async with ConnectorDouble() as double, aiohttp.ClientSession() as session:
        await office.reach_leaders(double.service_url)
        await office.add_courses([burst_at] * size.burst + [*single_at])
        worker = _worker(office, session)
        stop = asyncio.Event()
        office.clock.start()
        running = asyncio.create_task(worker.run(stop))
        try:
            seconds = (max([burst_at, *single_at]) - start).total_seconds() + _LATEST_SECONDS
            async with asyncio.timeout(seconds):
                for _ in range(size.burst + size.singles):
                    await double.next_message(seconds=seconds)
        finally:
            stop.set()
            await running
        arrived = [call.at for call in double.calls if call.delivered]
    burst = [at - office.clock.monotonic_at(burst_at) for at in arrived[: size.burst]]
    singles = [at - office.clock.monotonic_at(due) for at, due in zip(arrived[size.burst :], single_at, strict=True)]
    floor = (size.burst - 1) / RATE
    say(
        f"due to sent, {size.burst} at once at {RATE:.0f} a second: {_in_seconds(burst)}; "
        f"the last after {max(burst):.1f} s, {max(burst) / floor:.2f} times what the rate allows"
    )
    if singles:
        say(f"due to sent, one alone: {_in_seconds(singles)} (a worker with nothing to do looks every 5 s)")


def _worker(office: Office, session: aiohttp.ClientSession) -> Worker:
    async def figures(now: datetime) -> OutboxFigures:
        async with office.storage.unit() as unit:
            return await unit.outbox.figures(now)

    connector = ConnectorClient(session=session, tokens=NoTokens(), hosts=ServiceHosts(frozenset(), loopback=True))
    maker = AbsenceMaker(facts=office.service, passages=_NoPassages(), catalogue=load_catalogue(), clock=office.clock)
    courier = Courier(
        makers=dict.fromkeys(ABSENCE_KINDS, maker),
        notifier=Notifier(connector, Seal.of_one_process()),
        hours=SendHours(window=office.window, content=office.content),
        clock=office.clock,
    )
    pace = Pace(rate=RATE)
    dispatcher = Dispatcher(new_unit=office.storage.unit, courier=courier, clock=office.clock, pace=pace)
    return Worker(
        chores=office.service,
        dispatcher=dispatcher,
        clock=office.clock,
        figures=figures,
        scrub=office.storage.scrub,
    )


class _NoPassages:
    """No knowledge base: cards without a cited passage."""

    def find(self, document_id: str, section: str | None, as_of: date) -> Citation | None:
        del document_id, section, as_of
        return None


async def _seconds(act: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await act()
    return time.perf_counter() - started


def percentile(seconds: Sequence[float], share: float) -> float:
    """The value below which that share of the list lies; the list must not be empty.

    >>> percentile([0.4, 0.1, 0.3, 0.2], 0.5), percentile([1.0], 0.95)
    (0.2, 1.0)
    """
    ordered = sorted(seconds)
    return ordered[max(0, round(share * len(ordered)) - 1)]


def _in_seconds(seconds: Sequence[float]) -> str:
    return f"p50 {percentile(seconds, 0.5):.1f} s, p95 {percentile(seconds, 0.95):.1f} s ({len(seconds)} measured)"


def _beside(seconds: Sequence[float], floor: Sequence[float], floor_name: str) -> str:
    middle, low = percentile(seconds, 0.5) * 1000, percentile(floor, 0.5) * 1000
    high = percentile(seconds, 0.95) * 1000
    return f"p50 {middle:.1f} ms, p95 {high:.1f} ms; {floor_name}: p50 {low:.1f} ms ({middle / low:.1f} times that)"
