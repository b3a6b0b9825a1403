"""What the dialogues ask of storage. `hr.storage` answers in memory and in SQL."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from hr.dialogues.model import Dialogue


class Dialogues(Protocol):
    """Dialogues of conversations."""

    async def save(self, dialogue: Dialogue) -> None:
        """Keep the dialogue in the place of what is kept under its id."""
        ...

    async def find(self, dialogue_id: str, *, lock: bool = False) -> Dialogue | None:
        """One dialogue. With `lock` nobody else can change it until this unit ends."""
        ...

    async def of_conversation(self, conversation_id: str) -> tuple[Dialogue, ...]:
        """All kept dialogues of a conversation, by (`kept_from`, `id`)."""
        ...

    async def delete(self, dialogue_id: str) -> bool:
        """Delete the dialogue; whether there was one. Its messages are the outbox's (`delete_about`)."""
        ...

    async def kept_before(self, day: date, *, limit: int) -> tuple[str, ...]:
        """Up to `limit` ids of dialogues whose `kept_from` lies before `day`: what retention deletes."""
        ...
