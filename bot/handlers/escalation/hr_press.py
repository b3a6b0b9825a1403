"""HR's buttons of a question: take, take over, answer, close, open again, make a draft."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from adaptive_cards.escalation import pieces
from adaptive_cards.escalation.actions import HrAnswer, HrRequest
from adaptive_cards.render import Card
from bot.handlers.escalation.desk import Desk, Sender
from hr.clock import Clock
from hr.errors import DraftError, PrivateDraftError, RequestMovedOnError, RequestNotFoundError, RequestTextError
from hr.escalation.answering import Outcome
from hr.escalation.drafts import save_draft
from hr.escalation.model import HrDeed, RequestState
from hr.policy import Operation

_log = logging.getLogger(__name__)

_DONE = {
    HrDeed.TAKE: "asking.say.taken",
    HrDeed.TAKE_OVER: "asking.say.taken",
    HrDeed.CLOSE: "asking.say.closed",
    HrDeed.REOPEN: "asking.say.reopened",
}


class HrPresses:
    """Runs what HR asks for, in a chat of one's own or in the group's channel: the use cases decide who may. `drafts` is where drafts go."""

    def __init__(self, *, desk: Desk, drafts: Path, clock: Clock) -> None:
        self._desk = desk
        self._drafts = drafts
        self._clock = clock

    async def refusal(self, request_id: str, sender: Sender) -> str | None:
        """What to say to whoever may not answer the question; None for who may."""
        try:
            await self._desk.service.answering.show(sender.person_id, request_id)
        except RequestNotFoundError:
            return await self.not_found(sender)
        return None

    async def not_found(self, sender: Sender) -> str:
        """What to say when there is no such question for this person: HR is not sent to HR."""
        in_hr = await self._desk.service.answering.is_hr(sender.person_id)
        return sender.texts.say("asking.say.gone" if in_hr else "asking.say.not_found")

    async def card(self, action: HrRequest | HrAnswer, sender: Sender) -> Card:
        """The question as it is after the press. Raises RequestNotFoundError."""
        if isinstance(action, HrAnswer):
            return await self._answer(action, sender)
        answering, request_id = self._desk.service.answering, action.request_id
        if action.deed is HrDeed.SHOW:
            return await self._desk.hr_card(sender, await answering.show(sender.person_id, request_id))
        if action.deed is HrDeed.DRAFT:
            return await self._draft(request_id, sender)
        outcome = await answering.change(sender.person_id, request_id, action.deed, card=sender.card_id)
        if outcome.changed:
            return await self._desk.hr_card(sender, outcome.view, sender.texts.say(_DONE[action.deed]))
        return await self._not_first(sender, outcome)

    async def _answer(self, action: HrAnswer, sender: Sender) -> Card:
        answering, texts = self._desk.service.answering, sender.texts
        try:
            outcome = await answering.answer(
                sender.person_id, action.request_id, action.answer, token=action.token, card=sender.card_id
            )
        except RequestTextError as error:
            view = await answering.show(sender.person_id, action.request_id)
            kept = "" if error.private else action.answer
            return await self._desk.hr_card(sender, view, self._desk.fault(sender, error, of="hr_faults"), answer=kept)
        except RequestMovedOnError:
            view = await answering.show(sender.person_id, action.request_id)
            return await self._desk.hr_card(sender, view, texts.say("asking.say.moved_on"))
        if not outcome.changed:
            return await self._not_first(sender, outcome, answer=action.answer)
        at = self._desk.service.delivered_at
        said = (
            texts.say("asking.say.answered_later", when=pieces.moment(texts, at))
            if at is not None
            else texts.say("asking.say.answered")
        )
        return await self._desk.hr_card(sender, outcome.view, said)

    async def _draft(self, request_id: str, sender: Sender) -> Card:
        view = await self._desk.service.answering.show(sender.person_id, request_id, operation=Operation.DRAFT_DOCUMENT)
        if view.state is RequestState.WITHDRAWN:
            return await self._desk.hr_card(sender, view, sender.texts.say("asking.say.not_drafted_withdrawn"))
        try:
            path = await asyncio.to_thread(save_draft, self._drafts, view, today=self._clock.today())
        except PrivateDraftError:
            return await self._desk.hr_card(sender, view, sender.texts.say("asking.say.not_drafted_private"))
        except DraftError as error:
            _log.warning("a draft was not saved: %s", type(error).__name__)
            return await self._desk.hr_card(sender, view, sender.texts.say("asking.say.not_drafted"))
        return await self._desk.hr_card(sender, view, sender.texts.say("asking.say.drafted", path=path.name))

    async def _not_first(self, sender: Sender, outcome: Outcome, *, answer: str = "") -> Card:
        """Somebody was quicker: who has it, or how it stands."""
        view, texts = outcome.view, sender.texts
        if view.request.taken_by != sender.person_id and view.state in {RequestState.TAKEN, RequestState.ANSWERED}:
            name = view.taker or texts.say("asking.somebody_hr")
            taken = view.state is RequestState.TAKEN
            said = "asking.say.taken_by" if taken else "asking.say.answered_by"
            return await self._desk.hr_card(sender, view, texts.say(said, name=name), answer=answer)
        return await self._desk.hr_card(sender, view, texts.say("asking.say.moved_on"), answer=answer)
