"""What comes due by itself: the week, what helpers have to do, news of events, and what is old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from hr.onboarding.desk import Desk
from hr.onboarding.messages import message
from hr.onboarding.model import CommonEvent, Item, Journey, JourneyState, SignUp
from hr.onboarding.rules import coming_events
from hr.onboarding.signing import let_go, move_up
from hr.outbox.model import MessageKind, OutboxMessage
from hr.ports import UnitOfWork
from hr.workdays import on_or_after

_ENDS_AFTER: Final = timedelta(days=425)
"""A journey ends by itself two months after its last item, which is due after a year."""

_REMEMBERED: Final = timedelta(days=30)
"""What a helper has not done for a month is on their card, and is not mentioned again by itself."""

_BATCH: Final = 200


class Chores:
    """The rounds of a worker. Idle rounds cost nothing: once a day, and after an edit of HR's, everything is looked at."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen: tuple[date, tuple[Item, ...], tuple[CommonEvent, ...]] | None = None

    async def queue_due(self) -> int:
        """Queue what is due; how many messages. 0 when today has been looked at and HR's files are the same."""
        desk = self._desk
        now = (desk.today(), desk.content.items, desk.content.events)
        if self._seen is not None and self._seen[0] == now[0] and self._seen[1] is now[1] and self._seen[2] is now[2]:
            return 0
        queued = await self._events()
        async with desk.new_unit() as unit:
            journeys = await unit.journeys.open()
            for journey in journeys:
                if journey.start_on + _ENDS_AFTER < desk.today():
                    ended = replace(journey, state=JourneyState.ENDED, ended_at=desk.clock.now())
                    await unit.journeys.save(ended)
                    await let_go(desk, unit, ended)
            running = [one for one in journeys if one.state is JourneyState.RUNNING]
            rows: list[OutboxMessage] = []
            if desk.hours.calendar.is_working_day(desk.today()):
                rows += [*self._weeks(running), *await self._parts(running)]
            rows += await self._offers(unit, running)
            queued += await unit.outbox.add(rows)
            await unit.commit()
        self._seen = now
        return queued

    async def delete_expired(self) -> int:
        """Delete journeys that ended long ago, and old lists; how many."""
        desk = self._desk
        moment = desk.clock.now() - timedelta(days=desk.retention_days)
        deleted = 0
        while True:
            async with desk.new_unit() as unit:
                gone = await unit.journeys.ended_before(moment, limit=_BATCH)
                for journey_id in gone:
                    deleted += await unit.journeys.delete(journey_id)
                await unit.commit()
            if len(gone) < _BATCH:
                break
        async with desk.new_unit() as unit:
            for one in await unit.sign_ups.all():
                if one.told_day < moment.date():
                    deleted += await unit.sign_ups.remove(one.event_id, one.person_id)
            await unit.commit()
        return deleted

    def _weeks(self, running: Sequence[Journey]) -> list[OutboxMessage]:
        today = self._desk.today()
        monday = today - timedelta(days=today.weekday())
        first = on_or_after(self._desk.hours.calendar, monday)
        year, week, _ = today.isocalendar()
        return [
            message(
                self._desk,
                MessageKind.JOURNEY_WEEK,
                f"journey_week:{one.id}:{year}-{week}",
                one.person_id,
                subject_id=one.id,
            )
            for one in running
            if today == first or one.created_at.date() < monday
        ]

    async def _parts(self, running: Sequence[Journey]) -> list[OutboxMessage]:
        """A message for each item that has come due for a helper; of several for one person only the last leaves, and tells of all."""
        today = self._desk.today()
        rows: list[OutboxMessage] = []
        for journey in running:
            for person in await self._desk.helpers(journey):
                for one in (await self._desk.part(person, journey)).open:
                    if one.due_on is None or not today - _REMEMBERED < one.due_on <= today:
                        continue
                    key = f"journey_item:{person.id}:{journey.id}:{one.item.id}:{one.due_on.isoformat()}"
                    rows.append(message(self._desk, MessageKind.JOURNEY_ITEM, key, person.id, subject_id=None))
        return rows

    async def _offers(self, unit: UnitOfWork, running: Sequence[Journey]) -> list[OutboxMessage]:
        rows: list[OutboxMessage] = []
        for journey in running:
            waits = {one.item.event for one in self._desk.plan(journey) if one.open and one.item.event is not None}
            signed = {one.event_id for one in await unit.sign_ups.of_person(journey.person_id)}
            for kind in sorted(waits):
                today = self._desk.today()
                of_kind = {one.id for one in self._desk.content.events if one.kind is kind and not one.cancelled}
                coming = coming_events(self._desk.content.events, kind, max(today, journey.start_on))
                if not coming or signed & of_kind:
                    continue
                key = f"event_offered:{coming[0].id}:{journey.id}"
                rows.append(
                    message(
                        self._desk,
                        MessageKind.JOURNEY_EVENT,
                        key,
                        journey.person_id,
                        subject_id=coming[0].id,
                        step_key="offered",
                    )
                )
        return rows

    async def _events(self) -> int:
        """Tell those who signed up of what HR has changed; how many."""
        told = 0
        async with self._desk.new_unit() as unit:
            events = {event.id: event for event in self._desk.content.events}
            for event_id in sorted({one.event_id for one in await unit.sign_ups.all()}):
                event = events.get(event_id)
                listed = await unit.sign_ups.of_event(event_id, lock=True)
                for one in listed:
                    told += await self._tell(unit, event, one)
                if event is not None and not event.cancelled and event.on >= self._desk.today():
                    told += await move_up(self._desk, unit, event)
            await unit.commit()
        return told

    async def _tell(self, unit: UnitOfWork, event: CommonEvent | None, one: SignUp) -> int:
        """Of an event that is not in the file nothing is told: a file that was saved by mistake must not empty the lists."""
        today = self._desk.today()
        if event is None or (one.told_day < today and (event.told == one.told or event.cancelled)):
            return 0
        # The day is part of the key: HR may change its mind more than once.
        if not event.cancelled:
            if event.told == one.told:
                return 0
            await unit.sign_ups.save(replace(one, told=event.told))
            key, step = f"event_changed:{one.event_id}:{one.person_id}:{event.told}:{today}", "changed"
        else:
            await unit.sign_ups.remove(one.event_id, one.person_id)
            key, step = (
                f"event_cancelled:{one.event_id}:{one.person_id}:{one.told}:{today}",
                f"cancelled:{one.told_day}",
            )
        row = message(self._desk, MessageKind.JOURNEY_EVENT, key, one.person_id, subject_id=one.event_id, step_key=step)
        return await unit.outbox.add([row])
