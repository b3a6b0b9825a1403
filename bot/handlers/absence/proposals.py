"""What a message proposes for one case, as the card on which it is confirmed."""

from __future__ import annotations

from adaptive_cards.absence.forms import confirm_card, correct_card, return_card, transfer_card
from adaptive_cards.absence.pieces import step_name
from adaptive_cards.absence.step import is_contact
from adaptive_cards.actions import CaseChange
from adaptive_cards.render import Card
from bot.conversation import Touched
from bot.handlers.absence.clarifying import ask_how_it_ends
from bot.handlers.absence.desk import Desk, Sender, fresh_token
from bot.handlers.absence.filling import fill
from bot.handlers.absence.inputs import DayProblem, day_problem
from bot.handlers.absence.which import meant_step
from bot.understanding.model import (
    CloseCase,
    CorrectFirstDay,
    ListCases,
    Outcome,
    RecordContact,
    Snooze,
    StepGuidance,
    Topic,
    TransferCase,
)
from hr.absence.access import may
from hr.absence.model import CaseState
from hr.absence.views import CaseView, StepStatus, StepView
from hr.policy import Operation

OfCase = RecordContact | Snooze | CloseCase | ListCases | StepGuidance | CorrectFirstDay | TransferCase
"""The meanings that belong to one case."""


async def propose(  # noqa: PLR0911 - one line a meaning
    desk: Desk, sender: Sender, case: CaseView, meant: OfCase, touched: Touched
) -> Card | None:
    """The card. What the sender may not do with the case is answered by the case as it is; None is for the sources."""
    match meant:
        case RecordContact():
            return await _contact(desk, sender, case, meant, touched)
        case Snooze():
            return await _snooze(desk, sender, case, meant, touched)
        case StepGuidance():
            return await _guidance(desk, sender, case, meant, touched)
        case CloseCase():
            return _close(desk, sender, case, meant)
        case CorrectFirstDay() if may(case.relation, Operation.CORRECT_CASE):
            desk.touch(sender, Topic.STEP_CARD, case)
            built = correct_card(
                texts=sender.texts, case=case, token=fresh_token(), notice=_impossible(sender, meant), day=meant.day
            )
            return desk.card("correct", built, sender)
        case TransferCase() if may(case.relation, Operation.OFFER_CASE):
            desk.touch(sender, Topic.STEP_CARD, case)
            form = transfer_card(texts=sender.texts, case=case, token=fresh_token())
            fill(form, "colleague", meant.handle or "")
            return desk.card("transfer", form, sender)
        case _:
            return desk.case(sender, case)


async def _contact(desk: Desk, sender: Sender, case: CaseView, meant: RecordContact, touched: Touched) -> Card:
    """The step with the word which button to press."""
    step = meant_step(case, meant.step_day, touched) if meant.step_day is not None else None
    step = step or _tried(case, touched)
    if step is None:
        return desk.case(sender, case, sender.texts.say("absence.say.no_open_step"))
    if not step.step.open or not may(case.relation, Operation.CHANGE_STEP):
        return desk.case(sender, case)
    if not is_contact(step.rule) and not meant.reached:
        return await desk.step(sender, case, step, sender.texts.say("absence.say.try_another_day"))
    if not _talk(step) and meant.step_day is None:
        title = step_name(sender.texts, step)
        return desk.case(sender, case, sender.texts.say("absence.say.no_open_contact", title=title))
    key = "press_done" if meant.reached else "press_no_answer"
    return await desk.step(sender, case, step, sender.texts.say(f"absence.say.{key}"))


def _tried(case: CaseView, touched: Touched) -> StepView | None:
    """The contact that was made or tried: the one looked at, one that waits, the next step. A step of another kind is the next one."""
    step = meant_step(case, None, touched, contact=True)
    if step is None or _talk(step):
        return step
    waiting = (view for view in case.open_steps if _talk(view) and view.status is not StepStatus.UPCOMING)
    return next(waiting, None) or case.next_step


def _talk(view: StepView) -> bool:
    """Whether the step is to reach the employee during the absence, partial or not: the first days and what comes back every so often."""
    return view.rule.contact or view.rule.every_days is not None


async def _snooze(desk: Desk, sender: Sender, case: CaseView, meant: Snooze, touched: Touched) -> Card:
    step = meant_step(case, meant.step_day, touched) or meant_step(case, None, touched)
    if step is None or not step.step.open:
        return desk.case(sender, case, sender.texts.say("absence.say.no_open_step"))
    if not may(case.relation, Operation.SNOOZE):
        return desk.case(sender, case)
    exact = meant.later is not None and (meant.later.at is not None or meant.later.delay is not None)
    notice = sender.texts.say("absence.say.snooze_press") if exact else _impossible(sender, meant)
    return await desk.snooze(sender, case, step, notice=notice, day=meant.until)


async def _guidance(desk: Desk, sender: Sender, case: CaseView, meant: StepGuidance, touched: Touched) -> Card | None:
    """The step in this case, done or not: what to do stays worth reading."""
    step = meant_step(case, meant.step_day, touched)
    if step is not None:
        return await desk.step(sender, case, step)
    return None if meant.step_day is not None else desk.case(sender, case, sender.texts.say("absence.say.no_open_step"))


def _close(desk: Desk, sender: Sender, case: CaseView, meant: CloseCase) -> Card:
    """How the case ends, to be confirmed. A case that has ended is shown."""
    texts, token = sender.texts, fresh_token()
    desk.touch(sender, Topic.STEP_CARD, case)
    ended = case.case.state is CaseState.CLOSED
    match meant.outcome:
        case Outcome.MISTAKE if may(case.relation, Operation.DELETE_CASE):
            built = confirm_card(texts=texts, case=case, change=CaseChange.DELETE, token=token)
            return desk.card("confirm", built, sender)
        case Outcome.ENDED if not ended and may(case.relation, Operation.END_CASE):
            built = confirm_card(texts=texts, case=case, change=CaseChange.END, token=token)
            return desk.card("confirm", built, sender)
        case Outcome.WELL | Outcome.PARTIAL if not ended and may(case.relation, Operation.REPORT_RETURN):
            partial = meant.outcome is Outcome.PARTIAL
            built = return_card(
                texts=texts,
                case=case,
                token=token,
                notice=_impossible(sender, meant),
                day=meant.day,
                partial=partial,
            )
            return desk.card("return", built, sender)
        case Outcome.UNKNOWN if not ended and may(case.relation, Operation.END_CASE):
            return ask_how_it_ends(desk, sender, case)
        case _:
            return desk.case(sender, case)


def _impossible(sender: Sender, meant: Snooze | CloseCase | CorrectFirstDay) -> str | None:
    return day_problem(sender.texts, DayProblem.IMPOSSIBLE) if meant.impossible_day else None
