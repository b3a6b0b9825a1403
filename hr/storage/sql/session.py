"""The connection of one unit of work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Executable, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hr.errors import DatabaseUnavailableError, StorageError
from hr.storage.engine import BUSY_SECONDS, settle

_Value = TypeVar("_Value")
_MOST_VALUES: Final = 5000
"""How many values stand in one IN (...): well below what SQLite (32,766) and asyncpg (32,767) take in one statement."""


def portions(values: Sequence[_Value], *, size: int = _MOST_VALUES) -> Iterator[Sequence[_Value]]:
    """`values` in pieces that fit into one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


class Session:
    """The connection of one unit of work, with the driver's faults told in our words.

    A fault's text holds the statement but never its values (`hide_parameters`).
    """

    def __init__(self, engine: AsyncEngine, turn: asyncio.Lock | None = None) -> None:
        """Nothing is opened before `begin`. Whoever holds `turn` has the database, among the units that share it."""
        self._engine = engine
        self._turn = turn
        self._has_turn = False
        self._connection: AsyncConnection | None = None

    async def begin(self) -> None:
        """Open the transaction, once. Raises DatabaseUnavailableError."""
        if self._connection is not None:
            raise StorageError("a unit of work can be entered only once")
        await self._take_turn()
        connection = self._engine.connect()
        try:
            await connection.start()
            self._connection = connection
            await connection.begin()
        except (SQLAlchemyError, OSError) as fault:
            await self.end()
            await settle()
            raise _unavailable(fault) from fault
        except BaseException:
            await self.end()
            raise

    async def end(self) -> None:
        """Undo what is not committed, and give the connection back."""
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                await connection.close()
        finally:
            if self._turn is not None and self._has_turn:
                self._has_turn = False
                self._turn.release()

    async def _take_turn(self) -> None:
        if self._turn is None:
            return
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                await self._turn.acquire()
        except TimeoutError as fault:
            raise DatabaseUnavailableError("the database is busy with other units of this process") from fault
        self._has_turn = True

    async def commit(self) -> None:
        """Make everything lasting, and give the connection back."""
        connection = self.connection
        try:
            await connection.commit()
        except (SQLAlchemyError, OSError) as fault:
            raise _unavailable(fault) from fault
        finally:
            await self.end()

    async def run(self, statement: Executable) -> int:
        """How many rows the statement changed."""
        try:
            return (await self.connection.execute(statement)).rowcount
        except (SQLAlchemyError, OSError) as fault:
            raise _unavailable(fault) from fault

    async def run_each(self, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
        """The statement once for each of the rows, which the driver sends together."""
        if not rows:
            return
        try:
            await self.connection.execute(statement, rows)
        except (SQLAlchemyError, OSError) as fault:
            raise _unavailable(fault) from fault

    async def all(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> Sequence[Row[Any]]:
        """What the statement returns; an INSERT with RETURNING for all of `rows`, in as many statements as it takes."""
        try:
            return (await self.connection.execute(statement, rows)).all()
        except (SQLAlchemyError, OSError) as fault:
            raise _unavailable(fault) from fault

    async def first(self, statement: Executable) -> Row[Any] | None:
        """The first row."""
        rows = await self.all(statement)
        return rows[0] if rows else None

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """An INSERT that knows ON CONFLICT, which both dialects spell alike but SQLAlchemy keeps apart."""
        return postgresql.insert(table) if self.on_postgres else sqlite.insert(table)

    def upsert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """An INSERT that puts the new row in the place of the one with the same primary key."""
        insert = self.insert(table)
        return insert.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={column.name: insert.excluded[column.name] for column in table.c if not column.primary_key},
        )

    @property
    def on_postgres(self) -> bool:
        """Whether the database is PostgreSQL, for the few things that SQLite has no need of."""
        return self.connection.dialect.name == "postgresql"

    @property
    def connection(self) -> AsyncConnection:
        """Raises StorageError before the unit is entered and after it has ended."""
        if self._connection is None:
            raise StorageError("the unit of work is not open: enter it first, and do nothing after commit")
        return self._connection


def _unavailable(fault: Exception) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(f"the database does not answer or refuses the statement ({type(fault).__name__})")
