"""Brings a database to this version's tables. Safe when several processes start at once: one migrates, the others wait and find it done."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from hr.errors import DatabaseUnavailableError, SchemaError
from hr.storage.engine import create_engine, settle, sqlite_path

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_LOCK_KEY: Final = 7_310_610_310
"""The PostgreSQL advisory lock of a migration: any number that no other program on the server uses."""
_WAL_TRIES: Final = 100
_WAL_PAUSE_SECONDS: Final = 0.05


async def upgrade(url: str) -> None:
    """Create the database file if there is none, and bring the tables to the newest version; all of it or nothing.

    Raises UnsupportedDatabaseError, DatabaseUnavailableError, or SchemaError when the database is from a newer version.
    """
    path = sqlite_path(url)
    if path is not None:
        await asyncio.to_thread(_prepare_file, path)
    async with _connection(url) as connection:
        # Alembic keeps the running command in module globals, so the lock (SQLite's comes with BEGIN) must be held before it starts.
        await connection.begin()
        if connection.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        await connection.run_sync(_upgrade)
        await connection.commit()


async def is_current(url: str) -> bool:
    """Whether the tables are those of this version. Changes nothing; a SQLite file that does not exist is not current."""
    path = sqlite_path(url)
    if path is not None and not path.exists():
        return False
    async with _connection(url) as connection:
        return await connection.run_sync(_is_current)


@asynccontextmanager
async def _connection(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_engine(url)
    try:
        async with engine.connect() as connection:
            yield connection
    except CommandError as fault:
        raise SchemaError(
            f"the database cannot be brought to this version of Kompas ({fault}); is it from a newer one?"
        ) from fault
    except (SQLAlchemyError, OSError) as fault:
        await settle()
        raise DatabaseUnavailableError(f"the database cannot be used: {type(fault).__name__}: {fault}") from fault
    finally:
        await engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_current(connection: Connection) -> bool:
    heads = ScriptDirectory.from_config(_config()).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def _prepare_file(path: Path) -> None:
    """Make the file, and put it into WAL mode so that readers and the writer do not wait for each other.

    SQLite does not wait for a lock while it changes the mode, so that processes which start together would fail each other.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Its owner's alone, whatever the umask; SQLite makes the files beside it as this one is.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        for last in (attempt == _WAL_TRIES for attempt in range(1, _WAL_TRIES + 1)):
            connection = sqlite3.connect(path, timeout=_WAL_PAUSE_SECONDS)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as fault:
                if last or "locked" not in str(fault):
                    raise
                time.sleep(_WAL_PAUSE_SECONDS)
            else:
                return
            finally:
                connection.close()
    except (sqlite3.Error, OSError) as fault:
        raise DatabaseUnavailableError(f"the database file {path} cannot be used: {fault}") from fault
