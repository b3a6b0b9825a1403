"""A turn that keeps what was said."""

from __future__ import annotations

from dataclasses import dataclass, field

from adaptive_cards.render import Card
from bot.turn import Message


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
