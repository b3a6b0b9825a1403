"""The use cases of onboarding. Each takes the authenticated person's id first; what that person may not do is told as not found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import uuid4

from hr import policy
from hr.absence.desk import Content
from hr.clock import Clock
from hr.errors import JourneyNotFoundError, JourneyOpenError, StartDayError, UnknownNewcomerError
from hr.onboarding import signing
from hr.onboarding.access import may
from hr.onboarding.chores import Chores
from hr.onboarding.content import OnboardingContent
from hr.onboarding.desk import Desk
from hr.onboarding.model import Item, Journey, JourneyState, MarkState, Track
from hr.onboarding.rules import can_start_on, concerns, ends_on, marked, moved, reopened
from hr.onboarding.views import EventNews, EventView, ListView, PartView, PlanView
from hr.outbox.model import OutboxMessage, Why
from hr.people import Person
from hr.policy import Operation, by_role, is_hr, is_leader
from hr.ports import Directory, NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow

KEPT_DAYS: Final = 183
"""Days from the end of a journey until it is deleted, unless the settings say otherwise."""

MESSAGES_DAYS: Final = 30
"""Days that the outbox remembers what was sent, unless the settings say otherwise."""


class JourneyChange(StrEnum):
    """Changes of a journey that need no more than a press."""

    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


class OnboardingService:
    """Journeys of the people of one directory, over HR's plans."""

    def __init__(
        self,
        *,
        new_unit: NewUnitOfWork,
        directory: Directory,
        content: OnboardingContent,
        hours: Content,
        window: SendWindow,
        clock: Clock,
        retention_days: int = KEPT_DAYS,
        messages_days: int = MESSAGES_DAYS,
    ) -> None:
        self._desk = Desk(
            new_unit=new_unit,
            directory=directory,
            content=content,
            hours=hours,
            window=window,
            clock=clock,
            retention_days=retention_days,
            messages_days=messages_days,
        )
        chores = Chores(self._desk)
        self.queue_due = chores.queue_due
        self.delete_expired = chores.delete_expired

    @property
    def items(self) -> tuple[Item, ...]:
        """HR's items, for whoever reads typed messages."""
        return self._desk.content.items

    async def tracks_of(self, person_id: str) -> frozenset[Track]:
        """The tracks a person is on: running ones only. Raises StorageError."""
        async with self._desk.new_unit() as unit:
            return frozenset(
                one.track for one in await unit.journeys.of_person(person_id) if one.state is JourneyState.RUNNING
            )

    async def own(self, person_id: str) -> PlanView | None:
        """The person's own open journey, the latest where there are two."""
        async with self._desk.new_unit() as unit:
            return await self._latest(unit, person_id)

    async def helps(self, person_id: str) -> tuple[PartView, ...]:
        """The journeys in which the person has a part."""
        person = await self._desk.person(person_id)
        if person is None:
            return ()
        async with self._desk.new_unit() as unit:
            journeys = await unit.journeys.open()
        return await self._desk.helps(journeys, person)

    async def view(self, person_id: str, journey_id: str) -> PlanView | PartView:
        """A journey as this person sees it. Raises JourneyNotFoundError."""
        async with self._desk.new_unit() as unit:
            return await self._seen(unit, person_id, journey_id)

    async def may_start_for_others(self, person_id: str) -> bool:
        """Whether the person leads somebody or works in HR."""
        person = await self._desk.person(person_id)
        return is_leader(person) or is_hr(person)

    async def may_see_lists(self, person_id: str) -> bool:
        """Whether the person may see who has signed up."""
        return policy.may(Operation.SEE_SIGN_UPS, by_role(await self._desk.person(person_id)))

    async def likely_track(self, person_id: str) -> Track:
        """The track of a person by their role."""
        return self._track_of(await self._desk.person(person_id))

    async def start(
        self, person_id: str, *, handle: str | None, track: Track, start_on: date, token: str
    ) -> PlanView | PartView:
        """Start a journey for oneself (`handle` None) or a colleague.

        Raises JourneyNotFoundError (an unknown sender), UnknownNewcomerError, StartDayError, JourneyOpenError.
        """
        desk = self._desk
        actor = await desk.person(person_id)
        if actor is None:
            raise JourneyNotFoundError
        newcomer = actor if handle is None else await desk.directory.find_by_handle(handle)
        if newcomer is None or not may(actor, Operation.START_PLAN, newcomer):
            raise UnknownNewcomerError
        if not can_start_on(start_on, desk.today()):
            raise StartDayError
        async with desk.new_unit() as unit:
            kept = await unit.journeys.of_person(newcomer.id, lock=True)
            same = next((one for one in kept if one.track is track and one.state is not JourneyState.ENDED), None)
            if not await unit.used_actions.claim(token, at=desk.clock.now()) and same is not None:
                return await self._seen(unit, person_id, same.id)
            if same is not None:
                raise JourneyOpenError
            journey = Journey(
                id=uuid4().hex,
                person_id=newcomer.id,
                track=track,
                start_on=start_on,
                created_at=desk.clock.now(),
            )
            if ends_on(desk.content.items, journey) < desk.today():
                raise StartDayError
            await unit.journeys.add(journey)
            seen = await self._seen(unit, person_id, journey.id)
            await unit.commit()
        return seen

    async def mark(
        self, person_id: str, journey_id: str, items: Sequence[str], state: MarkState | None, *, token: str
    ) -> PlanView | PartView:
        """Mark items that ask this person, for the parts they play; None takes the last mark back.

        Raises JourneyNotFoundError, also for an item that asks others.
        """
        desk = self._desk
        async with desk.new_unit() as unit:
            journey = await self._mine(unit, person_id, journey_id)
            parts = await desk.parts(await desk.person(person_id), journey, await desk.staff())
            plan = {one.item.id: one for one in desk.plan(journey, parts)}
            if not set(items) <= plan.keys():
                raise JourneyNotFoundError
            if await unit.used_actions.claim(token, at=desk.clock.now()):
                for name in dict.fromkeys(items):
                    if state is None:
                        journey = reopened(journey, name, parts)
                    else:
                        journey = marked(journey, plan[name], state, desk.today())
                await unit.journeys.save(journey)
            seen = await self._seen(unit, person_id, journey_id)
            await unit.commit()
        return seen

    async def move(self, person_id: str, journey_id: str, start_on: date, *, token: str) -> PlanView | PartView:
        """Another start date: all that is open follows. Raises JourneyNotFoundError, StartDayError."""
        if not can_start_on(start_on, self._desk.today()):
            raise StartDayError
        async with self._desk.new_unit() as unit:
            journey = await self._desk.allowed(unit, person_id, journey_id, Operation.MOVE_PLAN, lock=True)
            later = moved(journey, start_on)
            if ends_on(self._desk.content.items, later) < self._desk.today():
                raise StartDayError
            if await unit.used_actions.claim(token, at=self._desk.clock.now()):
                await unit.journeys.save(later)
            seen = await self._seen(unit, person_id, journey_id)
            await unit.commit()
        return seen

    async def change(
        self, person_id: str, journey_id: str, change: JourneyChange, *, token: str
    ) -> PlanView | PartView | None:
        """Pause, go on or end; None when it has ended. Raises JourneyNotFoundError."""
        desk = self._desk
        operation = Operation.END_PLAN if change is JourneyChange.END else Operation.PAUSE_PLAN
        async with desk.new_unit() as unit:
            journey = await desk.allowed(unit, person_id, journey_id, operation, lock=True)
            if await unit.used_actions.claim(token, at=desk.clock.now()):
                match change:
                    case JourneyChange.PAUSE:
                        journey = replace(journey, state=JourneyState.PAUSED)
                    case JourneyChange.RESUME:
                        journey = replace(journey, state=JourneyState.RUNNING)
                    case JourneyChange.END:
                        journey = replace(journey, state=JourneyState.ENDED, ended_at=desk.clock.now())
                await unit.journeys.save(journey)
                if change is JourneyChange.END:
                    await signing.let_go(desk, unit, journey)
                if change is not JourneyChange.RESUME:
                    await unit.outbox.cancel_about(journey_id)
            ended = journey.state is JourneyState.ENDED
            seen = None if ended else await self._seen(unit, person_id, journey_id)
            await unit.commit()
        return seen

    async def choose_mentor(self, person_id: str, journey_id: str, handle: str, *, token: str) -> PartView | PlanView:
        """Make a colleague the mentor, anybody but the newcomer. Raises JourneyNotFoundError, UnknownNewcomerError."""
        desk = self._desk
        mentor = await desk.directory.find_by_handle(handle)
        async with desk.new_unit() as unit:
            journey = await desk.allowed(unit, person_id, journey_id, Operation.CHOOSE_MENTOR, lock=True)
            if mentor is None or mentor.id == journey.person_id:
                raise UnknownNewcomerError
            if await unit.used_actions.claim(token, at=desk.clock.now()):
                await unit.journeys.save(replace(journey, mentor_id=mentor.id))
            seen = await self._seen(unit, person_id, journey_id)
            await unit.commit()
        return seen

    async def sign(self, person_id: str, journey_id: str, event_id: str, *, up: bool, token: str) -> EventView:
        """Sign up or off. Raises JourneyNotFoundError, EventOverError."""
        return await signing.sign(self._desk, person_id, journey_id, event_id, up=up, token=token)

    async def sign_ups(self, person_id: str) -> tuple[ListView, ...]:
        """Who comes to the coming events, for HR. Raises JourneyNotFoundError."""
        return await signing.lists(self._desk, person_id)

    # What messages tell, at the moment they leave.

    async def week(self, unit: UnitOfWork, message: OutboxMessage) -> PlanView | Why:
        """The newcomer's week, or why it must not leave."""
        journey = await unit.journeys.find(message.subject_id or "")
        if journey is None or journey.state is not JourneyState.RUNNING or journey.person_id != message.recipient_id:
            return Why.CHANGED
        plan = await self._desk.own(unit, journey)
        return plan if plan.open else Why.CHANGED

    async def parts(self, unit: UnitOfWork, message: OutboxMessage) -> tuple[PartView, ...] | Why:
        """What is due for a helper, by newcomer, or why not."""
        person = await self._desk.person(message.recipient_id)
        if person is None:
            return Why.NOT_ENTITLED
        if await unit.outbox.newer(message):
            return Why.SUPERSEDED
        due: list[PartView] = []
        for part in await self._desk.helps(await unit.journeys.open(), person):
            waits = tuple(one for one in part.open if one.due_on is not None and one.due_on <= part.today)
            if waits and part.journey.state is JourneyState.RUNNING:
                due.append(replace(part, open=waits))
        return tuple(due) or Why.CHANGED

    async def news(self, unit: UnitOfWork, message: OutboxMessage) -> tuple[EventNews, str | None] | Why:
        """What there is to tell of an event, and the recipient's journey, or why not."""
        what, _, day = (message.step_key or "").partition(":")
        if what == "cancelled":
            if any(one.id == message.subject_id and not one.cancelled for one in self._desk.content.events):
                return Why.CHANGED
            return EventNews(what=what, cancelled_on=date.fromisoformat(day)), None
        event = await self._desk.event(unit, message.recipient_id, message.subject_id or "")
        if event is None or (what == "offered") != (event.sign_up is None):
            return Why.CHANGED
        journey = await self._waiting_for(unit, message.recipient_id, event)
        if what == "offered" and (journey is None or journey.state is JourneyState.PAUSED):
            return Why.CHANGED
        return EventNews(what=what, event=event), journey.id if journey is not None else None

    async def _waiting_for(self, unit: UnitOfWork, person_id: str, event: EventView) -> Journey | None:
        """The person's open journey that such an event belongs to, a running one before one that is paused."""
        found = [
            one
            for one in await unit.journeys.of_person(person_id)
            if one.state is not JourneyState.ENDED and concerns(self._desk.content.items, one, event.event.kind)
        ]
        return next((one for one in found if one.state is JourneyState.RUNNING), found[0] if found else None)

    async def _mine(self, unit: UnitOfWork, person_id: str, journey_id: str) -> Journey:
        """The journey, locked, for whoever may mark something in it."""
        try:
            return await self._desk.allowed(unit, person_id, journey_id, Operation.MARK_OWN_ITEMS, lock=True)
        except JourneyNotFoundError:
            return await self._desk.allowed(unit, person_id, journey_id, Operation.MARK_PART, lock=True)

    async def _latest(self, unit: UnitOfWork, person_id: str) -> PlanView | None:
        person = await self._desk.person(person_id)
        kept = await unit.journeys.of_person(person_id) if person is not None else ()
        mine = next((one for one in kept if one.state is not JourneyState.ENDED), None)
        return await self._desk.own(unit, mine) if mine is not None else None

    async def _seen(self, unit: UnitOfWork, person_id: str, journey_id: str) -> PlanView | PartView:
        journey = await unit.journeys.find(journey_id)
        actor = await self._desk.person(person_id)
        newcomer = await self._desk.person(journey.person_id) if journey is not None else None
        if journey is None or journey.state is JourneyState.ENDED:
            raise JourneyNotFoundError
        if may(actor, Operation.SEE_PLAN, newcomer, journey):
            return await self._desk.own(unit, journey)
        if may(actor, Operation.SEE_PROGRESS, newcomer, journey):
            return await self._desk.part(actor, journey, await self._desk.staff())
        raise JourneyNotFoundError

    @staticmethod
    def _track_of(person: Person | None) -> Track:
        return Track.NEW_LEADER if is_leader(person) else Track.NEW_EMPLOYEE
