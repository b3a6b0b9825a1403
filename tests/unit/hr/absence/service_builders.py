"""A small municipality for tests of the use cases: people, HR's content, a clock that can be set, and storage in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from hr.absence.desk import Retention
from hr.absence.model import AbsenceCase, StepKind
from hr.absence.service import AbsenceService
from hr.absence.timeline import AbsenceContent, ContactDay, FollowUpModel, Guide, Parameters, Phase, StepRule
from hr.audit.model import AuditEntry
from hr.clock import COPENHAGEN
from hr.errors import DatabaseUnavailableError, DirectoryUnavailableError
from hr.outbox.model import OutboxMessage
from hr.people import Person, Role
from hr.send_window import SendWindow
from hr.storage.memory.storage import MemoryStorage, MemoryUnitOfWork
from hr.workdays import ClosedDays, MunicipalCalendar

DITTE, VIGGO, SUSANNE, HANNE, INGER, ELSE = (f"5a3e0c00-0000-4000-8000-00000000000{n}" for n in range(1, 7))
"""A leader; a colleague who leads too; a deputy; HR; HR's own leader; an employee."""
NOBODY = "5a3e0c00-0000-4000-8000-0000000000ff"

MONDAY = date(2026, 3, 2)
"""An ordinary Monday with no holiday for weeks."""


def person(person_id: str, name: str, initials: str, *roles: Role) -> Person:
    return Person(
        id=person_id,
        key=initials.lower(),
        name=name,
        initials=initials,
        email=f"{initials.lower()}@kompas.example",
        roles=frozenset({Role.EMPLOYEE, *roles}),
    )


PEOPLE = (
    person(DITTE, "Ditte Eksempelsen", "DES", Role.LEADER),
    person(VIGGO, "Viggo Mønsterby", "VMB", Role.NEW_LEADER),
    person(SUSANNE, "Susanne Prøvesen", "SPR"),
    person(HANNE, "Hanne Modelgaard", "HMO", Role.HR),
    person(INGER, "Inger Skabelon", "ISK", Role.HR_LEAD),
    person(ELSE, "Else Tænkt", "ETK"),
)


class FakeDirectory:
    """People who can be given other roles, or leave, while a test runs."""

    def __init__(self, people: tuple[Person, ...] = PEOPLE) -> None:
        self._people = {one.id: one for one in people}
        self.is_down = False

    def give(self, person_id: str, *roles: Role) -> None:
        self._people[person_id] = replace(self._people[person_id], roles=frozenset({Role.EMPLOYEE, *roles}))

    def leave(self, person_id: str) -> None:
        del self._people[person_id]

    def _look(self) -> None:
        if self.is_down:
            raise DirectoryUnavailableError("down")

    async def find(self, person_id: str) -> Person | None:
        self._look()
        return self._people.get(person_id.strip().lower())

    async def find_by_handle(self, handle: str) -> Person | None:
        self._look()
        wanted = handle.strip().lower()
        found = (one for one in self._people.values() if wanted in {one.initials.lower(), one.email.lower()})
        return next(found, None)

    async def with_role(self, role: Role) -> tuple[Person, ...]:
        self._look()
        return tuple(one for one in self._people.values() if role in one.roles)


class SetClock:
    """A clock that stands where the test puts it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def set(self, day: date, hour: int = 12, minute: int = 0) -> None:
        self.moment = datetime.combine(day, time(hour, minute), tzinfo=COPENHAGEN)

    def forward(self, **much: float) -> None:
        self.moment += timedelta(**much)

    def now(self) -> datetime:
        return self.moment.astimezone(UTC)

    def today(self) -> date:
        return self.moment.astimezone(COPENHAGEN).date()


@cache
def public_holidays() -> MunicipalCalendar:
    """Made once: working the holidays of a year out takes longer than most tests."""
    return MunicipalCalendar(ClosedDays())


def rule(rule_id: str, kind: StepKind, phase: Phase = Phase.ACTIVE, **more: Any) -> StepRule:
    values: dict[str, Any] = {
        "title": f"{rule_id} on day {{day}}",
        "purpose": "Why.",
        "phrases": ("How are you?",),
        "avoid": ("What is wrong with you?",),
        "document": "fravaer",
    }
    return StepRule(id=rule_id, kind=kind, phase=phase, **(values | more))


RULES = (
    rule("A01", StepKind.LOCAL, contact=True),
    rule("A03", StepKind.LOCAL, contact=True),
    rule("A10", StepKind.LOCAL, contact=True),
    rule("A28", StepKind.LAW, limit_days=28),
    rule("A42", StepKind.GOOD, Phase.FULL, day=43, every_days=14),
    rule("D01", StepKind.GOOD, Phase.PARTIAL, day=15, every_days=14),
    rule("R01", StepKind.GOOD, Phase.RETURN, day=1),
)


def model(model_id: str, days: tuple[int, int, int], since: date | None, until: date | None) -> FollowUpModel:
    contacts = tuple(ContactDay(rule=name, day=day) for name, day in zip(("A01", "A03", "A10"), days, strict=True))
    return FollowUpModel(id=model_id, valid_from=since, valid_to=until, contacts=contacts, document="fravaer")


@dataclass(kw_only=True)
class FakeContent:
    """HR's content, which a test may change while it runs."""

    absence: AbsenceContent = field(
        default_factory=lambda: AbsenceContent(
            parameters=Parameters(),
            models=(
                model("1-5-14", (1, 5, 14), None, date(2025, 4, 30)),
                model("1-3-10", (1, 3, 10), date(2025, 5, 1), None),
            ),
            rules=MappingProxyType({one.id: one for one in RULES}),
            guides=MappingProxyType(
                {
                    "fast-track": Guide(
                        id="fast-track", title="Fast track", body=("Text.",), document="fravaer", limit_days=35
                    ),
                    "bisidder": Guide(id="bisidder", title="Bisidder", body=("Text.",), document="fravaer"),
                }
            ),
        )
    )
    calendar: MunicipalCalendar = field(default_factory=public_holidays)

    def set(self, **parameters: Any) -> None:
        self.absence = replace(self.absence, parameters=replace(self.absence.parameters, **parameters))

    def drop_rule(self, rule_id: str) -> None:
        rules = {key: one for key, one in self.absence.rules.items() if key != rule_id}
        self.absence = replace(self.absence, rules=MappingProxyType(rules))


class FailingUnit(MemoryUnitOfWork):
    """A unit whose database goes away just before the commit."""

    async def commit(self) -> None:
        raise DatabaseUnavailableError("gone")


class Town:
    """Everything that the use cases need, and short ways to look behind them."""

    def __init__(self, *, retention: Retention | None = None) -> None:
        self.storage = MemoryStorage()
        self.directory = FakeDirectory()
        self.content = FakeContent()
        self.clock = SetClock(datetime.combine(MONDAY, time(12), tzinfo=COPENHAGEN))
        self.database_fails = False
        self.service = self.another_service(retention)
        self._tokens = 0

    def another_service(self, retention: Retention | None = None) -> AbsenceService:
        """A second process over the same storage."""
        return AbsenceService(
            new_unit=lambda: FailingUnit(self.storage) if self.database_fails else self.storage.unit(),
            directory=self.directory,
            content=self.content,
            window=SendWindow.parse("07:30-16:30", COPENHAGEN),
            clock=self.clock,
            retention=retention,
        )

    def token(self) -> str:
        self._tokens += 1
        return f"token-{self._tokens:04}"

    async def case(self, *, owner: str = DITTE, label: str = "MH", first_day: date | None = None) -> str:
        """The id of a case just created."""
        day = first_day or self.clock.today()
        created = await self.service.create(owner, label=label, first_day=day, token=self.token())
        return created.case.case.id

    async def deputise(self, *, days: int = 5, deputy: str | None = "SPR") -> None:
        """Ditte is away from today, for `days` days."""
        today = self.clock.today()
        await self.service.go_away(
            DITTE, from_day=today, to_day=today + timedelta(days=days - 1), deputy=deputy, token=self.token()
        )

    async def kept(self, case_id: str) -> AbsenceCase | None:
        async with self.storage.unit() as unit:
            return await unit.cases.find(case_id)

    async def case_of(self, case_id: str) -> AbsenceCase:
        case = await self.kept(case_id)
        assert case is not None
        return case

    async def outbox(self) -> list[OutboxMessage]:
        async with self.storage.unit() as unit:
            rows = unit._session.open().outbox
            return list(rows.values())

    async def log(self) -> list[AuditEntry]:
        async with self.storage.unit() as unit:
            return [chained.entry for chained in await unit.audit.entries()]

    async def morning(self, day: date) -> list[OutboxMessage]:
        """The messages that the worker queues at 08:30 on `day`."""
        self.clock.set(day, 8, 30)
        before = {message.id for message in await self.outbox()}
        while await self.service.queue_due():
            pass
        return [message for message in await self.outbox() if message.id not in before]
