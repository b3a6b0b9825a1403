"""A whole copy of a SQLite database, as of one moment, while others go on writing into it."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from hr.errors import BackupError
from hr.storage.engine import BUSY_SECONDS, sqlite_path


def back_up(url: str, out: Path) -> int:
    """Copy the database of `url` into the new file `out`, readable for its owner alone; the size in bytes.

    What others commit meanwhile is not in the copy; they do not wait. Raises BackupError, and leaves no file then.
    """
    path = sqlite_path(url)
    if path is None:
        raise BackupError("the database is PostgreSQL: back it up with pg_dump (docs/how-to-it.md, Backup)")
    if not path.is_file():
        raise BackupError(f"there is no database at {path} yet")
    taken = BackupError(f"{out} is there already, and a backup overwrites nothing: take another name")
    if out.exists():
        raise taken
    # Under its name only when it is whole: a backup that is killed must not leave half of one behind that looks like a copy.
    beside = out.with_name(f".{out.name}.{secrets.token_hex(4)}.tmp")
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise BackupError(f"{out} cannot be written: {error.strerror}") from error
    try:
        _copy(path, beside)
        _name(beside, out)
        return out.stat().st_size
    except FileExistsError as error:
        raise taken from error
    except (sqlite3.Error, OSError, BackupError) as error:
        raise BackupError(f"the database {path} could not be copied ({type(error).__name__})") from error
    finally:
        beside.unlink(missing_ok=True)


def _name(beside: Path, out: Path) -> None:
    """Give the copy its name. Raises FileExistsError when another took it meanwhile, as far as the file system can tell."""
    try:
        os.link(beside, out)
    except FileExistsError:
        raise
    except OSError:  # such as a share without links
        beside.rename(out)


def _copy(path: Path, out: Path) -> None:
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as source, closing(sqlite3.connect(out)) as copy:
        source.backup(copy)  # in one step: a copy in several begins anew whenever another process writes
        copy.execute("PRAGMA journal_mode = DELETE")  # one file and nothing beside it; the start turns it back to WAL
        (found,) = copy.execute("PRAGMA integrity_check").fetchone()
    if found != "ok":
        raise BackupError("the copy is not whole")
