"""The migrations, run on an empty database, make the tables of `hr.storage.tables`; on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from hr.errors import DatabaseUnavailableError, SchemaError, UnsupportedDatabaseError
from hr.onboarding.model import Who
from hr.storage.engine import create_engine
from hr.storage.migrate import is_current, upgrade
from hr.storage.sql import SqlStorage
from hr.storage.tables import metadata
from tests.contract.databases import temporary_postgres

FIRST_TABLES = {"conversations", "welcomes", "ratings", "used_actions", "unanswered_questions"}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new folder' / 'kompas.db'}"
    else:
        async with temporary_postgres() as address:
            yield address


async def run(url: str, look: Callable[[Connection], Any]) -> Any:
    engine = create_engine(url)
    async with engine.connect() as connection:
        seen = await connection.run_sync(look)
        await connection.commit()
    await engine.dispose()
    return seen


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


async def test_migrations_make_the_tables_of_the_code(url: str) -> None:
    await upgrade(url)
    assert await run(url, differences) == []
    assert set(await run(url, lambda connection: inspect(connection).get_table_names())) == {
        *metadata.tables,
        "alembic_version",
    }


async def test_a_second_upgrade_changes_nothing(url: str) -> None:
    await upgrade(url)
    await upgrade(url)
    assert await run(url, differences) == []


async def test_a_database_of_the_first_version_keeps_its_rows(url: str) -> None:
    question = "INSERT INTO unanswered_questions (text, reason, language, asked_on) VALUES ('p-plads', 'r', 'da', '2026-03-02')"
    await upgrade(url)
    later = [table.name for table in metadata.sorted_tables if table.name not in FIRST_TABLES]

    def step_back(connection: Connection) -> None:
        connection.execute(text(question))
        for name in later:
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    await run(url, step_back)
    assert not await is_current(url)
    await upgrade(url)
    assert await run(url, differences) == []
    assert (
        await run(url, lambda connection: connection.scalar(text("SELECT text FROM unanswered_questions"))) == "p-plads"
    )


async def test_a_database_is_current_only_after_the_upgrade(url: str) -> None:
    assert not await is_current(url)
    await upgrade(url)
    assert await is_current(url)


async def test_asking_whether_it_is_current_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "kompas.db"
    assert not await is_current(f"sqlite:///{path}")
    assert not path.exists()


async def test_upgrades_that_start_together_all_succeed(url: str) -> None:
    await asyncio.gather(*(upgrade(url) for _ in range(5)))
    assert await run(url, differences) == []


async def test_processes_that_start_together_all_succeed(url: str) -> None:
    code = "import asyncio, sys; from hr.storage.migrate import upgrade; asyncio.run(upgrade(sys.argv[1]))"
    started = [subprocess.Popen([sys.executable, "-c", code, url], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for process in started:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert await is_current(url)


async def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    await upgrade(url)
    await run(
        url, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")).rowcount
    )
    assert not await is_current(url)
    with pytest.raises(SchemaError, match="newer"):
        await upgrade(url)
    assert (
        await run(url, lambda connection: connection.scalar(text("SELECT version_num FROM alembic_version"))) == "9999"
    )


async def test_a_migration_that_fails_leaves_nothing_behind(url: str) -> None:
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir()
    await run(url, lambda connection: connection.execute(text("CREATE TABLE ratings (id INTEGER)")).rowcount)
    with pytest.raises(DatabaseUnavailableError):
        await upgrade(url)
    assert await run(url, lambda connection: inspect(connection).get_table_names()) == ["ratings"]


async def test_a_sqlite_file_is_in_wal_mode_and_has_foreign_keys_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kompas.db'}"
    await upgrade(url)
    assert await run(url, lambda connection: connection.scalar(text("PRAGMA journal_mode"))) == "wal"
    assert await run(url, lambda connection: connection.scalar(text("PRAGMA foreign_keys"))) == 1
    assert await run(url, lambda connection: connection.scalar(text("PRAGMA secure_delete"))) == 1


async def test_a_file_that_is_no_database_gives_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "kompas.db"
    path.write_text("this is a letter, not a database. " * 100)
    with pytest.raises(DatabaseUnavailableError, match="not a database"):
        await upgrade(f"sqlite:///{path}")
    assert path.read_text().startswith("this is a letter")


async def test_a_folder_that_cannot_be_made_gives_a_clear_error() -> None:
    with pytest.raises(DatabaseUnavailableError, match="/proc/none"):
        await upgrade("sqlite:////proc/none/kompas.db")


async def test_a_locked_file_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "kompas.db"
    await upgrade(f"sqlite:///{path}")
    holder = sqlite3.connect(path)
    holder.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(upgrade(f"sqlite:///{path}"))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    holder.rollback()
    holder.close()
    await waiting


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("mysql://u:secret@host/db", "mysql"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("not a url", "cannot be read"),
        ("", "cannot be read"),
        ("postgresql://u:secret@host/db?pool=3", "pool"),
        ("postgresql://u:secret@host:port/db", "cannot be read"),
    ],
)
def test_a_database_url_that_cannot_be_used_is_refused_without_its_password(url: str, word: str) -> None:
    with pytest.raises(UnsupportedDatabaseError, match=word) as caught:
        create_engine(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///kompas.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:///kompas.db", "sqlite+aiosqlite"),
        ("postgres://u@host/db", "postgresql+asyncpg"),
        ("postgresql://u@host/db?sslmode=require", "postgresql+asyncpg"),
    ],
)
def test_a_plain_database_url_gets_its_async_driver(url: str, driver: str) -> None:
    assert create_engine(url).url.drivername == driver


async def test_marks_that_were_kept_before_they_had_a_part_count_for_all_parts_of_their_item(url: str) -> None:
    await upgrade(url)
    marks = '{"NL11": {"state": "done", "on": "2026-12-02", "days": 0}}'
    columns = "id, person_id, track, start_on, created_at, state, marks"
    kept = (
        f"('j', 'new', 'new_leader', '2026-12-01', '2026-12-01 11:00:00', 'running', '{marks}')"  # as version 0008 did
    )

    def keep(connection: Connection) -> int:
        return connection.exec_driver_sql(f"INSERT INTO journeys ({columns}) VALUES {kept}").rowcount  # noqa: S608

    await run(url, keep)
    storage = SqlStorage(create_engine(url))
    try:
        async with storage.unit() as unit:
            journey = await unit.journeys.find("j")
    finally:
        await storage.close()
    assert journey is not None
    assert journey.marks.keys() == {("NL11", who) for who in Who}
    assert journey.offered == frozenset()
