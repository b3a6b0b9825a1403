"""The guard before everything that takes typed text in: what it refuses goes to the question answering, which says why."""

from __future__ import annotations

import asyncio

from bot.events import Asked
from bot.handlers.ask import QUESTION_LIMIT
from bot.router import Handler
from bot.turn import Turn
from privacy.guard import inspect


class Guarded:
    """A handler that sees only messages that may be taken in: no health details, no CPR number, not too long.

    `otherwise` refuses the others; nothing of them is kept.
    """

    def __init__(self, handler: Handler[Asked], *, otherwise: Handler[Asked]) -> None:
        self._handler = handler
        self._otherwise = otherwise

    async def __call__(self, event: Asked, turn: Turn) -> None:
        """Hand the message on, or have it refused."""
        fits = bool(event.text) and len(event.text) <= QUESTION_LIMIT
        if fits and await asyncio.to_thread(inspect, event.text) is None:
            await self._handler(event, turn)
        else:
            await self._otherwise(event, turn)
