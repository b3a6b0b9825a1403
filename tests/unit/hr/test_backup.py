"""A backup is a whole copy as of one moment, and never takes the place of another file."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from hr.errors import BackupError
from hr.storage import backup
from hr.storage.backup import back_up
from hr.storage.migrate import is_current, upgrade


@pytest.fixture
async def database(tmp_path: Path) -> Path:
    """A migrated database."""
    path = tmp_path / "kompas.db"
    await upgrade(f"sqlite:///{path}")
    return path


async def test_a_copy_is_one_file_for_its_owner_and_current(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "copies" / "copy.db"
    out.parent.mkdir()
    assert back_up(f"sqlite:///{database}", out) == out.stat().st_size > 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [file.name for file in out.parent.iterdir()] == ["copy.db"]
    assert await is_current(f"sqlite:///{out}")


def test_a_copy_during_writes_has_each_transaction_whole_or_not_at_all(database: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database)) as setup:
        setup.execute("CREATE TABLE pairs (left_side INTEGER, right_side INTEGER, filling TEXT)")
        setup.commit()
    stop, written = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as own:
            number = 0
            while not stop.is_set():
                number += 1
                own.execute("BEGIN IMMEDIATE")
                own.execute("INSERT INTO pairs VALUES (?, NULL, ?)", (number, "x" * 2000))
                own.execute("UPDATE pairs SET right_side = left_side WHERE left_side = ?", (number,))
                own.execute("COMMIT")
                if number == 50:
                    written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(30)
        for number in range(5):
            back_up(f"sqlite:///{database}", tmp_path / f"copy-{number}.db")
    finally:
        stop.set()
        writer.join()
    counts = []
    for number in range(5):
        with closing(sqlite3.connect(tmp_path / f"copy-{number}.db")) as copy:
            count, whole, highest = copy.execute(
                "SELECT count(*), count(right_side), max(left_side) FROM pairs"
            ).fetchone()
        assert count == whole == highest
        counts.append(count)
    assert counts == sorted(counts)
    assert counts[0] >= 50


async def test_a_file_that_is_there_is_left_as_it_is(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy.db"
    out.write_text("the only good backup")
    with pytest.raises(BackupError, match="overwrites nothing"):
        back_up(f"sqlite:///{database}", out)
    assert out.read_text() == "the only good backup"


async def test_a_folder_that_is_not_there_is_named(database: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nowhere"):
        back_up(f"sqlite:///{database}", tmp_path / "nowhere" / "copy.db")


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="there is no database"):
        back_up(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_of_a_file_that_is_no_database_no_copy_is_left(tmp_path: Path) -> None:
    wrong, out = tmp_path / "kompas.db", tmp_path / "copy.db"
    wrong.write_bytes(b"not a database at all" * 100)
    with pytest.raises(BackupError, match="could not be copied"):
        back_up(f"sqlite:///{wrong}", out)
    assert not out.exists()


def test_postgresql_is_pg_dumps_and_its_password_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="pg_dump") as refusal:
        back_up("postgresql://kompas:hunter2@db/kompas", tmp_path / "copy.db")
    assert "hunter2" not in str(refusal.value)


async def test_a_backup_that_is_killed_leaves_nothing_under_the_name_of_a_copy(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, copy_whole = tmp_path / "copies" / "copy.db", backup._copy
    out.parent.mkdir()
    seen: list[bool] = []

    def killed_after(path: Path, to: Path) -> None:
        copy_whole(path, to)
        seen.append(out.exists())
        assert stat.S_IMODE(to.stat().st_mode) == 0o600

    monkeypatch.setattr(backup, "_copy", killed_after)
    back_up(f"sqlite:///{database}", out)
    assert seen == [False]
    assert [file.name for file in out.parent.iterdir()] == ["copy.db"]


async def test_a_name_that_another_took_meanwhile_is_left_to_him(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, copy_whole = tmp_path / "copy.db", backup._copy

    def slow(path: Path, to: Path) -> None:
        copy_whole(path, to)
        out.write_text("another's")

    monkeypatch.setattr(backup, "_copy", slow)
    with pytest.raises(BackupError, match="overwrites nothing"):
        back_up(f"sqlite:///{database}", out)
    assert out.read_text() == "another's"


async def test_on_a_share_without_links_a_copy_gets_its_name_all_the_same(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*paths: Path) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refused)
    out = tmp_path / "copy.db"
    assert back_up(f"sqlite:///{database}", out) == out.stat().st_size > 0
    assert sorted(file.name for file in tmp_path.iterdir() if file.name.startswith((".", "copy"))) == ["copy.db"]
