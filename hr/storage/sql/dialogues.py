"""Dialogues in SQL."""

# ruff: noqa: D102 - `hr.dialogues.ports` says what each method promises

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, delete, select

from hr.dialogues.model import Dialogue, DialogueState
from hr.storage.dialogues_tables import dialogues
from hr.storage.sql.session import Session


class SqlDialogues:
    """Answers `hr.dialogues.ports.Dialogues`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def save(self, dialogue: Dialogue) -> None:
        await self._session.run(
            self._session.upsert(dialogues).values(
                id=dialogue.id,
                conversation_id=dialogue.conversation_id,
                themes=list(dialogue.themes),
                actions=list(dialogue.actions),
                follow_up_on=dialogue.follow_up_on,
                state=dialogue.state.value,
                generation=dialogue.generation,
                kept_from=dialogue.kept_from,
            )
        )

    async def find(self, dialogue_id: str, *, lock: bool = False) -> Dialogue | None:
        wanted = select(dialogues).where(dialogues.c.id == dialogue_id)
        row = await self._session.first(wanted.with_for_update() if lock else wanted)
        return _dialogue(row) if row is not None else None

    async def of_conversation(self, conversation_id: str) -> tuple[Dialogue, ...]:
        rows = await self._session.all(select(dialogues).where(dialogues.c.conversation_id == conversation_id))
        return tuple(sorted(map(_dialogue, rows), key=lambda one: (one.kept_from, one.id)))

    async def delete(self, dialogue_id: str) -> bool:
        return bool(await self._session.run(delete(dialogues).where(dialogues.c.id == dialogue_id)))

    async def kept_before(self, day: date, *, limit: int) -> tuple[str, ...]:
        old = select(dialogues.c.id).where(dialogues.c.kept_from < day)
        rows = await self._session.all(old.order_by(dialogues.c.kept_from, dialogues.c.id).limit(limit))
        return tuple(row.id for row in rows)


def _dialogue(row: Row[Any]) -> Dialogue:
    return Dialogue(
        id=row.id,
        conversation_id=row.conversation_id,
        themes=tuple(row.themes),
        actions=tuple(row.actions),
        follow_up_on=row.follow_up_on,
        state=DialogueState(row.state),
        generation=row.generation,
        kept_from=row.kept_from,
    )
