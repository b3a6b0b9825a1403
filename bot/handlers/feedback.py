"""Thumbs, and the reason for a thumb down."""

from __future__ import annotations

from uuid import uuid4

from adaptive_cards.actions import GiveReason
from adaptive_cards.feedback import outdated_card, reason_card, thanks_card
from adaptive_cards.render import render
from adaptive_cards.texts import Catalogue
from bot.conversation import SentAnswers
from bot.events import Pressed, Rated
from bot.turn import Message, Turn
from hr.clock import Clock
from hr.errors import RatingNotFoundError
from hr.feedback.model import DislikeReason, Rating, Reaction
from hr.ports import NewUnitOfWork
from privacy.guard import inspect
from privacy.redaction import RedactedText, redact


class RateHandler:
    """Keeps a thumb and asks for the reason of the first thumb down."""

    def __init__(self, *, new_unit: NewUnitOfWork, clock: Clock, catalogue: Catalogue, sent: SentAnswers) -> None:
        self._new_unit = new_unit
        self._clock = clock
        self._catalogue = catalogue
        self._sent = sent

    async def __call__(self, event: Rated, turn: Turn) -> None:
        """Keep it; in a personal chat a thumb down is followed by the card."""
        answer_id = event.answer_id or self._sent.last_in(event.reference.conversation_id)
        if answer_id is None:
            return
        rating = Rating(
            answer_id=answer_id,
            person_id=event.person_id,
            reaction=event.reaction,
            given_at=self._clock.now(),
            document_ids=self._sent.documents(answer_id),
            comment=keepable(event.comment),
        )
        async with self._new_unit() as unit:
            before = await unit.ratings.find(answer_id=rating.answer_id, person_id=rating.person_id)
            await unit.ratings.add(rating)
            await unit.commit()
        again = before is not None and before.reaction is Reaction.DISLIKE
        if event.reaction is Reaction.DISLIKE and event.personal and not again:
            texts = self._catalogue["da"]
            payload = GiveReason(token=uuid4().hex, answer_id=answer_id)
            card = render(reason_card(texts=texts, payload=payload), summary=texts.say("feedback.title"))
            await turn.send(Message(card=card))


class ReasonHandler:
    """Adds the reason to the sender's own rating."""

    def __init__(self, *, new_unit: NewUnitOfWork, clock: Clock, catalogue: Catalogue) -> None:
        self._new_unit = new_unit
        self._clock = clock
        self._catalogue = catalogue

    async def __call__(self, event: Pressed, turn: Turn) -> None:
        """Keep it and thank. A token that was used before has no second effect and is thanked for all the same."""
        action = event.action
        if not isinstance(action, GiveReason):
            return
        texts = self._catalogue[action.language]
        try:
            async with self._new_unit() as unit:
                await unit.ratings.add_reason(
                    token=action.token,
                    answer_id=action.answer_id,
                    person_id=event.person_id,
                    reason=action.reason or DislikeReason.OTHER,
                    comment=keepable(action.comment),
                    at=self._clock.now(),
                )
                await unit.commit()
        except RatingNotFoundError:
            await turn.replace_card(render(outdated_card(texts=texts), summary=texts.say("feedback.outdated_card")))
            return
        await turn.replace_card(render(thanks_card(texts=texts), summary=texts.say("feedback.thanks")))


def gives_reason(event: Pressed) -> bool:
    """A filter for the router."""
    return isinstance(event.action, GiveReason)


def keepable(comment: str) -> RedactedText | None:
    """The comment as it may be stored: redacted, or nothing at all when it tells of somebody's health or the like."""
    if not comment or inspect(comment) is not None:
        return None
    return redact(comment)
