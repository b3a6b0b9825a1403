"""A TOML file of entries that HR edits: read strictly, with the line of every fault, and read again when it is saved."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from hr.absence.content_file import fault_of, line_of_field
from hr.errors import ContentError
from hr.toml_file import line_of_entry, read_toml

LOOK_SECONDS: Final = 2.0
"""How often, at most, a file is looked at."""

Accepted = Callable[[Path], None]
"""Told the path of a file whenever a version of it is taken into use."""

_LOG = logging.getLogger(__name__)
_Entry = TypeVar("_Entry", bound=BaseModel)
_Content = TypeVar("_Content")


def read_entries(path: Path, table: str, entry: type[_Entry], error: type[ContentError]) -> list[_Entry]:
    """The `[[table]]` entries of a file that holds nothing else, each with an `id` of its own.

    Raises `error` with the line of the first fault: no such file, no TOML, another table, no entry, a wrong field, an id used twice.
    """
    data, text = read_toml(path, error)
    unknown = next((name for name in data if name != table), None)
    if unknown is not None:
        reason = f"unknown entry {unknown!r}; this file has [[{table}]]"
        raise error(path=path, line=line_of_field(text, None, unknown), reason=reason)
    written = data.get(table)
    if not isinstance(written, list) or not written:
        raise error(path=path, line=1, reason=f"no [[{table}]] table: write at least one")
    found: list[_Entry] = []
    for index, values in enumerate(written):
        try:
            found.append(entry.model_validate(values))
        except ValidationError as fault:
            field, reason = fault_of(fault)
            raise error(path=path, line=line_of_entry(text, table, index, field), reason=reason) from fault
    ids: Sequence[object] = [values["id"] for values in written]
    for index, one in enumerate(ids):
        if one in ids[:index]:
            reason = f"id: {one!r} is used twice"
            raise error(path=path, line=line_of_entry(text, table, index, "id"), reason=reason)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFault:
    """Why the newest version of a file is not used. `file` is its name without folders, `reason` as the program tells it."""

    file: str
    reason: str
    line: int | None = None

    @property
    def id(self) -> str:
        """The same for the same fault of the same file, on whatever line: 32 hexadecimal digits."""
        return sha256(f"{self.file}\0{self.reason}".encode()).hexdigest()[:32]


class HasFault(Protocol):
    """A file that Kompas follows."""

    @property
    def fault(self) -> ContentFault | None:
        """What keeps its newest version out; None when it is in use."""
        ...


class LiveFile(Generic[_Content]):
    """What a file holds now; the last good version while it has a fault, which one warning tells of.

    The first load raises what `load` raises. The file is looked at (date and size) once every two seconds of `monotonic` at most. One
    that has a fault is read again at each look: what it lacks may have come meanwhile, such as a document that it names.
    `accepted` is called with the path at every version that is taken into use.
    """

    def __init__(
        self,
        path: Path,
        load: Callable[[Path], _Content],
        *,
        accepted: Accepted | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._load = load
        self._accepted = accepted
        self._monotonic = monotonic
        self._stamp = self._stamp_now()
        self._value = load(path)
        self._fault: ContentFault | None = None
        self._looked_at = self._good_at = monotonic()
        self._accept()

    @property
    def value(self) -> _Content:
        """The last good content."""
        self._look()
        return self._value

    @property
    def fault(self) -> ContentFault | None:
        """What is wrong with the file as it is now; None when it is in use."""
        self._look()
        return self._fault

    def age(self) -> float:
        """Seconds since the content in use was the file's: a few at most, unless the file has a fault or is gone."""
        self._look()
        return self._monotonic() - self._good_at

    def _look(self) -> None:
        now = self._monotonic()
        if now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        stamp = self._stamp_now()
        if stamp == self._stamp and self._fault is None:
            self._good_at = now
            return
        try:
            self._value = self._load(self._path)
        except ContentError as fault:
            found = ContentFault(file=self._path.name, line=fault.line, reason=fault.reason)
            if found != self._fault:
                _LOG.warning("kept the earlier content: %s", fault)
            self._stamp, self._fault = stamp, found
            return
        self._stamp, self._fault, self._good_at = stamp, None, now
        self._accept()

    def _accept(self) -> None:
        if self._accepted is not None:
            self._accepted(self._path)

    def _stamp_now(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
