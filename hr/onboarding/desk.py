"""What the use cases of onboarding share: who somebody is to a journey, and what of it they may see."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from hr.absence.desk import Content
from hr.clock import Clock
from hr.errors import JourneyNotFoundError
from hr.onboarding.access import actors, may, parts_of
from hr.onboarding.content import OnboardingContent
from hr.onboarding.model import EVENT_OF_TRACK, CommonEvent, EventKind, Journey, JourneyState, SignUp, Who
from hr.onboarding.rules import Planned, closed, coming_events, concerns, planned, still_open
from hr.onboarding.staff import Staff, staff_of
from hr.onboarding.views import EventView, PartView, PlanView
from hr.people import Person, Role
from hr.policy import Actor, Operation, is_hr
from hr.ports import Directory, NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow

NEWCOMER: Final = frozenset({Who.NEWCOMER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts of the use cases, and the questions that all of them ask. `hours` is HR's content with the closed days and the send time.

    `messages_days` is how long the outbox remembers what was sent.
    """

    new_unit: NewUnitOfWork
    directory: Directory
    content: OnboardingContent
    hours: Content
    window: SendWindow
    clock: Clock
    retention_days: int
    messages_days: int

    def today(self) -> date:
        """The day on the wall."""
        return self.clock.today()

    def plan(
        self, journey: Journey, parts: frozenset[Who], events: Sequence[CommonEvent] | None = None
    ) -> tuple[Planned, ...]:
        """What a journey asks of these parts as of today, with these events or all there are."""
        return planned(
            self.content.items, journey, self.content.events if events is None else events, self.today(), parts
        )

    async def person(self, person_id: str) -> Person | None:
        """Who this is."""
        return await self.directory.find(person_id)

    async def staff(self) -> Staff:
        """Who plays the parts that go with a role. Reads the whole directory: asked once for many journeys."""
        return await staff_of(self.directory)

    async def parts(self, actor: Person | None, journey: Journey, staff: Staff) -> frozenset[Who]:
        """Which parts `actor` plays in the journey."""
        newcomer = await self.person(journey.person_id)
        return parts_of(actor, newcomer, journey, vacant=staff.vacant(newcomer, journey))

    async def helpers(self, journey: Journey, staff: Staff) -> dict[frozenset[Who], list[Person]]:
        """Everybody but the newcomer who has a part in the journey, each once, by the parts they play."""
        newcomer = await self.person(journey.person_id)
        if newcomer is None:
            return {}
        near = [await self.person(one) for one in (newcomer.manager_id, journey.mentor_id) if one is not None]
        everybody = {one.id: one for one in (*near, *staff.beside(newcomer)) if one is not None}
        everybody.pop(newcomer.id, None)
        vacant = staff.vacant(newcomer, journey)
        found: dict[frozenset[Who], list[Person]] = {}
        for one in everybody.values():
            if may(one, Operation.SEE_PROGRESS, newcomer, journey):
                found.setdefault(parts_of(one, newcomer, journey, vacant=vacant), []).append(one)
        return found

    async def allowed(
        self, unit: UnitOfWork, person_id: str, journey_id: str, operation: Operation, *, lock: bool = False
    ) -> Journey:
        """The journey, when this person may do this with it. Raises JourneyNotFoundError."""
        journey = await unit.journeys.find(journey_id, lock=lock)
        if journey is None or journey.state is JourneyState.ENDED:
            raise JourneyNotFoundError
        if not may(await self.person(person_id), operation, await self.person(journey.person_id), journey):
            raise JourneyNotFoundError
        return journey

    async def own(self, unit: UnitOfWork, journey: Journey) -> PlanView:
        """The journey as its newcomer sees it."""
        mine = await unit.sign_ups.of_person(journey.person_id)
        plan = self.plan(journey, NEWCOMER, self._theirs(mine))
        return PlanView(
            journey=journey,
            open=still_open(plan),
            closed=closed(plan),
            today=self.today(),
            kind=EVENT_OF_TRACK[journey.track],
            events=await self._events(unit, journey, mine),
            mentor_name=await self.name(journey.mentor_id),
        )

    async def part(self, actor: Person | None, journey: Journey, staff: Staff) -> PartView:
        """The journey as a helper sees it: never which of the newcomer's own items are done."""
        newcomer = await self.person(journey.person_id)
        theirs = self.plan(journey, NEWCOMER)
        mine = self.plan(journey, await self.parts(actor, journey, staff))
        return PartView(
            journey=journey,
            name=newcomer.name if newcomer is not None else "",
            initials=newcomer.initials if newcomer is not None else "",
            open=still_open(mine),
            closed=closed(mine),
            settled=len(closed(theirs)),
            total=len(theirs),
            today=self.today(),
            leads=may(actor, Operation.MOVE_PLAN, newcomer, journey),
            mentor_name=await self.name(journey.mentor_id),
        )

    async def helps(self, journeys: Iterable[Journey], actor: Person) -> tuple[PartView, ...]:
        """The journeys in which somebody has a part; HR, AMR and TR only while something asks them."""
        found: list[PartView] = []
        staff = await self.staff()
        ids = None
        if not is_hr(actor) and not actor.roles & {Role.AMR, Role.TR, Role.MENTOR}:
            ids = {one.id for one in await self.directory.led_by(actor.id)}
        for journey in journeys:
            if journey.person_id == actor.id or (
                ids is not None and journey.person_id not in ids and journey.mentor_id != actor.id
            ):
                continue
            newcomer = await self.person(journey.person_id)
            if not may(actor, Operation.SEE_PROGRESS, newcomer, journey):
                continue
            part = await self.part(actor, journey, staff)
            if part.open or actors(actor, newcomer, journey) & {Actor.NEWCOMERS_LEADER, Actor.MENTOR}:
                found.append(part)
            await asyncio.sleep(0)  # HR sees hundreds, and others are waiting for an answer
        return tuple(found)

    async def event(self, unit: UnitOfWork, person_id: str, event_id: str) -> EventView | None:
        """A coming event as one person sees it; None when it is past, cancelled or not there."""
        event = next((one for one in self.content.events if one.id == event_id), None)
        coming = coming_events(self.content.events, event.kind, self.today()) if event is not None else ()
        if event is None or event not in coming:
            return None
        listed = await unit.sign_ups.of_event(event_id)
        taken = sum(one.place for one in listed)
        later = [one for one in coming if (one.on, one.at) > (event.on, event.at)]
        return EventView(
            event=event,
            free=max(0, event.places - taken) if event.places is not None else None,
            sign_up=next((one for one in listed if one.person_id == person_id), None),
            later=later[0] if later else None,
        )

    async def name(self, person_id: str | None) -> str | None:
        """What a person is called."""
        found = await self.person(person_id) if person_id is not None else None
        return found.name if found is not None else None

    def _theirs(self, mine: Sequence[SignUp]) -> list[CommonEvent]:
        """The events without those that somebody with a place at another of the same kind will not go to."""
        places = {one.event_id for one in mine if one.place}
        kinds = {
            one.kind for one in self.content.events if one.id in places and one in self._coming(one.kind, self.today())
        }
        return [one for one in self.content.events if one.id in places or one.kind not in kinds]

    async def _events(self, unit: UnitOfWork, journey: Journey, mine: Sequence[SignUp]) -> tuple[EventView, ...]:
        """Of each kind that the journey waits for: what the newcomer has signed up for; while that gives no place, the next one too."""
        found: list[EventView] = []
        listed = {one.event_id: one.place for one in mine}
        welcome = EVENT_OF_TRACK[journey.track]
        for kind in (welcome, *(kind for kind in EventKind if kind is not welcome)):
            if not concerns(self.content.items, journey, kind):
                continue
            shown = [one for one in self._coming(kind, self.today()) if one.id in listed]
            if not any(listed[one.id] for one in shown):
                free = [one for one in self._coming(kind, max(self.today(), journey.start_on)) if one.id not in listed]
                shown += free[:1]
            views = [await self.event(unit, journey.person_id, one.id) for one in shown]
            found += [view for view in views if view is not None]
        return tuple(found)

    def _coming(self, kind: EventKind, since: date) -> tuple[CommonEvent, ...]:
        return coming_events(self.content.events, kind, since)
