"""What becomes of a case when somebody says something about it. Pure: a case and what it rests on in, the case after it out.

Every function raises MovedOnError when what is said no longer fits the case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from hr.absence.model import (
    AbsenceCase,
    CaseState,
    EndReason,
    Preferences,
    SnoozeChoice,
    Step,
    StepChange,
    StepKind,
    StepState,
)
from hr.absence.plan import replan
from hr.absence.reminders import next_limit, schedule, snooze_until, with_reminders
from hr.absence.timeline import AbsenceContent, Parameters
from hr.errors import DayFault, InvalidDayError, MovedOnError
from hr.send_window import SendWindow
from hr.workdays import WorkCalendar

_MONTHS: Final = 12
_SHORTEST_MONTH: Final = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a case rests on: HR's content, the working days of its owner, his choices, and the moment. `today` is the local day of `now`.

    `office_calendar` moves limits of the law, for which others must be at work; None: the owner's days.
    """

    content: AbsenceContent
    calendar: WorkCalendar
    window: SendWindow
    preferences: Preferences
    now: datetime
    today: date
    office_calendar: WorkCalendar | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Where the days begin and end."""
        return self.window.zone


def new_case(facts: Facts, *, case_id: str, owner_id: str, label: str, first_day: date) -> AbsenceCase:
    """A case with all its steps, none of which is reminded of today."""
    bare = AbsenceCase(
        id=case_id, owner_id=owner_id, label=label, first_day=first_day, model_id="", created_at=facts.now
    )
    return planned(facts, bare)


def planned(facts: Facts, case: AbsenceCase, *, new_generation: bool = False) -> AbsenceCase:
    """The case with the steps, dates and reminders that its facts ask for now."""
    anew = replan(
        case,
        facts.content,
        facts.calendar,
        facts.today,
        new_generation=new_generation,
        office_calendar=facts.office_calendar,
    )
    return _reminded(facts, anew, anew=new_generation)


def reminded(facts: Facts, case: AbsenceCase) -> AbsenceCase:
    """The case with the reminders that its owner wants from now on, after he chose otherwise."""
    return _reminded(facts, case, anew=True)


def _reminded(facts: Facts, case: AbsenceCase, *, anew: bool) -> AbsenceCase:
    return with_reminders(
        case,
        content=facts.content.on(case.first_day),
        calendar=facts.calendar,
        level=facts.preferences.level,
        after=facts.now,
        zone=facts.zone,
        anew=anew,
    )


def recurred(facts: Facts, case: AbsenceCase) -> AbsenceCase:
    """The case with the next occurrence of its repeating steps; the reminders of the steps that it has stay as they are."""
    anew = planned(facts, case)

    def kept(step: Step) -> Step:
        before = case.step(step.key)
        if before is None or not (before.open and step.open) or before.due_on != step.due_on:
            return step
        return replace(step, next_nudge_at=before.next_nudge_at)

    return replace(anew, steps=tuple(kept(step) for step in anew.steps))


def change_step(facts: Facts, case: AbsenceCase, key: str, change: StepChange) -> AbsenceCase:
    """Done, no answer, not relevant, undo."""
    match change:
        case StepChange.DONE:
            return _answered(facts, case, key, lambda step: _done(step, facts.now))
        case StepChange.SKIP:
            return _answered(facts, case, key, lambda step: _skipped(step, facts.now))
        case StepChange.NO_ANSWER:
            return _with_step(case, _attempted(facts, case, _open_step(case, key)))
        case StepChange.UNDO:
            return _undone(facts, case, key)


def snooze(facts: Facts, case: AbsenceCase, key: str, choice: SnoozeChoice, day: date | None) -> AbsenceCase:
    """Put off. Raises SnoozeRefusedError."""
    step = _open_step(case, key)
    until = snooze_until(
        step,
        choice,
        day=day,
        limit=next_limit(case, facts.today),
        now=facts.now,
        parameters=facts.content.parameters,
        calendar=facts.calendar,
        window=facts.window,
    )
    return _with_step(case, replace(step, state=StepState.SNOOZED, snoozes=step.snoozes + 1, next_nudge_at=until))


def catch_up(facts: Facts, case: AbsenceCase, done: frozenset[str], *, offered: frozenset[str]) -> AbsenceCase:
    """Of the steps of the past that were `offered`, those in `done` are done; of the others contacts of the local model are skipped.

    Limits of the law stay open, and so does good practice that leads up to one. Other keys mean nothing, and a step that became due
    since then stays open.
    """
    if case.state is CaseState.CLOSED:
        raise MovedOnError

    def past(step: Step) -> bool:
        return step.open and step.due_on < facts.today and step.key in offered

    limits = [
        step.due_on for step in case.open_steps if step.kind is StepKind.LAW and not (past(step) and step.key in done)
    ]
    last_limit = max(limits, default=date.min)

    def caught(step: Step) -> Step:
        if not past(step):
            return step
        if step.key in done:
            return _done(step, facts.now)
        ahead = step.kind is StepKind.GOOD and step.due_on < last_limit
        return step if step.kind is StepKind.LAW or ahead else _skipped(step, facts.now)

    return recurred(facts, replace(case, steps=tuple(caught(step) for step in case.steps)))


def returned(facts: Facts, case: AbsenceCase, day: date) -> AbsenceCase:
    """Back from `day` on: the case is closed at once, and the talk on being back is a step of it."""
    _must_run(case)
    closed = replace(case, state=CaseState.CLOSED, end_reason=EndReason.WELL, return_day=day, closed_at=facts.now)
    return planned(facts, closed)


def partly_back(facts: Facts, case: AbsenceCase, day: date) -> AbsenceCase:
    """Partly back from `day` on."""
    _must_run(case)
    return planned(facts, replace(case, state=CaseState.PARTIAL, partial_from=day))


def wholly_away(facts: Facts, case: AbsenceCase) -> AbsenceCase:
    """Not partly back after all, or no longer: the follow-up of a whole absence goes on."""
    if case.state is not CaseState.PARTIAL:
        raise MovedOnError
    return planned(facts, replace(case, state=CaseState.ACTIVE, partial_from=None))


def ended(facts: Facts, case: AbsenceCase) -> AbsenceCase:
    """Over for a reason that nobody is asked for: nothing is left to be done."""
    _must_run(case)
    return planned(
        facts, replace(case, state=CaseState.CLOSED, end_reason=EndReason.ENDED, return_day=None, closed_at=facts.now)
    )


def may_go_on(facts: Facts, case: AbsenceCase, *, again_from: date | None = None) -> bool:
    """Whether the absence from `again_from` on (None: today) may be the same as a case that ended.

    The gap is counted from the first day back, or from the day on which the case was ended, to the first day of the new absence,
    which may be told late: see `reopened`.
    """
    gap = facts.content.parameters.relapse_gap_days
    again = again_from or facts.today
    over = _over_since(facts, case)
    return over is not None and again >= case.first_day and (again - over).days <= gap and _may_be_told(facts, over)


def _over_since(facts: Facts, case: AbsenceCase) -> date | None:
    if case.state is not CaseState.CLOSED or case.closed_at is None:
        return None
    return case.return_day or case.closed_at.astimezone(facts.zone).date()


def _may_be_told(facts: Facts, over: date) -> bool:
    """A relapse may be told as long after its last possible day as the gap is long."""
    return (facts.today - over).days <= 2 * facts.content.parameters.relapse_gap_days


def reopened(facts: Facts, case: AbsenceCase) -> AbsenceCase:
    """Away altogether again; the days count on from the first day. Up to two gaps after the end: a relapse within one may be told late."""
    over = _over_since(facts, case)
    if over is None or not _may_be_told(facts, over):
        raise MovedOnError
    running = replace(case, state=CaseState.ACTIVE, partial_from=None, return_day=None, end_reason=None, closed_at=None)
    return planned(facts, running, new_generation=True)


def lapsed(facts: Facts, case: AbsenceCase) -> AbsenceCase:
    """Closed because nobody has done anything with it for very long: nothing is left to be done."""
    _must_run(case)
    return planned(
        facts, replace(case, state=CaseState.CLOSED, end_reason=EndReason.LAPSED, return_day=None, closed_at=facts.now)
    )


def corrected(facts: Facts, case: AbsenceCase, first_day: date) -> AbsenceCase:
    """Another first day. Raises InvalidDayError when it would lie after the day from which the employee is partly back."""
    _must_run(case)
    if case.partial_from is not None and first_day > case.partial_from:
        raise InvalidDayError(DayFault.BEFORE_FIRST_DAY)
    if first_day == case.first_day:
        return case
    anew = planned(facts, replace(case, first_day=first_day), new_generation=True)

    def ahead(step: Step) -> Step:
        """What was skipped or put off on another date is open again when its new date lies ahead."""
        before = case.step(step.key)
        answered = step.state in {StepState.SKIPPED, StepState.SNOOZED}
        if before is None or not answered or before.due_on == step.due_on or step.due_on < facts.today:
            return step
        return replace(step, state=StepState.WAITING, done_at=None, next_nudge_at=None)

    return _reminded(facts, replace(anew, steps=tuple(ahead(step) for step in anew.steps)), anew=True)


def rehomed(facts: Facts, case: AbsenceCase, owner_id: str) -> AbsenceCase:
    """The case in the hands of a new owner, whose working days and choices `facts` holds."""
    return planned(facts, replace(case, owner_id=owner_id), new_generation=True)


def awakened(facts: Facts, case: AbsenceCase, waiting_until: datetime) -> AbsenceCase:
    """The case with what waited for its owner to be back at `waiting_until` due now."""

    def due_now(step: Step) -> Step:
        if step.open and step.due_on <= facts.today and step.next_nudge_at == waiting_until:
            return replace(step, next_nudge_at=facts.now)
        return step

    return replace(case, steps=tuple(due_now(step) for step in case.steps))


def frequency(known: Iterable[AbsenceCase], case: AbsenceCase, parameters: Parameters, today: date) -> int:
    """How many cases with the label of `case` began within `freq_months`; those that the leader left out do not count."""
    since = months_before(today, parameters.freq_months)
    return sum(
        other.counts_for_frequency and other.first_day >= since and other.label.casefold() == case.label.casefold()
        for other in known
    )


def months_before(day: date, months: int) -> date:
    """The same day of the month, or the 28th where the day may be missing.

    >>> months_before(date(2026, 8, 31), 6)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * _MONTHS + day.month - 1 - months, _MONTHS)
    return date(year, month + 1, min(day.day, _SHORTEST_MONTH))


def _must_run(case: AbsenceCase) -> None:
    if case.state is CaseState.CLOSED:
        raise MovedOnError


def _open_step(case: AbsenceCase, key: str) -> Step:
    step = case.step(key)
    if step is None or not step.open:
        raise MovedOnError
    return step


def _with_step(case: AbsenceCase, step: Step) -> AbsenceCase:
    return replace(case, steps=tuple(step if other.key == step.key else other for other in case.steps))


def _done(step: Step, now: datetime) -> Step:
    return replace(step, state=StepState.DONE, done_at=now, next_nudge_at=None)


def _skipped(step: Step, now: datetime) -> Step:
    return replace(step, state=StepState.SKIPPED, done_at=now, next_nudge_at=None)


def _answered(facts: Facts, case: AbsenceCase, key: str, answer: Callable[[Step], Step]) -> AbsenceCase:
    step = _open_step(case, key)
    after = _with_step(case, answer(step))
    if step.kind is StepKind.LAW:
        after = replace(after, steps=tuple(_settled_with(case, step, other, facts) for other in after.steps))
    return recurred(facts, after) if _repeats(facts, case, key) else after


def _settled_with(case: AbsenceCase, limit: Step, step: Step, facts: Facts) -> Step:
    """Good practice that leads up to a limit of the law, such as the invitation to a talk, has no more purpose once that is answered."""
    if not step.open or step.kind is not StepKind.GOOD or _repeats(facts, case, step.key):
        return step
    limits = (one for one in case.steps if one.kind is StepKind.LAW and one.due_on >= step.due_on)
    leads_to = min(limits, key=lambda one: one.due_on, default=None)
    return _skipped(step, facts.now) if leads_to is not None and leads_to.key == limit.key else step


def _repeats(facts: Facts, case: AbsenceCase, key: str) -> bool:
    step = case.step(key)
    rule = facts.content.rules.get(step.rule) if step is not None else None
    return rule is not None and rule.every_days is not None


def _attempted(facts: Facts, case: AbsenceCase, step: Step) -> Step:
    tried = replace(step, state=StepState.ATTEMPTED, attempts=step.attempts + 1)
    return replace(tried, next_nudge_at=_next_reminder(facts, case, tried))


def _next_reminder(facts: Facts, case: AbsenceCase, step: Step) -> datetime | None:
    return schedule(
        step,
        content=facts.content.on(case.first_day),
        calendar=facts.calendar,
        level=facts.preferences.level,
        after=facts.now,
        created_on=case.created_at.astimezone(facts.zone).date(),
        zone=facts.zone,
    )


def _undone(facts: Facts, case: AbsenceCase, key: str) -> AbsenceCase:
    step = case.step(key)
    if step is None or step.state in {StepState.WAITING, StepState.LAPSED}:
        raise MovedOnError
    attempts = max(step.attempts - 1, 0) if step.state is StepState.ATTEMPTED else step.attempts
    back = replace(step, state=StepState.WAITING, attempts=attempts, done_at=None, next_nudge_at=None)
    after = recurred(facts, _reminded(facts, _with_step(case, back), anew=False))
    _open_step(after, key)  # a step that the case no longer asks for has lapsed
    return after
