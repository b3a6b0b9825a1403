"""Units of work over rows in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from hr.errors import StorageError
from hr.storage.memory.audit import MemoryAuditLog
from hr.storage.memory.campaigns import MemoryCampaigns
from hr.storage.memory.cases import MemoryCases
from hr.storage.memory.choices import MemoryLeaderChoices, MemoryTransfers
from hr.storage.memory.conversations import MemoryConversations, MemoryWelcomes
from hr.storage.memory.dialogues import MemoryDialogues
from hr.storage.memory.escalation import MemoryRequests
from hr.storage.memory.feedback import MemoryRatings, MemoryUnanswered, MemoryUsedActions
from hr.storage.memory.insight import MemoryInsight
from hr.storage.memory.onboarding import MemoryJourneys, MemorySignUps
from hr.storage.memory.outbox import MemoryOutbox
from hr.storage.memory.session import Session, Tables


class MemoryStorage:
    """Units of work over one set of rows, one unit at a time."""

    def __init__(self, *, seconds: Callable[[], float] = time.monotonic) -> None:
        """Starts empty. `seconds` stands for the database's clock, by which the outbox is paced."""
        self.seconds = seconds
        self._tables = Tables()
        self._lock = asyncio.Lock()

    def unit(self) -> MemoryUnitOfWork:
        """A fresh unit of work (an `hr.ports.NewUnitOfWork`)."""
        return MemoryUnitOfWork(self)

    async def ping(self) -> None:
        """Memory always answers."""

    async def scrub(self) -> None:
        """What has been deleted is in no file."""

    async def close(self) -> None:
        """There is nothing to close."""

    async def take(self) -> Tables:
        """Wait for the unit before, then a copy of the rows to work on; `give_back` must follow."""
        await self._lock.acquire()
        return self._tables.copy()

    def give_back(self, changed: Tables | None) -> None:
        """End a unit; `changed` becomes what everyone sees, None changes nothing."""
        if changed is not None:
            self._tables = changed
        self._lock.release()


class MemoryUnitOfWork:
    """One transaction over the rows of a `MemoryStorage`; an `hr.ports.UnitOfWork`."""

    def __init__(self, storage: MemoryStorage) -> None:
        """Made by `MemoryStorage.unit`."""
        self._storage = storage
        self._session = Session()
        self.conversations = MemoryConversations(self._session)
        self.welcomes = MemoryWelcomes(self._session)
        self.used_actions = MemoryUsedActions(self._session)
        self.ratings = MemoryRatings(self._session, self.used_actions)
        self.unanswered = MemoryUnanswered(self._session)
        self.cases = MemoryCases(self._session)
        self.choices = MemoryLeaderChoices(self._session)
        self.transfers = MemoryTransfers(self._session)
        self.dialogues = MemoryDialogues(self._session)
        self.outbox = MemoryOutbox(self._session, seconds=storage.seconds)
        self.journeys = MemoryJourneys(self._session)
        self.sign_ups = MemorySignUps(self._session)
        self.requests = MemoryRequests(self._session)
        self.insight = MemoryInsight(self._session)
        self.campaigns = MemoryCampaigns(self._session)
        self.audit = MemoryAuditLog(self._session)

    async def commit(self) -> None:
        """Make everything done so far visible to the units that follow."""
        rows = self._session.open()
        self._session.rows = None
        self._storage.give_back(rows)

    async def __aenter__(self) -> Self:
        if self._session.rows is not None:
            raise StorageError("a unit of work can be entered only once")
        self._session.rows = await self._storage.take()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._session.rows is not None:
            self._session.rows = None
            self._storage.give_back(None)
