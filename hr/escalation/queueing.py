"""Rows of the outbox on questions to HR, and their business keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from hr.escalation.model import Request
from hr.outbox.model import MessageKind, MessageState, OutboxMessage
from hr.people import Person
from hr.ports import UnitOfWork

LEAD: Final = "lead"
"""The step of a message to HR's lead: the group was reminded in vain."""

_CARDS: Final = (MessageKind.REQUEST_NEW, MessageKind.REQUEST_WAITING, MessageKind.REQUEST_CHANGE)
"""What HR has cards of."""


def _new_id() -> str:
    return uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Makes rows at the moment `now` that may leave from `not_before` on."""

    now: datetime
    not_before: datetime
    new_id: Callable[[], str] = _new_id

    def new(self, request: Request, *, members: Iterable[Person], channel: str | None) -> list[OutboxMessage]:
        """The question for those who may take it: in their channel, or in each one's own chat."""
        return self._to_group(MessageKind.REQUEST_NEW, f"{request.rounds}", request, members, channel)

    def waiting(self, request: Request, *, members: Iterable[Person], channel: str | None) -> list[OutboxMessage]:
        """Nobody has taken it; `request.reminders` says which reminder this is."""
        part = f"{request.rounds}:{request.reminders}"
        return self._to_group(MessageKind.REQUEST_WAITING, part, request, members, channel)

    def to_leads(self, request: Request, leads: Iterable[Person]) -> list[OutboxMessage]:
        """Nobody has taken it for so long that HR's lead is told."""
        kind = MessageKind.REQUEST_WAITING
        return [self._row(kind, f"{request.rounds}:{LEAD}", request, lead.id, step_key=LEAD) for lead in leads]

    def answer(self, request: Request) -> OutboxMessage:
        """Something for the one who asked, as of this version of the question."""
        return self._row(
            MessageKind.REQUEST_ANSWER, f"{request.version}", request, request.asker_id, step_key=str(request.version)
        )

    def changed(self, request: Request, sent: OutboxMessage) -> OutboxMessage:
        """The card that somebody in HR has is to show this version of the question."""
        return self._row(
            MessageKind.REQUEST_CHANGE,
            f"{request.version}:{sent.activity_id}",
            request,
            sent.recipient_id,
            conversation_id=sent.conversation_id,
            replaces=sent.activity_id,
        )

    def _to_group(
        self, kind: MessageKind, part: str, request: Request, members: Iterable[Person], channel: str | None
    ) -> list[OutboxMessage]:
        if channel is not None:
            return [self._row(kind, part, request, channel, conversation_id=channel)]
        return [self._row(kind, part, request, member.id) for member in members if member.id != request.asker_id]

    def _row(
        self,
        kind: MessageKind,
        part: str,
        request: Request,
        recipient_id: str,
        *,
        conversation_id: str | None = None,
        replaces: str | None = None,
        step_key: str | None = None,
    ) -> OutboxMessage:
        return OutboxMessage(
            id=self.new_id(),
            kind=kind,
            key=f"{kind.value}:{request.id}:{recipient_id}:{part}",
            recipient_id=recipient_id,
            subject_id=request.id,
            step_key=step_key,
            conversation_id=conversation_id,
            replaces=replaces,
            due_at=self.now,
            not_before=self.not_before,
            created_at=self.now,
        )


async def update_cards(unit: UnitOfWork, queue: Queue, request: Request, *, besides: str | None = None) -> None:
    """Bring the cards that HR has of a question up to date, `besides` the one whose button was pressed; what waits to say otherwise does not leave."""
    await unit.outbox.cancel_about(request.id, kinds=_CARDS)
    cards: dict[str, OutboxMessage] = {}
    for message in await unit.outbox.about(request.id, kinds=_CARDS):
        if message.state is MessageState.SENT and message.activity_id not in {None, besides}:
            cards[str(message.activity_id)] = message
    await unit.outbox.add([queue.changed(request, message) for message in cards.values()])
