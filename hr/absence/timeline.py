"""HR's data on follow-up as frozen values: which steps there are, on which day, how days are counted, and what to say.

Read from `hr/content/absence.toml` and `hr/content/closed_days.toml` by `hr.absence.content`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

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
    `title` may hold `{day}`. `purpose` is one sentence; `phrases` are what one can say; `avoid` is what one may not ask.
    `document` is the knowledge base's document that the card cites.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """Help on something that may be needed at any time; shown, never recorded. `limit_days` after the first day where a date belongs to it."""

    id: str
    title: str
    body: tuple[str, ...]
    document: str
    section: str | None = None
    limit_days: int | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceContent:
    """Everything of HR's on follow-up. `models` are in order of validity, `rules` in order of the course, keyed by id."""

    parameters: Parameters
    models: tuple[FollowUpModel, ...]
    rules: Mapping[str, StepRule]
    guides: Mapping[str, Guide]
