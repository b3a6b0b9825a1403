"""What a step can be put off to, so that nothing is offered that would be refused. Pure."""

from __future__ import annotations

from datetime import date, datetime

from hr.absence.model import SnoozeChoice, Step, StepKind
from hr.absence.reminders import snooze_until
from hr.absence.timeline import Parameters
from hr.absence.views import SnoozeOptions
from hr.errors import SnoozeRefusal, SnoozeRefusedError
from hr.send_window import SendWindow
from hr.workdays import WorkCalendar


def snooze_options(
    step: Step,
    *,
    limit: date | None = None,
    now: datetime,
    parameters: Parameters,
    calendar: WorkCalendar,
    window: SendWindow,
) -> SnoozeOptions:
    """The choices that `hr.absence.reminders.snooze_until` takes at `now`.

    Two hours are for later on the same day: when they end after the window, the next working day says the same. A day can be chosen
    as long as the next working day can.
    """

    def until(choice: SnoozeChoice) -> datetime | SnoozeRefusal:
        try:
            return snooze_until(
                step, choice, limit=limit, now=now, parameters=parameters, calendar=calendar, window=window
            )
        except SnoozeRefusedError as error:
            return error.reason

    later, tomorrow = until(SnoozeChoice.LATER), until(SnoozeChoice.TOMORROW)
    choices: set[SnoozeChoice] = set()
    if isinstance(later, datetime) and later.astimezone(window.zone).date() == now.astimezone(window.zone).date():
        choices.add(SnoozeChoice.LATER)
    if isinstance(tomorrow, datetime):
        choices |= {SnoozeChoice.TOMORROW, SnoozeChoice.DAY}
    refusal = tomorrow if not choices and isinstance(tomorrow, SnoozeRefusal) else None
    last_on = step.due_on if step.kind is StepKind.LAW else limit
    return SnoozeOptions(choices=frozenset(choices), refusal=refusal, last_on=last_on)
