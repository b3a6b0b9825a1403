from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from microsoft_teams.cards import AdaptiveCard, TextBlock

from adaptive_cards.actions import parse_action
from adaptive_cards.errors import CardTooLargeError
from adaptive_cards.gallery import gallery
from adaptive_cards.render import render, undeclared_fields
from adaptive_cards.texts import load_catalogue

GOLDEN = Path(__file__).parents[2] / "golden"
CARDS = gallery(load_catalogue())
each_card = pytest.mark.parametrize("name", sorted(CARDS))


def elements(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "type" in node:
            yield node
        for value in node.values():
            yield from elements(value)
    elif isinstance(node, list):
        for value in node:
            yield from elements(value)


def content(name: str) -> dict[str, Any]:
    return render(CARDS[name], summary="x").content


@each_card
def test_a_card_is_the_one_that_was_looked_at(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    if os.environ.get("KOMPAS_TEST_GOLDEN") == "write":  # noqa: TID251 - looked at, then written anew
        path.write_text(json.dumps(content(name), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    assert content(name) == json.loads(path.read_text(encoding="utf-8"))


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == CARDS.keys()


@each_card
def test_a_card_has_only_fields_that_the_schema_knows(name: str) -> None:
    assert list(undeclared_fields(CARDS[name])) == []


def test_a_typing_error_in_a_card_is_found() -> None:
    card = AdaptiveCard.model_validate({"body": [{"type": "TextBlock", "text": "x", "warp": True}]})
    nested = AdaptiveCard(body=[TextBlock.model_validate({"text": "x", "warp": True})])
    assert list(undeclared_fields(nested)) == ["card.body[0].warp"]
    assert list(undeclared_fields(card)) != []


@each_card
def test_what_a_button_sends_is_understood(name: str) -> None:
    for element in elements(content(name)):
        if element["type"] in {"Action.Execute", "Action.Submit"}:
            action = parse_action(element["data"])
            assert element.get("verb", action.kind) == action.kind


def forms(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The card and the cards that unfold in it: a client sends the inputs of one of them at a time."""
    folded = [element["card"] for element in elements(card) if element["type"] == "Action.ShowCard"]
    yield from (inner for part in folded for inner in forms(part))
    own = [action for action in card.get("actions", []) if action["type"] != "Action.ShowCard"]
    yield {"body": card["body"], "actions": own}


@each_card
def test_every_input_belongs_to_a_button_and_the_others_leave_it_alone(name: str) -> None:
    for form in forms(content(name)):
        found = list(elements(form))
        inputs = {element["id"] for element in found if element["type"].startswith("Input.")}
        presses = [element for element in found if element["type"] in {"Action.Execute", "Action.Submit"}]
        senders = [press for press in presses if press.get("associatedInputs") != "none"]
        assert all(parse_action(press["data"]).inputs == inputs for press in senders)
        assert bool(senders) is bool(inputs)


@each_card
def test_a_card_can_be_read_everywhere_and_by_everyone(name: str) -> None:
    card = content(name)
    assert card["version"] == "1.5"
    assert card["fallbackText"]
    for element in elements(card):
        if element["type"] == "TextBlock":
            assert element["wrap"] is True
        if element["type"].startswith("Input."):
            assert element["label"]
        if element.get("isRequired"):
            assert element["errorMessage"]
        if element["type"] == "Action.Execute":
            assert element["fallback"]["type"] == "Action.Submit"


@each_card
def test_whole_numbers_stay_whole(name: str) -> None:
    """Outside of texts, which may tell the time (09.00)."""
    assert re.search(r": -?\d+\.0\b", json.dumps(content(name))) is None


def test_a_card_that_teams_would_refuse_is_not_made() -> None:
    with pytest.raises(CardTooLargeError):
        render(AdaptiveCard(body=[TextBlock(text="æ" * 13_000)]), summary="x")
