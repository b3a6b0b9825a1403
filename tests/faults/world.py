"""A municipality in which many leaders have a reminder due on the same morning, and the means to run workers on it."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import aiohttp
from sqlalchemy import func, make_url, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adaptive_cards.actions import Action
from bot.local_clock import FILE_NAME, LocalClock
from bot.seal import Seal, keys_of
from bot.settings import SAMPLE_CONTENT
from hr.absence.content import LiveContent
from hr.absence.course import Facts, new_case
from hr.absence.messages import Messages, iso_week
from hr.absence.model import AbsenceCase, Preferences, StepState
from hr.absence.service import AbsenceService
from hr.audit.model import Deed
from hr.clock import SystemClock
from hr.conversations.model import ConversationReference, ConversationType
from hr.outbox.model import MessageKind, MessageState, OutboxMessage
from hr.people import FileDirectory
from hr.send_window import SendWindow
from hr.storage.engine import create_engine, sqlite_path
from hr.storage.migrate import upgrade
from hr.storage.sql import SqlStorage
from hr.storage.tables import outbox
from tests.faults.processes import Program, start
from tests.faults.teams import Teams
from tests.prepared import around

ZONE: Final = ZoneInfo("Europe/Copenhagen")
WINDOW: Final = SendWindow.parse("07:30-16:30", ZONE)
FIRST_DAY: Final = date(2026, 2, 28)
DUE_AT: Final = datetime(2026, 3, 2, 8, 30, tzinfo=ZONE)
"""Monday: day 3 of a course that began on Saturday."""
MORNING: Final = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
"""When the tests' workers begin."""
FASTEST: Final = 50
"""The highest rate that the settings take."""
FIRST_MOMENT: Final = datetime(2026, 2, 28, 9, 0, tzinfo=ZONE)
_UNDER_WAY: Final = (MessageState.PENDING, MessageState.SENDING)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Leader:
    """One who has a chat with the bot."""

    number: int

    @property
    def id(self) -> str:
        return str(UUID(int=(0x5A3E0C10_0000_4000_8000 << 48) + self.number))

    @property
    def conversation(self) -> str:
        return f"a:chat-{self.number:04d}"

    @property
    def entry(self) -> str:
        """The leader in the people file."""
        a, b, c = (_LETTERS[self.number // 26**place % 26] for place in (2, 1, 0))
        return (
            f'[[people]]\nkey = "leader_{self.number}"\nid = "{self.id}"\nname = "Leder {a}{b}{c}"\n'
            f'initials = "{a}{b}{c}"\nemail = "leder{self.number}@kompas.example"\nroles = ["leader"]\n'
        )


@dataclasses.dataclass(slots=True, kw_only=True)
class World:
    """One database, its leaders, Teams, and where the programs keep their files.

    `worker_url` is the database as workers reach it, which may be through a proxy; the tests themselves go straight to it.
    """

    folder: Path
    url: str
    worker_url: str
    teams: Teams
    storage: SqlStorage
    leaders: tuple[Leader, ...] = ()
    cases: tuple[AbsenceCase, ...] = ()
    programs: list[Program] = dataclasses.field(default_factory=list)
    others: str = ""
    """The entries of the people file that are no leaders'."""
    played: tuple[datetime, float] = (MORNING, 0.0)
    """It was that moment when the monotonic clock said so."""

    @property
    def conversations(self) -> tuple[str, ...]:
        return tuple(leader.conversation for leader in self.leaders)

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite database."""
        return sqlite_path(self.url)

    def environment(self, **changes: str) -> dict[str, str]:
        """The settings of a worker in local mode; `changes` are names without their prefix."""
        settings = {
            "MODE": "local",
            "DATABASE_URL": self.worker_url,
            "DATA_DIR": str(self.folder / "data"),
            "PEOPLE": str(self.folder / "people.toml"),
            "SEND_RATE": str(FASTEST),
        }
        return {f"KOMPAS_{name}": value for name, value in {**settings, **changes}.items()}

    async def seed(self, leaders: int, *, each: int = 1, due_at: datetime = DUE_AT) -> None:
        """That many leaders, each with that many courses whose reminder of day 3 is due at `due_at`."""
        first = len(self.leaders)
        new = tuple(Leader(number=number) for number in range(first, first + leaders))
        self.leaders += new
        self.write_people()
        template = course()
        cases = []
        async with self.storage.unit() as unit:
            # The week's digests have gone out already, so that every POST is a reminder.
            await unit.outbox.add([_sent_digest(leader) for leader in new])
            for leader in new:
                await unit.conversations.save(self.reference(leader.id, leader.conversation))
                for _ in range(each):
                    case = _due(
                        dataclasses.replace(template, id=f"{len(self.cases) + len(cases):032x}", owner_id=leader.id),
                        due_at,
                    )
                    await unit.cases.add(case)
                    cases.append(case)
            await unit.commit()
        self.cases += tuple(cases)

    def write_people(self) -> None:
        """The people file as programs that start from now on read it."""
        entries = "\n".join([*(leader.entry for leader in self.leaders), self.others])
        (self.folder / "people.toml").write_text(entries, encoding="utf-8")

    def directory(self) -> FileDirectory:
        """The people file as it is now."""
        return FileDirectory.load(self.folder / "people.toml")

    def reference(self, person_id: str, conversation: str) -> ConversationReference:
        """A chat that somebody has with the bot."""
        return ConversationReference(
            conversation_id=conversation,
            conversation_type=ConversationType.PERSONAL,
            service_url=self.teams.service_url,
            channel_id="msteams",
            bot_id="28:kompas",
            user_id=f"29:{conversation}",
            aad_object_id=person_id,
            tenant_id=None,
            locale="da-DK",
            updated_at=datetime(2026, 2, 1, tzinfo=UTC),
        )

    def service(self) -> AbsenceService:
        """The use cases as the bot offers them, on the same day as the workers."""
        return AbsenceService(
            new_unit=self.storage.unit,
            directory=self.directory(),
            content=LiveContent(SAMPLE_CONTENT),
            window=WINDOW,
            clock=self.clock(),
        )

    def play(self, moment: datetime) -> None:
        """It is that moment now, for all programs."""
        self.clock().play(moment)
        self.played = moment, time.monotonic()

    def monotonic_at(self, moment: datetime) -> float:
        """What the monotonic clock says at a moment of the played day."""
        since, at = self.played
        return at + (moment - since).total_seconds()

    def clock(self) -> LocalClock:
        """The day that all programs play."""
        return LocalClock(self.folder / "data" / FILE_NAME)

    async def worker(self, *arguments: str, **changes: str) -> Program:
        """A `kompas worker` process; time goes on from MORNING when the first one starts."""
        if not self.programs:
            self.play(MORNING)
        log = self.folder / f"worker-{len(self.programs)}.log"
        program = await start("bot", "worker", *arguments, log=log, environment=self.environment(**changes))
        self.programs.append(program)
        if not arguments:
            await program.says("the worker runs", seconds=180)
        return program

    async def serve(self, index: Path) -> str:
        """A `kompas serve` process on the same database and day, without a worker of its own; its address."""
        if not (self.folder / "data" / "index").exists():
            around(index, self.folder / "data")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        log = self.folder / f"serve-{len(self.programs)}.log"
        environment = self.environment(WORKER="off", WATCH="off")
        command = ("bot", "serve", "--host", "127.0.0.1", "--port", str(port))
        program = await start(*command, log=log, environment=environment)
        self.programs.append(program)
        address = f"http://127.0.0.1:{port}"
        async with aiohttp.ClientSession() as session, asyncio.timeout(120):
            while not await _ready(session, f"{address}/readyz"):
                assert program.runs, f"serve ended:\n{program.output()}"
                await asyncio.sleep(0.2)
        self.play(MORNING)  # a server begins with the day on the wall
        return address

    def press(self, leader: Leader, action: Action, *, activity_id: str) -> dict[str, Any]:
        """The activity with which Teams tells that this leader pressed a button."""
        seal = Seal(keys_of(None, self.folder / "data"), SystemClock())
        return {
            "type": "invoke",
            "name": "adaptiveCard/action",
            "id": activity_id,
            "timestamp": "2026-03-02T09:00:00.000Z",
            "serviceUrl": self.teams.service_url,
            "channelId": "msteams",
            "from": {"id": f"29:{leader.conversation}", "name": "Leder", "aadObjectId": leader.id},
            "recipient": {"id": "28:kompas", "name": "Kompas"},
            "conversation": {"id": leader.conversation, "conversationType": "personal"},
            "replyToId": "card",
            "value": {"action": {"type": "Action.Execute", "data": seal.data(action.pack())}, "trigger": "manual"},
        }

    async def kept(self) -> tuple[AbsenceCase, ...]:
        """All courses as the database has them."""
        async with self.storage.unit() as unit:
            return await unit.cases.of_owners([leader.id for leader in self.leaders])

    async def deeds(self, deed: Deed) -> int:
        """How often the audit log has this deed."""
        async with self.storage.unit() as unit:
            return sum(entry.entry.deed is deed for entry in await unit.audit.entries())

    async def pass_at(self, moment: datetime, *, seconds: float = 120.0, **changes: str) -> Program:
        """One whole pass as of `moment`, which must end well."""
        program = await self.worker("--once", "--now", moment.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S"), **changes)
        code = await program.end(seconds=seconds)
        assert code == 0, program.output()
        return program

    async def states(self) -> Counter[MessageState]:
        """How many reminders are in which state."""
        async with self.connection() as connection:
            rows = await connection.execute(
                select(outbox.c.state, func.count())
                .where(outbox.c.kind == MessageKind.NUDGE.value)
                .group_by(outbox.c.state)
            )
            return Counter({MessageState(state): count for state, count in rows})

    async def until_settled(self, *, seconds: float) -> None:
        """Wait until there is a reminder of every course and each has come to an end. Raises TimeoutError with how things stand."""
        states: Counter[MessageState] = Counter()
        try:
            async with asyncio.timeout(seconds):
                while states.total() < len(self.cases) or any(states[state] for state in _UNDER_WAY):
                    await asyncio.sleep(0.25)
                    states = await self.states()
        except TimeoutError:
            raise TimeoutError(f"after {seconds:.0f} s: {dict(states)}\n{self.logs()}") from None

    async def let_leases_end(self) -> None:
        """As if the time of every lease went by, which only dead workers hold when this is called."""
        async with self.connection() as connection:
            await connection.execute(
                update(outbox)
                .where(outbox.c.lease.is_not(None))
                .values(lease_until=datetime.now(UTC) - timedelta(seconds=1))  # noqa: TID251 - leases go by the machine's clock
            )
            await connection.commit()

    def connection(self) -> AsyncConnection:
        """The database, past all storage classes."""
        return self.storage._engine.connect()

    def logs(self) -> str:
        """What all programs have written, for a failure's report."""
        return "\n".join(f"--- {program.log.name}\n{program.output()}" for program in self.programs)


async def _ready(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


def course() -> AbsenceCase:
    """A course as the product creates it on its first day, a Saturday; day 1, which is moved to the same Monday, is done."""
    content = LiveContent(SAMPLE_CONTENT)
    facts = Facts(
        content=content.absence,
        calendar=content.calendar,
        window=WINDOW,
        preferences=Preferences(person_id="nobody"),
        now=FIRST_MOMENT,
        today=FIRST_DAY,
    )
    made = new_case(facts, case_id="course", owner_id="nobody", label="ME", first_day=FIRST_DAY)
    steps = tuple(
        dataclasses.replace(step, state=StepState.DONE, done_at=FIRST_MOMENT, next_nudge_at=None)
        if step.key == "A01"
        else step
        for step in made.steps
    )
    return dataclasses.replace(made, steps=steps)


def _sent_digest(leader: Leader) -> OutboxMessage:
    row = Messages(now=FIRST_MOMENT, not_before=FIRST_MOMENT).digest(leader.id, iso_week(MORNING.date()))
    return dataclasses.replace(row, state=MessageState.SENT, sent_at=FIRST_MOMENT)


def _due(case: AbsenceCase, at: datetime) -> AbsenceCase:
    steps = tuple(dataclasses.replace(s, next_nudge_at=at) if s.key == "A03" else s for s in case.steps)
    return dataclasses.replace(case, steps=steps)


@asynccontextmanager
async def world(folder: Path, url: str, *, worker_url: str | None = None) -> AsyncIterator[World]:
    """An empty, migrated database with Teams beside it; programs that still run are killed at the end."""
    await upgrade(url)
    storage = SqlStorage(create_engine(url))
    try:
        async with Teams() as teams:
            made = World(folder=folder, url=url, worker_url=worker_url or url, teams=teams, storage=storage)
            try:
                yield made
            finally:
                for program in made.programs:
                    await program.kill()
    finally:
        await storage.close()


def through(url: str, port: int) -> str:
    """The same database, reached through a proxy on this machine."""
    return make_url(url).set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
