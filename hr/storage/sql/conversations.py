"""Conversation references and welcomes in SQL."""

# ruff: noqa: D102 - `hr.ports` says what each method promises

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select, union_all

from hr.conversations.model import ConversationReference, ConversationType, Welcome
from hr.storage.dialogues_tables import dialogues
from hr.storage.escalation_tables import hr_channels
from hr.storage.sql.session import Session
from hr.storage.tables import conversations, welcomes


class SqlConversations:
    """Answers `hr.ports.Conversations`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def save(self, reference: ConversationReference) -> None:
        insert = self._session.insert(conversations).values(
            conversation_id=reference.conversation_id,
            conversation_type=reference.conversation_type.value,
            service_url=reference.service_url,
            channel_id=reference.channel_id,
            bot_id=reference.bot_id,
            user_id=reference.user_id,
            aad_object_id=reference.aad_object_id,
            tenant_id=reference.tenant_id,
            locale=reference.locale,
            updated_at=reference.updated_at,
        )
        columns = [column.name for column in conversations.c if not column.primary_key]
        await self._session.run(
            insert.on_conflict_do_update(
                index_elements=[conversations.c.conversation_id],
                set_={name: insert.excluded[name] for name in columns},
                where=conversations.c.updated_at <= insert.excluded.updated_at,
            )
        )

    async def find(self, conversation_id: str) -> ConversationReference | None:
        return await self._find(select(conversations).where(conversations.c.conversation_id == conversation_id))

    async def find_personal(self, aad_object_id: str) -> ConversationReference | None:
        return await self._find(
            select(conversations)
            .where(conversations.c.aad_object_id == aad_object_id)
            .where(conversations.c.conversation_type == ConversationType.PERSONAL.value)
            .order_by(conversations.c.updated_at.desc(), conversations.c.conversation_id)
            .limit(1)
        )

    async def remove(self, conversation_id: str) -> None:
        await self._session.run(delete(conversations).where(conversations.c.conversation_id == conversation_id))

    async def silent_since(self, moment: datetime) -> tuple[ConversationReference, ...]:
        needed = union_all(select(hr_channels.c.conversation_id), select(dialogues.c.conversation_id))
        wanted = select(conversations).where(
            conversations.c.updated_at < moment, conversations.c.conversation_id.not_in(needed)
        )
        rows = await self._session.all(wanted.order_by(conversations.c.conversation_id))
        return tuple(map(_reference, rows))

    async def _find(self, statement: Select[Any]) -> ConversationReference | None:
        row = await self._session.first(statement)
        return _reference(row) if row is not None else None


class SqlWelcomes:
    """Answers `hr.ports.Welcomes`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def claim(self, welcome: Welcome) -> bool:
        claimed = await self._session.first(
            self._session.insert(welcomes)
            .values(person_id=welcome.person_id, kind=welcome.kind.value, welcomed_at=welcome.welcomed_at)
            .on_conflict_do_nothing()
            .returning(welcomes.c.person_id)
        )
        return claimed is not None

    async def forget_before(self, moment: datetime) -> int:
        return await self._session.run(delete(welcomes).where(welcomes.c.welcomed_at < moment))


def _reference(row: Row[Any]) -> ConversationReference:
    return ConversationReference(
        conversation_id=row.conversation_id,
        conversation_type=ConversationType(row.conversation_type),
        service_url=row.service_url,
        channel_id=row.channel_id,
        bot_id=row.bot_id,
        user_id=row.user_id,
        aad_object_id=row.aad_object_id,
        tenant_id=row.tenant_id,
        locale=row.locale,
        updated_at=row.updated_at,
    )
