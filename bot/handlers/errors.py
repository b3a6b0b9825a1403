"""What a person is told when something fails, and what the operator reads of it."""

from __future__ import annotations

import logging
import traceback
from typing import Final
from uuid import uuid4

from adaptive_cards.actions import AbsenceAction
from adaptive_cards.campaigns.actions import AcknowledgeCampaign, CampaignsAction
from adaptive_cards.contacts.actions import ContactsAction
from adaptive_cards.dialogues.actions import DialoguesAction
from adaptive_cards.escalation.actions import EscalationAction
from adaptive_cards.insight.actions import InsightAction
from adaptive_cards.my_data.actions import MyDataAction
from adaptive_cards.onboarding.actions import OnboardingAction
from adaptive_cards.texts import Catalogue
from bot.errors import BotError
from bot.events import Event, Pressed
from bot.turn import Message, Turn
from hr.errors import DirectoryUnavailableError

_log = logging.getLogger(__name__)

_OLD: Final = (
    (AcknowledgeCampaign, None),
    (AbsenceAction, "errors.words.absence"),
    (CampaignsAction, "errors.words.campaigns"),
    (ContactsAction, "errors.words.contacts"),
    (DialoguesAction, "errors.words.dialogues"),
    (EscalationAction, "errors.words.asking"),
    (InsightAction, "errors.words.insight"),
    (MyDataAction, "errors.words.my_data"),
    (OnboardingAction, "errors.words.onboarding"),
)
"""What to write for a new card in the place of an old one of each feature; nobody gets an old reminder of HR's again."""


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
            extra={"id": fault, "error": type(error).__name__},
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

    def still_working(self, event: Pressed) -> str:
        """What is shown at once for a press that takes long; what came of it is told when it is there."""
        action = event.action or event.expired
        return self._catalogue[action.language if action is not None else "da"].say("errors.still_working")

    async def unreadable_button(self, event: Pressed, turn: Turn) -> None:
        """A button whose payload is none of ours: an old card, which says how to get a new one, or a forged one."""
        _log.info("an unreadable button: expired=%s", event.expired is not None)
        old = next((key for kind, key in _OLD if isinstance(event.expired, kind)), None)
        if old is None or event.expired is None:
            await turn.send(Message(text=self._catalogue["da"].say("errors.unreadable_button")))
            return
        texts = self._catalogue[event.expired.language]
        await turn.send(Message(text=texts.say("errors.old_card", words=texts.say(old))))


def _place(error: BaseException) -> str:
    """File and line of the innermost frame."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "unknown"
