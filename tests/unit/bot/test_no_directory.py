"""While it cannot be found out who people are: rights wait, questions go on."""

from __future__ import annotations

import logging

import pytest

from adaptive_cards.actions import Menu, OpenMenu
from bot.conversation import ConversationMemory, SentAnswers
from bot.events import Installed
from bot.figures import _key
from bot.handlers.ask import AskHandler
from bot.handlers.errors import ErrorHandler
from bot.handlers.home import CommandHandler, Starters, WelcomeHandler, Words
from bot.keys import by_key, id_of
from hr.clock import FixedClock
from hr.errors import DirectoryUnavailableError, UnknownPersonError
from hr.people import FileDirectory, audiences_of
from hr.storage.memory import MemoryStorage
from tests.unit.bot.absence_office import Office
from tests.unit.bot.builders import CATALOGUE, DA, LEADER, LEADER_AAD, TODAY, FakeAnswerer, asked, reference
from tests.unit.bot.fakes import FakeTurn
from tests.unit.hr.absence.service_builders import DITTE, FakeDirectory


class Down(FakeDirectory):
    """A directory that does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down = True

    async def everyone(self) -> tuple[()]:
        raise DirectoryUnavailableError("down")

    async def led_by(self, person_id: str) -> tuple[()]:
        raise DirectoryUnavailableError("down")


async def test_a_question_is_answered_as_for_an_employee() -> None:
    answerer, turn = FakeAnswerer(), FakeTurn()
    handler = AskHandler(
        answerer=answerer,
        directory=Down(),
        new_unit=MemoryStorage().unit,
        clock=FixedClock.on(TODAY),
        catalogue=CATALOGUE,
        memory=ConversationMemory(),
        sent=SentAnswers(),
    )
    await handler(asked("Hvad gør jeg på dag 1?", LEADER_AAD), turn)
    assert answerer.questions[0].audiences == audiences_of(frozenset())
    assert len(turn.sent) == 1


@pytest.mark.parametrize("text", ["Hvad er reglerne for omsorgsdage?", "hvad skal jeg gøre på dag 3?"])
async def test_a_leaders_question_goes_to_the_sources(text: str) -> None:
    office = Office()
    office.town.directory.is_down = True
    await office.write(text)
    assert [event.text for event in office.answering.asked] == [text]


@pytest.mark.parametrize("text", ["ny sag", "mine forløb"])
async def test_what_needs_rights_is_not_done(text: str) -> None:
    office = Office()
    await office.town.case()
    office.town.directory.is_down = True
    with pytest.raises(DirectoryUnavailableError):
        await office.write(text)
    with pytest.raises(DirectoryUnavailableError):
        await office.press(OpenMenu(menu=Menu.LIST, language="da"), by=DITTE)
    assert office.turn.sent == []


async def test_the_person_is_told_so_and_the_log_has_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    turn = FakeTurn()
    await ErrorHandler(CATALOGUE)(asked("mine forløb", LEADER_AAD), turn, DirectoryUnavailableError("Graph says 500"))
    (message,) = turn.sent
    assert message.text == DA.say("errors.no_rights_now")
    assert message.text.startswith("Jeg kan ikke slå dine rettigheder op lige nu. Prøv igen om lidt.")
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


async def test_a_welcome_is_not_lost() -> None:
    turn = FakeTurn()
    welcome = WelcomeHandler(
        new_unit=MemoryStorage().unit, clock=FixedClock.on(TODAY), catalogue=CATALOGUE, starters=Starters(Down())
    )
    await welcome.installed(Installed(reference=reference(LEADER_AAD)), turn)
    assert [message.text for message in turn.sent] == [DA.say("home.welcome")]


async def test_help_is_that_of_an_employee() -> None:
    turn = FakeTurn()
    command = CommandHandler(
        words=Words(CATALOGUE),
        catalogue=CATALOGUE,
        memory=ConversationMemory(),
        starters=Starters(Down()),
        directory=Down(),
    )
    await command(asked("hjælp", LEADER_AAD), turn)
    assert [message.text for message in turn.sent] == [DA.say("home.help")]


async def test_an_operator_may_name_a_person_by_id_and_reads_ids_instead_of_keys() -> None:
    assert await id_of(Down(), f" {LEADER_AAD.upper()} ") == LEADER_AAD
    assert await _key(Down(), LEADER_AAD) == LEADER_AAD
    with pytest.raises(DirectoryUnavailableError):
        await id_of(Down(), "leader")


async def test_a_key_names_one_person_and_an_unknown_one_is_told() -> None:
    directory = FileDirectory((LEADER,))
    assert await by_key(directory, LEADER.key) == LEADER
    assert await id_of(directory, LEADER.key) == LEADER.id
    for look in (by_key, id_of):
        with pytest.raises(UnknownPersonError, match=LEADER.key):
            await look(directory, "somebody-who-left")
