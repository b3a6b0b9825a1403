"""Reads HR's files on onboarding: `journeys.toml` and `events.toml`. Every fault is told with its file and line."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from hr.errors import OnboardingContentError
from hr.live_file import Accepted, HasFault, LiveFile
from hr.onboarding.content_file import EventEntry, ItemEntry
from hr.onboarding.model import CommonEvent, EventKind, Item, Track
from hr.toml_file import line_of_entry, read_toml

JOURNEYS_FILE: Final = "journeys.toml"
EVENTS_FILE: Final = "events.toml"

_MEETING_PLACES: Final = range(1, 9)
"""The welcome meeting with the kommunaldirektør is for 5-8 leaders at a time; HR may hold fewer places open, never more."""

_Entry = TypeVar("_Entry", bound=BaseModel)
_LOG = logging.getLogger(__name__)

KnownTopics = Callable[[], frozenset[str]]
"""The ids of the documents there are; empty where nobody knows, and then any topic is taken."""


class OnboardingContent(Protocol):
    """HR's plans and dates as they are now."""

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of all tracks in the order of the file."""
        ...

    @property
    def events(self) -> tuple[CommonEvent, ...]:
        """The dates, past ones too."""
        ...


def topics_in(folders: Sequence[Path]) -> frozenset[str]:
    """The ids of the documents in these folders: the names of their Markdown files."""
    return frozenset(path.stem for folder in folders if folder.is_dir() for path in folder.rglob("*.md"))


class LiveOnboarding:
    """Answers `OnboardingContent` from the files in `folder`. The first load raises OnboardingContentError."""

    def __init__(
        self,
        folder: Path,
        *,
        topics: KnownTopics = frozenset,
        today: Callable[[], date] = lambda: date.min,
        accepted: Accepted | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """With `today` a warning tells of dates that lie in the past when the file is read."""
        self._journeys = LiveFile(
            folder / JOURNEYS_FILE,
            lambda path: load_items(path, topics()),
            accepted=accepted,
            monotonic=monotonic,
        )
        self._events = LiveFile(
            folder / EVENTS_FILE, lambda path: load_events(path, today()), accepted=accepted, monotonic=monotonic
        )

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of all tracks."""
        return self._journeys.value

    @property
    def events(self) -> tuple[CommonEvent, ...]:
        """The dates."""
        return self._events.value

    @property
    def files(self) -> tuple[HasFault, ...]:
        """Both files, for who tells of their faults."""
        return self._journeys, self._events


def load_items(path: Path, topics: frozenset[str] = frozenset()) -> tuple[Item, ...]:
    """The items of `journeys.toml`. Raises OnboardingContentError with the line of the first fault."""
    file = _File(path, "items")
    entries = file.entries(ItemEntry)
    if not entries:
        raise file.fault("no [[items]] table: write at least one", 1)
    file.no_doubles([entry.id for entry in entries])
    titles: dict[tuple[Track, str], str] = {}
    for index, entry in enumerate(entries):
        if entry.topic is not None and topics and entry.topic not in topics:
            known = ", ".join(sorted(topics))
            raise file.fault_in(index, "topic", f"no document {entry.topic!r}; leave it out, or write one of: {known}")
        for track in entry.tracks:
            key = (track, entry.title.casefold())
            if key in titles:
                reason = f"{titles[key]!r} has the same title in the track {track.value!r}; give each its own"
                raise file.fault_in(index, "title", reason)
            titles[key] = entry.id
    for track in Track:
        if not any(track in entry.tracks for entry in entries):
            raise file.fault(f"no item has the track {track.value!r}: write at least one", 1)
    return tuple(entry.frozen() for entry in entries)


def load_events(path: Path, today: date = date.min) -> tuple[CommonEvent, ...]:
    """The dates of `events.toml`; none is no fault. Raises OnboardingContentError with the line of the first fault.

    A date before `today` is none either, for every date comes to be one: a warning names its line, since a wrong year looks the same.
    """
    file = _File(path, "events")
    entries = file.entries(EventEntry)
    file.no_doubles([entry.id for entry in entries])
    for index, entry in enumerate(entries):
        if entry.kind is EventKind.WELCOME_MEETING and entry.places not in _MEETING_PLACES:
            raise file.fault_in(index, "places", "the welcome meeting has at most 8 places: write places = 5 to 8")
    past = [str(file.line(index, "date")) for index, entry in enumerate(entries) if entry.date < today]
    if past:
        _LOG.warning("%s: dates in the past are offered to nobody (line %s)", path.name, ", ".join(past))
    return tuple(entry.frozen() for entry in entries)


class _File:
    """A file of one kind of table, and the faults in it."""

    def __init__(self, path: Path, table: str) -> None:
        self._path = path
        self._table = table
        self._data, self._text = read_toml(path, OnboardingContentError)
        unknown = next((name for name in self._data if name != table), None)
        if unknown is not None:
            raise self.fault(f"unknown entry {unknown!r}; this file has [[{table}]] only", self._line_of(unknown))

    def fault(self, reason: str, line: int) -> OnboardingContentError:
        """A fault in this file."""
        return OnboardingContentError(path=self._path, line=line, reason=reason)

    def fault_in(self, index: int, field: str, reason: str) -> OnboardingContentError:
        """A fault in a field of an entry."""
        return self.fault(f"{field}: {reason}", self.line(index, field))

    def line(self, index: int, field: str) -> int:
        """The line of a field of an entry."""
        return line_of_entry(self._text, self._table, index, field)

    def entries(self, entry: type[_Entry]) -> list[_Entry]:
        """The entries, checked one by one."""
        found = self._data.get(self._table, [])
        if not isinstance(found, list):
            raise self.fault(f"write [[{self._table}]] in double brackets", self._line_of(self._table))
        return [self._entry(index, entry, values) for index, values in enumerate(found)]

    def _entry(self, index: int, entry: type[_Entry], values: Any) -> _Entry:
        try:
            return entry.model_validate(values)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            told = first["msg"].removeprefix("Value error, ")
            field = str(first["loc"][0]) if first["loc"] else told.partition(":")[0]
            reason = f"{field}: {told}" if first["loc"] else told
            raise self.fault(reason, line_of_entry(self._text, self._table, index, field)) from error

    def no_doubles(self, ids: Sequence[str]) -> None:
        """Refuse an id that two entries have."""
        for index, found in enumerate(ids):
            if found in ids[:index]:
                raise self.fault_in(index, "id", f"{found!r} is used twice; give each entry an id of its own")

    def _line_of(self, name: str) -> int:
        return next((n for n, line in enumerate(self._text.splitlines(), 1) if line.lstrip("[ ").startswith(name)), 1)
