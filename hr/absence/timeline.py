"""HR's data on follow-up as frozen values: which steps there are, on which day, how days are counted, and what to say.

Read from `hr/content/absence.toml` and `hr/content/closed_days.toml` by `hr.absence.content`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from hr.absence.model import StepKind


class DayKind(StrEnum):
    """What `day n` counts."""

    CALENDAR = "calendar"
    WORKING = "working"


class Shift(StrEnum):
    """Where a date on a day off goes."""

    FORWARD = "forward"
    BACK = "back"
    NONE = "none"


class Phase(StrEnum):
    """When a step belongs to a case."""

    ACTIVE = "active"
    """While the employee is away, partly too."""
    FULL = "full"
    """While the employee is away altogether."""
    PARTIAL = "partial"
    """While the employee is partly back; days count from the first partial day."""
    RETURN = "return"
    """From the day the employee is back; days count from that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDay:
    """A contact of the local model: on `day` (first sick day = 1), as step `rule`."""

    rule: str
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpModel:
    """A version of the local model. The case's first day chooses it; both dates are included. `document` is its page of the knowledge base."""

    id: str
    valid_from: date | None
    valid_to: date | None
    contacts: tuple[ContactDay, ...]
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """A step as HR describes it. Contact steps get their day from the model, the others have one of `day` and `limit_days`.

    `day` n is the date first_day + n - 1; `limit_days` n is first_day + n, the last day of a limit. `every_days` repeats the step.
    `within_workdays` is the last working day of a step of the phase RETURN, where it is not the parameter's.
    `title` may hold `{day}`. `purpose` is one sentence; `phrases` are what one can say; `avoid` is what one may not ask.
    `document` is the knowledge base's document that the card cites.
    `valid_from` and `valid_to` are the first and the last first day of the cases that this version is for; None: no bound.
    """

    id: str
    title: str
    kind: StepKind
    phase: Phase
    purpose: str
    phrases: tuple[str, ...]
    avoid: tuple[str, ...]
    document: str
    section: str | None = None
    contact: bool = False
    day: int | None = None
    limit_days: int | None = None
    every_days: int | None = None
    within_workdays: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    reviewed_at: date | None = None
    review_by: date | None = None
    reviewer: str | None = None

    def last_workday(self, parameters: Parameters) -> int:
        """Of a step of the phase RETURN: within how many working days it is to be done."""
        return parameters.return_talk_workdays if self.within_workdays is None else self.within_workdays

    @property
    def withheld(self) -> bool:
        """Whether what it says of the law may not be shown: its review is overdue."""
        return not self.purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """Help on something that may be needed at any time; shown, never recorded. `limit_days` after the first day where a date belongs to it.

    The dates are those of `StepRule`; without a case the day on which it is read chooses the version.
    """

    id: str
    title: str
    body: tuple[str, ...]
    document: str
    section: str | None = None
    limit_days: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    reviewed_at: date | None = None
    review_by: date | None = None
    reviewer: str | None = None

    @property
    def withheld(self) -> bool:
        """As `StepRule.withheld`."""
        return not self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The handbook's parameters (section 2.6), with its defaults. Reminders are in working days from the due day, which is 0."""

    day_kind: DayKind = DayKind.CALENDAR
    shift_local: Shift = Shift.FORWARD
    shift_legal: Shift = Shift.BACK
    return_talk_workdays: int = 3
    local_reminders: tuple[int, ...] = (0, 1, 3)
    legal_reminders: tuple[int, ...] = (-7, -3, 0, 1, 2, 3)
    max_attempts: int = 2
    max_snooze: int = 3
    send_time: time = time(8, 30)
    freq_enabled: bool = False
    freq_periods: int = 3
    freq_months: int = 6
    relapse_gap_days: int = 7
    retention_days_after_close: int = 30
    retention_days_with_frequency: int = 183
    fallback_contact: str | None = None
    """E-mail of whom legal reminders go to while a leader is away without a deputy; None: to the leader all the same."""


Entry = TypeVar("Entry", StepRule, Guide)


def holds(entry: FollowUpModel | StepRule | Guide, day: date) -> bool:
    """Whether this version is for a case whose first day is `day`."""
    return (entry.valid_from is None or entry.valid_from <= day) and (entry.valid_to is None or day <= entry.valid_to)


def review_overdue(entry: StepRule | Guide, today: date) -> bool:
    """Whether the day by which the text had to be reviewed has gone."""
    return entry.review_by is not None and entry.review_by < today


def rule_on(rule: StepRule, today: date) -> StepRule:
    """The step with the words that may be shown on `today`: without those on the law when their review is overdue.

    Its dates and what one may not do stay.
    """
    return replace(rule, purpose="", phrases=()) if review_overdue(rule, today) else rule


def guide_on(guide: Guide, today: date) -> Guide:
    """The guide with the words that may be shown on `today`. Its limit stays."""
    return replace(guide, body=()) if review_overdue(guide, today) else guide


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceContent:
    """Everything of HR's on follow-up. `models` are in order of validity, `rules` in order of the course, keyed by id.

    `rules` and `guides` hold the latest version of each, which may be one yet to come; `earlier_rules` and `earlier_guides` are those
    before. What a case rests on is `on` its first day.
    """

    parameters: Parameters
    models: tuple[FollowUpModel, ...]
    rules: Mapping[str, StepRule]
    guides: Mapping[str, Guide]
    earlier_rules: tuple[StepRule, ...] = ()
    earlier_guides: tuple[Guide, ...] = ()

    def on(self, first_day: date) -> AbsenceContent:
        """The content for cases with this first day: of each step and guide the version that holds then, or none."""
        return replace(
            self,
            rules=_held(self.rules, self.earlier_rules, first_day),
            guides=_held(self.guides, self.earlier_guides, first_day),
            earlier_rules=(),
            earlier_guides=(),
        )

    def overdue(self, today: date) -> tuple[StepRule | Guide, ...]:
        """Every version whose text is hidden because its review is overdue."""
        entries: list[StepRule | Guide] = [*self.earlier_rules, *self.rules.values()]
        entries += [*self.earlier_guides, *self.guides.values()]
        return tuple(entry for entry in entries if review_overdue(entry, today))


def _held(latest: Mapping[str, Entry], earlier: Iterable[Entry], day: date) -> Mapping[str, Entry]:
    before = {entry.id: entry for entry in earlier if holds(entry, day)}
    chosen = {key: entry if holds(entry, day) else before.get(key) for key, entry in latest.items()}
    return MappingProxyType({key: entry for key, entry in chosen.items() if entry is not None})
