"""Buttons that change a whole case: return, first day, end, deletion, a new leader, HR."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from adaptive_cards.absence.forms import catch_up_card, correct_card, return_card, transfer_card
from adaptive_cards.absence.pieces import missed
from adaptive_cards.actions import (
    AnswerTransfer,
    CaseChange,
    ChangeCase,
    CorrectFirstDay,
    OfferTransfer,
    ReportReturn,
)
from adaptive_cards.render import Card
from adaptive_cards.texts import Texts
from bot.handlers.absence.desk import Desk, Sender, fresh_token
from bot.handlers.absence.inputs import DayProblem, day_fault, day_problem, typed_day
from bot.understanding.dates import Direction
from bot.understanding.model import Topic
from hr.absence.model import CaseState, Relation, StepKind
from hr.absence.service import Done
from hr.absence.timeline import Phase
from hr.absence.views import CaseView
from hr.errors import InvalidDayError, UnknownColleagueError

FAR_DAYS: Final = 14
"""A return that lies further ahead than this is asked back once."""

_NOTED: Final = {
    CaseChange.END: "ended",
    CaseChange.REOPEN: "reopened",
    CaseChange.WHOLE: "whole",
    CaseChange.SHARE: "shared",
    CaseChange.EXCLUDE: "excluded",
    CaseChange.WITHDRAW: "withdrawn",
}
_HOLDS: Final[dict[CaseChange, Callable[[CaseView], bool]]] = {
    CaseChange.END: lambda view: view.case.state is CaseState.CLOSED,
    CaseChange.REOPEN: lambda view: view.case.state is not CaseState.CLOSED,
    CaseChange.WHOLE: lambda view: view.case.state is CaseState.ACTIVE,
    CaseChange.SHARE: lambda view: view.case.shared_with_hr,
    CaseChange.EXCLUDE: lambda view: not view.case.counts_for_frequency,
    CaseChange.WITHDRAW: lambda view: view.transfer_to is None,
}
"""Whether what a press did is still so: a repeated one may have been overtaken."""


class Changes:
    """What happens to a case as a whole."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def report_return(self, action: ReportReturn, sender: Sender) -> Card:
        """Back, or partly back. A day far ahead is asked back before it counts."""
        partial, service = action.partial == "true", self._desk.service
        day = typed_day(action.day, today=self._desk.today(), prefer=Direction.FUTURE)
        if isinstance(day, DayProblem):
            return await self._return_form(action, sender, notice=day_problem(sender.texts, day))
        if day > self._desk.today() + timedelta(days=FAR_DAYS) and action.far != day:
            return await self._return_form(action, sender, day=day, far=day)
        report = service.report_partial if partial else service.report_return
        try:
            done = await report(sender.person_id, action.case_id, day=day, token=action.token)
        except InvalidDayError as error:
            return await self._return_form(action, sender, day=day, fault=error)
        case = done.case.case
        kept = case.partial_from if partial else case.return_day
        if done.repeated and (kept != day or (case.state is CaseState.CLOSED) is partial):
            return self._desk.case(sender, done.case, sender.texts.say("absence.say.outdated"))
        return self._desk.case(sender, done.case, _back(sender.texts, done.case, day, partial=partial))

    async def correct(self, action: CorrectFirstDay, sender: Sender) -> Card:
        """Another first day; all dates follow."""
        day = typed_day(action.first_day, today=self._desk.today(), prefer=Direction.PAST)
        if isinstance(day, DayProblem):
            return await self._correct_form(action, sender, day_problem(sender.texts, day), None)
        try:
            done = await self._desk.service.correct_first_day(
                sender.person_id, action.case_id, first_day=day, token=action.token
            )
        except InvalidDayError as error:
            return await self._correct_form(action, sender, day_fault(sender.texts, error), day)
        if not done.repeated and len(missed(done.case)) > 1:
            notice = sender.texts.say("absence.say.corrected")
            built = catch_up_card(texts=sender.texts, case=done.case, token=fresh_token(), notice=notice)
            self._desk.touch(sender, Topic.STEP_CARD, done.case)
            return self._desk.card("catch_up", built, sender)
        return self._noted(sender, done, "corrected", holds=done.case.case.first_day == day)

    async def change(self, action: ChangeCase, sender: Sender) -> Card:
        """What needs no more than a yes."""
        if action.change is CaseChange.DELETE:
            await self._desk.service.delete(sender.person_id, action.case_id, token=action.token)
            self._desk.leave(sender)
            return self._desk.note(sender, "deleted")
        done = await self._changed(action, sender.person_id)
        return self._noted(sender, done, _NOTED[action.change], holds=_HOLDS[action.change](done.case))

    async def offer(self, action: OfferTransfer, sender: Sender) -> Card:
        """Offer the case to a colleague."""
        try:
            done = await self._desk.service.offer_transfer(
                sender.person_id, action.case_id, colleague=action.colleague, token=action.token
            )
        except UnknownColleagueError:
            case = await self._desk.service.view(sender.person_id, action.case_id)
            notice = sender.texts.say("absence.say.unknown_colleague")
            built = transfer_card(texts=sender.texts, case=case, token=fresh_token(), notice=notice)
            return self._desk.card("transfer", built, sender)
        name = done.case.transfer_to
        key = "offered" if done.case.transfer_reachable else "offered_unreachable"
        return self._noted(sender, done, key, holds=name is not None, name=name or action.colleague)

    async def answer(self, action: AnswerTransfer, sender: Sender) -> Card:
        """Take a case over, or not."""
        done = await self._desk.service.answer_transfer(
            sender.person_id, action.case_id, accept=action.accept, token=action.token
        )
        if done is None:
            return self._desk.note(sender, "declined")
        return self._noted(sender, done, "taken", holds=done.case.relation is Relation.OWNER)

    def _noted(self, sender: Sender, done: Done, key: str, *, holds: bool, **values: object) -> Card:
        """The case with what was done; a repeated press that was overtaken does not claim it."""
        if done.repeated and not holds:
            return self._desk.case(sender, done.case, sender.texts.say("absence.say.outdated"))
        return self._desk.case(sender, done.case, sender.texts.say(f"absence.say.{key}", **values))

    async def _changed(self, action: ChangeCase, person_id: str) -> Done:
        service = self._desk.service
        calls = {
            CaseChange.END: service.end,
            CaseChange.REOPEN: service.reopen,
            CaseChange.WHOLE: service.report_wholly_away,
            CaseChange.SHARE: service.share_with_hr,
            CaseChange.EXCLUDE: service.exclude_from_frequency,
            CaseChange.WITHDRAW: service.withdraw_transfer,
        }
        return await calls[action.change](person_id, action.case_id, token=action.token)

    async def _return_form(
        self,
        action: ReportReturn,
        sender: Sender,
        *,
        day: date | None = None,
        far: date | None = None,
        notice: str | None = None,
        fault: InvalidDayError | None = None,
    ) -> Card:
        case = await self._desk.service.view(sender.person_id, action.case_id)
        if fault is not None:
            notice = day_fault(sender.texts, fault, first_day=case.case.first_day)
        built = return_card(
            texts=sender.texts,
            case=case,
            token=fresh_token(),
            notice=notice,
            day=day,
            partial=action.partial == "true",
            far=far,
        )
        return self._desk.card("return", built, sender)

    async def _correct_form(self, action: CorrectFirstDay, sender: Sender, notice: str, day: date | None) -> Card:
        case = await self._desk.service.view(sender.person_id, action.case_id)
        built = correct_card(texts=sender.texts, case=case, token=fresh_token(), notice=notice, day=day)
        return self._desk.card("correct", built, sender)


def _back(texts: Texts, view: CaseView, day: date, *, partial: bool) -> str:
    """The return, and what is still to be done after it."""
    noted = texts.say(f"absence.say.{'returned_partly' if partial else 'returned'}", date=texts.day(day))
    if partial:
        return noted
    talks = [step for step in view.open_steps if step.rule.phase is Phase.RETURN]
    reminded = any(step.step.next_nudge_at is not None for step in talks)
    law = any(step.step.kind is StepKind.LAW for step in view.open_steps)
    told = [
        *(["returned_talk" if reminded else "returned_talk_quiet"] if talks else []),
        *(["returned_law"] if law else []),
    ]
    return " ".join([noted, *(texts.say(f"absence.say.{key}") for key in told)])
