"""The message on the day on which a TRIO looks back. It is Danish, as the first word to anyone is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol
from uuid import uuid4

from adaptive_cards.dialogues.cards import follow_up_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from hr.clock import Clock
from hr.dialogues.model import Dialogue, Theme
from hr.dialogues.rules import latest_day
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.outbox.policy import Later
from hr.ports import UnitOfWork

DIALOGUE_KINDS: Final = (MessageKind.DIALOGUE_FOLLOW_UP,)
"""What `DialogueMaker` makes."""


class Facts(Protocol):
    """What there is to look back on at the moment; `hr.dialogues.service.DialogueService` knows."""

    async def due(self, unit: UnitOfWork, message: OutboxMessage) -> Dialogue | Why | Later:
        """The dialogue, or why its message must not leave, or not yet."""
        ...

    def themes_of(self, dialogue: Dialogue) -> Sequence[Theme]:
        """Its themes."""
        ...


def _new_token() -> str:
    return uuid4().hex


class DialogueMaker:
    """Answers `bot.courier.Maker` for `DIALOGUE_KINDS`."""

    def __init__(
        self, *, facts: Facts, catalogue: Catalogue, clock: Clock, new_token: Callable[[], str] = _new_token
    ) -> None:
        self._facts = facts
        self._texts: Texts = catalogue["da"]
        self._clock = clock
        self._new_token = new_token

    async def weekend_duty(self, unit: UnitOfWork, message: OutboxMessage) -> bool:
        """Never: a group looks back on a working day."""
        del unit, message
        return False

    async def card(self, unit: UnitOfWork, message: OutboxMessage) -> Card | Why | Later:
        """What was agreed, with the buttons to answer."""
        dialogue = await self._facts.due(unit, message)
        if not isinstance(dialogue, Dialogue):
            return dialogue
        today = self._clock.today()
        card = follow_up_card(
            texts=self._texts,
            dialogue=dialogue,
            themes=self._facts.themes_of(dialogue),
            tokens=(self._new_token(), self._new_token(), self._new_token()),
            today=today,
            latest=latest_day(today),
            resent=message.resends > 0,
        )
        return render(card, summary=self._texts.say("dialogues.summaries.follow_up"))
