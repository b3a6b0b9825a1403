"""Who helps with what in a chat: which messages are answered with a card, and what its buttons show."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import hr
from adaptive_cards.actions import parse_action
from adaptive_cards.contacts.actions import AskHrAbout, OpenContact
from adaptive_cards.render import Card
from bot.events import Asked, Pressed
from bot.handlers.contacts.handlers import ContactHandler, is_about_contacts
from bot.handlers.guarded import Guarded
from bot.turn import Turn
from hr.clock import FixedClock
from hr.contacts.content import CONTACTS_FILE, LiveContacts
from tests.unit.bot.builders import CATALOGUE, DA, asked, buttons_of, pressed, words_of
from tests.unit.bot.fakes import FakeAnswering, FakePassages, FakeTurn

CONTENT = Path(hr.__path__[0]) / "content"
SAMPLES = Path(__file__).parents[2] / "acceptance" / "data" / "utterances_absence.jsonl"
FROM_SOURCES = {
    "hvem sidder i hovedudvalget",
    "Hvem skal underskrive en delvis raskmelding?",
    "Hvor skal jeg sende min mulighedserklæring hen?",
    "Hvem skal orienteres, når en medarbejder er syg på tredje uge?",
}
"""Not about who helps: what the documents say of it answers them."""


class Desk:
    """The handler over a list, and what it said."""

    def __init__(self, folder: Path = CONTENT, **parts: Any) -> None:
        clock = FixedClock.on(date(2026, 3, 2))
        self.contacts = LiveContacts(folder, today=clock.today)
        self.handler = ContactHandler(
            contacts=self.contacts, clock=clock, catalogue=CATALOGUE, passages=FakePassages(), **parts
        )
        self.turn = FakeTurn()

    async def write(self, text: str, **where: str) -> Card:
        self.turn = FakeTurn()
        event = asked(text, "somebody", **where)
        assert self.handler.asks(event)
        await self.handler.typed(event, self.turn)
        return self.turn.card

    async def press(self, data: Any, **where: str) -> Card:
        self.turn = FakeTurn()
        event = pressed(parse_action(data), None, **where)
        assert is_about_contacts(event)
        await self.handler.pressed(event, self.turn)
        return self.turn.card


def samples() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]


def filled(folder: Path, **fields: str) -> Path:
    lines = {"id": '"loen"', "topic": '"Løn"', "document": '"x"', **fields}
    text = "[[contacts]]\n" + "".join(f"{name} = {value}\n" for name, value in lines.items())
    (folder / CONTACTS_FILE).write_text(text, encoding="utf-8")
    return folder


def test_nine_of_ten_who_look_for_help_get_an_entry_or_the_list() -> None:
    desk = Desk()
    looked = [one["text"] for one in samples() if one["intent"] == "contact_lookup"]
    missed = {text for text in looked if not desk.handler.asks(asked(text, None))}
    assert missed == FROM_SOURCES
    assert len(missed) / len(looked) < 0.1


def test_no_message_about_something_else_is_taken() -> None:
    desk = Desk()
    others = [one["text"] for one in samples() if one["intent"] != "contact_lookup"]
    assert len(others) > 700
    assert [text for text in others if desk.handler.asks(asked(text, None))] == []


@pytest.mark.parametrize(
    "text",
    ["Hvem hjælper med at vinde kampen?", "Hvem skal jeg kontakte i dag?", "hvem " + "løn " * 60, "Hvad er løn?", ""],
)
def test_what_is_not_on_the_list_or_not_asked_for_goes_to_the_sources(text: str) -> None:
    assert not Desk().handler.asks(asked(text, None))


async def test_who_helps_with_personalejura_is_told_with_what_is_missing() -> None:
    desk = Desk()
    card = await desk.write("Hvem hjælper med personalejura?")
    words = words_of(card)
    assert "Personalejura" in words
    assert "Afdelingen for løn og personalejura (navn fra 2021)" in words
    assert DA.say("contacts.channel_missing") in words
    assert DA.say("contacts.never") in words
    assert "Kilde: " in words
    assert set(buttons_of(card)) == {"Spørg HR", "Tilbage"}


@pytest.mark.parametrize("text", ["hvem hjælper med hvad?", "Kontakter", "kontaktliste", "who helps with what"])
async def test_the_list_is_opened_by_a_word(text: str) -> None:
    card = await Desk().write(text)
    (pick,) = [part for part in card.content["body"] if part["type"] == "Input.ChoiceSet"]
    assert len(pick["choices"]) >= 20


async def test_a_topic_opens_in_place_and_goes_back_to_the_list() -> None:
    desk = Desk()
    listed = await desk.write("kontakter")
    entry = await desk.press({**buttons_of(listed)["Vis"], "topic": "apv"})
    assert "APV og trivselsmåling" in words_of(entry)
    assert buttons_of(await desk.press(buttons_of(entry)["Tilbage"])) == buttons_of(listed)


async def test_topics_that_fit_nearly_as_well_are_a_press_away() -> None:
    desk = Desk()
    card = await desk.write("Kan jeg få sparring på en personalesag?")
    other = await desk.press(buttons_of(card)["Ledelsessparring"])
    assert words_of(other).startswith("Ledelsessparring")


@pytest.mark.parametrize("kind", ["groupChat", "channel"])
async def test_groups_may_ask_and_press_too(kind: str) -> None:
    desk = Desk()
    card = await desk.write("Hvem hjælper med løn?", kind=kind)
    assert "Løn" in words_of(await desk.press(buttons_of(card)["Tilbage"], kind=kind))


@pytest.mark.parametrize("topic", ["findes-ikke", "", "' OR 1=1"])
async def test_a_topic_that_is_gone_or_made_up_shows_the_list(topic: str) -> None:
    card = await Desk().press({"kind": "contacts_pick", "topic": topic})
    assert DA.say("contacts.gone") in words_of(card)


async def test_without_a_way_to_hr_the_words_to_write_are_shown() -> None:
    card = await Desk().press(AskHrAbout(topic="loen").pack())
    assert "Skriv: spørg HR" in words_of(card)


async def test_the_way_to_hr_is_taken_with_the_topic() -> None:
    seen: list[Pressed] = []

    async def ask_hr(event: Pressed, turn: Turn) -> None:
        seen.append(event)

    desk = Desk(ask_hr=ask_hr)
    event = pressed(AskHrAbout(topic="loen"), "somebody")
    await desk.handler.pressed(event, FakeTurn())
    assert seen == [event]


@pytest.mark.parametrize(
    ("channel", "link"),
    [
        ("hr@norddjurs.example", "(mailto:hr@norddjurs.example)"),
        ("89 59 10 00", "(tel:89591000)"),
        ("https://intranet.example/hr", "(https://intranet.example/hr)"),
    ],
)
async def test_a_channel_is_a_press_away(tmp_path: Path, channel: str, link: str) -> None:
    card = await Desk(filled(tmp_path, channel=f'"{channel}"')).press(OpenContact(topic="loen").pack())
    assert link in words_of(card)


@pytest.mark.parametrize(
    ("checked", "words"),
    [
        ("2026-02-01", "Sidst tjekket 1. februar 2026."),
        ("2024-02-01", "Sidst tjekket 1. februar 2024. Ikke tjekket i over et år."),
        ('""', "Oplysningen er aldrig tjekket."),
    ],
)
async def test_a_card_says_when_it_was_checked(tmp_path: Path, checked: str, words: str) -> None:
    card = await Desk(filled(tmp_path, last_checked=checked)).press(OpenContact(topic="loen").pack())
    assert words in words_of(card).splitlines()


async def test_a_question_in_english_is_answered_in_english() -> None:
    card = await Desk().write("Who helps with personalejura and onboarding?")
    assert "Ask HR" in buttons_of(card)


async def test_health_details_are_refused_before_anything_is_looked_up() -> None:
    desk, answering, turn = Desk(), FakeAnswering(), FakeTurn()
    guarded = Guarded(desk.handler.typed, otherwise=answering)
    event: Asked = asked("Hvem hjælper med løn, når Mette har kræft?", "somebody")
    assert desk.handler.asks(event)
    await guarded(event, turn)
    assert (answering.asked, turn.sent) == ([event], [])
