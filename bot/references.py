"""Keeps where each chat can be reached: every activity may bring a new service address."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bot.conversation import RecentMap
from bot.events import Event, Installed, Removed
from hr.clock import Clock
from hr.conversations.model import ConversationReference
from hr.errors import StorageError
from hr.ports import NewUnitOfWork

REWRITE_SECONDS: Final = 3600
"""An unchanged reference is written again this often at most."""

_log = logging.getLogger(__name__)
_NO_TIME = datetime.min.replace(tzinfo=UTC)


class References:
    """Writes references behind the answers; a database that does not answer costs nobody an answer.

    Who writes or installs can be reached again, so messages that were held back for them go on their way.
    """

    def __init__(self, new_unit: NewUnitOfWork, clock: Clock) -> None:
        self._new_unit = new_unit
        self._clock = clock
        self._written: RecentMap[str, ConversationReference] = RecentMap(seconds=REWRITE_SECONDS, size=10_000)

    async def note(self, event: Event) -> None:
        """Keep the chat of the event, or forget it when the app was taken away."""
        reference = event.reference
        try:
            if isinstance(event, Removed):
                self._written.forget(reference.conversation_id)
                async with self._new_unit() as unit:
                    await unit.conversations.remove(reference.conversation_id)
                    await unit.commit()
            elif not event.from_bot:
                await self._keep(event)
        except StorageError as error:
            _log.warning("a conversation reference was not kept: %s", type(error).__name__)

    async def _keep(self, event: Event) -> None:
        reference = event.reference
        news = isinstance(event, Installed) or self._is_news(reference)
        person_id = reference.aad_object_id if event.personal else None
        if not news and person_id is None:
            return
        async with self._new_unit() as unit:
            if news:
                await unit.conversations.save(reference)
            # For a person each time: something may have been held back since the reference was kept. A group's is under its own id.
            await unit.outbox.unblock(person_id or reference.conversation_id, now=self._clock.now())
            await unit.commit()
        if news:
            self._written.set(reference.conversation_id, _timeless(reference))

    def _is_news(self, reference: ConversationReference) -> bool:
        return self._written.get(reference.conversation_id) != _timeless(reference)


def _timeless(reference: ConversationReference) -> ConversationReference:
    return replace(reference, updated_at=_NO_TIME)
