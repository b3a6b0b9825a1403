"""Where people can be reached, and what was held back until they could be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.references import References
from hr.clock import COPENHAGEN
from hr.outbox.model import MessageKind, MessageState, OutboxMessage, Why
from hr.storage.memory.storage import MemoryStorage
from tests.unit.bot.builders import asked
from tests.unit.hr.absence.service_builders import DITTE, MONDAY, VIGGO, SetClock


class Chat:
    """A chat of Ditte's, and one message that could not be delivered to her."""

    def __init__(self) -> None:
        self.storage = MemoryStorage()
        self.clock = SetClock(datetime.combine(MONDAY, time(8), tzinfo=COPENHAGEN))
        self.references = References(self.storage.unit, self.clock)

    async def write(self, by: str = DITTE, **where: str) -> None:
        event = asked("hej", by, **where)
        await self.references.note(replace(event, reference=replace(event.reference, updated_at=self.clock.now())))

    async def block(self) -> None:
        now = self.clock.now()
        message = OutboxMessage(
            id="m1",
            kind=MessageKind.NUDGE,
            key="k1",
            recipient_id=DITTE,
            due_at=now,
            not_before=now,
            created_at=now,
            state=MessageState.BLOCKED,
            why=Why.REFUSED,
        )
        async with self.storage.unit() as unit:
            await unit.outbox.add([message])
            await unit.commit()

    async def state(self) -> MessageState | None:
        async with self.storage.unit() as unit:
            found = await unit.outbox.find("m1")
        return found.state if found is not None else None


async def test_who_writes_again_soon_after_a_message_was_blocked_gets_it() -> None:
    chat = Chat()
    await chat.write()
    chat.clock.forward(minutes=30)
    await chat.block()
    chat.clock.forward(minutes=10)
    await chat.write()
    assert await chat.state() is MessageState.PENDING


@pytest.mark.parametrize(("by", "where"), [(VIGGO, {"chat": "a:viggo"}), (DITTE, {"kind": "groupChat"})])
async def test_others_and_other_chats_free_nothing(by: str, where: dict[str, str]) -> None:
    chat = Chat()
    await chat.block()
    await chat.write(by, **where)
    assert await chat.state() is MessageState.BLOCKED


async def test_an_unchanged_reference_is_not_written_at_every_message() -> None:
    chat = Chat()
    await chat.write()
    first = chat.clock.now()
    chat.clock.moment += timedelta(minutes=1)
    await chat.write()
    async with chat.storage.unit() as unit:
        kept = await unit.conversations.find("a:chat")
    assert kept is not None
    assert kept.updated_at == first
