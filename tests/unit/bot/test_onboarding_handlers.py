"""What onboarding does in a chat, and for whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any

import pytest

from adaptive_cards.actions import Action, parse_action
from adaptive_cards.onboarding.actions import OnboardingPage, OpenOnboarding
from adaptive_cards.render import Card
from bot.handlers.onboarding.desk import OnboardingDesk
from bot.handlers.onboarding.press import OnboardingPress
from bot.handlers.onboarding.typed import OnboardingTyped
from bot.handlers.onboarding.wishes import Wish, wanted
from bot.makers.onboarding import OnboardingMaker
from bot.settings import SAMPLE_CONTENT
from hr.clock import FixedClock
from hr.onboarding.content import load_items
from hr.onboarding.model import CommonEvent, EventKind
from hr.onboarding.service import OnboardingService
from hr.outbox.model import MessageKind
from hr.people import FileDirectory
from hr.send_window import SendWindow
from hr.storage.memory import MemoryStorage
from hr.workdays import ClosedDays, MunicipalCalendar
from tests.unit.bot.builders import CATALOGUE, DA, asked, buttons_of, pressed, words_of
from tests.unit.bot.fakes import FakeAnswering, FakeTurn

PEOPLE = FileDirectory.load(SAMPLE_CONTENT / "people.sample.toml")
ELIAS, DITTE, ROSA, HR = (PEOPLE.by_key(key).id for key in ("new_employee", "leader", "employee", "hr"))
TUESDAY = date(2026, 12, 1)
EVENT = CommonEvent(
    id="welcome", kind=EventKind.WELCOME, on=date(2027, 3, 4), at=time(9, 30), place="Eksempelhuset", places=1
)


class Office:
    """The real use cases over memory."""

    def __init__(self) -> None:
        self.storage = MemoryStorage()
        self.content = SimpleNamespace(items=load_items(SAMPLE_CONTENT / "journeys.toml"), events=())
        clock = FixedClock.on(TUESDAY, hour=9)
        hours: Any = SimpleNamespace(
            calendar=MunicipalCalendar(ClosedDays()),
            absence=SimpleNamespace(parameters=SimpleNamespace(send_time=time(8))),
        )
        self.service = OnboardingService(
            new_unit=self.storage.unit,
            directory=PEOPLE,
            content=self.content,
            hours=hours,
            window=SendWindow.parse("07:30-16:30", clock.zone),
            clock=clock,
        )
        desk = OnboardingDesk(service=self.service, clock=clock)
        self.answering = FakeAnswering()
        self._typed = OnboardingTyped(desk=desk, catalogue=CATALOGUE, otherwise=self.answering)
        self._press = OnboardingPress(desk=desk, catalogue=CATALOGUE, otherwise=self.answering)

    async def write(self, text: str, by: str) -> FakeTurn:
        turn = FakeTurn()
        await self._typed(asked(text, by), turn)
        return turn

    async def press(self, action: Action, by: str) -> Card:
        turn = FakeTurn()
        await self._press(pressed(action, by), turn)
        return turn.card

    async def press_button(self, card: Card, title: str, by: str, **inputs: str) -> Card:
        return await self.press(parse_action({**buttons_of(card)[title], **inputs}), by)

    async def starts(self, by: str = ELIAS) -> Card:
        form = (await self.write("jeg er ny her", by)).card
        return await self.press_button(form, "Start planen", by, track="new_employee", start_on=TUESDAY.isoformat())


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
    await office.press_button(plan, "Gjort", ELIAS, items="NE08")
    team = (await office.write("onboarding", DITTE)).card
    part = await office.press_button(team, "Åbn", DITTE)
    assert "1 af 7" in words_of(part)
    assert "Log på Teams" not in words_of(part)


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
        for message in claimed:
            assert isinstance(await maker.card(unit, message), Card)


async def test_a_message_that_names_an_item_asks_before_it_is_ticked(office: Office) -> None:
    await office.starts()
    card = (await office.write("Jeg har læst Vores Norddjurs", ELIAS)).card
    done = await office.press_button(card, DA.say("onboarding.confirm.yes"), ELIAS)
    assert "1 af 7" in words_of(done)


@pytest.mark.parametrize("text", ["Hvad er reglerne for ferie?", "Mette har meldt sig syg i dag", "Jeg ønsker ikke at modtage onboarding-beskeder", "jeg har talt med Mette"])  # fmt: skip
def test_what_others_own_is_left_alone(text: str) -> None:
    assert wanted(text, load_items(SAMPLE_CONTENT / "journeys.toml")) is None


@pytest.mark.parametrize(
    "text", ["Vis min onboarding", "jeg er ny her", "min introplan", "Jeg er ny leder", "mine nye kolleger"]
)
def test_a_plan_is_shown_when_it_is_asked_for(text: str) -> None:
    found = wanted(text, ())
    assert found is not None
    assert found.wish is Wish.SHOW
