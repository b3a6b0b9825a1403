"""What can go wrong in the HR core. The docstring says what happened; the message adds where and what to do about it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path


class HrError(Exception):
    """Something in the HR core could not be done."""


class NaiveTimeError(HrError):
    """A time without a zone was given where a moment is needed."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(f"{moment.isoformat()} has no time zone: give an aware datetime")


class ContentError(HrError):
    """A file that HR edits cannot be used."""

    def __init__(self, *, path: Path, reason: str, line: int | None = None) -> None:
        super().__init__(f"{path}:{line}: {reason}" if line is not None else f"{path}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class PeopleFileError(ContentError):
    """The people file cannot be read, or an entry of it is wrong."""


class UnknownPersonError(HrError):
    """Nobody in the people file has this key."""

    def __init__(self, *, key: str, known: tuple[str, ...]) -> None:
        super().__init__(f"nobody is called {key!r} in the people file; the keys are: {', '.join(known)}")
        self.key = key
        self.known = known


class RatingNotFoundError(HrError):
    """A reason was given for an answer that this person has not rated."""


class StorageError(HrError):
    """The database cannot be used."""


class UnsupportedDatabaseError(StorageError):
    """The database URL names no database that Kompas can use."""


class DatabaseUnavailableError(StorageError):
    """The database does not answer, or refuses the statement."""


class SchemaError(StorageError):
    """The tables of the database are not those of this version, and could not be made so."""
