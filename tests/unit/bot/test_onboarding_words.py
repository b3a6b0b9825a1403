"""Typed messages about onboarding, and ordinary questions that only look like them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.handlers.onboarding.wishes import LONGEST, Wish, items_named, wanted
from bot.settings import SAMPLE_CONTENT
from hr.onboarding.content import load_items

DATA = Path(__file__).parents[2] / "acceptance" / "data"
ITEMS = load_items(SAMPLE_CONTENT / "journeys.toml")


def samples() -> list[dict[str, Any]]:
    files = sorted(DATA.glob("onboarding_words*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("sample", [one for one in samples() if one["wish"]], ids=lambda one: one["text"])
def test_a_message_about_onboarding_is_understood(sample: dict[str, Any]) -> None:
    found = wanted(sample["text"], ITEMS)
    assert found is not None
    wishes = {Wish.SHOW, Wish.LOOK} if sample["wish"] == "show" else {Wish(sample["wish"])}
    assert found.wish in wishes
    if "item" in sample:
        assert sample["item"] in {item.id for item in items_named(sample["text"], ITEMS)}


@pytest.mark.parametrize("text", [one["text"] for one in samples() if one["wish"] is None])
def test_an_ordinary_question_is_left_to_the_sources(text: str) -> None:
    assert wanted(text, ITEMS) is None


def test_a_message_is_a_wish_up_to_its_length_and_a_story_beyond_it() -> None:
    wish = "vis min onboarding "
    assert wanted(wish + "." * (LONGEST - len(wish)), ITEMS) is not None
    assert wanted(wish + "." * (LONGEST - len(wish) + 1), ITEMS) is None


def test_the_initials_of_a_newcomer_are_taken_over_and_no_abbreviation() -> None:
    found = wanted("Jeg får en ny medarbejder på mandag, initialer ETK, opret en plan", ITEMS)
    assert found is not None
    assert (found.wish, found.named) == (Wish.START_OTHER, "ETK")
    without = wanted("start onboarding for vores nye TR", ITEMS)
    assert without is not None
    assert without.named == ""
