"""A turn over the SDK's context: what goes into the chat, and what goes back in the response of a press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from botbuilder.core import TurnContext

from adaptive_cards.render import Card
from bot.errors import BlockedError, RejectedError
from bot.events import Event, Pressed
from bot.seal import Seal
from bot.teams.places import Places
from bot.teams.wire import card_activity, card_answer, message_activities, typing_activity
from bot.turn import Message

GONE: Final = frozenset({400, 404})
"""What the Connector says of a message that is not there any more, or is none of ours."""


@dataclass(slots=True, kw_only=True)
class InvokeAnswer:
    """What an invoke is answered with. Once it is `late`, nobody waits for a `body` any more: what comes goes into the chat."""

    body: Mapping[str, Any] | None = None
    late: bool = False


class SdkTurn:
    """The turn of one event. `answer` is None where nothing goes back in a response."""

    def __init__(
        self, *, event: Event, context: TurnContext, answer: InvokeAnswer | None, seal: Seal, places: Places
    ) -> None:
        self._event = event
        self._context = context
        self._answer = answer
        self._seal = seal
        self._places = places
        self.failed = False

    async def typing(self) -> None:
        """Three dots."""
        await self._context.send_activity(typing_activity())

    async def send(self, message: Message) -> str | None:
        """Post a message into the chat of the event; the id is that of the text."""
        if message.card is not None:
            return await self._post(self._seal.card(message.card))
        activities = message_activities(
            message, personal=self._event.personal, service_url=self._event.reference.service_url
        )
        sent = [await self._context.send_activity(activity) for activity in activities]
        return sent[0].id if sent[0] is not None else None

    async def replace_card(self, card: Card) -> None:
        """The answer of a press whose sender waits for it; else the message that was pressed is updated, or a new one posted."""
        card = self._seal.card(card)
        place = self._places.of(self._event) if isinstance(self._event, Pressed) else None
        if self._answer is not None and not self._answer.late:
            self._answer.body = card_answer(card)
        elif place is None or not await self._updated(place, card):
            await self._post(card)
            return
        if place is not None:
            self._note(place, card)

    async def _updated(self, place: str, card: Card) -> bool:
        """Whether the card now stands in this message; False when that is gone."""
        activity = card_activity(card)
        activity.id = place
        try:
            await self._context.update_activity(activity)
        except (BlockedError, RejectedError) as error:
            if error.status not in GONE:
                raise
            return False
        return True

    async def _post(self, card: Card) -> str | None:
        sent = await self._context.send_activity(card_activity(card))
        message_id: str | None = sent.id if sent is not None else None
        if message_id is not None:
            self._note(message_id, card)
        return message_id

    def _note(self, message_id: str, card: Card) -> None:
        if not self._event.personal:
            self._places.note(self._event.reference, message_id, card)
