"""What the use cases of onboarding share: who somebody is to a journey, and what of it they may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from hr.absence.desk import Content
from hr.clock import Clock
from hr.errors import JourneyNotFoundError
from hr.onboarding.access import actors, may, parts_of
from hr.onboarding.content import OnboardingContent
from hr.onboarding.model import EVENT_OF_TRACK, Journey, JourneyState, Who
from hr.onboarding.rules import Planned, asked_of, coming_events, planned, settled, still_open
from hr.onboarding.views import EventView, PartView, PlanView
from hr.people import Person, Role
from hr.policy import HR_ROLES, Actor, Operation, is_hr
from hr.ports import Directory, NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow

NEWCOMER: Final = frozenset({Who.NEWCOMER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts of the use cases, and the questions that all of them ask. `hours` is HR's content with the closed days and the send time."""

    new_unit: NewUnitOfWork
    directory: Directory
    content: OnboardingContent
    hours: Content
    window: SendWindow
    clock: Clock
    retention_days: int

    def today(self) -> date:
        """The day on the wall."""
        return self.clock.today()

    def plan(self, journey: Journey) -> tuple[Planned, ...]:
        """All items of a journey as of today."""
        return planned(self.content.items, journey, self.content.events, self.today())

    async def person(self, person_id: str) -> Person | None:
        """Who this is."""
        return await self.directory.find(person_id)

    async def parts(self, actor: Person | None, journey: Journey) -> frozenset[Who]:
        """Which parts `actor` plays in the journey."""
        newcomer = await self.person(journey.person_id)
        return parts_of(actor, newcomer, journey, vacant=await self.vacant(newcomer, journey))

    async def vacant(self, newcomer: Person | None, journey: Journey) -> frozenset[Who]:
        """The parts that nobody plays: they fall to the leader."""
        found = {Who.MENTOR} if journey.mentor_id is None else set()
        for role, part in ((Role.AMR, Who.AMR), (Role.TR, Who.TR)):
            holders = await self.directory.with_role(role)
            if newcomer is None or newcomer.area is None or not any(one.area == newcomer.area for one in holders):
                found.add(part)
        if not any([await self.directory.with_role(role) for role in HR_ROLES]):
            found.add(Who.HR)
        return frozenset(found)

    async def helpers(self, journey: Journey) -> tuple[Person, ...]:
        """Everybody but the newcomer who may have a part in the journey, each once."""
        newcomer = await self.person(journey.person_id)
        if newcomer is None:
            return ()
        ids = [newcomer.manager_id, journey.mentor_id]
        found = [person for person in [await self.person(one) for one in ids if one] if person is not None]
        for role in (*HR_ROLES, Role.AMR, Role.TR):
            found += await self.directory.with_role(role)
        return tuple({one.id: one for one in found if may(one, Operation.SEE_PROGRESS, newcomer, journey)}.values())

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
        theirs = asked_of(self.plan(journey), NEWCOMER)
        kind = EVENT_OF_TRACK[journey.track]
        coming = coming_events(self.content.events, kind, max(self.today(), journey.start_on))
        return PlanView(
            journey=journey,
            open=still_open(theirs),
            settled=settled(theirs),
            total=len(theirs),
            today=self.today(),
            kind=kind,
            event=await self.event(unit, journey.person_id, coming[0].id) if coming else None,
            mentor_name=await self.name(journey.mentor_id),
        )

    async def part(self, actor: Person | None, journey: Journey) -> PartView:
        """The journey as a helper sees it: never which of the newcomer's own items are done."""
        plan = self.plan(journey)
        theirs = asked_of(plan, NEWCOMER)
        newcomer = await self.person(journey.person_id)
        return PartView(
            journey=journey,
            name=newcomer.name if newcomer is not None else "",
            open=still_open(asked_of(plan, await self.parts(actor, journey))),
            settled=settled(theirs),
            total=len(theirs),
            today=self.today(),
            leads=may(actor, Operation.MOVE_PLAN, newcomer, journey),
            mentor_name=await self.name(journey.mentor_id),
        )

    async def helps(self, unit: UnitOfWork, actor: Person) -> tuple[PartView, ...]:
        """The open journeys in which somebody has a part; HR, AMR and TR only while something asks them."""
        found: list[PartView] = []
        ids = None
        if not is_hr(actor) and not actor.roles & {Role.AMR, Role.TR, Role.MENTOR}:
            ids = [one.id for one in await self.directory.led_by(actor.id)]
        for journey in await unit.journeys.open():
            if journey.person_id == actor.id or (
                ids is not None and journey.person_id not in ids and journey.mentor_id != actor.id
            ):
                continue
            newcomer = await self.person(journey.person_id)
            if not may(actor, Operation.SEE_PROGRESS, newcomer, journey):
                continue
            part = await self.part(actor, journey)
            if part.open or actors(actor, newcomer, journey) & {Actor.NEWCOMERS_LEADER, Actor.MENTOR}:
                found.append(part)
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
