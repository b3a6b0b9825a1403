"""The pieces that typed messages and buttons have in common, put together once."""

from __future__ import annotations

from bot.handlers.absence.changes import Changes
from bot.handlers.absence.desk import Desk
from bot.handlers.absence.meanings import Meanings
from bot.handlers.absence.menus import Menus
from bot.handlers.absence.settings import Settings
from bot.handlers.absence.starting import Starting
from bot.handlers.absence.steps import Steps


class Cards:
    """What answers with a card, by what it is about."""

    def __init__(self, desk: Desk) -> None:
        self.starting = Starting(desk)
        self.settings = Settings(desk)
        self.steps = Steps(desk)
        self.changes = Changes(desk)
        self.menus = Menus(desk, starting=self.starting, settings=self.settings)
        self.meanings = Meanings(desk=desk, menus=self.menus, settings=self.settings, starting=self.starting)
