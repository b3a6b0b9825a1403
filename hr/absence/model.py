"""A case of absence and its steps, as frozen values. There is no field for a reason, a diagnosis or a note, and there must never be one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hr.clock import require_aware


class CaseState(StrEnum):
    """Where a case is. One that was created by mistake has no state: it is deleted."""

    ACTIVE = "active"
    PARTIAL = "partial"
    CLOSED = "closed"


class EndReason(StrEnum):
    """How a case ended, and no more than that. A case that a new leader takes over goes on."""

    WELL = "well"
    ENDED = "ended"
    LAPSED = "lapsed"
    """Nobody had done anything with it for very long, so Kompas closed it."""


class StepKind(StrEnum):
    """What a step rests on: the law, Norddjurs' own model, good practice."""

    LAW = "law"
    LOCAL = "local"
    GOOD = "good"


class StepState(StrEnum):
    """What has become of a step. That it is due or overdue follows from its date and the day, so it is not stored."""

    WAITING = "waiting"
    DONE = "done"
    ATTEMPTED = "attempted"
    SNOOZED = "snoozed"
    SKIPPED = "skipped"
    LAPSED = "lapsed"


OPEN_STATES = frozenset({StepState.WAITING, StepState.ATTEMPTED, StepState.SNOOZED})
"""The states in which a step still asks for something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a case, unique in it by `key`.

    `rule` is the step of HR's timeline (`A03`, `A42`); `key` is the rule, or rule and number where it repeats (`A42-1`).
    `day` is the n of "dag n" (first sick day = 1), for a limit the day of the limit. `nominal_on` is the date before, `due_on` the date
    after shifting away from days off. A LAW step's `due_on` is the limit itself: nothing moves past it.
    `nudges` counts the reminders queued in the case's current generation; `next_nudge_at` is None when none is to come.
    `done_at`: when it was answered as done or as not relevant.
    """

    key: str
    rule: str
    kind: StepKind
    day: int
    nominal_on: date
    due_on: date
    state: StepState = StepState.WAITING
    attempts: int = 0
    snoozes: int = 0
    nudges: int = 0
    next_nudge_at: datetime | None = None
    done_at: datetime | None = None

    def __post_init__(self) -> None:
        for moment in (self.next_nudge_at, self.done_at):
            if moment is not None:
                require_aware(moment)

    @property
    def open(self) -> bool:
        """Whether the step still asks for something."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceCase:
    """One employee's absence, kept by the nearest leader.

    `id` is opaque. `owner_id` is the leader's aadObjectId. `label` is initials or the leader's own word, never a full name.
    `model_id` names the version of HR's model, chosen by `first_day`. `generation` grows when the dates are worked out anew, so that
    a new reminder is never taken for an old one. `return_day` is the first day back and may lie ahead. `steps` are in order of date.
    `touched_at` is when a person last did something with it, None for nothing since its creation.
    """

    id: str
    owner_id: str
    label: str
    first_day: date
    model_id: str
    created_at: datetime
    state: CaseState = CaseState.ACTIVE
    generation: int = 1
    partial_from: date | None = None
    return_day: date | None = None
    end_reason: EndReason | None = None
    closed_at: datetime | None = None
    shared_with_hr: bool = False
    counts_for_frequency: bool = True
    touched_at: datetime | None = None
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        require_aware(self.created_at)
        for moment in (self.closed_at, self.touched_at):
            if moment is not None:
                require_aware(moment)

    @property
    def last_touched(self) -> datetime:
        """When a person last did something with it."""
        return self.touched_at or self.created_at

    @property
    def open_steps(self) -> tuple[Step, ...]:
        """The steps that still ask for something, earliest first."""
        return tuple(step for step in self.steps if step.open)

    @property
    def next_step(self) -> Step | None:
        """The earliest open step."""
        return next(iter(self.open_steps), None)

    @property
    def listed(self) -> bool:
        """Whether the case belongs among the open ones: it runs, or something in it is still to be done."""
        return self.state is not CaseState.CLOSED or bool(self.open_steps)

    def step(self, key: str) -> Step | None:
        """The step with this key."""
        return next((step for step in self.steps if step.key == key), None)


class ReminderLevel(StrEnum):
    """How much a leader wants to be reminded. Limits of the law are reminded of at every level."""

    NORMAL = "normal"
    FEWER = "fewer"
    """One reminder a step, none again."""
    DEADLINES = "deadlines"
    """Limits of the law only; the rest stands in the weekly digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """A leader's own choices. `weekend_duty`: the unit works every day, so no day is quiet and only limits of the law are moved."""

    person_id: str
    level: ReminderLevel = ReminderLevel.NORMAL
    weekend_duty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """A period, both days included, in which a leader does not want to be reminded; a deputy, if there is one, is reminded instead.

    One a leader at a time: a new one takes the place of the old.
    """

    leader_id: str
    from_day: date
    to_day: date
    deputy_id: str | None = None

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the period."""
        return self.from_day <= day <= self.to_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """An offer to take a case over; it takes effect when `to_id` accepts. One a case: a new offer takes the place of the old."""

    case_id: str
    to_id: str
    offered_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.offered_at)


class Relation(StrEnum):
    """What a person is to a case. NONE gets the same answer as for a case that does not exist."""

    OWNER = "owner"
    DEPUTY = "deputy"
    HR = "hr"
    NONE = "none"


class StepChange(StrEnum):
    """What a leader says about a step."""

    DONE = "done"
    NO_ANSWER = "no_answer"
    SKIP = "skip"
    UNDO = "undo"


class SnoozeChoice(StrEnum):
    """Until when a step is put off: two hours, the next working day, a chosen day."""

    LATER = "later"
    TOMORROW = "tomorrow"
    DAY = "day"
