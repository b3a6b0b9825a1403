"""When a step is reminded of, to whom, and when it no longer is. Pure: everything is worked out from the case, HR's content and a moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hr.absence.model import (
    AbsenceCase,
    Away,
    Preferences,
    ReminderLevel,
    SnoozeChoice,
    Step,
    StepKind,
    StepState,
)
from hr.absence.timeline import AbsenceContent, Parameters, Phase
from hr.errors import SnoozeRefusal, SnoozeRefusedError
from hr.send_window import SendWindow, moment_at
from hr.workdays import WorkCalendar, add_working_days, on_or_after, on_or_before

_LATER: Final = timedelta(hours=2)
_DAY: Final = timedelta(days=1)
_LONGEST_SNOOZE: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One reminder is to be queued, however many were missed. `due_at` is when it should have left, `not_before` when it may.

    `next_at` is the step's next reminder, on a later day; None when none is to come. `belated`: this is no day on which the step is
    reminded of, the reminder makes up for one that was missed.
    """

    recipient_id: str
    due_at: datetime
    not_before: datetime
    next_at: datetime | None
    belated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Postpone:
    """Nothing is to be queued now; the step is to be looked at again at `next_at`."""

    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Nothing is to be queued, and no reminder is to come."""


Decision = Queue | Postpone | Drop


def schedule(
    step: Step,
    *,
    content: AbsenceContent,
    calendar: WorkCalendar,
    level: ReminderLevel,
    after: datetime,
    created_on: date,
    zone: ZoneInfo,
) -> datetime | None:
    """The step's next reminder strictly after `after`, in UTC; None when none is to come.

    For an ATTEMPTED step `after` is the attempt: it is asked about once more, on the next working day, and then by a further
    attempt only. `created_on` is the local day on which the case was created: that day is quiet, the card of the creation tells all.
    """
    if not step.open:
        return None
    if step.state is StepState.SNOOZED and step.next_nudge_at is not None and step.next_nudge_at > after:
        return step.next_nudge_at
    regular = None
    if step.state is not StepState.ATTEMPTED or step.kind is StepKind.LAW:
        ordinary = _Ordinary(content=content, calendar=calendar, level=level, created_on=created_on, zone=zone)
        regular = ordinary.next(step, after=after)
    if _asked_again(step, content.parameters, level):
        asked = next_send(after, calendar=calendar, send_time=content.parameters.send_time, zone=zone)
        return asked if regular is None else min(asked, regular)
    return regular


def next_send(after: datetime, *, calendar: WorkCalendar, send_time: time, zone: ZoneInfo) -> datetime:
    """`send_time` on the next working day, in UTC."""
    return moment_at(add_working_days(calendar, after.astimezone(zone).date(), 1), send_time, zone)


def with_reminders(
    case: AbsenceCase,
    *,
    content: AbsenceContent,
    calendar: WorkCalendar,
    level: ReminderLevel,
    after: datetime,
    zone: ZoneInfo,
    anew: bool = False,
) -> AbsenceCase:
    """The case with `next_nudge_at` set where a plan left it open.

    To be called after `hr.absence.plan`. A reminder that is set stays: it may be due already, be put off, wait for the leader to be
    back, or follow one that is still on its way. `anew` is a new generation, or another choice of the leader's: steps that were
    tried or put off, and are no longer reminded of, are looked at too.
    """
    ordinary = _Ordinary(
        content=content,
        calendar=calendar,
        level=level,
        created_on=case.created_at.astimezone(zone).date(),
        zone=zone,
    )

    def reminded(step: Step) -> Step:
        if not step.open:
            return replace(step, next_nudge_at=None)
        if step.next_nudge_at is not None:
            return step
        stands = step.state is StepState.WAITING or step.kind is StepKind.LAW
        if stands or (anew and (step.state is StepState.SNOOZED or step.nudges == 0)):
            step = replace(step, next_nudge_at=ordinary.first(step, after=after))
        over = step.kind is StepKind.LAW and step.nudges > 0
        if anew and not over and _asked_again(step, content.parameters, level):
            asked = next_send(after, calendar=calendar, send_time=content.parameters.send_time, zone=zone)
            return replace(step, next_nudge_at=min(asked, step.next_nudge_at or asked))
        return step

    return replace(case, steps=tuple(reminded(step) for step in case.steps))


def decide(
    case: AbsenceCase,
    step: Step,
    *,
    now: datetime,
    content: AbsenceContent,
    calendar: WorkCalendar,
    window: SendWindow,
    preferences: Preferences,
    away: Away | None,
    fallback_id: str | None,
    deputy_has_chat: bool = True,
    owner_gone: bool = False,
) -> Decision:
    """What is to be done about a step whose `next_nudge_at` has come.

    `preferences` and `away` are the owner's; `fallback_id` is the person of `fallback_contact`. Limits of the law pass by a deputy
    whom no message can reach. `owner_gone`: the owner leads nobody any more, so he is not told; what nobody can be told waits from
    day to day for a new leader.
    """
    due = step.next_nudge_at
    if due is None or not step.open or not _wanted(step, preferences.level):
        return Drop()
    if due > now:
        return Postpone(next_at=due)
    parameters = content.parameters
    not_before = window.next_open(now, calendar, send_time=parameters.send_time)
    send_day = not_before.astimezone(window.zone).date()
    recipient: str | None = None if owner_gone else case.owner_id
    if away is not None and away.covers(send_day):
        if away.deputy_id is not None and (deputy_has_chat or step.kind is not StepKind.LAW):
            recipient = away.deputy_id
        elif owner_gone:
            recipient = None
        elif step.kind is StepKind.LAW:
            recipient = fallback_id or case.owner_id
        else:
            back = on_or_after(calendar, away.to_day + _DAY)
            return Postpone(next_at=moment_at(back, parameters.send_time, window.zone))
    if recipient is None and step.kind is StepKind.LAW:
        recipient = fallback_id
    if recipient is None:
        return Postpone(next_at=next_send(now, calendar=calendar, send_time=parameters.send_time, zone=window.zone))
    ordinary = _Ordinary(
        content=content,
        calendar=calendar,
        level=preferences.level,
        created_on=case.created_at.astimezone(window.zone).date(),
        zone=window.zone,
    )
    asked_again = step.state is StepState.ATTEMPTED and step.kind is not StepKind.LAW
    return Queue(
        recipient_id=recipient,
        due_at=window.next_open(due, calendar, send_time=parameters.send_time),
        not_before=not_before,
        next_at=None if asked_again else ordinary.next(step, after=moment_at(send_day, time.max, window.zone)),
        belated=not ordinary.on(step, send_day),
    )


def spoken_for(asked: Sequence[tuple[Step, Queue]]) -> frozenset[str]:
    """Of a case's steps that are to be reminded of at the same moment, the keys of those that another one speaks for: a limit of the
    law, which is more urgent, or else the latest.

    So a leader who was away, takes a case over or goes on with one gets one reminder of it and not one for each day that has gone; the
    card leads to the earlier steps. A reminder on its own day is never left out, and neither are a limit of the law and what somebody
    has tried or put off: he waits for just that.
    """
    ordinary = [step for step, _ in asked if step.kind is not StepKind.LAW and step.state is StepState.WAITING]
    latest = max(ordinary, key=lambda step: (step.due_on, step.key), default=None)
    if any(step.kind is StepKind.LAW for step, _ in asked):
        latest = None
    late = {step.key for step, queue in asked if queue.belated}
    return frozenset(step.key for step in ordinary if step is not latest and step.key in late)


def awake(step: Step) -> Step:
    """The step once the reminder that it was put off to has come: as it stood before, its snoozes counted."""
    if step.state is not StepState.SNOOZED:
        return step
    return replace(step, state=StepState.ATTEMPTED if step.attempts else StepState.WAITING)


def snooze_until(
    step: Step,
    choice: SnoozeChoice,
    *,
    day: date | None = None,
    limit: date | None = None,
    now: datetime,
    parameters: Parameters,
    calendar: WorkCalendar,
    window: SendWindow,
) -> datetime:
    """When a step that is put off comes back, in UTC: in two hours, on the next working day, or on `day` (DAY), moved off a day off.

    `limit` is the case's `next_limit`, past which nothing that leads up to it is put off (handbook 2.5).
    Raises SnoozeRefusedError: TOO_MANY; DAY_GONE for a moment that is not ahead (or no day); PAST_LIMIT with the last possible day,
    which is the limit of the law, or a year from now where none is ahead.
    """
    if step.snoozes >= parameters.max_snooze:
        raise SnoozeRefusedError(SnoozeRefusal.TOO_MANY)
    today = now.astimezone(window.zone).date()
    last_day = step.due_on if step.kind is StepKind.LAW else limit or today + _LONGEST_SNOOZE
    if choice is SnoozeChoice.DAY and (day is None or day < today):
        raise SnoozeRefusedError(SnoozeRefusal.DAY_GONE)
    if day is not None and choice is SnoozeChoice.DAY and day > last_day:
        raise SnoozeRefusedError(SnoozeRefusal.PAST_LIMIT, limit=last_day)
    if choice is SnoozeChoice.LATER:
        wanted = now + _LATER
    else:
        chosen = day if choice is SnoozeChoice.DAY and day is not None else today + _DAY
        wanted = moment_at(on_or_after(calendar, chosen), parameters.send_time, window.zone)
    if wanted <= now:
        raise SnoozeRefusedError(SnoozeRefusal.DAY_GONE)
    moment = window.next_open(wanted, calendar, send_time=parameters.send_time)
    if moment.astimezone(window.zone).date() > last_day:
        raise SnoozeRefusedError(SnoozeRefusal.PAST_LIMIT, limit=last_day)
    return moment


def next_limit(case: AbsenceCase, today: date) -> date | None:
    """The last day of the next open limit of the law from today on."""
    ahead = (step.due_on for step in case.open_steps if step.kind is StepKind.LAW and step.due_on >= today)
    return min(ahead, default=None)


def is_legal_offer_hr(step: Step, today: date) -> bool:
    """Whether the card offers to contact HR: a limit of the law has gone by, and the step is still open."""
    return step.kind is StepKind.LAW and step.open and step.due_on < today


def digest_due(now: datetime, calendar: WorkCalendar, send_time: time, zone: ZoneInfo) -> tuple[int, int] | None:
    """The ISO year and week whose digest is due at `now`; None before `send_time` on its first working day, and on days off.

    True for the rest of the week: whoever sends it keeps that it was sent.
    """
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    week = (monday + timedelta(days=offset) for offset in range(7))
    first = next((day for day in week if calendar.is_working_day(day)), None)
    if first is None or not calendar.is_working_day(today) or now < moment_at(first, send_time, zone):
        return None
    year, number, _ = today.isocalendar()
    return year, number


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ordinary:
    """The ordinary reminders of a case's steps. `created_on` and the days before it are quiet."""

    content: AbsenceContent
    calendar: WorkCalendar
    level: ReminderLevel
    created_on: date
    zone: ZoneInfo

    def next(self, step: Step, *, after: datetime) -> datetime | None:
        """The first one strictly after `after`."""
        for day in self._days(step):
            moment = self._at(day)
            if moment > after:
                return moment
        return None

    def on(self, step: Step, day: date) -> bool:
        """Whether the step is reminded of on this day."""
        return day in self._days(step)

    def first(self, step: Step, *, after: datetime) -> datetime | None:
        """The one to begin with. A limit whose reminders ahead of its day are all gone is told of before that day, if one is left."""
        found = self.next(step, after=after)
        if found is None:
            return self.missed(step, after=after)
        if step.kind is not StepKind.LAW or min(self._offsets(step), default=0) >= 0:
            return found
        if found < self._at(on_or_before(self.calendar, step.due_on)):
            return found
        return min(found, self.missed(step, after=after) or found)

    def missed(self, step: Step, *, after: datetime) -> datetime | None:
        """The one reminder of a step whose days went by without any, at the next `send_time`. The card of a late start told of earlier ones."""
        if step.nudges or step.due_on < self.created_on or not self._offsets(step):
            return None
        day = on_or_after(self.calendar, max(after.astimezone(self.zone).date(), self.created_on + _DAY))
        moment = self._at(day)
        return moment if moment > after else self._at(add_working_days(self.calendar, day, 1))

    def _at(self, day: date) -> datetime:
        return moment_at(day, self.content.parameters.send_time, self.zone)

    def _days(self, step: Step) -> Iterator[date]:
        nearest = on_or_before if step.kind is StepKind.LAW else on_or_after
        for offset in self._offsets(step):
            day = add_working_days(self.calendar, nearest(self.calendar, step.due_on), offset)
            if day > self.created_on:
                yield day

    def _offsets(self, step: Step) -> tuple[int, ...]:
        """In working days from the due day."""
        parameters = self.content.parameters
        if step.kind is StepKind.LAW:
            return parameters.legal_reminders
        if step.due_on < self.created_on or self.level is ReminderLevel.DEADLINES:
            return ()
        offsets = parameters.local_reminders
        rule = self.content.rules.get(step.rule)
        if rule is not None and rule.phase is Phase.RETURN:
            # The talk has a last day, which is reminded of too.
            last = rule.last_workday(parameters)
            offsets = (*(offset for offset in offsets if offset < last), last)
        return offsets[:1] if self.level is ReminderLevel.FEWER else offsets


def _wanted(step: Step, level: ReminderLevel) -> bool:
    """Whether the leader still wants this reminder: choices may have changed since it was set. Who puts off asks to be reminded."""
    if step.kind is StepKind.LAW or step.state is StepState.SNOOZED:
        return True
    return level is ReminderLevel.NORMAL or (level is ReminderLevel.FEWER and step.nudges == 0)


def _asked_again(step: Step, parameters: Parameters, level: ReminderLevel) -> bool:
    """Whether an attempt is asked about once more."""
    wanted = step.kind is StepKind.LAW or level is ReminderLevel.NORMAL
    return step.state is StepState.ATTEMPTED and step.attempts <= parameters.max_attempts and wanted
