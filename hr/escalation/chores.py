"""What happens by itself: questions that nobody takes are called to mind, and finished ones are deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from hr.escalation.desk import Desk, Reach
from hr.escalation.model import OPEN, Request, RequestState
from hr.escalation.queueing import update_cards
from hr.escalation.routing import LEAD_EVERY_DAYS, Told, told_next
from hr.outbox.model import MessageKind, MessageState, OutboxMessage
from hr.ports import UnitOfWork


class Chores:
    """The worker's part."""

    def __init__(self, desk: Desk, *, retention_days: int, open_days: int) -> None:
        """A finished question is kept for `retention_days`; one that nobody answers is closed after `open_days`."""
        self._desk = desk
        self._retention = timedelta(days=retention_days)
        self._open = timedelta(days=open_days)
        self._followed: Mapping[str, str | None] | None = None

    async def follow_groups(self) -> int:
        """Bring what is open where its group is now, when a channel has moved since the last look, or at the first; how many questions moved.

        A channel moves by an edit of HR's, by a message in another one, and when Kompas is added to a chat or taken out of it.
        """
        desk = self._desk
        async with desk.new_unit() as unit:
            channels = {group.id: await desk.channel(unit, group) for group in desk.routing.groups.values()}
            waiting = await unit.requests.open() if channels != self._followed else ()
        moved = [one.id for one in waiting if await self._follow(one.id)]
        self._followed = channels
        return len(moved)

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

    async def close_forgotten(self) -> int:
        """Close what has waited for so long that nobody will answer it, and tell who asked; how many. HR was reminded all along."""
        before = self._desk.clock.now() - self._open
        async with self._desk.new_unit() as unit:
            waiting = [one.id for one in await unit.requests.open() if one.changed_at < before]
        return sum([await self._close(request_id, before) for request_id in waiting])

    async def _close(self, request_id: str, before: datetime) -> bool:
        desk = self._desk
        async with desk.new_unit() as unit:
            request = await unit.requests.find(request_id, lock=True)
            if request is None or request.state not in OPEN or request.changed_at >= before:
                return False
            request = replace(
                request,
                state=RequestState.CLOSED,
                version=request.version + 1,
                reminders=0,
                remind_at=None,
                changed_at=desk.clock.now(),
            )
            await unit.requests.save(request)
            await update_cards(unit, desk.queue, request)
            await unit.outbox.add([desk.queue.answer(request)])
            await unit.commit()
        return True

    async def delete_finished(self, *, limit: int = 100) -> int:
        """Delete questions that have been over for long enough, with all that was said and sent, `limit` in a transaction; how many.

        Who registered a channel is forgotten after as long; the channel stays.
        """
        total, deleted = 0, limit
        while deleted >= limit:
            deleted = await self._delete(limit)
            total += deleted
        async with self._desk.new_unit() as unit:
            await unit.requests.forget_registrars(self._desk.clock.now() - self._retention)
            await unit.commit()
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

    async def _follow(self, request_id: str) -> bool:
        """Whether the question had to go elsewhere. The cards in the old place are brought up to date, which says that it is gone."""
        desk = self._desk
        async with desk.new_unit() as unit:
            request = await unit.requests.find(request_id, lock=True)
            if request is None or request.state not in OPEN:
                return False
            news = await unit.outbox.about(request.id, kinds={MessageKind.REQUEST_NEW})
            reach = await desk.reach(desk.routing.group(request.group), request.asker_id)
            channel = await desk.channel(unit, reach.group)
            moved = not news or news[-1].conversation_id != channel
            if not moved and request.remind_at is not None:
                return False
            # Without a day: kept by a version that reminded of less.
            request = replace(request, remind_at=request.remind_at or desk.first_reminder)
            if moved:
                request = replace(request, group=reach.group.id, version=request.version + 1)
                await update_cards(unit, desk.queue, request)
                await unit.outbox.add(desk.queue.new(request, members=reach.members, channel=channel, moved=True))
            await unit.requests.save(request)
            await unit.commit()
        return moved

    async def _remind(self, unit: UnitOfWork, request: Request) -> None:
        desk = self._desk
        told = told_next(request.state, request.reminders)
        if told is None:
            await unit.requests.save(replace(request, remind_at=None))
            return
        reach = await desk.reach(desk.routing.group(request.group), request.asker_id)
        request = replace(request, group=reach.group.id)
        if told is Told.TAKER and await desk.person(request.taken_by) is None:
            told, request = Told.HELD, replace(request, reminders=request.reminders + 1)
        request = replace(request, reminders=request.reminders + 1)
        rows = await self._reminders(unit, request, told, reach)
        if not rows:  # nobody is left to be told but HR's lead
            told, rows = Told.LEAD, await self._reminders(unit, request, Told.LEAD, reach)
        days = {Told.GROUP: 1, Told.LEAD: LEAD_EVERY_DAYS}.get(told, desk.routing.remind_taker_after_days)
        await unit.requests.save(replace(request, remind_at=desk.morning_after(days)))
        await unit.outbox.add(rows)

    async def _reminders(self, unit: UnitOfWork, request: Request, told: Told, reach: Reach) -> list[OutboxMessage]:
        """The group is told in its channel; in each one's own chat where it has none, or where nothing arrived in it."""
        desk, queue = self._desk, self._desk.queue
        if told is Told.TAKER:
            taker = await desk.person(request.taken_by)
            return queue.waiting(request, told, people=[taker] if taker is not None else [])
        if told is Told.LEAD:
            leads = [lead for lead in await desk.leads() if lead.id != request.asker_id]
            return queue.waiting(request, told, people=leads or reach.members)
        channel = await desk.channel(unit, reach.group)
        sent = await unit.outbox.about(request.id, kinds={MessageKind.REQUEST_NEW})
        if not any(one.state is MessageState.SENT and one.conversation_id == channel for one in sent):
            channel = None
        others = [one for one in reach.members if one.id != request.taken_by]
        return queue.waiting(request, told, people=others, channel=channel)
