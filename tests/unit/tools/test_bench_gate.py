"""The gate's measurement sends cards that Kompas could send."""

from __future__ import annotations

from adaptive_cards.actions import OpenMenu, parse_action
from tools.bench_gate import CARD


def test_its_buttons_are_ones_that_a_press_is_understood_of() -> None:
    assert {type(parse_action(button["data"])) for button in CARD["actions"]} == {OpenMenu}
