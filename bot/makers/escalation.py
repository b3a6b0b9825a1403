"""The messages of questions to HR. They are Danish, as the first word to anyone is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol
from uuid import uuid4

from adaptive_cards import parts
from adaptive_cards.escalation.asker import told_card
from adaptive_cards.escalation.hr import gone_card, request_card, waiting_title
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from bot.sources import Sources
from hr.escalation.queueing import told_of
from hr.escalation.views import Gone, RequestView
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.outbox.policy import Later
from hr.ports import UnitOfWork

ESCALATION_KINDS: Final = (
    MessageKind.REQUEST_NEW,
    MessageKind.REQUEST_WAITING,
    MessageKind.REQUEST_CHANGE,
    MessageKind.REQUEST_ANSWER,
)
"""What `EscalationMaker` makes."""


class Facts(Protocol):
    """What messages tell, as it is at the moment; `hr.escalation.service.EscalationService` knows."""

    async def told(self, unit: UnitOfWork, message: OutboxMessage) -> RequestView | Gone | Why | Later:
        """The question, or that it is no longer for this chat; or why the message must not leave, or not yet."""
        ...


def _new_token() -> str:
    return uuid4().hex


class EscalationMaker:
    """Answers `bot.courier.Maker` for `ESCALATION_KINDS`."""

    def __init__(
        self, *, facts: Facts, catalogue: Catalogue, sources: Sources, new_token: Callable[[], str] = _new_token
    ) -> None:
        self._facts = facts
        self._sources = sources
        self._texts: Texts = catalogue["da"]
        self._new_token = new_token

    async def weekend_duty(self, unit: UnitOfWork, message: OutboxMessage) -> bool:
        """Questions keep HR's hours."""
        del unit, message
        return False

    async def card(self, unit: UnitOfWork, message: OutboxMessage) -> Card | Why | Later:
        """The question as it is now."""
        view, texts = await self._facts.told(unit, message), self._texts
        if isinstance(view, Why | Later):
            return view
        if isinstance(view, Gone):
            return render(gone_card(texts=texts, number=view.number), summary=texts.say("asking.summaries.hr"))
        if message.kind is MessageKind.REQUEST_ANSWER:
            return render(
                told_card(texts=texts, view=view, resent=message.resends > 0), summary=texts.say("asking.summaries.own")
            )
        title = None
        if message.kind is MessageKind.REQUEST_WAITING:
            title = waiting_title(texts, view, told_of(message))
        sources = await self._sources.titles(view.request.documents)
        card = request_card(texts=texts, view=view, token=self._new_token(), title=title, sources=sources)
        if message.resends and card.body is not None:
            card.body.insert(0, parts.remark(texts.say("asking.resent")))
        return render(card, summary=texts.say("asking.summaries.hr"))
