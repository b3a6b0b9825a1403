"""The lists of common events: a place, the waiting list, and who moves up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hr import policy
from hr.errors import EventOverError, JourneyNotFoundError
from hr.onboarding.desk import Desk
from hr.onboarding.messages import message
from hr.onboarding.model import CommonEvent, Journey, JourneyState, SignUp
from hr.onboarding.rules import concerns
from hr.onboarding.views import EventView, ListView
from hr.outbox.model import MessageKind
from hr.policy import Operation, by_role
from hr.ports import UnitOfWork


async def sign(desk: Desk, person_id: str, journey_id: str, event_id: str, *, up: bool, token: str) -> EventView:
    """Put the person on the list, or take them off it. A full event gives a place on the waiting list.

    Raises JourneyNotFoundError, EventOverError.
    """
    async with desk.new_unit() as unit:
        journey = await desk.allowed(unit, person_id, journey_id, Operation.SIGN_UP)
        event = next((one for one in desk.content.events if one.id == event_id), None)
        if event is None or not concerns(desk.content.items, journey, event.kind):
            raise JourneyNotFoundError
        if event.cancelled or event.on < desk.today():
            raise EventOverError
        if await unit.used_actions.claim(token, at=desk.clock.now()):
            listed = await unit.sign_ups.of_event(event_id, lock=True)
            mine = next((one for one in listed if one.person_id == person_id), None)
            if up and mine is None:
                await _add(desk, unit, event, listed, person_id)
            elif not up and mine is not None:
                await unit.sign_ups.remove(event_id, person_id)
                await move_up(desk, unit, event)
        seen = await desk.event(unit, person_id, event_id)
        await unit.commit()
    if seen is None:
        raise JourneyNotFoundError
    return seen


async def let_go(desk: Desk, unit: UnitOfWork, journey: Journey) -> None:
    """Take the person of a journey that ends off the lists of coming events which no other open journey of theirs is for."""
    others = [
        one
        for one in await unit.journeys.of_person(journey.person_id)
        if one.id != journey.id and one.state is not JourneyState.ENDED
    ]
    signed = {one.event_id for one in await unit.sign_ups.of_person(journey.person_id)}
    for event in desk.content.events:
        if event.id not in signed or event.cancelled or event.on < desk.today():
            continue
        theirs = [one for one in (journey, *others) if concerns(desk.content.items, one, event.kind)]
        if theirs != [journey]:
            continue
        await unit.sign_ups.of_event(event.id, lock=True)
        await unit.sign_ups.remove(event.id, journey.person_id)
        await move_up(desk, unit, event)


async def _add(desk: Desk, unit: UnitOfWork, event: CommonEvent, listed: Sequence[SignUp], person_id: str) -> None:
    place = has_room(event, listed)
    entry = SignUp(event_id=event.id, person_id=person_id, signed_at=desk.clock.now(), place=place, told=event.told)
    await unit.sign_ups.save(entry)


def has_room(event: CommonEvent, listed: Sequence[SignUp]) -> bool:
    """Whether one more gets a place. Nobody passes those who wait."""
    waiting = any(not one.place for one in listed)
    return event.places is None or (not waiting and sum(one.place for one in listed) < event.places)


async def move_up(desk: Desk, unit: UnitOfWork, event: CommonEvent) -> int:
    """Give free places to those who wait, first come first, and tell them; how many."""
    listed = await unit.sign_ups.of_event(event.id, lock=True)
    waiting = [one for one in listed if not one.place]
    taken = len(listed) - len(waiting)
    free = len(waiting) if event.places is None else max(0, event.places - taken)
    for one in waiting[:free]:
        await unit.sign_ups.save(replace(one, place=True))
        key = f"event_place:{event.id}:{one.person_id}:{one.signed_at.isoformat()}"
        news = message(desk, MessageKind.JOURNEY_EVENT, key, one.person_id, subject_id=event.id, step_key="place")
        await unit.outbox.add([news])
    return min(free, len(waiting))


async def lists(desk: Desk, person_id: str) -> tuple[ListView, ...]:
    """Who comes to each coming event, for HR. Raises JourneyNotFoundError."""
    if not policy.may(Operation.SEE_SIGN_UPS, by_role(await desk.person(person_id))):
        raise JourneyNotFoundError
    coming = sorted(
        (one for one in desk.content.events if one.on >= desk.today() and not one.cancelled),
        key=lambda one: (one.on, one.at, one.id),
    )
    found: list[ListView] = []
    async with desk.new_unit() as unit:
        for event in coming:
            listed = await unit.sign_ups.of_event(event.id)
            names = [(one.place, await desk.name(one.person_id) or "?") for one in listed]
            found.append(
                ListView(
                    event=event,
                    names=tuple(name for place, name in names if place),
                    waiting=tuple(name for place, name in names if not place),
                )
            )
    return tuple(found)
