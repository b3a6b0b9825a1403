"""What happens by itself: questions that nobody takes are called to mind, and finished ones are deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hr.escalation.desk import Desk
from hr.escalation.model import Request, RequestState
from hr.escalation.routing import REMINDERS, next_reminder
from hr.outbox.model import MessageKind, MessageState, OutboxMessage
from hr.ports import UnitOfWork


class Chores:
    """The worker's part."""

    def __init__(self, desk: Desk, *, retention_days: int) -> None:
        self._desk = desk
        self._retention = timedelta(days=retention_days)

    async def remind(self, *, limit: int = 50) -> int:
        """Queue what is due to be called to mind; of how many questions, fewer than `limit` when nothing is left."""
        desk, now = self._desk, self._desk.clock.now()
        async with desk.new_unit() as unit:
            found = await unit.requests.waiting(now, limit=limit)
            for request in found:
                await self._remind(unit, request)
            if found:
                await unit.commit()
        return len(found)

    async def delete_finished(self, *, limit: int = 100) -> int:
        """Delete questions that have been over for long enough, with all that was said and sent, `limit` in a transaction; how many."""
        total, deleted = 0, limit
        while deleted >= limit:
            deleted = await self._delete(limit)
            total += deleted
        return total

    async def _delete(self, limit: int) -> int:
        desk = self._desk
        async with desk.new_unit() as unit:
            found = await unit.requests.finished_before(desk.clock.now() - self._retention, limit=limit)
            for request_id in found:
                await unit.outbox.delete_about(request_id)
                await unit.requests.delete(request_id)
            if found:
                await unit.commit()
        return len(found)

    async def _remind(self, unit: UnitOfWork, request: Request) -> None:
        desk, now = self._desk, self._desk.clock.now()
        if request.state is not RequestState.NEW:
            await unit.requests.save(replace(request, remind_at=None))
            return
        if request.reminders >= REMINDERS:
            await unit.outbox.add(desk.queue.to_leads(request, await desk.leads()))
            await unit.requests.save(replace(request, remind_at=None))
            return
        following = next_reminder(now, window=desk.window, calendar=desk.calendar)
        request = replace(request, reminders=request.reminders + 1, remind_at=following)
        await unit.requests.save(request)
        await unit.outbox.add(await self._reminders(unit, request))

    async def _reminders(self, unit: UnitOfWork, request: Request) -> list[OutboxMessage]:
        """In the channel where the question arrived; in each one's own chat where there is none, or where it did not arrive."""
        group = self._desk.routing.group(request.group)
        sent = await unit.outbox.about(request.id, kinds={MessageKind.REQUEST_NEW})
        arrived = [one.conversation_id for one in sent if one.state is MessageState.SENT and one.conversation_id]
        members = await self._desk.members(group)
        return self._desk.queue.waiting(request, members=members, channel=arrived[-1] if arrived else None)
