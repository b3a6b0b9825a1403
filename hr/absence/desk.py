"""What every use case of absence begins with: who is asking, which case it is about, and whether he may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from hr import policy
from hr.absence.access import may, purpose_of, relation
from hr.absence.course import Facts
from hr.absence.messages import Messages
from hr.absence.model import AbsenceCase, Away, Preferences, Relation
from hr.absence.timeline import AbsenceContent, Parameters
from hr.audit.model import SYSTEM, AuditEntry, Deed, Purpose
from hr.clock import Clock
from hr.errors import CaseNotFoundError, DayFault, InvalidDayError, LabelRefusedError, NotALeaderError
from hr.people import Person
from hr.policy import Operation, by_role, is_leader
from hr.ports import Directory, NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow
from hr.workdays import EveryDay, WorkCalendar
from privacy.labels import LabelRefused, reference_from

ONE_YEAR = timedelta(days=365)
"""How far from today a day of a case or a period may lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how many days each kind of data is kept. `cases_days` counts from the end of a case; None is HR's own parameter.

    After `open_cases_days` in which nobody did anything with it, or looked at it, a case that runs is closed.
    """

    cases_days: int | None = None
    open_cases_days: int = 400
    messages_days: int = 30
    audit_days: int = 365 * 2
    actions_days: int = 30

    def of_cases(self, parameters: Parameters) -> int:
        """Days from the end of a case: the setting, or HR's parameter, which is longer where the hint on frequent absence needs it."""
        if self.cases_days is not None:
            return self.cases_days
        if parameters.freq_enabled:
            return parameters.retention_days_with_frequency
        return parameters.retention_days_after_close


class Content(Protocol):
    """HR's content as it is now; `hr.absence.content.LiveContent` answers."""

    @property
    def absence(self) -> AbsenceContent:
        """The timeline."""
        ...

    @property
    def calendar(self) -> WorkCalendar:
        """The municipality's working days."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A person's way to a case, found to be open."""

    person: Person
    case: AbsenceCase
    relation: Relation

    def entry(self, deed: Deed, at: datetime) -> AuditEntry:
        """What the audit log keeps of this."""
        return AuditEntry(
            at=at, actor_id=self.person.id, deed=deed, purpose=purpose_of(self.relation), case_id=self.case.id
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The ports of the use cases, and the questions that all of them ask."""

    new_unit: NewUnitOfWork
    directory: Directory
    content: Content
    window: SendWindow
    clock: Clock
    retention: Retention = field(default_factory=Retention)

    @property
    def rules(self) -> AbsenceContent:
        """HR's content as it is now."""
        return self.content.absence

    def calendar(self, preferences: Preferences) -> WorkCalendar:
        """The working days of somebody's unit."""
        return EveryDay() if preferences.weekend_duty else self.content.calendar

    def facts(self, preferences: Preferences) -> Facts:
        """What the cases of the leader with these choices rest on now."""
        return Facts(
            content=self.rules,
            calendar=self.calendar(preferences),
            office_calendar=self.content.calendar,
            window=self.window,
            preferences=preferences,
            now=self.clock.now(),
            today=self.clock.today(),
        )

    def messages(self, preferences: Preferences) -> Messages:
        """Makes messages that leave when the window of somebody with these choices is open."""
        now = self.clock.now()
        opens = self.window.next_open(now, self.calendar(preferences), send_time=self.rules.parameters.send_time)
        return Messages(now=now, not_before=opens)

    async def person(self, person_id: str) -> Person | None:
        """The person, as far as the directory knows."""
        return await self.directory.find(person_id)

    async def leader(self, person_id: str, operation: Operation) -> Person:
        """The person, who may do this without a case. Raises NotALeaderError."""
        person = await self.directory.find(person_id)
        if person is None or not policy.may(operation, by_role(person)):
            raise NotALeaderError
        return person

    async def open(
        self, unit: UnitOfWork, person_id: str, case_id: str, operation: Operation, *, lock: bool = False
    ) -> Access:
        """The case, if the person may do this with it now. Raises CaseNotFoundError, whatever the cause."""
        person = await self.directory.find(person_id)
        case = await unit.cases.find(case_id, lock=lock)
        if person is None or case is None:
            raise CaseNotFoundError
        found = relation(person, case, await self._aways(unit, person, case), self.clock.today())
        if not may(found, operation):
            raise CaseNotFoundError
        return Access(person=person, case=case, relation=found)

    async def _aways(self, unit: UnitOfWork, person: Person, case: AbsenceCase) -> Iterable[Away]:
        """Nobody stands in for somebody who no longer leads: the case waits for a new leader, and nobody sees it until then."""
        if case.owner_id == person.id or not is_leader(await self.directory.find(case.owner_id)):
            return ()
        return (await unit.choices.away([case.owner_id])).values()

    async def claim(self, unit: UnitOfWork, token: str) -> bool:
        """Whether this is the first time that the button is pressed."""
        return await unit.used_actions.claim(token, at=self.clock.now())

    async def record(self, unit: UnitOfWork, deed: Deed, *accesses: Access) -> None:
        """Add to the audit log what was done by these ways."""
        now = self.clock.now()
        await unit.audit.record([access.entry(deed, now) for access in accesses])

    def by_system(self, deed: Deed, purpose: Purpose, case_id: str) -> AuditEntry:
        """What the audit log keeps of what Kompas does by itself."""
        return AuditEntry(at=self.clock.now(), actor_id=SYSTEM, deed=deed, purpose=purpose, case_id=case_id)

    def check_first_day(self, day: date) -> None:
        """Raises InvalidDayError for a day that cannot be a first day of absence."""
        today = self.clock.today()
        if day > today:
            raise InvalidDayError(DayFault.FUTURE)
        if day < today - ONE_YEAR:
            raise InvalidDayError(DayFault.TOO_OLD)

    def check_return(self, case: AbsenceCase, day: date) -> None:
        """Raises InvalidDayError for a day on which nobody can be back from this absence."""
        if day < case.first_day:
            raise InvalidDayError(DayFault.BEFORE_FIRST_DAY)
        if day > self.clock.today() + ONE_YEAR:
            raise InvalidDayError(DayFault.TOO_FAR)


def label_of(text: str) -> str:
    """The reference to keep for what a leader wrote. Raises LabelRefusedError."""
    label = reference_from(text)
    if isinstance(label, LabelRefused):
        raise LabelRefusedError(label.reason)
    return label.text


def preferences_of(person_id: str, kept: Mapping[str, Preferences]) -> Preferences:
    """The person's choices, or those of somebody who chose nothing."""
    return kept.get(person_id) or Preferences(person_id=person_id)


async def choices_of(unit: UnitOfWork, person_id: str) -> Preferences:
    """One person's choices."""
    return preferences_of(person_id, await unit.choices.preferences([person_id]))
