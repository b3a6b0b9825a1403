"""A municipality with many open courses in a database of its own, for the measurements of what Kompas sends by itself."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import aiohttp
import asyncpg
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from adaptive_cards.texts import load_catalogue
from bot.courier import Courier, Maker, SendHours
from bot.hosts import ServiceHosts
from bot.makers.absence import ABSENCE_KINDS, AbsenceMaker
from bot.seal import Seal
from bot.teams.connector import ConnectorClient
from bot.teams.notifier import Notifier
from bot.teams.tokens import NoTokens
from bot.worker import Chore, Worker
from hr.absence.content import LiveContent
from hr.absence.course import Facts, new_case
from hr.absence.messages import Messages, iso_week
from hr.absence.model import AbsenceCase, Preferences, StepState
from hr.absence.service import AbsenceService
from hr.clock import COPENHAGEN, FixedClock
from hr.conversations.model import ConversationReference, ConversationType
from hr.outbox.dispatcher import Dispatcher, Pace
from hr.outbox.model import MessageKind, MessageState, OutboxFigures, OutboxMessage
from hr.people import FileDirectory, Person, Role
from hr.send_window import SendWindow
from hr.storage.engine import create_engine
from hr.storage.migrate import upgrade
from hr.storage.sql import SqlStorage
from knowledge.models import Citation

LEADERS: Final = 500
RATE: Final = 25.0
"""Messages a second that workers may send."""
FIRST_DAY: Final = date(2026, 2, 28)
MORNING: Final = datetime(2026, 3, 2, 10, tzinfo=COPENHAGEN)
"""Monday, day 3 of courses that began on FIRST_DAY, inside the window."""

_DUE_STEP: Final = "A03"
_IN_ONE_UNIT: Final = 500
_CONNECT_SECONDS: Final = 3.0


@dataclass(slots=True, kw_only=True)
class MovableClock:
    """A clock that stands where it is put, or runs from there once it is `started`; an `hr.clock.Clock`."""

    moment: datetime
    _started_at: float | None = field(default=None)

    def start(self) -> None:
        """From now on time passes."""
        self._started_at = time.monotonic()

    def now(self) -> datetime:
        """The moment."""
        passed = time.monotonic() - self._started_at if self._started_at is not None else 0.0
        return (self.moment + timedelta(seconds=passed)).astimezone(UTC)

    def today(self) -> date:
        """The local date at the moment."""
        return self.now().astimezone(COPENHAGEN).date()

    def monotonic_at(self, moment: datetime) -> float:
        """What `time.monotonic()` says at `moment`, for a clock that runs."""
        return (self._started_at or 0.0) + (moment - self.moment).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The database, the service on it, and the clock that both go by."""

    engine: AsyncEngine
    storage: SqlStorage
    service: AbsenceService
    clock: MovableClock
    window: SendWindow
    content: LiveContent
    leaders: tuple[Person, ...]
    course: AbsenceCase

    async def add_courses(self, due: Sequence[datetime | None]) -> None:
        """A course for each entry, with the reminder of day 3 due then; None: tomorrow, out of the way. Leaders take turns."""
        for start in range(0, len(due), _IN_ONE_UNIT):
            async with self.storage.unit() as unit:
                for number, at in enumerate(due[start : start + _IN_ONE_UNIT], start):
                    owner = self.leaders[number % len(self.leaders)]
                    await unit.cases.add(_due(replace(self.course, id=uuid4().hex, owner_id=owner.id), at))
                await unit.commit()

    async def reach_leaders(self, service_url: str) -> None:
        """Every leader has a chat at `service_url`, and has had the digest of this week."""
        async with self.storage.unit() as unit:
            for leader in self.leaders:
                await unit.conversations.save(reference(leader, service_url))
            await unit.outbox.add([_sent_digest(leader) for leader in self.leaders])
            await unit.commit()


@asynccontextmanager
async def open_office(url: str, content_folder: Path) -> AsyncIterator[Office]:
    """A migrated database without courses. Raises StorageError, AbsenceContentError."""
    await upgrade(url)
    engine = create_engine(url)
    storage = SqlStorage(engine)
    try:
        content = LiveContent(content_folder)
        clock = MovableClock(moment=MORNING)
        leaders = tuple(_leader(number) for number in range(LEADERS))
        window = SendWindow.parse("07:30-16:30", COPENHAGEN)
        service = AbsenceService(
            new_unit=storage.unit, directory=FileDirectory(leaders), content=content, window=window, clock=clock
        )
        yield Office(
            engine=engine,
            storage=storage,
            service=service,
            clock=clock,
            window=window,
            content=content,
            leaders=leaders,
            course=_course(content, window),
        )
    finally:
        await storage.close()


@asynccontextmanager
async def database_on(server: str) -> AsyncIterator[str | None]:
    """The URL of an empty database on the server, dropped afterwards; None when no server answers."""
    try:
        connection = await asyncpg.connect(server, timeout=_CONNECT_SECONDS)
    except (OSError, asyncpg.PostgresError):
        yield None
        return
    name = f"kompas_bench_{uuid4().hex[:12]}"
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


def worker_of(
    office: Office,
    session: aiohttp.ClientSession,
    *,
    makers: Mapping[MessageKind, Maker] | None = None,
    rounds: Mapping[str, Chore] | None = None,
) -> Worker:
    """A worker at RATE as the product makes it, for absence and what else is given."""

    async def figures(now: datetime) -> OutboxFigures:
        async with office.storage.unit() as unit:
            return await unit.outbox.figures(now)

    connector = ConnectorClient(session=session, tokens=NoTokens(), hosts=ServiceHosts(frozenset(), loopback=True))
    maker = AbsenceMaker(facts=office.service, passages=NoPassages(), catalogue=load_catalogue(), clock=office.clock)
    courier = Courier(
        makers={**dict.fromkeys(ABSENCE_KINDS, maker), **(makers or {})},
        notifier=Notifier(connector, Seal.of_one_process()),
        hours=SendHours(window=office.window, content=office.content),
        clock=office.clock,
    )
    dispatcher = Dispatcher(new_unit=office.storage.unit, courier=courier, clock=office.clock, pace=Pace(rate=RATE))
    return Worker(
        chores=office.service,
        dispatcher=dispatcher,
        clock=office.clock,
        figures=figures,
        scrub=office.storage.scrub,
        rounds=rounds,
    )


class NoPassages:
    """No knowledge base: cards without a cited passage."""

    def find(self, document_id: str, section: str | None, as_of: date) -> Citation | None:
        """None."""
        del document_id, section, as_of
        return None


def reference(person: Person, service_url: str) -> ConversationReference:
    """The person's own chat with the bot."""
    return ConversationReference(
        conversation_id=f"a:{person.key}",
        conversation_type=ConversationType.PERSONAL,
        service_url=service_url,
        channel_id="msteams",
        bot_id="28:bench",
        user_id=f"29:{person.key}",
        aad_object_id=person.id,
        updated_at=MORNING,
    )


def _due(case: AbsenceCase, at: datetime | None) -> AbsenceCase:
    at = at or MORNING + timedelta(days=1)
    steps = tuple(replace(step, next_nudge_at=at) if step.key == _DUE_STEP else step for step in case.steps)
    return replace(case, steps=steps)


def _course(content: LiveContent, window: SendWindow) -> AbsenceCase:
    """A course as the product creates it on its first day."""
    facts = Facts(
        content=content.absence,
        calendar=content.calendar,
        window=window,
        preferences=Preferences(person_id="bench"),
        now=FixedClock.on(FIRST_DAY).now(),
        today=FIRST_DAY,
    )
    course = new_case(facts, case_id="bench", owner_id="bench", label="ME", first_day=FIRST_DAY)
    # Day 1 is moved to the same Monday: it is done, so that each course has one reminder there.
    steps = (
        replace(step, state=StepState.DONE, next_nudge_at=None) if step.key == "A01" else step for step in course.steps
    )
    return replace(course, steps=tuple(steps))


def _leader(number: int) -> Person:
    return Person(
        id=str(UUID(int=number + 1)),
        key=f"leader_{number}",
        name=f"Leder {number}",
        initials="LE",
        email=f"leder{number}@kompas.example",
        roles=frozenset({Role.EMPLOYEE, Role.LEADER}),
    )


def _sent_digest(leader: Person) -> OutboxMessage:
    row = Messages(now=MORNING, not_before=MORNING).digest(leader.id, iso_week(MORNING.date()))
    return replace(row, state=MessageState.SENT, sent_at=MORNING)
