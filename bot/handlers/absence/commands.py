"""Whole messages that open a card of absence follow-up, whatever else the words could mean."""

from __future__ import annotations

from typing import Final, NamedTuple

from adaptive_cards.actions import Menu
from adaptive_cards.texts import Catalogue
from bot.handlers.home import whole_message

_MENUS: Final = {
    "new_case": Menu.START,
    "my_cases": Menu.LIST,
    "reminders": Menu.SETTINGS,
    "options": Menu.GUIDES,
}


class Opening(NamedTuple):
    """What a command opens, and the language it was given in."""

    menu: Menu
    language: str


class MenuWords:
    """The commands of all languages."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._openings: Final = {
            whole_message(word): Opening(menu, language)
            for language, texts in reversed(list(catalogue.items()))
            for key, menu in _MENUS.items()
            for word in texts.several(f"words.{key}")
        }

    def understand(self, text: str) -> Opening | None:
        """What a message opens when it is nothing but a command."""
        return self._openings.get(whole_message(text))
