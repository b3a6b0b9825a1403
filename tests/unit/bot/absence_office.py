"""The handlers of absence follow-up over the real use cases, with everything of a test at hand."""

from __future__ import annotations

from typing import Any

from adaptive_cards.actions import Action, parse_action
from adaptive_cards.render import Card
from bot.conversation import ConversationMemory
from bot.handlers.absence.desk import Desk
from bot.handlers.absence.parts import Cards
from bot.handlers.absence.press import PressHandler
from bot.handlers.absence.typed import TypedHandler
from tests.unit.bot.builders import CATALOGUE, asked, buttons_of, pressed
from tests.unit.bot.fakes import FakeAnswering, FakePassages, FakeTurn
from tests.unit.hr.absence.service_builders import DITTE, Town

TOKEN = "token-of-a-test"


class Office:
    """A town and the bot in it. `turn` keeps what the last call said."""

    def __init__(self) -> None:
        self.town = Town()
        self.memory = ConversationMemory()
        self.passages = FakePassages()
        self.answering = FakeAnswering()
        self.turn = FakeTurn()
        desk = Desk(service=self.town.service, passages=self.passages, clock=self.town.clock, memory=self.memory)
        cards = Cards(desk)
        self._press = PressHandler(desk=desk, cards=cards, catalogue=CATALOGUE, otherwise=self.answering)
        self._typed = TypedHandler(desk=desk, cards=cards, catalogue=CATALOGUE, otherwise=self.answering)

    async def write(self, text: str, *, by: str | None = DITTE, **where: str) -> FakeTurn:
        self.turn = FakeTurn()
        await self._typed(asked(text, by, **where), self.turn)
        return self.turn

    async def press(self, action: Action, *, by: str | None = DITTE, **where: str) -> Card:
        self.turn = FakeTurn()
        await self._press(pressed(action, by, **where), self.turn)
        return self.turn.card

    async def press_button(self, card: Card, title: str, *, by: str | None = DITTE, **inputs: Any) -> Card:
        """Press what a card shows, with what was typed into it."""
        return await self.press(parse_action({**buttons_of(card)[title], **inputs}), by=by)
