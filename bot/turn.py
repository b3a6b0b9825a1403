"""What a handler can do within one turn, free of the SDK."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from adaptive_cards.answers import RenderedCitation
from adaptive_cards.render import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. A card stands alone; suggestions are shown in personal chats only and never beside a card.

    `text` is Markdown; `suggestions_lead` introduces the suggestions where a client cannot show them below the text. `feedback` puts thumbs below it. `written_by_model` sets the AI label.
    """

    text: str = ""
    citations: tuple[RenderedCitation, ...] = ()
    suggestions: tuple[str, ...] = ()
    suggestions_lead: str = ""
    card: Card | None = None
    feedback: bool = False
    written_by_model: bool = False


class Turn(Protocol):
    """One turn of a chat. All of it raises DeliveryError when the Connector does not take it."""

    async def typing(self) -> None:
        """Show that an answer is on its way."""
        ...

    async def send(self, message: Message) -> str | None:
        """Send, and return the activity id that the channel gave."""
        ...

    async def replace_card(self, card: Card) -> None:
        """Put a card in the place of the one whose button was pressed."""
        ...
