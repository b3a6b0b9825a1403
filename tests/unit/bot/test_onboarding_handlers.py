"""What onboarding does in a chat, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from adaptive_cards.onboarding.actions import OnboardingPage, OpenOnboarding
from adaptive_cards.render import Card
from bot.handlers.onboarding.wishes import Wish, wanted
from bot.makers.onboarding import OnboardingMaker
from bot.settings import SAMPLE_CONTENT
from hr.onboarding.content import load_items
from hr.onboarding.service import JourneyChange
from hr.outbox.model import MessageKind
from tests.unit.bot.builders import CATALOGUE, DA, asked, buttons_of, words_of
from tests.unit.bot.onboarding_office import DITTE, ELIAS, EVENT, HR, ROSA, Office

LATER = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def office() -> Office:
    return Office()


async def test_a_newcomer_starts_a_plan_and_ticks_an_item_once(office: Office) -> None:
    plan = await office.starts()
    assert "0 af 7" in words_of(plan)
    once = await office.press_button(plan, "Gjort", ELIAS, items="NE08,NE09")
    again = await office.press_button(plan, "Gjort", ELIAS, items="NE11")
    assert "2 af 7" in words_of(once)
    assert "2 af 7" in words_of(again)


async def test_a_leader_sees_how_far_a_newcomer_is_but_not_which_items(office: Office) -> None:
    plan = await office.starts()
    await office.press_button(plan, "Gjort", ELIAS, items="NE09")
    team = (await office.write("onboarding", DITTE)).card
    part = await office.press_button(team, "Åbn", DITTE)
    assert "1 af 7" in words_of(part)
    assert "Mød din TR" not in words_of(part)


async def test_a_colleague_cannot_open_or_change_somebody_elses_plan(office: Office) -> None:
    plan = await office.starts()
    journey = buttons_of(plan)["Gjort"]["journey"]
    opened = await office.press(OpenOnboarding(page=OnboardingPage.JOURNEY, journey=journey), ROSA)
    ticked = await office.press_button(plan, "Gjort", ROSA, items="NE08")
    assert words_of(opened) == words_of(ticked) == DA.say("onboarding.say.not_found")
    forged = await office.press_button(plan, "Gjort", ELIAS, items="NE01")
    assert words_of(forged) == DA.say("onboarding.say.not_found")


async def test_a_full_event_gives_a_place_on_the_waiting_list_until_somebody_signs_off(office: Office) -> None:
    office.content.events = (EVENT,)
    mine, other = await office.starts(), await office.starts(by=ROSA)
    signed = await office.press_button(mine, "Tilmeld mig", ELIAS)
    waits = await office.press_button(other, "Tilmeld mig", ROSA)
    assert DA.say("onboarding.say.signed") in words_of(signed)
    assert DA.say("onboarding.say.waiting") in words_of(waits)
    assert "Venteliste" in words_of((await office.write("vis tilmeldinger", HR)).card)
    await office.press_button(signed, "Meld fra", ELIAS)
    async with office.storage.unit() as unit:
        assert [(one.person_id, one.place) for one in await unit.sign_ups.all()] == [(ROSA, True)]


async def test_what_is_due_is_queued_once_and_makes_a_card(office: Office) -> None:
    await office.starts()
    assert await office.service.queue_due() > 0
    assert await office.service.queue_due() == 0
    maker = OnboardingMaker(facts=office.service, catalogue=CATALOGUE)
    async with office.storage.unit() as unit:
        claimed = await unit.outbox.claim(
            datetime(2026, 12, 1, 12, tzinfo=UTC),
            lease="x",
            lease_now=datetime(2026, 12, 1, 12, tzinfo=UTC),
            lease_seconds=60,
            limit=50,
        )
        assert {message.kind for message in claimed} == {MessageKind.JOURNEY_ITEM}
        assert {message.recipient_id for message in claimed} >= {DITTE}
        made = [await maker.card(unit, message) for message in claimed]
        cards = [message.recipient_id for message, card in zip(claimed, made, strict=True) if isinstance(card, Card)]
        assert sorted(cards) == sorted({message.recipient_id for message in claimed})


async def test_a_message_that_names_an_item_asks_before_it_is_ticked(office: Office) -> None:
    await office.starts()
    card = (await office.write("Jeg har læst Vores Norddjurs", ELIAS)).card
    done = await office.press_button(card, DA.say("onboarding.confirm.yes"), ELIAS)
    assert "1 af 7" in words_of(done)


@pytest.mark.parametrize("text", ["Hvad er reglerne for ferie?", "Mette har meldt sig syg i dag", "Jeg ønsker ikke at modtage onboarding-beskeder", "jeg har talt med Mette"])  # fmt: skip
def test_what_others_own_is_left_alone(text: str) -> None:
    assert wanted(text, load_items(SAMPLE_CONTENT / "journeys.toml")) is None


@pytest.mark.parametrize(
    "text",
    [
        "Jeg er nyansat. Hvordan melder jeg mig syg?",
        "Jeg er ny her, hvornår får jeg løn?",
        "Jeg er ny, hvem er min leder?",
        "Hvor mange feriedage får en ny medarbejder?",
    ],
)
def test_a_question_on_a_topic_is_answered_from_the_sources_whoever_is_new(text: str) -> None:
    assert wanted(text, ()) is None


@pytest.mark.parametrize(
    "text", ["Vis min onboarding", "jeg er ny her", "min introplan", "Jeg er ny leder", "mine nye kolleger"]
)
def test_a_plan_is_shown_when_it_is_asked_for(text: str) -> None:
    found = wanted(text, ())
    assert found is not None
    assert found.wish is Wish.SHOW


async def keys_of(office: Office) -> list[str]:
    async with office.storage.unit() as unit:
        claimed = await unit.outbox.claim(LATER, lease="x", lease_now=LATER, lease_seconds=60, limit=500)
        return [message.key for message in claimed]


async def test_a_helper_hears_of_a_second_newcomer_although_the_first_was_told_of(office: Office) -> None:
    await office.starts()
    await office.service.queue_due()
    before = set(await keys_of(office))
    await office.starts(by=ROSA)
    office.content.items = (
        *office.content.items[:-1],
        office.content.items[-1],
    )  # as after an edit: all is looked at again
    assert await office.service.queue_due() > 0
    new = {key for key in await keys_of(office) if key not in before}
    assert any(HR in key for key in new)


async def test_an_event_that_is_missing_from_the_file_cancels_nothing(office: Office) -> None:
    office.content.events = (EVENT,)
    await office.press_button(await office.starts(), "Tilmeld mig", ELIAS)
    office.content.events = ()
    await office.service.queue_due()
    async with office.storage.unit() as unit:
        assert len(await unit.sign_ups.all()) == 1
        assert await unit.outbox.about(EVENT.id) == ()


async def test_who_ends_a_plan_gives_the_place_to_the_next(office: Office) -> None:
    office.content.events = (EVENT,)
    mine, other = await office.starts(), await office.starts(by=ROSA)
    await office.press_button(mine, "Tilmeld mig", ELIAS)
    await office.press_button(other, "Tilmeld mig", ROSA)
    journey = buttons_of(mine)["Gjort"]["journey"]
    await office.service.change(ELIAS, journey, JourneyChange.END, token="token-of-end")
    async with office.storage.unit() as unit:
        assert [(one.person_id, one.place) for one in await unit.sign_ups.all()] == [(ROSA, True)]


async def test_an_event_before_the_first_day_is_not_offered(office: Office) -> None:
    office.content.events = (replace(EVENT, on=date(2026, 12, 10)),)
    form = (await office.write("jeg er ny her", ELIAS)).card
    plan = await office.press_button(form, "Start planen", ELIAS, track="new_employee", start_on="2027-01-04")
    assert "Tilmeld mig" not in buttons_of(plan)


async def test_what_is_plainly_about_plans_goes_before_the_question_of_who_helps(office: Office) -> None:
    def first(text: str) -> bool:
        return office.typed.takes_first(asked(text, HR))

    assert first("hvem er tilmeldt velkomstmødet?")
    assert not first("Hvem hjælper med onboarding?")
    assert not first("vis min onboarding")
