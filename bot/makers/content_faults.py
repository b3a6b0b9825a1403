"""The messages about faults of HR's own edits. They are Danish, as the first word to anyone is."""

from __future__ import annotations

from typing import Final, Protocol

from adaptive_cards.content_faults.cards import fault_card, mended_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from hr.content_faults.chores import Told
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.ports import UnitOfWork

CONTENT_FAULT_KINDS: Final = (MessageKind.CONTENT_FAULT,)
"""What `ContentFaultMaker` makes."""


class Facts(Protocol):
    """What messages tell, as it is at the moment; `hr.content_faults.chores.FaultChores` knows."""

    async def told(self, unit: UnitOfWork, message: OutboxMessage) -> Told | Why:
        """The fault, or why the message must not leave."""
        ...


class ContentFaultMaker:
    """Answers `bot.courier.Maker` for `CONTENT_FAULT_KINDS`."""

    def __init__(self, *, facts: Facts, catalogue: Catalogue) -> None:
        self._facts = facts
        self._texts: Texts = catalogue["da"]

    async def weekend_duty(self, unit: UnitOfWork, message: OutboxMessage) -> bool:
        """All of HR gets it, not only who edits late: it keeps HR's hours. The last good version is in use meanwhile."""
        del unit, message
        return False

    async def card(self, unit: UnitOfWork, message: OutboxMessage) -> Card | Why:
        """The fault as it is now, or that it is mended."""
        told = await self._facts.told(unit, message)
        if isinstance(told, Why):
            return told
        texts = self._texts
        if told.mended:
            card = mended_card(texts=texts, fault=told.fault, in_use=told.in_use)
            return render(card, summary=texts.say("content_faults.summary_mended"))
        card = fault_card(texts=texts, fault=told.fault, resent=message.resends > 0)
        return render(card, summary=texts.say("content_faults.summary"))
