"""Units of work over a database."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from hr.storage.engine import truncate_log
from hr.storage.sql.audit import SqlAuditLog
from hr.storage.sql.campaigns import SqlCampaigns
from hr.storage.sql.cases import SqlCases
from hr.storage.sql.choices import SqlLeaderChoices, SqlTransfers
from hr.storage.sql.conversations import SqlConversations, SqlWelcomes
from hr.storage.sql.dialogues import SqlDialogues
from hr.storage.sql.escalation import SqlRequests
from hr.storage.sql.feedback import SqlRatings, SqlUnanswered, SqlUsedActions
from hr.storage.sql.insight import SqlInsight
from hr.storage.sql.onboarding import SqlJourneys, SqlSignUps
from hr.storage.sql.outbox import SqlOutbox
from hr.storage.sql.personal_data import SqlPersonalData
from hr.storage.sql.session import Session


class SqlStorage:
    """Units of work over one engine, which it closes."""

    def __init__(self, engine: AsyncEngine) -> None:
        """`engine` comes from `hr.storage.engine.create_engine`; its tables from `hr.storage.migrate.upgrade`."""
        self._engine = engine
        # SQLite lets one unit in at a time, and has the others ask again and again, up to 100 ms apart. Here they stand in line instead.
        self._turn = asyncio.Lock() if engine.dialect.name == "sqlite" else None

    def unit(self) -> SqlUnitOfWork:
        """A fresh unit of work (an `hr.ports.NewUnitOfWork`)."""
        return SqlUnitOfWork(Session(self._engine, self._turn))

    def personal_data(self) -> SqlPersonalData:
        """What is about one person, over all tables."""
        return SqlPersonalData(self._engine, self._turn)

    async def ping(self) -> None:
        """Raises DatabaseUnavailableError when the database does not answer."""
        session = Session(self._engine, self._turn)
        await session.begin()
        try:
            await session.first(select(text("1")))
        finally:
            await session.end()

    async def scrub(self) -> None:
        """Empty SQLite's write-ahead log, which keeps what has been deleted from the file. PostgreSQL's vacuum needs no order."""
        await truncate_log(self._engine)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


class SqlUnitOfWork:
    """One transaction of a database; an `hr.ports.UnitOfWork`."""

    def __init__(self, session: Session) -> None:
        """Made by `SqlStorage.unit`."""
        self._session = session
        self.conversations = SqlConversations(session)
        self.welcomes = SqlWelcomes(session)
        self.used_actions = SqlUsedActions(session)
        self.ratings = SqlRatings(session, self.used_actions)
        self.unanswered = SqlUnanswered(session)
        self.cases = SqlCases(session)
        self.choices = SqlLeaderChoices(session)
        self.transfers = SqlTransfers(session)
        self.dialogues = SqlDialogues(session)
        self.outbox = SqlOutbox(session)
        self.journeys = SqlJourneys(session)
        self.sign_ups = SqlSignUps(session)
        self.requests = SqlRequests(session)
        self.insight = SqlInsight(session)
        self.campaigns = SqlCampaigns(session)
        self.audit = SqlAuditLog(session)

    async def commit(self) -> None:
        """Make everything done so far lasting."""
        await self.audit.flush()
        await self._session.commit()

    async def __aenter__(self) -> Self:
        await self._session.begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._session.end()
