"""Reads `routing.toml`, in which HR says who answers what. Every fault is told with its file and line."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from hr.errors import RoutingError
from hr.escalation.routing import Group, Routing, Topic
from hr.live_file import Accepted, HasFault, LiveFile
from hr.people import ALL_AUDIENCES, Role
from hr.toml_file import line_of_entry, read_toml

ROUTING_FILE: Final = "routing.toml"

MOST_TOPICS: Final = 12
"""More topics than one reads on a telephone are none that somebody chooses from."""


_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Warning = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Parameters(_Strict):
    """The `[parameters]` table."""

    default_group: _Id
    remind_after_hours: Annotated[float, Field(gt=0, le=200)] = 8
    remind_taker_after_days: Annotated[int, Field(strict=True, ge=1, le=30)] = 3


class _GroupEntry(_Strict):
    """One `[[groups]]` table."""

    id: _Id
    label: _Label
    members: tuple[_Line, ...] = ()
    role: Role | None = None
    channel: _Line | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.members and self.role is None:
            raise ValueError("members: name somebody, or give a role")
        return self


class _TopicEntry(_Strict):
    """One `[[topics]]` table."""

    id: _Id
    label: _Label
    label_en: _Label | None = None
    group: _Id | None = None
    sensitive: Annotated[bool, Field(strict=True)] = False
    warning: _Warning | None = None
    audience: Annotated[tuple[str, ...], Field(min_length=1)] = ("alle",)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.sensitive != (self.warning is not None):
            raise ValueError("warning: belongs to a topic with sensitive = true, and to no other")
        unknown = [name for name in self.audience if name not in ALL_AUDIENCES]
        if unknown:
            raise ValueError(f"audience: {unknown[0]!r} is none of {', '.join(sorted(ALL_AUDIENCES))}")
        return self


_Entry = TypeVar("_Entry", bound=_Strict)


def load_routing(folder: Path) -> Routing:
    """The routing of `routing.toml`. Raises RoutingError with the line of the first fault."""
    return _RoutingFile(folder / ROUTING_FILE).routing()


class LiveRouting:
    """The routing as it is in `folder` now; the last good version of one with a fault. The first load raises RoutingError."""

    def __init__(
        self, folder: Path, *, accepted: Accepted | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._file = LiveFile(
            folder / ROUTING_FILE, lambda path: load_routing(path.parent), accepted=accepted, monotonic=monotonic
        )

    @property
    def routing(self) -> Routing:
        """The last good version."""
        return self._file.value

    @property
    def files(self) -> tuple[HasFault, ...]:
        """The file, for who tells of its faults."""
        return (self._file,)


class _RoutingFile:
    """The file, and the faults in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data, self._text = read_toml(path, RoutingError)
        unknown = next((name for name in self._data if name not in {"parameters", "groups", "topics"}), None)
        if unknown is not None:
            raise RoutingError(
                path=path,
                line=self._line(unknown),
                reason=f"unknown entry {unknown!r}; known: parameters, groups, topics",
            )

    def routing(self) -> Routing:
        """All of it, checked together."""
        parameters = self._parameters()
        groups, topics = self._entries("groups", _GroupEntry), self._entries("topics", _TopicEntry)
        self._no_doubles("groups", [entry.id for entry in groups])
        self._no_doubles("topics", [entry.id for entry in topics])
        known = [entry.id for entry in groups]
        if parameters.default_group not in known:
            raise RoutingError(
                path=self._path,
                line=self._line("default_group"),
                reason=f"default_group: there is no group {parameters.default_group!r}; known: {', '.join(known)}",
            )
        for index, topic in enumerate(topics):
            if topic.group is not None and topic.group not in known:
                raise self._fault(
                    "topics", index, "group", f"there is no group {topic.group!r}; known: {', '.join(known)}"
                )
        if len(topics) > MOST_TOPICS:
            raise self._fault("topics", MOST_TOPICS, None, f"more than {MOST_TOPICS} topics cannot be chosen from")
        return Routing(
            default_group=parameters.default_group,
            remind_after_hours=parameters.remind_after_hours,
            remind_taker_after_days=parameters.remind_taker_after_days,
            groups=MappingProxyType({entry.id: Group(**entry.model_dump()) for entry in groups}),
            topics=tuple(
                Topic(
                    id=entry.id,
                    label=entry.label,
                    label_en=entry.label_en or entry.label,
                    group=entry.group,
                    warning=entry.warning,
                    audience=entry.audience,
                )
                for entry in topics
            ),
        )

    def _parameters(self) -> _Parameters:
        try:
            return _Parameters.model_validate(self._data.get("parameters", {}))
        except ValidationError as error:
            field, reason = _fault_of(error)
            line = self._line(field or "parameters", "parameters")
            raise RoutingError(path=self._path, line=line, reason=reason) from error

    def _entries(self, table: str, entry: type[_Entry]) -> list[_Entry]:
        found = self._data.get(table, [])
        if not isinstance(found, list) or not found:
            raise RoutingError(
                path=self._path, line=self._line(table), reason=f"no [[{table}]] table: write at least one"
            )
        return [self._entry(table, index, entry, values) for index, values in enumerate(found)]

    def _entry(self, table: str, index: int, entry: type[_Entry], values: Any) -> _Entry:
        try:
            return entry.model_validate(values)
        except ValidationError as error:
            field, reason = _fault_of(error)
            line = line_of_entry(self._text, table, index, field)
            raise RoutingError(path=self._path, line=line, reason=reason) from error

    def _no_doubles(self, table: str, ids: Sequence[str]) -> None:
        for index, found in enumerate(ids):
            if found in ids[:index]:
                raise self._fault(table, index, "id", f"{found!r} is used twice")

    def _fault(self, table: str, index: int, field: str | None, reason: str) -> RoutingError:
        told = f"{field}: {reason}" if field else reason
        return RoutingError(path=self._path, line=line_of_entry(self._text, table, index, field), reason=told)

    def _line(self, *names: str) -> int:
        """The first line that begins with one of the names, as a field or as a table; 1 when none does."""
        for name in names:
            for number, line in enumerate(self._text.splitlines(), start=1):
                if line.strip().lstrip("[ ").startswith(name):
                    return number
        return 1


def _fault_of(error: ValidationError) -> tuple[str | None, str]:
    """The field that the first fault is in (None: the entry as a whole), and what to tell about it."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    told = str(first["msg"]).removeprefix("Value error, ")
    where: tuple[Any, ...] = first["loc"]
    if where:
        return str(where[0]), f"{'.'.join(str(part) for part in where)}: {told}"
    field, colon, _ = told.partition(": ")
    return (field if colon else None), told
