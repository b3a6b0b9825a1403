"""HR's weekly overview, made of what there is to tell when it leaves."""

from __future__ import annotations

from typing import Final, Protocol

from adaptive_cards.insight.cards import digest_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from hr.insight.model import Insight
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.ports import UnitOfWork

INSIGHT_KINDS: Final = (MessageKind.HR_DIGEST,)
"""What `InsightMaker` makes."""


class Facts(Protocol):
    """What there is to tell at the moment; `hr.insight.service.InsightService` knows."""

    async def digest(self, unit: UnitOfWork, message: OutboxMessage) -> Insight | Why:
        """Last week, or why it is not told."""
        ...


class InsightMaker:
    """Answers `bot.courier.Maker` for `INSIGHT_KINDS`."""

    def __init__(self, *, facts: Facts, catalogue: Catalogue) -> None:
        self._facts = facts
        self._texts: Texts = catalogue["da"]

    async def weekend_duty(self, unit: UnitOfWork, message: OutboxMessage) -> bool:
        """HR reads it on working days."""
        del unit, message
        return False

    async def card(self, unit: UnitOfWork, message: OutboxMessage) -> Card | Why:
        """Last week's overview."""
        insight = await self._facts.digest(unit, message)
        if isinstance(insight, Why):
            return insight
        card = digest_card(texts=self._texts, insight=insight, resent=message.resends > 0)
        return render(card, summary=self._texts.say("insight.summaries.digest"))
