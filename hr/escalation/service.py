"""Questions to HR, as the bot and the worker use them."""

from __future__ import annotations

from collections.abc import Callable

from hr.clock import Clock
from hr.escalation.answering import Answering
from hr.escalation.asking import Asking
from hr.escalation.chores import Chores
from hr.escalation.desk import Desk, RoutingSource
from hr.escalation.model import RequestState
from hr.escalation.queueing import LEAD
from hr.escalation.routing import Routing
from hr.escalation.views import RequestView
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.policy import Operation
from hr.ports import Directory, NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow
from hr.workdays import WorkCalendar

_NOW_OR_NEVER = frozenset({MessageKind.REQUEST_NEW, MessageKind.REQUEST_WAITING})


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
    ) -> None:
        self._desk = Desk(
            new_unit=new_unit, directory=directory, source=source, window=window, calendar=calendar, clock=clock
        )
        self.asking = Asking(self._desk)
        self.answering = Answering(self._desk)
        self.chores = Chores(self._desk, retention_days=retention_days)

    @property
    def routing(self) -> Routing:
        """HR's routing as it is now."""
        return self._desk.routing

    async def told(self, unit: UnitOfWork, message: OutboxMessage) -> RequestView | Why:
        """The question that a message is about, by the facts and rights of this moment; or why it must not leave."""
        request = await unit.requests.find(message.subject_id or "")
        if request is None:
            return Why.CHANGED
        if message.kind is MessageKind.REQUEST_ANSWER:
            due = request.asker_id == message.recipient_id and request.state is not RequestState.WITHDRAWN
            return await self._desk.view(unit, request) if due else Why.CHANGED
        if message.kind in _NOW_OR_NEVER and request.state is not RequestState.NEW:
            return Why.CHANGED
        group = self._desk.routing.group(request.group)
        to_channel = message.conversation_id is not None
        if to_channel:
            found = await unit.requests.channel(group.id)
            entitled = message.conversation_id == (found.conversation_id if found is not None else group.channel)
        else:
            entitled = await self._desk.may(message.recipient_id, Operation.SEE_REQUEST, group)
        return await self._desk.view(unit, request) if entitled else Why.NOT_ENTITLED

    @staticmethod
    def is_for_lead(message: OutboxMessage) -> bool:
        """Whether a message tells HR's lead of what a group has left lying."""
        return message.step_key == LEAD
