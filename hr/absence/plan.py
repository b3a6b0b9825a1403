"""Which steps a case has and on which days: the counting of HR's timeline. Pure: facts, a calendar and a day in, steps out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from hr.absence.model import AbsenceCase, CaseState, EndReason, Step, StepKind, StepState
from hr.absence.timeline import AbsenceContent, DayKind, FollowUpModel, Guide, Parameters, Phase, Shift, StepRule, holds
from hr.absence.views import StepStatus
from hr.workdays import WorkCalendar, add_working_days, on_or_after, on_or_before

_TOO_CLOSE: Final = timedelta(days=3)
_ANSWERED: Final = frozenset({StepState.DONE, StepState.SKIPPED})


def model_for(content: AbsenceContent, first_day: date) -> FollowUpModel:
    """The version of the local model that is valid on a case's first day. Loaded content has exactly one for every day."""
    return next(model for model in content.models if holds(model, first_day))


def plan(
    case: AbsenceCase,
    content: AbsenceContent,
    calendar: WorkCalendar,
    today: date,
    *,
    office_calendar: WorkCalendar | None = None,
) -> tuple[Step, ...]:
    """The steps that the case's facts ask for, all WAITING, in order of (`due_on`, `key`); past ones too.

    A repeating step goes on until its first unanswered occurrence after `today`; of those due by `today` only the last is asked for.
    `office_calendar` moves limits of the law where it is not `calendar`.
    """
    candidates = _candidates(case, content, _Calendars(unit=calendar, office=office_calendar or calendar), today)
    return _in_order(found.step for found in candidates if found.belongs)


def replan(
    case: AbsenceCase,
    content: AbsenceContent,
    calendar: WorkCalendar,
    today: date,
    *,
    new_generation: bool,
    office_calendar: WorkCalendar | None = None,
) -> AbsenceCase:
    """The case with its model, steps and dates as its facts ask for them now.

    What has become of a step stays with its key: answered steps stay even when the plan lacks them, open ones that no longer
    belong lapse, lapsed ones that belong again wait. `next_nudge_at` is None for a step that is new or has got another date, so
    that its reminders are worked out afterwards; a new generation counts its reminders from the beginning.
    `office_calendar` as in `plan`.
    """
    calendars = _Calendars(unit=calendar, office=office_calendar or calendar)
    found = {candidate.step.key: candidate for candidate in _candidates(case, content, calendars, today)}
    carried = [_carried(step, found.pop(step.key, None), new_generation=new_generation) for step in case.steps]
    fresh = [candidate.step for candidate in found.values() if candidate.belongs]
    return replace(
        case,
        model_id=model_for(content, case.first_day).id,
        generation=case.generation + new_generation,
        steps=_in_order([*carried, *fresh]),
    )


def title_of(step: Step, rule: StepRule) -> str:
    """The rule's title with the step's day filled in."""
    return rule.title.replace("{day}", str(step.day))


def shifted(step: Step) -> bool:
    """Whether the date was moved away from a day off."""
    return step.due_on != step.nominal_on


def status(step: Step, today: date, last_on: date | None = None) -> StepStatus | None:
    """How an open step stands on `today`; None when it is not open. `last_on` as in `last_day`."""
    if not step.open:
        return None
    if step.due_on > today:
        return StepStatus.UPCOMING
    return StepStatus.DUE if today <= (last_on or step.due_on) else StepStatus.OVERDUE


def last_day(step: Step, rule: StepRule, parameters: Parameters, calendar: WorkCalendar) -> date | None:
    """The last day of a step that may be done on several: the talk within so many working days after the return. None for all others."""
    if rule.phase is not Phase.RETURN:
        return None
    return add_working_days(calendar, step.due_on, rule.last_workday(parameters))


def guide_limit(guide: Guide, first_day: date, parameters: Parameters, calendar: WorkCalendar) -> date | None:
    """The last day that belongs to a guide, moved as limits of the law are; None when no day belongs to it."""
    if guide.limit_days is None:
        return None
    return _shift(calendar, first_day + timedelta(days=guide.limit_days), parameters.shift_legal)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A step of the timeline with its dates in this case, and whether the case asks for it now."""

    step: Step
    belongs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calendars:
    """The working days of the unit, and those of the offices that a limit of the law depends on."""

    unit: WorkCalendar
    office: WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A rule in a case: the day from which it counts, and the number of its (first) day."""

    rule: StepRule
    anchor: date
    day: int
    parameters: Parameters
    calendars: _Calendars

    def step(self, key: str, day: int) -> Step:
        """The step with its dates. Only the local model can count in working days; limits and good practice rest on the calendar."""
        rule, parameters = self.rule, self.parameters
        nominal = self.anchor + timedelta(days=day - 1)
        if rule.kind is StepKind.LOCAL and parameters.day_kind is DayKind.WORKING:
            unit = self.calendars.unit
            nominal = add_working_days(unit, on_or_after(unit, self.anchor), day - 1)
        if rule.kind is StepKind.LAW:
            due = _shift(self.calendars.office, nominal, parameters.shift_legal)
        else:
            due = _shift(self.calendars.unit, nominal, parameters.shift_local)
        return Step(key=key, rule=rule.id, kind=rule.kind, day=day, nominal_on=nominal, due_on=due)


def _candidates(
    case: AbsenceCase, content: AbsenceContent, calendars: _Calendars, today: date
) -> tuple[_Candidate, ...]:
    found: list[_Candidate] = []
    repeating: list[_Line] = []
    taken: set[date] = set()
    for line in _lines(case, content, calendars):
        if line.rule.every_days is not None:
            repeating.append(line)
            continue
        step = line.step(_key(case, line), line.day)
        found.append(_Candidate(step=step, belongs=_belongs(case, line.rule, step)))
        if line.rule.phase in {Phase.ACTIVE, Phase.FULL}:
            taken.add(step.due_on)
    for line in repeating:
        steps = tuple(_occurrences(case, line, today, taken if line.rule.phase is Phase.FULL else set()))
        latest = max((step.due_on for step in steps if step.due_on <= today), default=date.min)
        found += [
            _Candidate(step=step, belongs=step.due_on >= latest and _repeats(case, line.rule, step, today))
            for step in steps
        ]
    return tuple(found)


def _lines(case: AbsenceCase, content: AbsenceContent, calendars: _Calendars) -> Iterator[_Line]:
    contact_days = {contact.rule: contact.day for contact in model_for(content, case.first_day).contacts}
    for rule in content.on(case.first_day).rules.values():
        anchor = _anchor(case, rule.phase)
        day = contact_days.get(rule.id) if rule.contact else _day_number(rule)
        if anchor is not None and day is not None:
            yield _Line(rule=rule, anchor=anchor, day=day, parameters=content.parameters, calendars=calendars)


def _anchor(case: AbsenceCase, phase: Phase) -> date | None:
    """The day from which a phase counts; None while the case is not in it."""
    match phase:
        case Phase.ACTIVE | Phase.FULL:
            return case.first_day
        case Phase.PARTIAL:
            return case.partial_from if case.state is CaseState.PARTIAL else None
        case Phase.RETURN:
            return case.return_day


def _day_number(rule: StepRule) -> int | None:
    return rule.limit_days + 1 if rule.limit_days is not None else rule.day


def _belongs(case: AbsenceCase, rule: StepRule, step: Step) -> bool:
    if case.end_reason is EndReason.ENDED or (case.state is CaseState.CLOSED and case.return_day is None):
        return False
    if rule.phase is Phase.RETURN:
        return True
    if case.return_day is not None:
        return rule.kind is StepKind.LAW and step.due_on < case.return_day
    if rule.phase is Phase.FULL and case.state is CaseState.PARTIAL and case.partial_from is not None:
        return step.due_on < case.partial_from
    return True


def _repeats(case: AbsenceCase, rule: StepRule, step: Step, today: date) -> bool:
    """As `_belongs`; once the employee is partly back, the repeated contact of a whole absence gives way at once."""
    partly_back = case.state is CaseState.PARTIAL and case.partial_from is not None and case.partial_from <= today
    return not (rule.phase is Phase.FULL and partly_back) and _belongs(case, rule, step)


def _occurrences(case: AbsenceCase, line: _Line, today: date, avoided: set[date]) -> Iterator[Step]:
    """The occurrences through the first one after `today` that is not answered yet; those beside an `avoided` date are left out."""
    number, day = _answered_before(case, line), line.day
    while True:
        number += 1
        step = line.step(f"{line.rule.id}-{number}", day)
        day += line.rule.every_days or 1
        if any(abs(step.due_on - other) <= _TOO_CLOSE for other in avoided):
            continue
        yield step
        known = case.step(step.key)
        if step.due_on > today and (known is None or known.state not in _ANSWERED):
            return


def _key(case: AbsenceCase, line: _Line) -> str:
    answered = _answered_before(case, line)
    return f"{line.rule.id}-{answered + 1}" if answered else line.rule.id


def _answered_before(case: AbsenceCase, line: _Line) -> int:
    """The highest number that an earlier partial period or return of the same case has used up: its answers are not this one's."""
    if line.rule.phase not in {Phase.PARTIAL, Phase.RETURN}:
        return 0
    return max(
        (
            int(step.key.partition("-")[2] or 1)
            for step in case.steps
            if step.rule == line.rule.id and step.state in _ANSWERED and step.nominal_on < line.anchor
        ),
        default=0,
    )


def _shift(calendar: WorkCalendar, day: date, shift: Shift) -> date:
    match shift:
        case Shift.FORWARD:
            return on_or_after(calendar, day)
        case Shift.BACK:
            return on_or_before(calendar, day)
        case Shift.NONE:
            return day


def _carried(step: Step, found: _Candidate | None, *, new_generation: bool) -> Step:
    """`step` with its facts and, where the timeline still has it, its new dates."""
    moved = False
    if found is not None:
        new = found.step
        moved = new.due_on != step.due_on
        step = replace(step, kind=new.kind, day=new.day, nominal_on=new.nominal_on, due_on=new.due_on)
    if new_generation:
        step = replace(step, nudges=0)
    if step.state in _ANSWERED:
        return replace(step, next_nudge_at=None)
    if found is None or not found.belongs:
        return replace(step, state=StepState.LAPSED, next_nudge_at=None)
    if step.state is StepState.LAPSED or _snoozed_past_limit(step):
        return replace(step, state=StepState.WAITING, next_nudge_at=None)
    tried_limit = step.state is StepState.ATTEMPTED and step.kind is StepKind.LAW
    if (step.state is StepState.WAITING or tried_limit) and (moved or new_generation):
        return replace(step, next_nudge_at=None)
    return step


def _snoozed_past_limit(step: Step) -> bool:
    wakes = step.next_nudge_at
    return (
        step.state is StepState.SNOOZED
        and step.kind is StepKind.LAW
        and wakes is not None
        and wakes.date() > step.due_on
    )


def _in_order(steps: Iterator[Step] | list[Step]) -> tuple[Step, ...]:
    return tuple(sorted(steps, key=lambda step: (step.due_on, step.key)))
