"""Which handler takes an event: the first route that matches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.events import Event
from bot.turn import Turn

E = TypeVar("E", bound=Event)

Handler = Callable[[E, Turn], Awaitable[None]]
"""Takes an event and answers through the turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Generic[E]):
    """Events of one type, and among those the ones that `when` accepts."""

    event: type[E]
    handler: Handler[E]
    when: Callable[[E], bool] | None = None

    def takes(self, event: Event) -> bool:
        """Whether this route is for the event."""
        return isinstance(event, self.event) and (self.when is None or self.when(event))


class Router:
    """Routes in the order in which they are tried."""

    def __init__(self, routes: Sequence[Route[Any]]) -> None:
        self._routes = tuple(routes)

    async def dispatch(self, event: Event, turn: Turn) -> bool:
        """Run the first handler that takes the event. False when none does, which is no error."""
        for route in self._routes:
            if route.takes(event):
                await route.handler(event, turn)
                return True
        return False
