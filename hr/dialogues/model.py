"""A theme of the palette, and a dialogue on one to three of them. No dialogue holds a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

THEMES: Final = 3
"""As many themes as one dialogue takes."""

ACTION_LIMIT: Final = 120
"""Characters of an action that is agreed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme of the palette with HR's questions on it."""

    id: str
    title: str
    purpose: str
    questions: tuple[str, ...]
    hint: str


class DialogueState(StrEnum):
    """Where a dialogue is. DONE and ENDED are ends."""

    OPEN = "open"
    AGREED = "agreed"
    DONE = "done"
    ENDED = "ended"


CLOSED: Final = frozenset({DialogueState.DONE, DialogueState.ENDED})
"""What no longer changes, but for being deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """What a group has agreed, kept for the conversation and not for a person.

    `generation` counts the days that were agreed to look back on: a button of an earlier one is outdated. `kept_from` is the day from
    which retention counts: the day of the follow-up, or that of the beginning.
    """

    id: str
    conversation_id: str
    themes: tuple[str, ...]
    kept_from: date
    actions: tuple[str, ...] = ()
    follow_up_on: date | None = None
    state: DialogueState = DialogueState.OPEN
    generation: int = 0
