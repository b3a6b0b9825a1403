"""What the buttons of a TRIO's dialogue send. The conversation is the one they are pressed in, whatever the payload names."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from adaptive_cards.payloads import SHORT, Language, OpaqueId, Payload, Token, Typed

View = Literal["show", "edit", "delete"]
"""What is shown of an agreement."""

_Generation = Annotated[int, Field(ge=0, le=10_000)]


class OpenPalette(Payload):
    """Show the themes to choose from; nothing changes."""

    kind: Literal["dialogues_palette"] = "dialogues_palette"
    language: Language = "da"


class BeginDialogue(Payload):
    """Begin a dialogue on the themes that were ticked, as the client joins them: by commas."""

    inputs: ClassVar[frozenset[str]] = frozenset({"themes"})
    lasts: ClassVar[timedelta] = SHORT

    kind: Literal["dialogues_begin"] = "dialogues_begin"
    token: Token
    themes: Annotated[str, Field(max_length=500)] = ""
    language: Language = "da"


class OpenTheme(Payload):
    """Show the theme at a place of the dialogue; nothing changes."""

    kind: Literal["dialogues_theme"] = "dialogues_theme"
    dialogue_id: OpaqueId
    place: Annotated[int, Field(ge=0, le=10)] = 0
    language: Language = "da"


class OpenAgreement(Payload):
    """Show what was agreed, the form for it (`edit`), or the question whether to delete it (`delete`); nothing changes."""

    kind: Literal["dialogues_open"] = "dialogues_open"
    dialogue_id: OpaqueId
    view: View = "show"
    language: Language = "da"


class Agree(Payload):
    """Keep one or two actions and the day to look back on them."""

    inputs: ClassVar[frozenset[str]] = frozenset({"first", "second", "follow_up"})

    kind: Literal["dialogues_agree"] = "dialogues_agree"
    token: Token
    dialogue_id: OpaqueId
    first: Typed = ""
    second: Typed = ""
    follow_up: Typed = ""
    language: Language = "da"


class TryAgain(Payload):
    """Another day to look back on the same actions."""

    inputs: ClassVar[frozenset[str]] = frozenset({"follow_up"})

    kind: Literal["dialogues_again"] = "dialogues_again"
    token: Token
    dialogue_id: OpaqueId
    generation: _Generation
    follow_up: Typed = ""
    language: Language = "da"


class CloseDialogue(Payload):
    """It is done, or ends without."""

    kind: Literal["dialogues_close"] = "dialogues_close"
    token: Token
    dialogue_id: OpaqueId
    generation: _Generation
    done: bool
    language: Language = "da"


class DeleteDialogue(Payload):
    """Delete a dialogue."""

    kind: Literal["dialogues_delete"] = "dialogues_delete"
    dialogue_id: OpaqueId
    language: Language = "da"


DialoguesAction = (
    OpenPalette | BeginDialogue | OpenTheme | OpenAgreement | Agree | TryAgain | CloseDialogue | DeleteDialogue
)
"""What the buttons of a TRIO's dialogue send."""
