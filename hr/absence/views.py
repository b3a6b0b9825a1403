"""What is shown of a case: the case together with HR's words for its steps and what the day makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from hr.absence.model import AbsenceCase, Away, Preferences, Relation, SnoozeChoice, Step
from hr.absence.timeline import FollowUpModel, Guide, StepRule
from hr.errors import SnoozeRefusal


class StepStatus(StrEnum):
    """An open step seen from a day. DUE on its day, and for a talk on being back until its last one; OVERDUE after it."""

    UPCOMING = "upcoming"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step, HR's rule for it, its title with the day filled in, and how it stands. `status` is None when it is not open.

    `moved` says that the date was moved away from a day off, `may_snooze` that it has not been put off as often as it can be.
    `last_on` is the last day of a step that has several, such as a talk on being back.
    """

    step: Step
    rule: StepRule
    title: str
    status: StepStatus | None
    moved: bool
    last_on: date | None = None
    may_snooze: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as one person sees it: a deputy gets the open steps only. `transfer_to` is the name of whom it is on offer to.

    `owner_name` is set for everyone but the owner. `reopenable`: the case ended so recently that it may go on. `transfer_reachable`
    says whether whom it is on offer to has a chat with Kompas, `frequency_on` whether cases are counted for the hint on frequent
    absence.
    """

    case: AbsenceCase
    relation: Relation
    steps: tuple[StepView, ...]
    today: date
    owner_name: str | None = None
    transfer_to: str | None = None
    reopenable: bool = False
    transfer_reachable: bool = True
    frequency_on: bool = False

    @property
    def open_steps(self) -> tuple[StepView, ...]:
        """The steps that still ask for something, earliest first."""
        return tuple(view for view in self.steps if view.step.open)

    @property
    def next_step(self) -> StepView | None:
        """The earliest open step."""
        return next(iter(self.open_steps), None)

    def step(self, key: str) -> StepView | None:
        """The step with this key."""
        return next((view for view in self.steps if view.step.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A case before it is created. `steps` are all planned steps; those due before `today` make the catch-up.

    `relapse_of` is a case with the same label that ended so recently that it may be reopened; `same_label` says that another open
    case has this label.
    """

    label: str
    first_day: date
    model: FollowUpModel
    steps: tuple[StepView, ...]
    today: date
    relapse_of: AbsenceCase | None = None
    same_label: bool = False

    @property
    def past_steps(self) -> tuple[StepView, ...]:
        """Steps whose day has gone already."""
        return tuple(view for view in self.steps if view.step.due_on < self.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedView:
    """A case just created. `frequency` is how many cases with this label Kompas knows of within `frequency_months`, when that is a hint.

    `send_time` is when reminders of the day leave.
    """

    case: CaseView
    frequency: int | None = None
    frequency_months: int = 6
    send_time: time = time(8, 30)

    @property
    def due_today(self) -> StepView | None:
        """The step that is told of at once, as no reminder of it comes on this day."""
        return next((view for view in self.case.open_steps if view.status is StepStatus.DUE), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All that a person may see: own cases, those of leaders he is deputy for today, those handed over to HR if he is HR.

    Each group has overdue steps first, then by date. `offered` are cases that wait for this person's acceptance.
    """

    today: date
    own: tuple[CaseView, ...]
    as_deputy: tuple[CaseView, ...] = ()
    as_hr: tuple[CaseView, ...] = ()
    offered: tuple[CaseView, ...] = ()

    @property
    def all(self) -> tuple[CaseView, ...]:
        """Every listed case, in the order of the groups."""
        return (*self.own, *self.as_deputy, *self.as_hr)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsView:
    """A leader's choices. `deputy_name` belongs to `away.deputy_id`; `deputy_reachable` says whether he has a chat with Kompas."""

    preferences: Preferences
    away: Away | None
    deputy_name: str | None
    today: date
    deputy_reachable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeOptions:
    """What a step can be put off to now. `refusal` says why there is nothing to choose. `last_on`: a limit of the law ends it."""

    choices: frozenset[SnoozeChoice]
    refusal: SnoozeRefusal | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideView:
    """A guide. `limit_on` is its last day, worked out from a case's first day when it is opened from a case."""

    guide: Guide
    case_id: str | None = None
    limit_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeView:
    """What a reminder tells. `reminder` counts from 1; `resent` says that an earlier attempt may have arrived."""

    case: CaseView
    step: StepView
    reminder: int
    resent: bool = False
    past_limit: bool = False
