"""The messages that a worker has claimed and not taken up yet: fetched anew before none is left, so that no pause lies between two portions."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from hr.outbox.model import OutboxMessage


class Batch:
    """What is to be sent next, for several hands. What is not sent in bulk goes first, also when it was claimed later."""

    def __init__(self, claim: Callable[[], Awaitable[Sequence[OutboxMessage]]], *, portion: int, low: int) -> None:
        """`claim` fetches up to `portion` messages, which is done while `low` or fewer are left."""
        self._claim = claim
        self._portion = portion
        self._low = low
        self._waiting: deque[OutboxMessage] = deque()
        self._fetching = asyncio.Lock()
        self._ended = False
        self.fetched = 0
        """How many messages there have been."""

    @property
    def left(self) -> tuple[OutboxMessage, ...]:
        """What nobody has taken up."""
        return tuple(self._waiting)

    async def next(self) -> OutboxMessage | None:
        """The next message, taken up by the caller; None when nothing more is due. Raises what `claim` raises."""
        # Whoever fetches does not hold up those who still find something.
        if self._wants_more and not (self._waiting and self._fetching.locked()):
            async with self._fetching:
                if self._wants_more:
                    await self._fetch()
        return self._waiting.popleft() if self._waiting else None

    @property
    def _wants_more(self) -> bool:
        return not self._ended and len(self._waiting) <= self._low

    async def _fetch(self) -> None:
        claimed = await self._claim()
        self.fetched += len(claimed)
        self._ended = len(claimed) < self._portion
        self._waiting = deque(sorted([*self._waiting, *claimed], key=lambda message: message.bulk))
