"""Buttons that say what has become of a step."""

from __future__ import annotations

from datetime import date
from typing import Final

from adaptive_cards.actions import CatchUp, ChangeStep, Snooze
from adaptive_cards.render import Card
from bot.handlers.absence.desk import Desk, Sender
from bot.handlers.absence.inputs import DayProblem, day_problem, snooze_fault, typed_day
from bot.understanding.dates import Direction
from hr.absence.model import SnoozeChoice, StepChange, StepState
from hr.absence.service import Done
from hr.absence.views import StepStatus
from hr.clock import COPENHAGEN
from hr.errors import SnoozeRefusedError

_NOTED: Final = {
    StepChange.DONE: "step_done",
    StepChange.NO_ANSWER: "step_no_answer",
    StepChange.SKIP: "step_skipped",
    StepChange.UNDO: "step_undone",
}
_LEADS_TO: Final = {
    StepChange.DONE: StepState.DONE,
    StepChange.NO_ANSWER: StepState.ATTEMPTED,
    StepChange.SKIP: StepState.SKIPPED,
    StepChange.UNDO: StepState.WAITING,
}


class Steps:
    """Done, no answer, not relevant, undo, later, and the catch-up of a late start."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def change(self, action: ChangeStep, sender: Sender) -> Card:
        """The case with the change, what comes next, and the way back."""
        done = await self._desk.service.change_step(
            sender.person_id, action.case_id, action.step, action.change, token=action.token
        )
        return self._desk.case(sender, done.case, self._noted(sender, done, action))

    async def snooze(self, action: Snooze, sender: Sender) -> Card:
        """The case with the new time; the form again with what was wrong."""
        day: date | None = None
        if action.choice is SnoozeChoice.DAY:
            read = typed_day(action.day, today=self._desk.today(), prefer=Direction.FUTURE)
            if isinstance(read, DayProblem):
                return await self._snooze_form(action, sender, problem=read)
            day = read
        try:
            done = await self._desk.service.snooze(
                sender.person_id, action.case_id, action.step, action.choice, token=action.token, day=day
            )
        except SnoozeRefusedError as error:
            return await self._snooze_form(action, sender, day=day, fault=error)
        return self._desk.case(sender, done.case, self._put_off(sender, done, action.step))

    async def catch_up(self, action: CatchUp, sender: Sender) -> Card:
        """The case after the past steps were sorted out."""
        chosen = tuple(key for key in (part.strip() for part in action.done.split(",")) if key)
        done = await self._desk.service.catch_up(
            sender.person_id, action.case_id, done=chosen, offered=action.offered, token=action.token
        )
        left = any(view.status is StepStatus.OVERDUE for view in done.case.open_steps)
        return self._desk.case(
            sender, done.case, sender.texts.say("absence.say.caught_up_open" if left else "absence.say.caught_up")
        )

    async def _snooze_form(
        self,
        action: Snooze,
        sender: Sender,
        *,
        day: date | None = None,
        problem: DayProblem | None = None,
        fault: SnoozeRefusedError | None = None,
    ) -> Card:
        case = await self._desk.service.view(sender.person_id, action.case_id)
        step = case.step(action.step)
        if step is None or not step.step.open:
            return self._desk.case(sender, case, sender.texts.say("absence.say.outdated"))
        notice = day_problem(sender.texts, problem) if problem is not None else None
        if fault is not None:
            notice = snooze_fault(sender.texts, fault, step.step.kind)
        return await self._desk.snooze(sender, case, step, notice=notice, day=day)

    def _noted(self, sender: Sender, done: Done, action: ChangeStep) -> str:
        """What was noted; what comes next stands on the card. A repeated press may have been overtaken."""
        step = done.case.step(action.step)
        if done.repeated and (step is None or step.step.state is not _LEADS_TO[action.change]):
            return sender.texts.say("absence.say.outdated")
        often = step is not None and step.step.attempts > 1
        if action.change is StepChange.NO_ANSWER and often:
            return sender.texts.say("absence.say.step_no_answer_often")
        if action.change is StepChange.NO_ANSWER and (step is None or step.step.next_nudge_at is None):
            return sender.texts.say("absence.say.step_no_answer_quiet")
        return sender.texts.say(f"absence.say.{_NOTED[action.change]}")

    def _put_off(self, sender: Sender, done: Done, key: str) -> str:
        step = done.case.step(key)
        if done.repeated and (step is None or step.step.state is not StepState.SNOOZED):
            return sender.texts.say("absence.say.outdated")
        at = step.step.next_nudge_at if step is not None else None
        if at is None or at.astimezone(COPENHAGEN).date() == self._desk.today():
            return sender.texts.say("absence.say.snoozed")
        return sender.texts.say(
            "absence.say.snoozed_until", date=sender.texts.weekday_day(at.astimezone(COPENHAGEN).date())
        )
