"""How much one sender may ask of the bot: a person who types and presses never meets it, a script in his name does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from bot.conversation import RecentMap

BURST: Final = 30
"""Messages and presses of one sender that are let in at once."""

SENDERS: Final = 20_000
"""How many senders are kept in mind; the one that was quiet for longest is forgotten first."""


class SenderLimit:
    """Lets `BURST` in at once from each sender, and then `per_minute`. Only senders that are authenticated are counted."""

    def __init__(self, *, per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._gap = 60.0 / per_minute
        self._monotonic = monotonic
        self._free_at: RecentMap[str, float] = RecentMap(seconds=self._gap * BURST, size=SENDERS, monotonic=monotonic)

    def take(self, sender: str) -> float:
        """0.0 when the sender is let in, else the seconds until the next message is. A refusal costs the sender nothing more."""
        now = self._monotonic()
        # The moment at which the sender's allowance is whole again: one number says how much of it is used.
        free_at = max(self._free_at.get(sender) or now, now) + self._gap
        wait = free_at - now - self._gap * BURST
        if wait > 0:
            return wait
        self._free_at.set(sender, free_at)
        return 0.0
