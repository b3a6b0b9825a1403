"""The learned second opinion: what it is asked, and that it says nothing where nobody is spoken of."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from privacy.opinion import features, is_of_somebody, probability, sounds_told
from privacy.tagging import sentences
from privacy.words import clean


def told(text: str) -> bool:
    return sounds_told(tuple(sentences(clean(text), every=True)))


@pytest.mark.parametrize(
    "text",
    ["hun er ved at tabe synet", "Lars skal have taget mandlerne", "min kollega tør ikke være alene efter overfaldet"],
)
def test_what_no_rule_has_a_word_for_sounds_told(text: str) -> None:
    assert told(text)


@pytest.mark.parametrize(
    "text",
    ["Hvad er reglerne ved stress?", "Stress", "", "Mette er syg", "Opslaget er om stress", "Han har fået ny chef"],
)
def test_a_topic_and_somebody_of_whom_nothing_is_told_do_not(text: str) -> None:
    assert not told(text)


def test_without_a_person_it_is_not_asked() -> None:
    assert not is_of_somebody(["hvad dækker ordningen ved HEALTH"])
    assert is_of_somebody(["hvad gør PRONOUN ved HEALTH nu"])


def test_a_tag_is_weighed_as_a_word_and_never_by_its_letters() -> None:
    assert {one for one in features(["NAME HEALTH"]) if "=" not in one} == {"NAME HEALTH", "HEALTH .", "NAME _ ."}


def test_an_illness_makes_it_surer() -> None:
    assert probability(["NAME har faaet HEALTH"]) > probability(["NAME har faaet ferie"])


def test_the_weights_are_few_enough_to_be_read_at_once() -> None:
    data = json.loads(files("privacy").joinpath("data", "opinion.json").read_text(encoding="utf-8"))
    assert 1_000 < len(data["weights"]) <= 12_000
    assert 0.5 < data["least"] < 1
