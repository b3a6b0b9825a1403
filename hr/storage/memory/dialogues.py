"""Dialogues in memory."""

# ruff: noqa: D102 - `hr.dialogues.ports` says what each method promises

from __future__ import annotations

from datetime import date

from hr.dialogues.model import Dialogue
from hr.storage.memory.session import Session


class MemoryDialogues:
    """Answers `hr.dialogues.ports.Dialogues`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def save(self, dialogue: Dialogue) -> None:
        self._session.open().dialogues[dialogue.id] = dialogue

    async def find(self, dialogue_id: str, *, lock: bool = False) -> Dialogue | None:
        del lock  # one unit at a time: every dialogue is locked
        return self._session.open().dialogues.get(dialogue_id)

    async def of_conversation(self, conversation_id: str) -> tuple[Dialogue, ...]:
        kept = (one for one in self._session.open().dialogues.values() if one.conversation_id == conversation_id)
        return tuple(sorted(kept, key=lambda one: (one.kept_from, one.id)))

    async def delete(self, dialogue_id: str) -> bool:
        return self._session.open().dialogues.pop(dialogue_id, None) is not None

    async def kept_before(self, day: date, *, limit: int) -> tuple[str, ...]:
        old = [(one.kept_from, one.id) for one in self._session.open().dialogues.values() if one.kept_from < day]
        return tuple(dialogue_id for _, dialogue_id in sorted(old)[:limit])
