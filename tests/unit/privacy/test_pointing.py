"""No text that points at somebody is shown to HR: told by sentences of every day and by the messages of the acceptance data."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from privacy.guard import inspect, mentions_health
from privacy.pointing import points_at_somebody

SENTENCES = tomllib.loads((Path(__file__).parent / "pointing_sentences.toml").read_text(encoding="utf-8"))
ACCEPTANCE = Path(__file__).parents[2] / "acceptance" / "data"


def messages() -> Iterator[dict[str, str]]:
    for file in sorted(ACCEPTANCE.glob("utterances_*.jsonl")):
        yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("text", SENTENCES["pointing"])
def test_a_question_that_points_at_somebody_is_told_apart(text: str) -> None:
    assert inspect(text) is not None or points_at_somebody(text)


@pytest.mark.parametrize("text", SENTENCES["general"])
def test_a_question_about_rules_points_at_nobody(text: str) -> None:
    assert inspect(text) is None
    assert not points_at_somebody(text)


def test_every_message_of_the_acceptance_data_that_names_a_person_points_at_somebody() -> None:
    named = [line["text"] for line in messages() if line.get("person", "") and line["person"] in line["text"]]
    assert len(named) > 25
    assert [text for text in named if inspect(text) is None and not points_at_somebody(text)] == []


def test_of_the_acceptance_messages_about_health_only_plain_questions_may_be_shown() -> None:
    shown = {
        line["text"] for line in messages() if mentions_health(line["text"]) and not points_at_somebody(line["text"])
    }
    assert shown == {
        "Hvad er en § 56-aftale?",
        "Hvornår skal en arbejdsulykke anmeldes?",
        "Hvem skal vide besked ved en arbejdsulykke?",
    }


@pytest.mark.parametrize(
    "text", ["Hvad gør jeg, når en medarbejder har stress, og jeg har det selv?", "Hvornår stopper 58-årige med gigt?"]
)
def test_a_question_about_health_with_the_asker_or_a_number_in_it_is_withheld(text: str) -> None:
    assert points_at_somebody(text)


def test_an_empty_text_points_at_nobody() -> None:
    assert not points_at_somebody(" ?! ")
