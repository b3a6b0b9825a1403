"""Questions of somebody who is on a plan are answered from the newcomers' documents too, and only while the plan runs."""

from __future__ import annotations

import pytest

from bot.conversation import ConversationMemory, SentAnswers
from bot.handlers.ask import AskHandler
from hr.onboarding.service import JourneyChange
from tests.unit.bot.builders import CATALOGUE, FakeAnswerer, asked
from tests.unit.bot.fakes import FakeTurn
from tests.unit.bot.onboarding_office import PEOPLE, ROSA, Office


@pytest.fixture
def office() -> Office:
    return Office()


async def audiences(office: Office, person_id: str) -> frozenset[str]:
    answerer = FakeAnswerer()
    handler = AskHandler(
        answerer=answerer,
        directory=PEOPLE,
        new_unit=office.storage.unit,
        clock=office.clock,
        catalogue=CATALOGUE,
        memory=ConversationMemory(),
        sent=SentAnswers(),
        onboarding=office.service,
    )
    await handler(asked("Hvad sker der den første dag?", person_id), FakeTurn())
    return answerer.questions[0].audiences


@pytest.mark.parametrize(("track", "audience"), [("new_employee", "ny_medarbejder"), ("new_leader", "ny_leder")])
async def test_a_plan_opens_the_newcomers_documents_until_it_ends(office: Office, track: str, audience: str) -> None:
    before = await audiences(office, ROSA)
    await office.starts(ROSA, track=track)
    assert await audiences(office, ROSA) == before | {audience}
    journey = await office.journey(ROSA)
    await office.service.change(ROSA, journey.id, JourneyChange.END, token="token-of-end")
    assert await audiences(office, ROSA) == before


async def test_a_question_about_an_item_is_asked_in_the_newcomers_name(office: Office) -> None:
    plan = await office.starts(ROSA)
    await office.press_button(plan, "Spørg om", ROSA, items="NE09")
    (question,) = office.answering.asked
    assert question.text == "Hvad er TRIO?"
    assert question.person_id == ROSA
