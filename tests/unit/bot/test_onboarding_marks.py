"""Ticks: whose they are, how they are taken back, and what is asked before something happens."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adaptive_cards.onboarding.actions import ChangeJourney, OnboardingPage, OpenOnboarding
from hr.onboarding.model import JourneyState, MarkState
from tests.unit.bot.builders import DA, buttons_of, words_of
from tests.unit.bot.onboarding_office import (
    AMR,
    CHIEF,
    DITTE,
    ELIAS,
    HR,
    MENTOR,
    OTHER_HR,
    ROSA,
    SIGNE,
    TUESDAY,
    Office,
)

UNDO = DA.say("onboarding.undo")


@pytest.fixture
def office() -> Office:
    return Office()


async def part_of(office: Office, helper: str, newcomer: str = ELIAS) -> str:
    card = await office.press(
        OpenOnboarding(page=OnboardingPage.JOURNEY, journey=(await office.journey(newcomer)).id), helper
    )
    return words_of(card)


async def test_a_leaders_tick_of_a_shared_item_leaves_the_newcomers_own_open(office: Office) -> None:
    await office.starts(SIGNE, track="new_leader", on=date(2026, 11, 1))
    journey = await office.journey(SIGNE)
    seen = await office.service.mark(CHIEF, journey.id, ["NL11"], MarkState.DONE, token="token-of-chief")
    assert "NL11" in {one.item.id for one in seen.closed}
    plan = await office.service.own(SIGNE)
    assert plan is not None
    assert "NL11" in {one.item.id for one in plan.open}
    assert plan.settled == 0


async def test_what_a_newcomer_says_of_a_shared_item_is_not_seen_by_the_helper(office: Office) -> None:
    plan = await office.starts(SIGNE, track="new_leader", on=date(2026, 11, 1))
    before = await part_of(office, CHIEF, SIGNE)
    await office.press_button(plan, "Ikke relevant", SIGNE, items="NL11,NL14")
    after = await part_of(office, CHIEF, SIGNE)
    assert after == before.replace("0 af 19", "2 af 19")


async def test_a_mark_of_one_in_hr_is_one_for_all_in_hr(office: Office) -> None:
    await office.starts()
    journey = await office.journey()
    await office.service.mark(HR, journey.id, ["NE04"], MarkState.DONE, token="token-of-hr")
    assert "Ansættelsesbevis" not in await part_of(office, OTHER_HR)


async def test_an_item_of_leader_and_amr_waits_for_each_of_them(office: Office) -> None:
    await office.starts()
    journey = await office.journey()
    await office.service.mark(DITTE, journey.id, ["NE13"], MarkState.DONE, token="token-of-ditte")
    assert "APV og instruktion" not in await part_of(office, DITTE)
    assert "APV og instruktion" in await part_of(office, AMR)


async def test_the_mentors_items_are_shown_to_the_mentor_and_not_to_the_newcomer(office: Office) -> None:
    plan = await office.starts()
    journey = await office.journey()
    await office.service.choose_mentor(DITTE, journey.id, "AKG", token="token-of-mentor")
    mentor = (await office.write("jeg er mentor for Elias, hvad skal jeg?", MENTOR)).card
    opened = words_of(await office.press_button(mentor, "Åbn", MENTOR))
    assert "Modtagelse, rundvisning" in opened
    assert "Modtagelse, rundvisning" not in words_of(plan)
    assert "Din mentor er" in words_of((await office.write("min introplan", ELIAS)).card)
    told = {recipient for recipient, _, _ in await office.morning()}
    assert {MENTOR, DITTE} <= told


async def test_a_tick_is_taken_back_on_the_card_that_tells_of_it(office: Office) -> None:
    plan = await office.starts()
    ticked = await office.press_button(plan, "Gjort", ELIAS, items="NE08,NE09")
    assert "2 af 7" in words_of(ticked)
    undone = await office.press_button(ticked, UNDO, ELIAS)
    assert "0 af 7" in words_of(undone)
    assert DA.say("onboarding.say.undone") in words_of(undone)
    assert UNDO not in buttons_of(undone)


async def test_undoing_later_leaves_what_was_put_off_before(office: Office) -> None:
    plan = await office.starts()
    due = {}
    for turn in range(2):
        plan = await office.press_button(plan, "Senere", ELIAS, items="NE09")
        own = await office.service.own(ELIAS)
        assert own is not None
        due[turn] = next(one.due_on for one in own.open if one.item.id == "NE09")
    await office.press_button(plan, UNDO, ELIAS)
    own = await office.service.own(ELIAS)
    assert own is not None
    assert next(one.due_on for one in own.open if one.item.id == "NE09") == due[0]
    assert due == {0: TUESDAY + timedelta(days=11), 1: TUESDAY + timedelta(days=18)}


async def test_nobody_takes_back_somebody_elses_tick(office: Office) -> None:
    plan = await office.starts()
    ticked = await office.press_button(plan, "Gjort", ELIAS, items="NE09")
    for other in (ROSA, DITTE):
        assert words_of(await office.press_button(ticked, UNDO, other)) == DA.say("onboarding.say.not_found")


async def test_an_old_tick_is_opened_again_from_the_list_of_what_is_settled(office: Office) -> None:
    plan = await office.starts()
    await office.press_button(plan, "Gjort", ELIAS, items="NE08")
    settled = (await office.write("hov, jeg kom til at sætte flueben ved det forkerte punkt", ELIAS)).card
    assert "Log på Teams" in str(settled.content)
    opened = await office.press_button(settled, "Åbn igen", ELIAS, items="NE08")
    assert "0 af 7" in words_of(opened)


async def test_a_typed_tick_asks_for_which_newcomer_when_there_are_several(office: Office) -> None:
    await office.starts(ELIAS)
    await office.starts(ROSA)
    which = (await office.write("jeg har bestilt udstyr", DITTE)).card
    assert DA.say("onboarding.which.title") in words_of(which)
    assert "Elias Tænktsen: Bestil login" in words_of(which)
    assert "Rosa Påfundsen: Bestil login" in words_of(which)
    named = (await office.write("jeg har bestilt udstyr til Rosa", DITTE)).card
    assert words_of(named).count("Bestil login") == 1
    await office.press_button(named, DA.say("onboarding.confirm.yes"), DITTE)
    assert (await office.journey(ELIAS)).marks == {}
    assert {item for item, _ in (await office.journey(ROSA)).marks} == {"NE02"}


async def test_the_end_of_a_plan_is_asked_about_first(office: Office) -> None:
    await office.starts()
    form = (await office.write("Afslut min onboardingplan", ELIAS)).card
    asked = await office.press_button(form, DA.say("onboarding.manage.end"), ELIAS)
    assert DA.say("onboarding.end.title") in words_of(asked)
    assert (await office.journey()).state is JourneyState.RUNNING
    kept = await office.press_button(asked, "Nej", ELIAS)
    assert DA.say("onboarding.manage.title") in words_of(kept)
    ended = await office.press_button(asked, DA.say("onboarding.end.yes"), ELIAS)
    assert words_of(ended) == DA.say("onboarding.say.ended")
    assert (await office.journey()).state is JourneyState.ENDED


async def test_an_older_card_does_not_end_a_plan_unasked_nor_does_a_mentor(office: Office) -> None:
    await office.starts()
    journey = await office.journey()
    await office.service.choose_mentor(DITTE, journey.id, "AKG", token="token-of-mentor")
    old = ChangeJourney(token="token-of-old-card", journey=journey.id, change="end")
    assert DA.say("onboarding.end.title") in words_of(await office.press(old, DITTE))
    assert words_of(await office.press(old, MENTOR)) == DA.say("onboarding.say.not_found")
    assert (await office.journey()).state is JourneyState.RUNNING


async def test_a_typed_change_opens_the_form_of_the_newcomer_it_names(office: Office) -> None:
    await office.starts(ELIAS)
    await office.starts(ROSA)
    form = (await office.write("flyt startdatoen for ETK til 15. januar", DITTE)).card
    assert (await office.journey(ELIAS)).id in str(form.content)
    whose = (await office.write("flyt startdatoen", DITTE)).card
    assert DA.say("onboarding.whose.title") in words_of(whose)
    turn = await office.write("flyt startdatoen", AMR)
    assert turn.cards == turn.sent == []
    assert len(office.answering.asked) == 1
