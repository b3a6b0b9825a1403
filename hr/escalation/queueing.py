"""Rows of the outbox on questions to HR, and their business keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from hr.escalation.model import Request
from hr.escalation.routing import Told
from hr.outbox.model import MessageKind, MessageState, OutboxMessage
from hr.people import Person
from hr.ports import UnitOfWork

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

    def new(
        self, request: Request, *, members: Iterable[Person], channel: str | None, moved: bool = False
    ) -> list[OutboxMessage]:
        """The question for those who may take it: in their channel, or in each one's own chat. `moved`: again, for the group is elsewhere."""
        part = f"{request.rounds}:{request.version}" if moved else f"{request.rounds}"
        if channel is not None:
            return [self._row(MessageKind.REQUEST_NEW, part, request, channel, conversation_id=channel)]
        return [self._row(MessageKind.REQUEST_NEW, part, request, member.id) for member in members]

    def waiting(
        self, request: Request, told: Told, *, people: Iterable[Person] = (), channel: str | None = None
    ) -> list[OutboxMessage]:
        """A reminder for a channel or for people; `request.reminders` says which one of this version of the question it is."""
        kind, part = MessageKind.REQUEST_WAITING, f"{request.rounds}:{request.version}:{request.reminders}"
        step = None if told is Told.GROUP else told.value
        if channel is not None:
            return [self._row(kind, part, request, channel, conversation_id=channel, step_key=step)]
        return [self._row(kind, part, request, person.id, step_key=step) for person in people]

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

    def changed_after(self, request: Request, sending: OutboxMessage) -> OutboxMessage:
        """The same for a card that is on its way just now, and has no id yet: `step_key` names its message, which is waited for."""
        return self._row(
            MessageKind.REQUEST_CHANGE,
            f"{request.version}:after:{sending.id}",
            request,
            sending.recipient_id,
            conversation_id=sending.conversation_id,
            step_key=sending.id,
        )

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


def told_of(message: OutboxMessage) -> Told:
    """Who a reminder is for, and what of."""
    return Told(message.step_key) if message.step_key is not None else Told.GROUP


async def update_cards(unit: UnitOfWork, queue: Queue, request: Request, *, besides: str | None = None) -> None:
    """Bring the cards that HR has of a question up to date, `besides` the one whose button was pressed; what waits to say otherwise does not leave.

    A card that is on its way at this moment is put right when it has arrived.
    """
    await unit.outbox.cancel_about(request.id, kinds=_CARDS)
    cards: dict[str, OutboxMessage] = {}
    sending: list[OutboxMessage] = []
    for message in await unit.outbox.about(request.id, kinds=_CARDS):
        if message.state is MessageState.SENT and message.activity_id not in {None, besides}:
            cards[str(message.activity_id)] = message
        elif message.state is MessageState.SENDING and message.replaces is None:
            sending.append(message)
    await unit.outbox.add([queue.changed(request, message) for message in cards.values()])
    await unit.outbox.add([queue.changed_after(request, message) for message in sending])
