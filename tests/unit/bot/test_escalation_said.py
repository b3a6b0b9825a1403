"""What is said about questions to HR: when they get there, to whom, on which page, and to HR in HR's own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from adaptive_cards.escalation.actions import HrRequest
from adaptive_cards.render import Card
from bot.conversation import Exchange
from hr.escalation import asking
from hr.escalation.model import HrDeed
from hr.outbox.model import MessageKind
from tests.unit.bot.builders import CATALOGUE, DA, asked, buttons_of, citation, words_of
from tests.unit.bot.escalation_office import Office
from tests.unit.hr.absence.service_builders import DITTE, ELSE, HANNE


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "drafts")


async def test_in_the_evening_the_receipt_says_when_hr_gets_the_question(office: Office) -> None:
    office.clock.forward(hours=8)
    receipt = words_of(await office.asks())
    assert DA.say("asking.own.later", number=1, group="Løn", when="tirsdag 3. marts kl. 07.30") in receipt
    assert "sendt" not in receipt.casefold()


async def test_in_the_evening_hr_is_told_when_the_asker_gets_the_answer(office: Office) -> None:
    request_id = await office.sends()
    office.clock.forward(hours=8)
    card = await office.answers(request_id)
    assert DA.say("asking.say.answered_later", when="tirsdag 3. marts kl. 07.30") in words_of(card)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [("", "empty"), ("a" * 2001, "too_long"), ("Mette er syg med stress", "health"), ("010190-1234", "cpr")],
)
async def test_an_answer_that_cannot_be_sent_is_spoken_of_as_hrs(office: Office, answer: str, fault: str) -> None:
    request_id = await office.sends()
    card = await office.answers(request_id, answer)
    assert DA.say(f"asking.hr_faults.{fault}") in words_of(card)
    assert await office.queued(request_id, MessageKind.REQUEST_ANSWER) == []


async def test_hr_is_not_sent_to_hr_about_a_question_that_is_gone(office: Office) -> None:
    gone = HrRequest(request_id="0" * 32, deed=HrDeed.TAKE)
    assert words_of((await office.press(gone, HANNE)).card) == DA.say("asking.say.gone")
    assert words_of((await office.press(gone, ELSE)).card) == DA.say("asking.say.not_found")


async def test_hr_sees_which_sources_the_answer_had(office: Office) -> None:
    exchange = Exchange(question="Hvad er MUS?", answer="En samtale.", documents=("mus", "mus-igen"))
    office.memory.keep_exchange("a:chat", DITTE, exchange)
    request_id = await office.sends("Hvad er MUS?", "ledelse")
    told = DA.say("asking.hr.sources", titles=citation().title)
    assert told in words_of(await office.hr(request_id, HrDeed.SHOW))
    (message,) = await office.queued(request_id)
    card = await office.made(message)
    assert isinstance(card, Card)
    assert told in words_of(card)


async def test_long_lists_have_pages_and_hr_sees_first_what_nobody_has_taken(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "OPEN_LIMIT", 7)
    ids = [await office.sends(f"Spørgsmål {word}?") for word in ("et", "to", "tre", "fire", "fem", "seks", "syv")]
    await office.hr(ids[0], HrDeed.TAKE)
    first = (await office.write("åbne spørgsmål", HANNE)).card
    assert [f"Nr. {number} ·" in words_of(first) for number in range(1, 8)] == [False, *[True] * 5, False]
    second = await office.push(first, "Vis flere", HANNE)
    assert [f"Nr. {number} ·" in words_of(second) for number in range(1, 8)] == [True, *[False] * 5, True]
    assert words_of(second).index("Nr. 7") < words_of(second).index("Nr. 1 ")
    assert DA.say("asking.page", first=6, last=7, count=7) in words_of(second)
    assert words_of(await office.push(second, "Vis forrige", HANNE)) == words_of(first)
    mine = await office.push((await office.write("mine spørgsmål")).card, "Vis flere")
    assert "Nr. 1 ·" in words_of(mine)
    assert "Vis flere" not in buttons_of(mine)


async def test_a_page_that_is_gone_meanwhile_shows_the_last_one(office: Office) -> None:
    for word in ("et", "to"):
        await office.sends(f"Spørgsmål {word}?")
    page = await office.service.asking.mine(DITTE, start=40)
    assert (page.start, len(page.views)) == (0, 2)


@pytest.mark.parametrize(
    ("text", "kind", "taken"),
    [
        ("brug kanalen til Løn", "personal", True),
        ("brug kanalen til spørgsmål om løn", "channel", True),
        ("brug kanalen til Personalejuraen", "channel", True),
        ("brug denne kanal til Barsel", "channel", True),
        ("brug chatten til vagtbytte", "personal", False),
        ("brug gruppen til fælles frokost hver uge", "channel", False),
        ("brug kanalen til at tale om trivsel", "channel", False),
        ("Brug kanalen til fælles beskeder, hvad siger reglerne?", "channel", False),
    ],
)
def test_words_for_a_channel_are_those_that_name_a_group(office: Office, text: str, kind: str, taken: bool) -> None:
    assert office.typed.wants_hr(asked(text, HANNE, chat="19:hr", kind=kind)) is taken


@pytest.mark.parametrize(("language", "words"), [("da", "**spørg HR**"), ("en", "**ask HR**")])
def test_the_help_tells_of_asking_hr(language: str, words: str) -> None:
    assert words in CATALOGUE[language].say("home.help")
