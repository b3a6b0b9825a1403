"""Cards that get a word more before they are shown: what a message said goes into a field, or along with a button."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from microsoft_teams.cards import AdaptiveCard, TextInput

from adaptive_cards.actions import CreateCase
from adaptive_cards.render import Card

_CREATE = CreateCase.model_fields["kind"].default


def fill(card: AdaptiveCard, name: str, value: str) -> None:
    """Fill the line of a form in. A value that the field would not take, or an empty one, leaves it as it is."""
    for element in card.body or []:
        if isinstance(element, TextInput) and element.id == name and 0 < len(value) <= (element.max_length or 0):
            element.value = value


def confirming(card: Card, label: str) -> Card:
    """The card of a new case whose buttons say that this label is wanted once more."""
    return replace(card, content=_with_label(card.content, label))


def _with_label(part: Any, label: str) -> Any:
    if isinstance(part, list):
        return [_with_label(item, label) for item in part]
    if not isinstance(part, dict):
        return part
    own = {"again": label} if part.get("kind") == _CREATE else {}
    return {name: _with_label(value, label) for name, value in part.items()} | own
