"""What comes due by itself: the week, what helpers have to do, news of events, and what is old."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from hr.onboarding.desk import NEWCOMER, Desk
from hr.onboarding.messages import message, opening
from hr.onboarding.model import CommonEvent, Item, Journey, JourneyState, SignUp
from hr.onboarding.rules import coming_events, ends_on
from hr.onboarding.signing import let_go, move_up
from hr.outbox.model import MessageKind, OutboxMessage
from hr.ports import UnitOfWork
from hr.workdays import on_or_after

_MENTIONED_DAYS: Final = 30
"""What a helper has not done for a month is on their card, and is not mentioned by itself any more."""

_BATCH: Final = 50
"""Rows that one unit writes: few enough that nobody waits long for the database or the event loop."""


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
        running: list[Journey] = []
        for journey in journeys:
            if ends_on(desk.content.items, journey) < desk.today():
                await self._end(journey.id)
            elif journey.state is JourneyState.RUNNING:
                running.append(journey)
        # What is worked out for hundreds of journeys is worked out while no unit is open: others need the database.
        if desk.hours.calendar.is_working_day(desk.today()):
            rows = [*self._weeks(running), *await self._parts(running)]
            for first in range(0, len(rows), _BATCH):
                async with desk.new_unit() as unit:
                    queued += await unit.outbox.add(rows[first : first + _BATCH])
                    await unit.commit()
        queued += await self._offers(running)
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

    async def _end(self, journey_id: str) -> None:
        desk = self._desk
        async with desk.new_unit() as unit:
            journey = await unit.journeys.find(journey_id, lock=True)
            if journey is None or journey.state is JourneyState.ENDED:
                return
            if ends_on(desk.content.items, journey) < desk.today():
                ended = replace(journey, state=JourneyState.ENDED, ended_at=desk.clock.now())
                await unit.journeys.save(ended)
                await let_go(desk, unit, ended)
                await unit.outbox.cancel_about(journey_id)
            await unit.commit()

    def _weeks(self, running: Sequence[Journey]) -> list[OutboxMessage]:
        today = self._desk.today()
        monday = today - timedelta(days=today.weekday())
        first = on_or_after(self._desk.hours.calendar, monday)
        if today != first and today - first >= self._mentioned():
            return []
        year, week, _ = today.isocalendar()
        at = opening(self._desk)
        return [
            message(
                self._desk,
                MessageKind.JOURNEY_WEEK,
                f"journey_week:{one.id}:{year}-{week}",
                one.person_id,
                subject_id=one.id,
                at=at,
            )
            for one in running
            if today == first or one.created_at.date() < monday
        ]

    async def _parts(self, running: Sequence[Journey]) -> list[OutboxMessage]:
        """A message for each item that has come due for a helper; of several for one person only the last leaves, and tells of all."""
        today = self._desk.today()
        since = today - self._mentioned()
        staff, at = await self._desk.staff(), opening(self._desk)
        rows: list[OutboxMessage] = []
        for journey in running:
            for parts, people in (await self._desk.helpers(journey, staff)).items():
                plan = self._desk.plan(journey, parts)
                due = {
                    one.item.id: one.due_on for one in plan if one.open and one.due_on and since < one.due_on <= today
                }
                for name, due_on in due.items():
                    for person in people:
                        key = f"journey_item:{person.id}:{journey.id}:{name}:{due_on.isoformat()}"
                        rows.append(
                            message(self._desk, MessageKind.JOURNEY_ITEM, key, person.id, subject_id=None, at=at)
                        )
            await asyncio.sleep(0)
        return rows

    async def _offers(self, running: Sequence[Journey]) -> int:
        """Tell each newcomer once of the next event that their plan waits for; how many. Who has a place, or waits for one, is not told."""
        desk = self._desk
        told = 0
        async with desk.new_unit() as unit:
            listed = await unit.sign_ups.all()
        signed: dict[str, list[SignUp]] = {}
        for one in listed:
            signed.setdefault(one.person_id, []).append(one)
        wanted: list[tuple[Journey, CommonEvent]] = []
        for journey in running:
            wanted += [(journey, event) for event in self._to_offer(journey, signed.get(journey.person_id, ()))]
            await asyncio.sleep(0)
        for first in range(0, len(wanted), _BATCH):
            async with desk.new_unit() as unit:
                told += await unit.outbox.add(
                    [
                        await self._offer(unit, kept, event)
                        for journey, event in wanted[first : first + _BATCH]
                        if (kept := await unit.journeys.find(journey.id, lock=True)) is not None
                        and kept.state is JourneyState.RUNNING
                        and event.id not in kept.offered
                    ]
                )
                await unit.commit()
        return told

    async def _offer(self, unit: UnitOfWork, journey: Journey, event: CommonEvent) -> OutboxMessage:
        await unit.journeys.save(replace(journey, offered=journey.offered | {event.id}))
        key = f"event_offered:{event.id}:{journey.id}"
        return message(
            self._desk, MessageKind.JOURNEY_EVENT, key, journey.person_id, subject_id=event.id, step_key="offered"
        )

    def _to_offer(self, journey: Journey, signed: Iterable[SignUp]) -> list[CommonEvent]:
        events, today = self._desk.content.events, self._desk.today()
        lists = {one.event_id: one.place for one in signed}
        waits = {
            one.item.event for one in self._desk.plan(journey, NEWCOMER) if one.open and one.item.event is not None
        }
        found: list[CommonEvent] = []
        for kind in sorted(waits):
            coming = coming_events(events, kind, max(today, journey.start_on))
            # Who waited in vain for a place at an event that is past is offered the next one.
            has = any(
                one.kind is kind and not one.cancelled and (lists[one.id] or one.on >= today)
                for one in events
                if one.id in lists
            )
            if coming and not has and coming[0].id not in journey.offered:
                found.append(coming[0])
        return found

    def _mentioned(self) -> timedelta:
        """For how long something new is mentioned: no longer than the outbox remembers that it was."""
        return timedelta(days=min(_MENTIONED_DAYS, self._desk.messages_days))

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
