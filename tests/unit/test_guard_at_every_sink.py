"""Whatever keeps or sends typed text asks the guard first: the table in docs/privacy.md, walked over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.handlers.feedback import keepable
from hr.clock import FixedClock
from hr.dialogues.rules import agreed_actions
from hr.errors import InvalidDialogueError, RequestTextError
from hr.escalation.desk import checked
from hr.insight.noting import Notes
from hr.insight.rules import may_be_shown
from hr.storage.memory import MemoryStorage
from privacy.guard import inspect
from privacy.labels import LabelRefused, reference_from
from tests.unit.bot.builders import TODAY

PRIVATE = (
    "Mette er syg med stress",
    "hun har fået konstateret kræft",
    "Zbigniew har diskusprolaps",
    "Det gælder 010190-1234",
    "Det gælder 61.01.90 – 1234",
)


def raises(keep: Callable[[str], object], error: type[Exception]) -> Callable[[str], bool]:
    """Whether `keep` takes a text, for a place that refuses by raising `error`."""

    def takes(text: str) -> bool:
        try:
            keep(text)
        except error:
            return False
        return True

    return takes


SINKS: dict[str, Callable[[str], bool]] = {
    "a rating's comment": lambda text: keepable(text) is not None,
    "a question to HR": raises(checked, RequestTextError),
    "HR's answer": raises(lambda text: checked(text, acute=False), RequestTextError),
    "an action of a TRIO": raises(lambda text: agreed_actions([text]), InvalidDialogueError),
    "the reference of a case": lambda text: not isinstance(reference_from(text), LabelRefused),
    "an unanswered question shown to HR": may_be_shown,
    "a typed message": lambda text: inspect(text) is None,
}


@pytest.mark.parametrize("text", PRIVATE)
@pytest.mark.parametrize("sink", SINKS)
def test_health_of_a_person_and_cpr_numbers_go_nowhere(sink: str, text: str) -> None:
    assert not SINKS[sink](text)


@pytest.mark.parametrize("text", PRIVATE)
async def test_an_unanswered_question_that_the_guard_refuses_is_not_kept(text: str) -> None:
    storage = MemoryStorage()
    notes = Notes(new_unit=storage.unit, clock=FixedClock.on(TODAY), topics=None)
    assert not await notes.unanswered(text, reason="thin_source", language="da")
    async with storage.unit() as unit:
        assert await unit.unanswered.list() == ()


@pytest.mark.parametrize(
    ("sink", "text"),
    [
        ("a rating's comment", "Svaret om stress var for kort"),
        ("a question to HR", "Hvad er reglerne ved § 56?"),
        ("HR's answer", "Ved stress kan I ringe til psykologordningen."),
        ("an action of a TRIO", "Vi taler om stress på hvert møde"),
        ("the reference of a case", "KLM"),
        ("an unanswered question shown to HR", "Hvad er reglerne ved stress?"),
        ("a typed message", "Hvordan taler vi om misbrug?"),
    ],
)
def test_a_topic_goes_through(sink: str, text: str) -> None:
    assert SINKS[sink](text)
