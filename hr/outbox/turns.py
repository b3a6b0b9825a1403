"""Who is next in a busy chat: spares this process from looking at rows that cannot leave yet. The pace itself is kept in the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_KEPT: Final = 10_000


class Turns:
    """Gives the messages for one person turns that are `seconds` apart, in the order in which they come."""

    def __init__(self, *, seconds: float, patience: float, monotonic: Callable[[], float]) -> None:
        """`patience`: how many seconds ahead a turn may lie to count as now."""
        self._seconds = seconds
        self._patience = patience
        self._monotonic = monotonic
        self._free_at: dict[str, float] = {}
        self._given: dict[str, float] = {}

    def wait(self, recipient_id: str, message_id: str) -> float:
        """How many seconds until the message's turn, 0 when it is now. A message keeps the turn that it was given."""
        now = self._monotonic()
        given = self._given.get(message_id)
        if given is None:
            given = self._free_at.get(recipient_id, now)
            if given - now > self._patience:
                self._given[message_id] = given
                self._free_at[recipient_id] = given + self._seconds
        return given - now if given - now > self._patience else 0.0

    def taken(self, recipient_id: str, message_id: str, at: float) -> None:
        """The message leaves at `at`, by the monotonic clock."""
        self._given.pop(message_id, None)
        self._busy_until(recipient_id, at + self._seconds)

    def postponed(self, recipient_id: str, message_id: str, until: float) -> None:
        """The database says that the chat has no place before `until`."""
        self._given[message_id] = until
        self._busy_until(recipient_id, until + self._seconds)

    def forget(self, message_id: str) -> None:
        """The message will not leave."""
        self._given.pop(message_id, None)

    def _busy_until(self, recipient_id: str, moment: float) -> None:
        self._free_at[recipient_id] = max(moment, self._free_at.get(recipient_id, moment))
        if len(self._free_at) > _KEPT or len(self._given) > _KEPT:
            now = self._monotonic()
            self._free_at = {key: at for key, at in self._free_at.items() if at > now}
            self._given = {key: at for key, at in self._given.items() if at > now}
