"""Pieces that several cards are made of, with what readability and screen readers ask for already set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from microsoft_teams.cards import (
    Action,
    AdaptiveCard,
    CardElement,
    Choice,
    ChoiceSetInput,
    ExecuteAction,
    SubmitAction,
    TextBlock,
    TextInput,
)

from adaptive_cards.actions import Action as Payload
from adaptive_cards.texts import Texts

VERSION: Final = "1.5"
"""The newest Adaptive Card version that Teams shows on every platform."""


def card(*, texts: Texts, body: Sequence[CardElement], actions: Sequence[Action] = (), fallback: str) -> AdaptiveCard:
    """A card in one language, with a text for clients that cannot show it."""
    return AdaptiveCard(
        version=VERSION, lang=texts.language, body=list(body), actions=list(actions) or None, fallback_text=fallback
    )


def heading(text: str) -> TextBlock:
    """The card's first line, a heading to a screen reader too."""
    return TextBlock(text=text, weight="Bolder", size="Medium", wrap=True, style="heading")


def paragraph(text: str) -> TextBlock:
    """Plain text."""
    return TextBlock(text=text, wrap=True)


def remark(text: str) -> TextBlock:
    """Text of less weight, such as what happens to the answer."""
    return TextBlock(text=text, wrap=True, is_subtle=True, size="Small")


def choices(*, name: str, label: str, error: str, options: Sequence[tuple[str, str]]) -> ChoiceSetInput:
    """A required choice of one among `options` (value, title), all visible at once."""
    return ChoiceSetInput(
        id=name,
        label=label,
        is_required=True,
        error_message=error,
        style="expanded",
        choices=[Choice(title=title, value=value) for value, title in options],
    )


def text_field(*, name: str, label: str, limit: int) -> TextInput:
    """An optional field for up to `limit` characters. What must not be written stands beside it: a placeholder is gone when one types."""
    return TextInput(id=name, label=label, is_multiline=True, max_length=limit)


def button(*, title: str, payload: Payload) -> ExecuteAction:
    """A button whose answer replaces the card; clients without Action.Execute send the same data as a message."""
    data = payload.pack()
    return ExecuteAction(title=title, verb=payload.kind, data=data, fallback=SubmitAction(title=title, data=data))
