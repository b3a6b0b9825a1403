"""Pieces that several cards are made of, with what readability and screen readers ask for already set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Literal

from microsoft_teams.cards import (
    Action,
    ActionSet,
    AdaptiveCard,
    CardElement,
    Choice,
    ChoiceSetInput,
    Column,
    ColumnSet,
    Container,
    DateInput,
    ExecuteAction,
    Fact,
    FactSet,
    ShowCardAction,
    SubmitAction,
    TextBlock,
    TextInput,
    ToggleInput,
)

from adaptive_cards.actions import Action as Payload
from adaptive_cards.answers import escape_markdown
from adaptive_cards.texts import Texts

VERSION: Final = "1.5"
"""The newest Adaptive Card version that Teams shows on every platform."""

ACTIONS: Final = 6
"""As many buttons as Teams shows in one row of actions."""

ROW: Final = 50
"""Characters of button titles that fit beside each other on a card 400 pixels wide."""

BUTTON: Final = 5
"""The room around a title, in characters."""


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


def strong(text: str) -> TextBlock:
    """A line that leads what follows."""
    return TextBlock(text=text, wrap=True, weight="Bolder", spacing="Medium")


def near(text: str, *, color: Literal["Attention", "Accent"] | None = None) -> TextBlock:
    """A line that belongs to the one above. A colour only underlines what the words say."""
    return TextBlock(text=text, wrap=True, spacing="None", color=color)


def told(text: str) -> Container:
    """What has just happened, or what was wrong, on top of a card."""
    return Container(style="emphasis", items=[TextBlock(text=text, wrap=True, weight="Bolder")])


def boxed(items: Sequence[CardElement]) -> Container:
    """Something set apart from the rest, such as a quotation."""
    return Container(style="emphasis", items=list(items))


def bullets(lead: str, items: Iterable[str]) -> TextBlock:
    """A short list of plain texts under its lead.

    The lead belongs to the same block: a list that begins a block is too wide for it in Microsoft's web renderer.
    """
    lines = "\n".join(f"- {escape_markdown(item)}" for item in items)
    return TextBlock(text=f"**{lead}**\n\n{lines}", wrap=True, spacing="Medium")


def facts(pairs: Iterable[tuple[str, str]]) -> FactSet:
    """Pairs of a plain name and a plain value, in order."""
    return FactSet(facts=[Fact(title=escape_markdown(name), value=escape_markdown(value)) for name, value in pairs])


def beside(items: Sequence[CardElement], action: Action) -> ColumnSet:
    """Something with its own button at the right."""
    return ColumnSet(
        columns=[
            Column(width="stretch", items=list(items), vertical_content_alignment="Center"),
            Column(width="auto", items=[ActionSet(actions=[action])], vertical_content_alignment="Center"),
        ]
    )


def rows(actions: Sequence[ExecuteAction]) -> list[CardElement]:
    """Buttons in rows that fit a telephone: a row that is too wide is cut off, or its last buttons hide in a menu."""
    found: list[list[Action]] = []
    room = 0
    for action in actions:
        width = len(action.title or "") + BUTTON
        if not found or width > room or len(found[-1]) == ACTIONS:
            found.append([])
            room = ROW
        found[-1].append(action)
        room -= width
    return [ActionSet(actions=row) for row in found]


def choices(
    *, name: str, label: str, error: str, options: Sequence[tuple[str, str]], chosen: str | None = None
) -> ChoiceSetInput:
    """A required choice of one among `options` (value, title), all visible at once."""
    return ChoiceSetInput(
        id=name,
        label=label,
        is_required=True,
        error_message=error,
        style="expanded",
        value=chosen,
        choices=[Choice(title=title, value=value) for value, title in options],
    )


def ticks(*, name: str, label: str, error: str, options: Sequence[tuple[str, str]]) -> ChoiceSetInput:
    """Any number among `options` (value, title), none of them too."""
    return ChoiceSetInput(
        id=name,
        label=label,
        error_message=error,
        style="expanded",
        is_multi_select=True,
        wrap=True,
        choices=[Choice(title=title, value=value) for value, title in options],
    )


def date_field(
    *,
    name: str,
    label: str,
    error: str,
    value: date | None = None,
    earliest: date | None = None,
    latest: date | None = None,
    required: bool = True,
) -> DateInput:
    """A day. The limits are a help of the client's: what comes is checked all the same."""
    return DateInput(
        id=name,
        label=label,
        error_message=error,
        is_required=required or None,
        value=_iso(value),
        min=_iso(earliest),
        max=_iso(latest),
    )


def line_field(*, name: str, label: str, error: str, limit: int, value: str = "", required: bool = True) -> TextInput:
    """One line of up to `limit` characters."""
    return TextInput(
        id=name, label=label, error_message=error, is_required=required or None, max_length=limit, value=value or None
    )


def toggle(*, name: str, label: str, title: str, error: str, on: bool) -> ToggleInput:
    """A yes or no; sends "true" or "false"."""
    return ToggleInput(id=name, label=label, title=title, error_message=error, wrap=True, value=str(on).lower())


def text_field(*, name: str, label: str, limit: int) -> TextInput:
    """An optional field for up to `limit` characters. What must not be written stands beside it: a placeholder is gone when one types."""
    return TextInput(id=name, label=label, is_multiline=True, max_length=limit)


Look = Literal["default", "positive", "destructive"]
"""What a button stands for: the usual way on, or something that cannot be undone."""


def button(*, title: str, payload: Payload, look: Look | None = None, alone: bool = False) -> ExecuteAction:
    """A button whose answer replaces the card; clients without Action.Execute send the same data as a message.

    One that takes no input, or is to go `alone`, leaves the card's inputs where they are: neither checked nor sent.
    """
    data = {name: value for name, value in payload.pack().items() if value is not None}
    inputs: Literal["none"] | None = None if payload.inputs and not alone else "none"
    return ExecuteAction(
        title=title,
        verb=payload.kind,
        data=data,
        style=look,
        associated_inputs=inputs,
        fallback=SubmitAction(title=title, data=data, associated_inputs=inputs),
    )


def unfold(*, texts: Texts, title: str, body: Sequence[CardElement], action: Action) -> ShowCardAction:
    """A button that opens a form of its own: its inputs are sent by its own button only."""
    inner = AdaptiveCard(version=VERSION, lang=texts.language, body=list(body), actions=[action])
    return ShowCardAction(title=title, card=inner)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
