"""What questions to HR ask of the database."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from hr.escalation.model import HrChannel, Request, RequestMessage


class Requests(Protocol):
    """Questions to HR, what was said about them, and HR's channels."""

    async def add(self, request: Request) -> int:
        """Keep a new question; the number it got, higher than all before it, deleted ones too. Its own `number` is not looked at."""
        ...

    async def find(self, request_id: str, *, lock: bool = False) -> Request | None:
        """One question. With `lock` nobody else can change it until this unit ends (PostgreSQL: a row lock)."""
        ...

    async def save(self, request: Request) -> None:
        """Put the question in the place of what is kept. One that is not kept is not added."""
        ...

    async def of_asker(self, asker_id: str) -> tuple[Request, ...]:
        """What a person has asked, the newest first."""
        ...

    async def open(self) -> tuple[Request, ...]:
        """What waits for an answer, whichever group it went to, the oldest first."""
        ...

    async def waiting(self, now: datetime, *, limit: int) -> tuple[Request, ...]:
        """Up to `limit` questions with `remind_at` at or before `now`, the longest waiting first, locked for this unit.

        On PostgreSQL rows that another unit has locked are passed over (SKIP LOCKED).
        """
        ...

    async def finished_before(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        """Ids of questions that HR has nothing to do with and that have not changed since before `moment`: what retention deletes."""
        ...

    async def delete(self, request_id: str) -> bool:
        """Delete the question and what was said about it; whether there was one. Its messages in the outbox are the caller's to delete."""
        ...

    async def add_message(self, message: RequestMessage) -> None:
        """Keep what was said."""
        ...

    async def messages(self, request_id: str) -> tuple[RequestMessage, ...]:
        """What was said about a question, in order."""
        ...

    async def save_channel(self, channel: HrChannel) -> None:
        """Keep a group's channel in the place of an older one, and of another group's in the same chat."""
        ...

    async def forget_registrars(self, moment: datetime) -> int:
        """Forget who registered the channels that were registered before `moment`; how many."""
        ...

    async def channel(self, group: str) -> HrChannel | None:
        """The channel of a group."""
        ...
