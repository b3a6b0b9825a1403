"""Conversation references and welcomes in memory."""

# ruff: noqa: D102 - `hr.ports` says what each method promises

from __future__ import annotations

from datetime import datetime

from hr.conversations.model import ConversationReference, ConversationType, Welcome
from hr.storage.memory.session import Session


class MemoryConversations:
    """Answers `hr.ports.Conversations`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def save(self, reference: ConversationReference) -> None:
        rows = self._session.open().conversations
        kept = rows.get(reference.conversation_id)
        if kept is None or kept.updated_at <= reference.updated_at:
            rows[reference.conversation_id] = reference

    async def find(self, conversation_id: str) -> ConversationReference | None:
        return self._session.open().conversations.get(conversation_id)

    async def find_personal(self, aad_object_id: str) -> ConversationReference | None:
        theirs = (
            reference
            for reference in self._session.open().conversations.values()
            if reference.aad_object_id == aad_object_id and reference.conversation_type is ConversationType.PERSONAL
        )
        return max(theirs, key=lambda reference: reference.updated_at, default=None)

    async def remove(self, conversation_id: str) -> None:
        self._session.open().conversations.pop(conversation_id, None)

    async def silent_since(self, moment: datetime) -> tuple[ConversationReference, ...]:
        rows = self._session.open()
        needed = {one.conversation_id for one in rows.hr_channels.values()}
        needed |= {one.conversation_id for one in rows.dialogues.values()}
        silent = (one for one in rows.conversations.values() if one.updated_at < moment)
        free = (one for one in silent if one.conversation_id not in needed)
        return tuple(sorted(free, key=lambda one: one.conversation_id))


class MemoryWelcomes:
    """Answers `hr.ports.Welcomes`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def claim(self, welcome: Welcome) -> bool:
        rows, key = self._session.open().welcomes, (welcome.person_id, welcome.kind)
        if key in rows:
            return False
        rows[key] = welcome
        return True

    async def forget_before(self, moment: datetime) -> int:
        rows = self._session.open().welcomes
        old = [key for key, welcome in rows.items() if welcome.welcomed_at < moment]
        for key in old:
            del rows[key]
        return len(old)
