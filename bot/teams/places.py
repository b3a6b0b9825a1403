"""Which buttons the bot's cards in shared chats have: a press there may change the message that it came from, and no other.

The id of a message is the client's word. In a personal chat nobody but its owner can give a wrong one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from adaptive_cards.render import Card
from bot.conversation import RecentMap
from bot.events import Pressed
from bot.seal import seals_of
from hr.conversations.model import ConversationReference

PLACE_SECONDS: Final = 24 * 3600
PLACES: Final = 1_000
"""For how long, and of how many messages, it is remembered. Of one that is not known the card is not replaced; a new one comes below."""

BUTTONS: Final = 100
"""How many buttons of one message: those that its card has, and had, for others may still see it as it was."""

_THREAD: Final = ";messageid="


class Places:
    """In memory only, and of the cards that this process put into chats."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seals: RecentMap[tuple[str, str], frozenset[str]] = RecentMap(
            seconds=PLACE_SECONDS, size=PLACES, monotonic=monotonic
        )

    def note(self, reference: ConversationReference, message_id: str, card: Card) -> None:
        """The card, with its buttons sealed, now stands in this message of a shared chat."""
        key = _key(reference, message_id)
        now = seals_of(card)
        both = now | (self._seals.get(key) or frozenset())
        self._seals.set(key, both if len(both) <= BUTTONS else now)

    def of(self, press: Pressed) -> str | None:
        """The message that the press came from, if that is certain."""
        if press.card_id is None or press.personal:
            return press.card_id
        seals = self._seals.get(_key(press.reference, press.card_id))
        return press.card_id if seals is not None and press.seal in seals else None


def _key(reference: ConversationReference, message_id: str) -> tuple[str, str]:
    """A channel is named with and without the thread that a message is in."""
    return reference.conversation_id.partition(_THREAD)[0], message_id
