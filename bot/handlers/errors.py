"""What a person is told when something fails, and what the operator reads of it."""

from __future__ import annotations

import logging
import traceback
from uuid import uuid4

from adaptive_cards.texts import Catalogue
from bot.errors import BotError
from bot.events import Event, Pressed
from bot.turn import Message, Turn
from hr.errors import DirectoryUnavailableError

_log = logging.getLogger(__name__)


class ErrorHandler:
    """The end of every turn that failed. The log has the kind of error and where it arose, never what it says."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def __call__(self, event: Event, turn: Turn, error: Exception) -> None:
        """Tell the person unless it was the telling that failed."""
        if isinstance(error, DirectoryUnavailableError):
            await self._no_rights(event, turn)
            return
        fault = uuid4().hex[:8]
        _log.error(
            "turn failed: id=%s event=%s error=%s at=%s",
            fault,
            type(event).__name__,
            type(error).__name__,
            _place(error),
        )
        if isinstance(error, BotError):
            return
        try:
            await turn.send(Message(text=self._catalogue["da"].say("errors.unavailable")))
        except BotError as second:
            _log.error("turn failed: id=%s the person could not be told: %s", fault, type(second).__name__)

    async def _no_rights(self, event: Event, turn: Turn) -> None:
        """It is not known who the person is. Why, the directory has logged once for all turns."""
        _log.warning("a turn without rights: event=%s error=DirectoryUnavailableError", type(event).__name__)
        try:
            await turn.send(Message(text=self._catalogue["da"].say("errors.no_rights_now")))
        except BotError as second:
            _log.error("the person could not be told: %s", type(second).__name__)

    async def unreadable_button(self, event: Pressed, turn: Turn) -> None:
        """A button whose payload is none of ours: an old card or a forged one."""
        _log.info("an unreadable button: event=%s", type(event).__name__)
        await turn.send(Message(text=self._catalogue["da"].say("errors.unreadable_button")))


def _place(error: BaseException) -> str:
    """File and line of the innermost frame."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "unknown"
