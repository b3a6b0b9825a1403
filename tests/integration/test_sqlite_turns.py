"""Programs that share a SQLite file: each gets its turn, and nobody is kept from writing by one that only reads."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hr.errors import DatabaseUnavailableError
from hr.storage.engine import create_engine
from hr.storage.migrate import upgrade
from hr.storage.sql import SqlStorage

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
UNITS = 10
BUSY_PROGRAM_SECONDS = 0.02
PAUSE_SECONDS = 0.001


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A migrated database."""
    path = tmp_path / "kompas.db"
    await upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def storage(file: Path) -> AsyncIterator[SqlStorage]:
    made = SqlStorage(create_engine(f"sqlite:///{file}"))
    yield made
    await made.close()


@pytest.fixture
def busy_program(file: Path) -> Iterator[None]:
    """Another program whose transactions follow on each other, almost without a pause."""
    stop, began = threading.Event(), threading.Event()

    def work() -> None:
        with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as own:
            while not stop.is_set():
                own.execute("BEGIN IMMEDIATE")
                time.sleep(BUSY_PROGRAM_SECONDS)
                own.execute("COMMIT")
                began.set()
                time.sleep(PAUSE_SECONDS)

    thread = threading.Thread(target=work)
    thread.start()
    assert began.wait(30)
    yield
    stop.set()
    thread.join()


async def press(storage: SqlStorage, token: str) -> float:
    """What a button does to the database; how long it took."""
    began = time.monotonic()
    async with storage.unit() as unit:
        await unit.used_actions.claim(token, at=AT)
        await unit.commit()
    return time.monotonic() - began


@pytest.mark.usefixtures("busy_program")
async def test_a_press_gets_its_turn_beside_a_program_that_writes_all_the_time(storage: SqlStorage) -> None:
    took = [await press(storage, f"press-{number}") for number in range(UNITS)]
    assert sum(took) < 8, took


async def test_emptying_the_log_beside_a_backup_keeps_nobody_from_writing(file: Path, storage: SqlStorage) -> None:
    await press(storage, "before")
    with closing(sqlite3.connect(file, isolation_level=None)) as backup:
        backup.execute("BEGIN")
        backup.execute("SELECT count(*) FROM used_actions").fetchone()
        await press(storage, "what the backup does not see")
        scrubbing = asyncio.create_task(storage.scrub())
        await asyncio.sleep(0.3)
        assert not scrubbing.done()
        assert max([await press(storage, f"meanwhile-{number}") for number in range(UNITS)]) < 2
        assert not scrubbing.done()
    await scrubbing
    assert file.with_name("kompas.db-wal").stat().st_size == 0


async def test_a_log_that_is_read_for_too_long_is_left_for_later(file: Path, storage: SqlStorage) -> None:
    await press(storage, "before")
    with closing(sqlite3.connect(file, isolation_level=None)) as backup:
        backup.execute("BEGIN")
        backup.execute("SELECT count(*) FROM used_actions").fetchone()
        await press(storage, "what the backup does not see")
        with pytest.raises(DatabaseUnavailableError, match="in use"):
            await storage.scrub()
    await storage.scrub()


async def test_whoever_holds_the_file_for_too_long_is_not_waited_for(file: Path, storage: SqlStorage) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailableError):
            await press(storage, "late")
        assert 4.5 < time.monotonic() - began < 8
    await press(storage, "after")
