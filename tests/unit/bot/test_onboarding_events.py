"""Common events: offered once, signed up for and off, moved, cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hr.onboarding.model import EventKind
from hr.outbox.model import MessageKind
from tests.unit.bot.builders import DA, buttons_of, words_of
from tests.unit.bot.onboarding_office import (
    CHIEF,
    ELIAS,
    EVENT,
    LEADER_DAY,
    MEETING,
    ROSA,
    SIGNE,
    TUESDAY,
    Office,
)

OFFERED = DA.say("onboarding.news.offered")


@pytest.fixture
def office() -> Office:
    return Office()


async def news_of(office: Office, person: str) -> list[str]:
    return [
        words_of(card)
        for recipient, kind, card in await office.morning()
        if recipient == person and kind is MessageKind.JOURNEY_EVENT
    ]


async def test_an_event_is_offered_once_even_when_the_outbox_has_forgotten(office: Office) -> None:
    office.content.events = (EVENT,)
    await office.starts()
    assert [OFFERED in text for text in await news_of(office, ELIAS)] == [True]
    for days in (35, 70):
        office.on(TUESDAY + timedelta(days=days))
        await office.forget_messages()
        assert await news_of(office, ELIAS) == []


async def test_a_second_date_is_offered_to_who_waited_in_vain_for_the_first(office: Office) -> None:
    office.content.events = (EVENT,)
    mine, other = await office.starts(), await office.starts(ROSA)
    await office.press_button(mine, "Tilmeld mig", ELIAS)
    await office.press_button(other, "Tilmeld mig", ROSA)
    office.on(EVENT.on + timedelta(days=1))
    office.content.events = (EVENT, replace(EVENT, id="next", on=date(2027, 9, 2)))
    sent = [recipient for recipient, kind, _ in await office.morning() if kind is MessageKind.JOURNEY_EVENT]
    assert sent == [ROSA]


async def test_who_signed_up_for_a_later_event_sees_it_and_signs_off(office: Office) -> None:
    office.content.events = (MEETING, LEADER_DAY)
    plan = await office.starts(SIGNE, track="new_leader")
    assert "Lederdag" in words_of(plan)
    journey = await office.journey(SIGNE)
    for event in (MEETING, LEADER_DAY):
        await office.service.sign(SIGNE, journey.id, event.id, up=True, token=f"token-{event.id}")
    # An earlier one of each kind is announced afterwards: what was chosen stays in sight.
    office.content.events = (
        replace(MEETING, id="earlier", on=date(2027, 1, 14)),
        *office.content.events,
        replace(LEADER_DAY, id="early-day", on=date(2027, 1, 20)),
    )
    shown = words_of((await office.write("onboarding", SIGNE)).card)
    assert "11. marts" in shown
    assert "3. juni" in shown
    assert shown.count(DA.say("onboarding.event.signed")) == 2
    assert "14. januar" not in shown
    card = (await office.write("meld mig fra lederdagen", SIGNE)).card
    assert "Lederdag" in words_of(card)
    await office.service.sign(SIGNE, journey.id, "lederdag", up=False, token="token-sign-off")
    async with office.storage.unit() as unit:
        assert [one.event_id for one in await unit.sign_ups.of_person(SIGNE)] == ["meeting"]


async def test_news_of_an_event_belongs_to_the_plan_that_waits_for_it(office: Office) -> None:
    office.content.events = (EVENT, MEETING)
    leads = await office.starts(SIGNE, track="new_leader")
    started = await office.service.start(
        CHIEF, handle="SOD", track=(await office.journey(SIGNE)).track.NEW_EMPLOYEE, start_on=TUESDAY, token="token-two"
    )
    cards = [
        card for person, kind, card in await office.morning() if person == SIGNE and kind is MessageKind.JOURNEY_EVENT
    ]
    by_place = {("Eksempelsalen" in words_of(card)): buttons_of(card)["Tilmeld mig"]["journey"] for card in cards}
    leader_journey = buttons_of(leads)["Gjort"]["journey"]
    assert by_place == {True: leader_journey, False: started.journey.id}
    meeting = next(card for card in cards if "Eksempelsalen" in words_of(card))
    assert DA.say("onboarding.say.signed") in words_of(await office.press_button(meeting, "Tilmeld mig", SIGNE))


@pytest.mark.parametrize("change", ["cancelled", "past"])
async def test_nobody_gets_on_the_list_of_an_event_that_is_over_or_cancelled(office: Office, change: str) -> None:
    office.content.events = (EVENT,)
    plan = await office.starts()
    if change == "cancelled":
        office.content.events = (replace(EVENT, cancelled=True),)
    else:
        office.on(EVENT.on + timedelta(days=1))
    told = await office.press_button(plan, "Tilmeld mig", ELIAS)
    assert DA.say("onboarding.say.event_over") in words_of(told)
    async with office.storage.unit() as unit:
        assert await unit.sign_ups.all() == ()


async def test_one_free_place_is_one_place(office: Office) -> None:
    office.content.events = (EVENT,)
    assert "1 ledig plads." in words_of(await office.starts())
    office.content.events = (replace(EVENT, places=2),)
    assert "2 ledige pladser." in words_of((await office.write("onboarding", ELIAS)).card)


async def test_an_event_that_is_moved_is_told_of_with_its_new_day_and_once(office: Office) -> None:
    office.content.events = (EVENT,)
    await office.press_button(await office.starts(), "Tilmeld mig", ELIAS)
    assert await news_of(office, ELIAS) == []
    office.content.events = (replace(EVENT, on=date(2027, 3, 11)),)
    (told,) = await news_of(office, ELIAS)
    assert DA.say("onboarding.news.changed") in told
    assert "11. marts" in told
    office.content.events = (*office.content.events,)
    office.on(TUESDAY + timedelta(days=1))
    assert await news_of(office, ELIAS) == []


async def test_a_cancelled_event_reaches_all_who_signed_up_also_those_who_wait(office: Office) -> None:
    office.content.events = (EVENT,)
    await office.press_button(await office.starts(), "Tilmeld mig", ELIAS)
    await office.press_button(await office.starts(ROSA), DA.say("onboarding.event.wait"), ROSA)
    office.content.events = (replace(EVENT, cancelled=True),)
    sent = {
        recipient: words_of(card)
        for recipient, kind, card in await office.morning()
        if kind is MessageKind.JOURNEY_EVENT
    }
    assert sent.keys() == {ELIAS, ROSA}
    assert all(DA.say("onboarding.news.cancelled") in text and "4. marts" in text for text in sent.values())
    office.content.events = (replace(EVENT, id="again", on=date(2027, 4, 8)), *office.content.events)
    assert [OFFERED in text for text in await news_of(office, ELIAS)] == [True]


async def test_a_cancellation_that_hr_takes_back_is_not_sent(office: Office) -> None:
    office.content.events = (EVENT,)
    await office.press_button(await office.starts(), "Tilmeld mig", ELIAS)
    office.content.events = (replace(EVENT, cancelled=True),)
    await office.service.queue_due()
    office.content.events = (EVENT,)
    assert not any(DA.say("onboarding.news.cancelled") in text for text in await news_of(office, ELIAS))


async def test_a_typed_wish_to_sign_up_shows_the_events_and_without_a_plan_it_is_a_question(office: Office) -> None:
    office.content.events = (EVENT,)
    await office.write("tilmeld mig det næste velkomstarrangement", ELIAS)
    assert len(office.answering.asked) == 1
    await office.starts()
    card = (await office.write("tilmeld mig det næste velkomstarrangement", ELIAS)).card
    signed = await office.press_button(card, "Tilmeld mig", ELIAS)
    assert DA.say("onboarding.say.signed") in words_of(signed)


async def test_the_plan_says_that_there_is_no_date_of_its_own_welcome_alone(office: Office) -> None:
    words = words_of(await office.starts(SIGNE, track="new_leader"))
    none = {kind: DA.say("onboarding.event.none", kind=DA.say(f"onboarding.kinds.{kind.value}")) for kind in EventKind}
    assert [kind for kind, text in none.items() if text in words] == [EventKind.WELCOME_MEETING]
