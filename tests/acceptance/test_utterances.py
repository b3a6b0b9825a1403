"""How well typed messages are understood, over sample messages. A false action costs more than a question back."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.understanding.intents import understand
from bot.understanding.model import (
    Clarify,
    CloseCase,
    Context,
    ListCases,
    NotAbsence,
    RecordContact,
    Reminders,
    ShowGuide,
    Snooze,
    StartCase,
    StepGuidance,
    Topic,
    Understood,
)
from bot.understanding.nearest import Nearest
from bot.understanding.references import mentions
from knowledge.embedding import open_embedder
from privacy.guard import inspect

TODAY = date(2026, 3, 18)
EXPECTED: dict[str, tuple[type, ...]] = {
    "start_case": (StartCase,),
    "record_contact": (RecordContact,),
    "snooze": (Snooze,),
    "close_case": (CloseCase,),
    "list_cases": (ListCases,),
    "stop_reminders": (Reminders,),
    "elsewhere": (NotAbsence, Clarify),
}
UNDER_A_STEP_CARD = {"record_contact", "snooze", "elsewhere"}


TOLD_SETS = {
    "second, tuned on": ("utterances_second", 0),
    "second": ("utterances_second", 1),
    "third": ("utterances_third", None),
}
"""Of the second set every other line was tuned on; the others and the third set were looked at after their first run (docs/evaluation.md)."""
HARMLESS = (Clarify, NotAbsence, StepGuidance, ShowGuide)


def samples(name: str = "utterances_absence") -> list[dict[str, Any]]:
    file = Path(__file__).parent / "data" / f"{name}.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def told_samples(name: str) -> list[dict[str, Any]]:
    """A set whose lines tell their context, or every other line of it."""
    file, first = TOLD_SETS[name]
    found = samples(file)
    return found if first is None else found[first::2]


def told_context(sample: dict[str, Any]) -> Context:
    """`open` tells who has an open case, `topic` the last turn."""
    named = ((mentions(person), person) for person in sample["open"])
    labels = tuple(found[0].label if found else person for found, person in named)
    return Context(open_cases=labels, last_topic=Topic(sample["topic"]) if "topic" in sample else None)


def verdict_of(sample: dict[str, Any], found: Understood) -> str:
    """A message of two acts names the other one as `also`: the first is right then, and so is a choice of both."""
    if isinstance(found, EXPECTED[sample["intent"]]):
        return "right"
    if isinstance(found, Clarify):
        acts = {sample["intent"], sample.get("also")}
        return "right" if None not in acts and acts <= set(found.candidates) else "choice"
    return "missed" if isinstance(found, HARMLESS) else "wrong"


def context_of(sample: dict[str, Any]) -> Context:
    """One open case, of the person named; none before a case is opened."""
    if sample["intent"] == "start_case":
        return Context()
    named = mentions(sample.get("person", ""))
    topic = Topic.STEP_CARD if sample["intent"] in UNDER_A_STEP_CARD else None
    return Context(open_cases=(named[0].label if named else "ME",), last_topic=topic)


def test_messages_about_follow_up_are_understood_and_hardly_ever_wrongly() -> None:
    verdicts: Counter[str] = Counter()
    for sample in (one for one in samples() if one["intent"] in EXPECTED):
        found = understand(sample["text"], today=TODAY, context=context_of(sample))
        right = isinstance(found, EXPECTED[sample["intent"]])
        verdicts["right" if right else "unsure" if isinstance(found, Clarify | NotAbsence) else "wrong"] += 1

    assert verdicts.total() > 300
    assert verdicts["right"] / verdicts.total() >= 0.75
    assert verdicts["wrong"] / verdicts.total() <= 0.03


@pytest.mark.parametrize("topic", [Topic.ANSWER, Topic.STEP_CARD, None])
def test_other_messages_hardly_ever_become_an_action(topic: Topic | None) -> None:
    others = [one for one in samples() if one["intent"] not in EXPECTED]
    context = Context(open_cases=("ME",), last_topic=topic)

    found = [understand(one["text"], today=TODAY, context=context) for one in others]

    assert len(found) > 400
    assert sum(not isinstance(one, Clarify | NotAbsence) for one in found) / len(found) <= 0.02


def test_the_guard_lets_the_samples_through() -> None:
    refused = [one["text"] for one in samples() if inspect(one["text"])]

    assert refused == []


def test_understanding_takes_less_than_five_milliseconds() -> None:
    texts = [one["text"] for one in samples()]
    understand(texts[0], today=TODAY, context=Context())
    started = time.perf_counter()

    for text in texts:
        understand(text, today=TODAY, context=Context(open_cases=("ME",)))

    assert (time.perf_counter() - started) / len(texts) < 0.005


@pytest.fixture(scope="module")
def nearest(tmp_path_factory: pytest.TempPathFactory) -> Nearest:
    """The guess over the bundled model, unpacked where the starter base is kept."""
    kept = os.environ.get("KOMPAS_TEST_DATA_DIR")  # noqa: TID251 - where the tests run is no setting of the product
    folder = Path(kept) if kept else tmp_path_factory.mktemp("nearest")
    return Nearest(open_embedder(None, models_folder=folder / "models"))


def guessed(nearest: Nearest, text: str, context: Context) -> Understood:
    found = understand(text, today=TODAY, context=context)
    return nearest.guess(text, today=TODAY, context=context, found=found)


@pytest.mark.model
def test_wording_of_the_first_fresh_set_is_understood_and_hardly_ever_wrongly(nearest: Nearest) -> None:
    verdicts: Counter[str] = Counter()
    for sample in (one for one in samples("utterances_fresh") if one["intent"] in EXPECTED):
        found = guessed(nearest, sample["text"], context_of(sample))
        verdicts[verdict_of(sample, found)] += 1

    assert verdicts.total() == 50
    assert verdicts["right"] >= 44, verdicts
    assert verdicts["missed"] <= 3, verdicts
    assert verdicts["wrong"] <= 1, verdicts


@pytest.mark.model
@pytest.mark.parametrize("name", TOLD_SETS)
def test_messages_as_leaders_type_them_are_understood_and_hardly_ever_wrongly(nearest: Nearest, name: str) -> None:
    verdicts = Counter(
        verdict_of(one, guessed(nearest, one["text"], told_context(one)))
        for one in told_samples(name)
        if one["intent"] in EXPECTED
    )

    assert verdicts.total() == 60
    assert verdicts["right"] >= 48, verdicts
    assert verdicts["missed"] <= 4, verdicts
    assert verdicts["wrong"] <= 1, verdicts


@pytest.mark.model
@pytest.mark.parametrize("name", TOLD_SETS)
def test_what_looks_like_a_message_about_a_case_becomes_no_action(nearest: Nearest, name: str) -> None:
    """How a step is done may be shown: "Hvad gør jeg på dag 3?"."""
    others = [one for one in told_samples(name) if one["intent"] not in EXPECTED]

    found = {one["text"]: guessed(nearest, one["text"], told_context(one)) for one in others}

    assert len(found) == 20
    assert {text: one for text, one in found.items() if not isinstance(one, HARMLESS)} == {}
    assert sum(isinstance(one, Clarify) for one in found.values()) <= 3


@pytest.mark.model
@pytest.mark.parametrize("topic", [Topic.ANSWER, Topic.STEP_CARD, None])
def test_fresh_questions_and_remarks_become_no_action(nearest: Nearest, topic: Topic | None) -> None:
    context = Context(open_cases=("ME",), last_topic=topic)
    others = [one for one in samples("utterances_fresh") if one["intent"] not in EXPECTED]

    found = [guessed(nearest, one["text"], context) for one in others]

    assert len(found) == 30
    assert sum(not isinstance(one, Clarify | NotAbsence) for one in found) == 0
    assert sum(isinstance(one, Clarify) for one in found) <= 2


@pytest.mark.model
def test_guessing_takes_nothing_from_the_known_messages(nearest: Nearest) -> None:
    """Also that it stays with the questions: these are its examples, so this is no measure of new wording."""
    others = [one for one in samples() if one["intent"] not in EXPECTED]
    own = [one for one in samples() if one["intent"] in EXPECTED]
    context = Context(open_cases=("ME",), last_topic=Topic.STEP_CARD)

    wrong = [
        one["text"] for one in others if not isinstance(guessed(nearest, one["text"], context), Clarify | NotAbsence)
    ]
    right = [isinstance(guessed(nearest, one["text"], context_of(one)), EXPECTED[one["intent"]]) for one in own]

    assert len(wrong) / len(others) <= 0.02, wrong
    assert sum(right) / len(right) >= 0.97
