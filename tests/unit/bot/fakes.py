"""A turn that keeps what was said, and sources that are always there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from adaptive_cards.render import Card
from bot.turn import Message, Turn
from knowledge.models import Citation
from tests.unit.bot.builders import citation


@dataclass(slots=True)
class FakeTurn:
    """Answers `Turn` in memory."""

    sent: list[Message] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    typings: int = 0

    async def typing(self) -> None:
        self.typings += 1

    async def send(self, message: Message) -> str | None:
        self.sent.append(message)
        return f"message-{len(self.sent)}"

    async def replace_card(self, card: Card) -> None:
        self.cards.append(card)

    @property
    def card(self) -> Card:
        """The card shown last, in a message or in the place of another."""
        shown = [*self.cards, *(message.card for message in self.sent if message.card is not None)]
        (card,) = shown
        return card


@dataclass(slots=True)
class FakePassages:
    """Answers `Passages`, and keeps what it was asked for."""

    found: Citation | None = field(default_factory=citation)
    asked: list[tuple[str, str | None, date]] = field(default_factory=list)

    def find(self, document_id: str, section: str | None, as_of: date) -> Citation | None:
        self.asked.append((document_id, section, as_of))
        return self.found


@dataclass(slots=True)
class FakeAnswering:
    """Stands for the question answering: keeps what it was given."""

    asked: list[Any] = field(default_factory=list)

    async def __call__(self, event: Any, turn: Turn) -> None:
        self.asked.append(event)
