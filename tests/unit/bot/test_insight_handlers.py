"""HR's overview in the chat: who sees it, its pages, and the weekly message."""

from __future__ import annotations

from typing import Any

import pytest

from adaptive_cards.actions import Action, parse_action
from adaptive_cards.insight.actions import InsightPage, OpenInsight
from adaptive_cards.render import Card
from bot.conversation import ConversationMemory
from bot.handlers.home import CommandHandler, Starters, Words
from bot.handlers.insight.handlers import InsightHandler, is_about_insight
from bot.makers.insight import INSIGHT_KINDS, InsightMaker
from hr.outbox.model import MessageKind, Why
from hr.people import FileDirectory
from tests.unit.bot.builders import CATALOGUE, DA, EN, asked, buttons_of, pressed, words_of
from tests.unit.bot.fakes import FakeTurn
from tests.unit.hr.insight.builders import FAULT, LEADER, NORA, House

HOLIDAYS = ("Kan feriefridage udbetales?", "Hvornår er ferieåret slut?", "Kan ferie overføres?")


class Office:
    """HR's handler over the real use cases."""

    def __init__(self) -> None:
        self.house = House()
        self.handler = InsightHandler(service=self.house.service(), catalogue=CATALOGUE)

    async def write(self, text: str, *, by: str | None = NORA, **where: str) -> FakeTurn:
        turn, event = FakeTurn(), asked(text, by, **where)
        assert self.handler.takes(event)
        await self.handler.typed(event, turn)
        return turn

    async def press(self, action: Action, *, by: str | None = NORA, **where: str) -> FakeTurn:
        turn, event = FakeTurn(), pressed(action, by, **where)
        assert is_about_insight(event)
        await self.handler.pressed(event, turn)
        return turn

    async def press_button(self, card: Card, button: str, **inputs: Any) -> Card:
        return (await self.press(parse_action({**buttons_of(card)[button], **inputs}))).card


@pytest.mark.parametrize("text", ["vis ubesvarede", "HR-overblik", "HR overblik!", "Hvad kunne du ikke svare på?"])
async def test_hr_writes_for_the_overview_and_gets_it(text: str) -> None:
    office = Office()
    await office.house.ask(*HOLIDAYS, "Hvad er barsel?", answered=2)
    said = words_of((await office.write(text)).card)
    assert "Ferie: 3 uden svar" in said
    assert HOLIDAYS[0] in said
    assert "Hvad er barsel?" not in said
    assert "Dertil 1 uden svar i emner med færre end 3." in said


async def test_it_is_told_in_english_where_it_is_asked_in_english() -> None:
    said = words_of((await Office().write("show unanswered questions")).card)
    assert EN.say("insight.nothing") in said


@pytest.mark.parametrize("text", ["overblik", "HR", "hvad kan du svare på", "ubesvarede opkald", "vis mine sager"])
def test_other_messages_are_left_to_others(text: str) -> None:
    assert not Office().handler.takes(asked(text, NORA))


@pytest.mark.parametrize("who", [LEADER, "stranger"])
async def test_who_is_not_in_hr_gets_a_kind_no_typed_and_pressed(who: str) -> None:
    office = Office()
    await office.house.ask(*HOLIDAYS)
    assert [one.text for one in (await office.write("HR-overblik", by=who)).sent] == [DA.say("insight.say.not_hr")]
    card = (await office.press(OpenInsight(page=InsightPage.QUESTIONS), by=who)).card
    assert words_of(card) == DA.say("insight.say.not_hr")


@pytest.mark.parametrize(
    ("by", "where", "key"),
    [(NORA, {"kind": "groupChat"}, "private"), (None, {}, "unknown_person")],
)
async def test_it_is_shown_neither_where_others_read_along_nor_to_nobody(
    by: str | None, where: dict[str, str], key: str
) -> None:
    office = Office()
    for turn in (
        await office.write("HR-overblik", by=by, **where),
        await office.press(OpenInsight(), by=by, **where),
    ):
        assert [one.text for one in turn.sent] == [DA.say(f"insight.say.{key}")]
        assert turn.cards == []


async def test_a_long_list_is_turned_page_by_page_and_back() -> None:
    office = Office()
    questions = [f"Er ferie i uge {week} muligt?" for week in range(1, 21)]
    await office.house.ask(*questions)
    overview = (await office.write("HR-overblik")).card
    assert questions[3] not in words_of(overview)
    first = await office.press_button(overview, "Alle spørgsmål")
    assert questions[13] in words_of(first)
    assert questions[14] not in words_of(first)
    assert "Forrige" not in buttons_of(first)
    last = await office.press_button(first, "Vis flere")
    assert questions[19] in words_of(last)
    assert "Vis flere" not in buttons_of(last)
    assert questions[0] in words_of(await office.press_button(last, "Forrige"))
    assert "HR-overblik" in words_of(await office.press_button(last, "Tilbage til overblik"))


async def test_a_page_that_has_become_shorter_begins_at_its_beginning() -> None:
    office = Office()
    await office.house.ask(*HOLIDAYS)
    card = (await office.press(OpenInsight(page=InsightPage.QUESTIONS, start=14))).card
    assert HOLIDAYS[0] in words_of(card)


async def test_everything_fits_the_overview_without_a_button_for_more() -> None:
    office = Office()
    await office.house.ask(*HOLIDAYS)
    assert list(buttons_of((await office.write("HR-overblik")).card)) == ["Opdatér"]


# the weekly message


async def made(house: House) -> Card | Why:
    service = house.service()
    await service.queue_digests()
    (message, *_) = await house.queued()
    async with house.storage.unit() as unit:
        maker = InsightMaker(facts=service, catalogue=CATALOGUE)
        assert not await maker.weekend_duty(unit, message)
        return await maker.card(unit, message)


async def test_the_weekly_message_tells_of_the_week_before() -> None:
    house = House()
    await house.ask(*HOLIDAYS, answered=7)
    card = await made(house)
    assert isinstance(card, Card)
    assert "HR-overblik for uge 47" in words_of(card)
    assert "Ferie: 3 uden svar" in words_of(card)
    assert "Ferie" not in card.summary
    assert buttons_of(card)["Se hele overblikket"]["page"] == "overview"


async def test_it_does_not_leave_when_it_is_no_longer_true() -> None:
    house = await House().with_news()
    service = house.service()
    await service.queue_digests()
    (message, *_) = await house.queued()
    async with house.storage.unit() as unit:
        await unit.insight.mend(FAULT.id, at=house.clock.now())
        assert await InsightMaker(facts=service, catalogue=CATALOGUE).card(unit, message) is Why.CHANGED
    assert INSIGHT_KINDS == (MessageKind.HR_DIGEST,)


# help


@pytest.mark.parametrize(("who", "told"), [(NORA, True), (LEADER, False), (None, False)])
async def test_help_tells_hr_what_hr_alone_can_do(who: str | None, told: bool) -> None:
    directory = FileDirectory(tuple(House().people))
    handler = CommandHandler(
        words=Words(CATALOGUE),
        catalogue=CATALOGUE,
        memory=ConversationMemory(),
        starters=Starters(directory),
        directory=directory,
    )
    turn = FakeTurn()
    await handler(asked("hjælp", who), turn)
    (message,) = turn.sent
    assert (DA.say("home.help_hr") in (message.text or "")) is told
