"""An outbox in memory with a courier that does as it is told."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from hr.clock import FixedClock
from hr.errors import DatabaseUnavailableError
from hr.outbox.dispatcher import Dispatcher, Pace, Ready
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.outbox.policy import Delivered, Later, Outcome
from hr.ports import NewUnitOfWork, UnitOfWork
from hr.storage.memory import MemoryStorage

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
QUICK = Pace(rate=100_000.0, chat_seconds=0.0)
"""No waiting, for tests of something else."""


def message(number: int = 1, *, recipient: str | None = None, **changes: Any) -> OutboxMessage:
    values: dict[str, Any] = {
        "id": f"m{number}",
        "kind": MessageKind.NUDGE,
        "key": f"key-{number}",
        "recipient_id": recipient or f"person-{number}",
        "due_at": NOW - timedelta(minutes=1),
        "not_before": NOW - timedelta(minutes=1),
        "created_at": NOW - timedelta(hours=1),
    }
    return OutboxMessage(**{**values, **changes})


@dataclass(slots=True)
class FakeCourier:
    """Chats are named after recipients. Answers are taken from `script` by message, then `always`."""

    verdicts: dict[str, Why | Later | Exception] = field(default_factory=dict)
    script: dict[str, list[Outcome]] = field(default_factory=lambda: defaultdict(list))
    always: Outcome = field(default_factory=lambda: Delivered(activity_id="activity"))
    posts: list[OutboxMessage] = field(default_factory=list)
    post_began: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event | None = None

    async def prepare(self, unit: UnitOfWork, message: OutboxMessage) -> Ready[OutboxMessage] | Why | Later:
        verdict = self.verdicts.get(message.id)
        if isinstance(verdict, Exception):
            raise verdict
        return verdict or Ready(conversation_id=f"chat-{message.recipient_id}", parcel=message)

    async def deliver(self, ready: Ready[OutboxMessage]) -> Outcome:
        self.posts.append(ready.parcel)
        self.post_began.set()
        await asyncio.sleep(0)
        if self.gate is not None:
            await self.gate.wait()
        scripted = self.script[ready.parcel.id]
        return scripted.pop(0) if scripted else self.always

    @property
    def posted(self) -> list[str]:
        return [message.id for message in self.posts]


@dataclass(slots=True)
class MovedClock:
    """A clock that the test moves."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def today(self) -> date:
        return self.moment.date()


class Waits:
    """Sleeping that takes no time; the seconds are kept."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


@dataclass(slots=True)
class Outage:
    """Units of a database that is gone for a number of units, beginning after `after` of them."""

    new_unit: NewUnitOfWork
    after: int = 0
    units: int = 0
    seen: int = 0

    def __call__(self) -> UnitOfWork:
        self.seen += 1
        gone = self.after < self.seen <= self.after + self.units
        return _Gone() if gone else self.new_unit()  # type: ignore[return-value]


class _Gone:
    async def __aenter__(self) -> Self:
        raise DatabaseUnavailableError("gone")

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


async def queue(storage: MemoryStorage, *messages: OutboxMessage) -> None:
    async with storage.unit() as unit:
        await unit.outbox.add(messages)
        await unit.commit()


async def rows(storage: MemoryStorage, *numbers: int) -> list[OutboxMessage]:
    async with storage.unit() as unit:
        found = [await unit.outbox.find(f"m{number}") for number in numbers]
    return [row for row in found if row is not None]


async def row(storage: MemoryStorage, number: int = 1) -> OutboxMessage:
    (found,) = await rows(storage, number)
    return found


def dispatcher(
    storage: MemoryStorage, courier: FakeCourier, *, new_unit: NewUnitOfWork | None = None, **changes: Any
) -> Dispatcher[OutboxMessage]:
    values: dict[str, Any] = {
        "new_unit": new_unit or storage.unit,
        "courier": courier,
        "clock": FixedClock(moment=NOW),
        "pace": QUICK,
        "sleep": Waits(),
        "jitter": lambda: 0.0,
    }
    return Dispatcher(**{**values, **changes})
