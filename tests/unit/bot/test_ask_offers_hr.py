"""Answers offer to send the question on to HR, where that is possible and nobody reads along."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation import ConversationMemory, SentAnswers
from bot.handlers.ask import AskHandler
from hr.clock import FixedClock
from hr.storage.memory import MemoryStorage
from knowledge.models import Answer, NotFound, NotFoundReason, RefusalReason, Refused
from tests.unit.bot.builders import (
    CATALOGUE,
    DA,
    DIRECTORY,
    LEADER_AAD,
    TODAY,
    FakeAnswerer,
    answered,
    asked,
    buttons_of,
)
from tests.unit.bot.fakes import FakeTurn


async def said(answer: Answer, memory: ConversationMemory | None = None, *, on: bool = True, **where: str) -> FakeTurn:
    handler = AskHandler(
        answerer=FakeAnswerer(answers=[answer]),
        directory=DIRECTORY,
        new_unit=MemoryStorage().unit,
        clock=FixedClock.on(TODAY),
        catalogue=CATALOGUE,
        memory=memory or ConversationMemory(),
        sent=SentAnswers(),
        may_ask_hr=on,
    )
    turn = FakeTurn()
    await handler(asked("Hvem betaler for kaffen?", LEADER_AAD, **where), turn)
    return turn


def not_found() -> NotFound:
    return NotFound(reason=NotFoundReason.THIN_SOURCE, passages=(), confidence=0.1)


def refused(reason: RefusalReason) -> Refused:
    return Refused(reason=reason, passages=(), confidence=0.9)


async def test_an_answer_has_ask_hr_as_the_last_of_three_suggestions() -> None:
    turn = await said(answered(follow_ups=("A?", "B?", "C?")))
    assert turn.sent[0].suggestions == ("A?", "B?", DA.say("asking.ask_hr"))
    assert len(turn.sent) == 1


@pytest.mark.parametrize("answer", [not_found(), refused(RefusalReason.DISMISSAL)])
async def test_what_could_not_be_answered_is_followed_by_a_button(answer: Answer) -> None:
    card = (await said(answer)).card
    assert list(buttons_of(card)) == [DA.say("asking.ask_hr")]


@pytest.mark.parametrize("reason", sorted(set(RefusalReason) - {RefusalReason.DISMISSAL}))
async def test_what_was_refused_otherwise_is_neither_offered_nor_remembered(reason: RefusalReason) -> None:
    memory = ConversationMemory()
    turn = await said(refused(reason), memory)
    assert len(turn.sent) == 1
    assert memory.last_exchange("a:chat", LEADER_AAD) is None


@pytest.mark.parametrize("where", [{"kind": "groupChat"}, {}])
async def test_nothing_is_offered_in_a_group_or_where_hr_takes_no_questions(where: dict[str, Any]) -> None:
    for answer in (not_found(), answered(follow_ups=("A?", "B?", "C?"))):
        turn = await said(answer, on=bool(where), **where)
        assert len(turn.sent) == 1
        assert DA.say("asking.ask_hr") not in turn.sent[0].suggestions


async def test_question_and_answer_are_remembered_until_the_conversation_is_forgotten() -> None:
    memory = ConversationMemory()
    await said(answered(), memory)
    kept = memory.last_exchange("a:chat", LEADER_AAD)
    assert kept is not None
    assert kept.documents == ("fravaer-opfoelgning-1-3-10",)
    assert "dag 1, 3 og 10" in kept.answer
    memory.forget("a:chat")
    assert memory.last_exchange("a:chat", LEADER_AAD) is None


@pytest.mark.parametrize(("second", "kept"), [("og stress", False), ("og vikaren", True)])
async def test_two_messages_that_only_together_tell_of_somebodys_health_are_not_remembered_together(
    second: str, kept: bool
) -> None:
    memory = ConversationMemory()
    handler = AskHandler(
        answerer=FakeAnswerer(),
        directory=DIRECTORY,
        new_unit=MemoryStorage().unit,
        clock=FixedClock.on(TODAY),
        catalogue=CATALOGUE,
        memory=memory,
        sent=SentAnswers(),
    )
    for text in ("Mette er sygemeldt", second):
        await handler(asked(text, LEADER_AAD), FakeTurn())
    assert memory.context("a:chat", LEADER_AAD) == (f"Mette er sygemeldt {second}" if kept else second)
