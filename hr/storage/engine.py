"""From the database URL of the settings to an engine with an async driver."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from hr.errors import DatabaseUnavailableError, UnsupportedDatabaseError

_SQLITE: Final = frozenset({"sqlite", "sqlite+aiosqlite"})
_POSTGRES: Final = frozenset({"postgresql", "postgres", "postgresql+asyncpg"})
_EXAMPLES: Final = "use sqlite:///path/to/kompas.db or postgresql://user:password@host/database"
BUSY_SECONDS: Final = 5.0
"""How long a transaction on SQLite waits for the others."""

_ASK_MILLISECONDS: Final = 20
"""How long SQLite waits by itself before it is asked anew.

It asks after 1, 2, 5, 10 ms, and soon only every 100: a process whose units follow closely on each other would leave it no turn.
"""
_LOOK_SECONDS: Final = 0.01
_CONNECT_SECONDS: Final = 5.0
_STATEMENT_SECONDS: Final = 10.0
_SETTLE_SECONDS: Final = 0.1


class _Cursor(Protocol):
    def execute(self, statement: str) -> object: ...
    def close(self) -> None: ...


class _SqliteConnection(Protocol):
    isolation_level: str | None

    def cursor(self) -> _Cursor: ...


def async_url(url: str) -> URL:
    """`url` with its async driver. Raises UnsupportedDatabaseError, never showing a password, when Kompas cannot use it."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # The cause quotes the URL, and with it a password.
        raise UnsupportedDatabaseError(f"the database URL cannot be read; {_EXAMPLES}") from None
    if parsed.drivername in _SQLITE:
        if parsed.database in {None, "", ":memory:"}:
            raise UnsupportedDatabaseError(f"a SQLite database needs a file, in memory nothing is kept; {_EXAMPLES}")
        return parsed.set(drivername="sqlite+aiosqlite")
    if parsed.drivername in _POSTGRES:
        return _postgres_url(parsed)
    raise UnsupportedDatabaseError(f"{parsed.drivername!r} is no database that Kompas can use; {_EXAMPLES}")


def _postgres_url(parsed: URL) -> URL:
    """asyncpg calls libpq's `sslmode` `ssl`, and would fail on any other parameter only when it connects."""
    query = dict(parsed.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    unknown = sorted(set(query) - {"ssl"})
    if unknown:
        raise UnsupportedDatabaseError(
            f"the database URL has the unknown parameter {unknown[0]!r}; only sslmode is known"
        )
    return parsed.set(drivername="postgresql+asyncpg", query=query)


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL, None for another database."""
    parsed = async_url(url)
    return Path(parsed.database) if parsed.drivername.startswith("sqlite") and parsed.database else None


def create_engine(url: str) -> AsyncEngine:
    """An engine for `url`; nothing is opened yet. Raises UnsupportedDatabaseError.

    A transaction on SQLite waits up to 5 s for its turn, and takes the write lock when it begins: two transactions that read first
    and write later would otherwise fail each other without a wait. (`hr.storage.migrate` puts its file into WAL mode, which lasts.)
    What is deleted is overwritten with zeros; `truncate_log` does away with the copy in the log.
    Statements' values never reach an error text.
    """
    parsed = async_url(url)
    if parsed.drivername.startswith("sqlite"):
        engine = create_async_engine(parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_immediate)
        return engine
    limits = {"timeout": _CONNECT_SECONDS, "command_timeout": _STATEMENT_SECONDS, "server_settings": {"jit": "off"}}
    return create_async_engine(parsed, hide_parameters=True, pool_pre_ping=True, connect_args=limits)


async def settle() -> None:
    """To be awaited after a connection has failed, before the fault is passed on.

    aiosqlite ends the thread of a failed connection without waiting for it; the thread then reports to the event loop, and would
    print a traceback if the program had closed the loop by then.
    """
    await asyncio.sleep(_SETTLE_SECONDS)


async def truncate_log(engine: AsyncEngine) -> None:
    """Move SQLite's write-ahead log into its file and empty it; other databases do nothing. Waits for readers and units up to 5 s.

    Nobody waits for it: SQLite, told to wait for readers, would hold the write lock all the while, and a backup is a long reader.
    Raises DatabaseUnavailableError when the log is still in use after that.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    until = time.monotonic() + BUSY_SECONDS
    while not await asyncio.to_thread(_truncate_log, engine.url.database):
        if time.monotonic() >= until:
            raise DatabaseUnavailableError("the database's log is in use and could not be emptied: try again")
        await asyncio.sleep(_LOOK_SECONDS)


def _truncate_log(path: str) -> bool:
    """Try once, without a wait; whether the log is empty now."""
    try:
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as fault:
        if _is_busy(fault):
            return False
        raise DatabaseUnavailableError(f"the database's log cannot be emptied ({type(fault).__name__})") from fault
    return not busy


def _prepare_sqlite(connection: _SqliteConnection, record: object) -> None:
    del record
    # The driver would begin transactions by itself, too late; `_begin_immediate` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA secure_delete = ON")
        # From here on `_begin_immediate` waits: with the lock that it takes, no later statement has to.
        cursor.execute(f"PRAGMA busy_timeout = {_ASK_MILLISECONDS}")
    finally:
        cursor.close()


def _begin_immediate(connection: Connection) -> None:
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as fault:
            if not _is_busy(fault.orig) or time.monotonic() >= until:
                raise
        else:
            return


def _is_busy(fault: BaseException | None) -> bool:
    """Whether another connection has what is wanted; the lowest byte of a code is the kind, whatever the reason."""
    return isinstance(fault, sqlite3.Error) and getattr(fault, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
