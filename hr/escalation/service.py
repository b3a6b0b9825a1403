"""Questions to HR, as the bot and the worker use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from hr.clock import Clock
from hr.escalation.answering import Answering
from hr.escalation.asking import Asking
from hr.escalation.chores import Chores
from hr.escalation.desk import Desk, RoutingSource
from hr.escalation.model import OPEN, Request, RequestState
from hr.escalation.queueing import told_of
from hr.escalation.routing import Routing, Told
from hr.escalation.views import Gone, RequestView
from hr.outbox.model import MessageKind, MessageState, OutboxMessage, Why
from hr.outbox.policy import Later
from hr.policy import Operation
from hr.ports import Directory, NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow
from hr.workdays import WorkCalendar

_LOOK_AGAIN: Final = timedelta(seconds=20)
"""How long a change waits for a card that is on its way."""


class EscalationService:
    """The use cases by whose they are: `asking`, `answering`, `chores`; and what messages tell."""

    def __init__(
        self,
        *,
        new_unit: NewUnitOfWork,
        directory: Directory,
        source: RoutingSource,
        window: SendWindow,
        calendar: Callable[[], WorkCalendar],
        clock: Clock,
        retention_days: int,
        open_days: int = 400,
    ) -> None:
        self._desk = Desk(
            new_unit=new_unit, directory=directory, source=source, window=window, calendar=calendar, clock=clock
        )
        self.asking = Asking(self._desk)
        self.answering = Answering(self._desk)
        self.chores = Chores(self._desk, retention_days=retention_days, open_days=open_days)

    @property
    def routing(self) -> Routing:
        """HR's routing as it is now."""
        return self._desk.routing

    @property
    def delivered_at(self) -> datetime | None:
        """When what is queued now leaves; None when that is at once."""
        opens = self._desk.opens_at
        return opens if opens > self._desk.clock.now() else None

    async def told(self, unit: UnitOfWork, message: OutboxMessage) -> RequestView | Gone | Why | Later:
        """The question that a message is about, by the facts and rights of this moment; or why it must not leave, or not yet.

        Gone takes the place of a card in a chat that the question is no longer for.
        """
        request = await unit.requests.find(message.subject_id or "")
        if request is None:
            return Why.CHANGED
        if message.kind is MessageKind.REQUEST_ANSWER:
            due = request.asker_id == message.recipient_id and request.state is not RequestState.WITHDRAWN
            return await self._desk.view(unit, request) if due else Why.CHANGED
        change = message.kind is MessageKind.REQUEST_CHANGE
        if change and message.replaces is None:
            return await self._when_it_has_arrived(unit, message, request)
        if not change and not _still_holds(message, request):
            return Why.CHANGED
        group = self._desk.routing.group(request.group)
        if message.conversation_id is not None:
            entitled = message.conversation_id == await self._desk.channel_named(unit, group)
        else:
            entitled = await self._desk.may(message.recipient_id, Operation.SEE_REQUEST, group)
        if entitled:
            return await self._desk.view(unit, request)
        return Gone(number=request.number) if change else Why.NOT_ENTITLED

    async def _when_it_has_arrived(self, unit: UnitOfWork, message: OutboxMessage, request: Request) -> Why | Later:
        """Puts right a card that was on its way when the question changed, as soon as its id is known."""
        sent = await unit.outbox.find(message.step_key or "")
        if sent is not None and sent.state is MessageState.SENDING:
            return Later(at=self._desk.clock.now() + _LOOK_AGAIN)
        if sent is None or sent.state is not MessageState.SENT or sent.activity_id is None:
            return Why.CHANGED
        await unit.outbox.add([self._desk.queue.changed(request, sent)])
        return Why.SUPERSEDED


def _still_holds(message: OutboxMessage, request: Request) -> bool:
    """Whether a question is as a message to HR says."""
    if message.resends:
        return True  # it may have come before, and what stands there then must be put right
    if message.kind is MessageKind.REQUEST_NEW:
        in_channel = message.conversation_id is not None
        return request.state is RequestState.NEW or (in_channel and request.state is RequestState.TAKEN)
    match told_of(message):
        case Told.GROUP:
            return request.state is RequestState.NEW
        case Told.TAKER:
            return request.state is RequestState.TAKEN and request.taken_by == message.recipient_id
        case Told.HELD:
            return request.state is RequestState.TAKEN
        case Told.LEAD:
            return request.state in OPEN
