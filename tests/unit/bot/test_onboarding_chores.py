"""What comes by itself: the week, pause, the end, retention, and what a morning costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest

from hr.onboarding.model import JourneyState, Mark, MarkState, Track, Who
from hr.onboarding.rules import ENDS_AFTER, LONGEST_PAUSE, ends_on
from hr.onboarding.service import JourneyChange
from hr.outbox.model import MessageKind
from hr.people import Person, Role
from tests.unit.bot.builders import DA, buttons_of, words_of
from tests.unit.bot.onboarding_office import DITTE, ELIAS, EVENT, PEOPLE, ROSA, TUESDAY, Office

MONDAY = date(2026, 12, 7)


@pytest.fixture
def office() -> Office:
    return Office()


async def weeks_of(office: Office, person: str) -> list[str]:
    return [
        words_of(card)
        for recipient, kind, card in await office.morning()
        if recipient == person and kind is MessageKind.JOURNEY_WEEK
    ]


async def test_the_week_comes_on_mondays_with_five_items_that_can_be_ticked(office: Office) -> None:
    await office.starts()
    assert await weeks_of(office, ELIAS) == []
    office.on(MONDAY)
    (card,) = [
        card for person, kind, card in await office.morning() if (person, kind) == (ELIAS, MessageKind.JOURNEY_WEEK)
    ]
    assert DA.say("onboarding.plan.week") in words_of(card)
    assert str(card.content).count("'title': '") > 5
    assert "1 af 7" in words_of(await office.press_button(card, "Gjort", ELIAS, items="NE08"))
    office.on(MONDAY + timedelta(days=1))
    assert await weeks_of(office, ELIAS) == []
    office.on(MONDAY + timedelta(days=7))
    assert len(await weeks_of(office, ELIAS)) == 1


async def test_nothing_leaves_for_a_paused_plan_until_it_goes_on(office: Office) -> None:
    await office.starts()
    form = (await office.write("sæt min onboarding på pause", ELIAS)).card
    paused = await office.press_button(form, DA.say("onboarding.manage.pause"), ELIAS)
    assert DA.say("onboarding.plan.paused") in words_of(paused)
    office.content.events = (EVENT,)
    office.on(MONDAY)
    assert await office.morning() == []
    form = await office.press_button(paused, DA.say("onboarding.more"), ELIAS)
    resumed = await office.press_button(form, DA.say("onboarding.manage.resume"), ELIAS)
    assert DA.say("onboarding.say.resume") in words_of(resumed)
    office.on(MONDAY + timedelta(days=7))
    sent = {(recipient, kind) for recipient, kind, _ in await office.morning()}
    assert {
        (ELIAS, MessageKind.JOURNEY_WEEK),
        (ELIAS, MessageKind.JOURNEY_EVENT),
        (DITTE, MessageKind.JOURNEY_ITEM),
    } <= sent


async def test_a_pause_after_the_message_was_queued_holds_it_back(office: Office) -> None:
    await office.starts()
    office.on(MONDAY)
    await office.service.queue_due()
    journey = await office.journey()
    await office.service.change(ELIAS, journey.id, JourneyChange.PAUSE, token="token-of-pause")
    assert not [one for one in await office.morning() if one[0] == ELIAS]


async def test_a_plan_ends_two_months_after_its_last_item_however_late_hr_put_it(office: Office) -> None:
    late = replace(office.content.items[0], id="NE99", title="Efter to år", offset=730, who=(Who.NEWCOMER,))
    office.content.items = (*office.content.items, late)
    await office.starts()
    office.on(TUESDAY + timedelta(days=730) + ENDS_AFTER)
    await office.service.queue_due()
    assert (await office.journey()).state is JourneyState.RUNNING
    office.on(office.clock.today() + timedelta(days=1))
    await office.service.queue_due()
    assert (await office.journey()).state is JourneyState.ENDED


async def test_what_is_put_off_and_a_pause_let_a_plan_live_longer(office: Office) -> None:
    await office.starts()
    journey = await office.journey()
    last = ends_on(office.content.items, journey)
    mark = Mark(state=MarkState.POSTPONED, on=TUESDAY, days=21)
    put_off = replace(journey, marks=MappingProxyType({("NE19", Who.NEWCOMER): mark}))
    assert last == TUESDAY + timedelta(days=365) + ENDS_AFTER
    assert ends_on(office.content.items, put_off) == last + timedelta(days=21)
    assert ends_on(office.content.items, replace(journey, state=JourneyState.PAUSED)) == last + LONGEST_PAUSE


async def test_a_paused_plan_outlives_its_dates_by_a_year_and_then_ends(office: Office) -> None:
    await office.starts()
    journey = await office.journey()
    await office.service.change(ELIAS, journey.id, JourneyChange.PAUSE, token="token-of-pause")
    office.on(TUESDAY + timedelta(days=365) + ENDS_AFTER + LONGEST_PAUSE)
    await office.service.queue_due()
    assert (await office.journey()).state is JourneyState.PAUSED
    office.on(office.clock.today() + timedelta(days=1))
    await office.service.queue_due()
    assert (await office.journey()).state is JourneyState.ENDED


async def test_a_start_so_long_ago_that_the_plan_would_be_over_is_refused(office: Office) -> None:
    office.content.items = tuple(one for one in office.content.items if one.offset is None or one.offset <= 30)
    form = (await office.write("jeg er ny her", ELIAS)).card
    refused = await office.press_button(
        form, "Start planen", ELIAS, track="new_employee", start_on=(TUESDAY - timedelta(days=100)).isoformat()
    )
    assert DA.say("onboarding.say.start_day") in words_of(refused)


async def test_an_ended_plan_is_deleted_after_its_time_with_its_messages(office: Office) -> None:
    office.content.events = (EVENT,)
    await office.press_button(await office.starts(), "Tilmeld mig", ELIAS)
    kept = await office.starts(ROSA)
    office.on(MONDAY)
    await office.service.queue_due()
    journey = await office.journey()
    await office.service.change(ELIAS, journey.id, JourneyChange.END, token="token-of-end")
    office.on(MONDAY + timedelta(days=183))
    assert await office.service.delete_expired() == 0
    office.on(MONDAY + timedelta(days=184))
    assert await office.service.delete_expired() == 1
    async with office.storage.unit() as unit:
        assert await unit.journeys.of_person(ELIAS) == ()
        assert await unit.outbox.about(journey.id) == ()
        assert [one.id for one in await unit.journeys.of_person(ROSA)] == [buttons_of(kept)["Gjort"]["journey"]]


async def test_old_lists_of_events_are_deleted(office: Office) -> None:
    office.content.events = (EVENT,)
    await office.press_button(await office.starts(), "Tilmeld mig", ELIAS)
    office.on(EVENT.on + timedelta(days=184))
    await office.service.delete_expired()
    async with office.storage.unit() as unit:
        assert await unit.sign_ups.all() == ()


async def test_a_morning_reads_the_directory_no_oftener_for_many_newcomers(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[Role] = Counter()
    with_role = type(PEOPLE).with_role

    async def counted(directory: object, role: Role) -> tuple[Person, ...]:
        asked[role] += 1
        return await with_role(PEOPLE, role)

    monkeypatch.setattr(type(PEOPLE), "with_role", counted)
    await office.starts()
    template = await office.journey()
    async with office.storage.unit() as unit:
        for number in range(400):
            await unit.journeys.add(replace(template, id=f"{number:032x}", track=Track.NEW_EMPLOYEE))
        await unit.commit()
    asked.clear()
    assert await office.service.queue_due() > 400
    assert max(asked.values()) == 1
