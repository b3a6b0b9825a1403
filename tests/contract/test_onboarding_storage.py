"""Journeys and lists of events, in every storage."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType

from hr.onboarding.model import Journey, JourneyState, Mark, MarkState, SignUp, Track, Who
from hr.ports import Storage

NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)
JOURNEY = Journey(
    id="journey-1",
    person_id="new",
    track=Track.NEW_LEADER,
    start_on=date(2026, 12, 1),
    created_at=NOON,
    marks=MappingProxyType(
        {
            ("NL11", Who.NEWCOMER): Mark(state=MarkState.POSTPONED, on=date(2026, 12, 2), days=14, before=7),
            ("NL11", Who.CHIEF): Mark(state=MarkState.DONE, on=date(2026, 12, 3)),
        }
    ),
    offered=frozenset({"spring", "autumn"}),
)


async def test_a_journey_comes_back_with_its_marks_until_it_is_deleted(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.journeys.add(JOURNEY)
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.journeys.find("journey-1", lock=True) == JOURNEY
        assert await unit.journeys.of_person("new", lock=True) == (JOURNEY,)
        assert await unit.journeys.open(["new"]) == await unit.journeys.open() == (JOURNEY,)
        await unit.journeys.save(replace(JOURNEY, state=JourneyState.ENDED, ended_at=NOON))
        assert await unit.journeys.open() == ()
        assert await unit.journeys.ended_before(NOON, limit=5) == ()
        assert await unit.journeys.ended_before(NOON.replace(hour=12), limit=5) == ("journey-1",)
        assert await unit.journeys.delete("journey-1")
        assert await unit.journeys.find("journey-1") is None
        await unit.commit()


async def test_two_who_want_the_last_place_at_once_get_it_once(storages: tuple[Storage, Storage]) -> None:
    async def sign(storage: Storage, person_id: str) -> None:
        async with storage.unit() as unit:
            listed = await unit.sign_ups.of_event("welcome", lock=True)
            await asyncio.sleep(0.05)
            place = not any(one.place for one in listed)
            await unit.sign_ups.save(
                SignUp(event_id="welcome", person_id=person_id, signed_at=NOON, place=place, told="2027-03-04T09:00|X")
            )
            await unit.commit()

    await asyncio.gather(sign(storages[0], "one"), sign(storages[1], "other"))
    async with storages[0].unit() as unit:
        listed = await unit.sign_ups.all()
        assert sorted(one.place for one in listed) == [False, True]
        assert await unit.sign_ups.remove("welcome", "one")
        assert await unit.sign_ups.of_person("one") == ()
