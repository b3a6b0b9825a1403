"""Who people are and which documents their roles let them see.

`FileDirectory` reads a TOML file of `[[people]]` entries: `key`, `id` (aadObjectId), `name`, `initials`, `email`, `roles`,
`manager`, the key of another entry, and `area`. A sample lies in `hr/content/people.sample.toml`.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from hr.errors import PeopleFileError, UnknownPersonError
from hr.live_file import HasFault, LiveFile
from hr.toml_file import line_of_entry, read_toml


class Role(StrEnum):
    """What a person is at work. Being somebody's deputy is a relation for a period and no role."""

    EMPLOYEE = "employee"
    NEW_EMPLOYEE = "new_employee"
    LEADER = "leader"
    NEW_LEADER = "new_leader"
    TR = "tr"
    AMR = "amr"
    MENTOR = "mentor"
    HR = "hr"
    HR_LEAD = "hr_lead"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person. `id` is the aadObjectId in lower case, `key` a short name for the command line; `roles` always holds EMPLOYEE.

    `area` is the part of the municipality that the person works in, as the people file spells it.
    """

    id: str
    key: str
    name: str
    initials: str
    email: str
    roles: frozenset[Role]
    manager_id: str | None = None
    area: str | None = None


ALL_AUDIENCES: Final = frozenset({"alle", "medarbejder", "ny_medarbejder", "leder", "ny_leder", "tr", "amr", "hr"})
"""The audiences a document may be written for, as docs/glossary.md lists them."""

_EVERYONE: Final = frozenset({"alle", "medarbejder"})
_OF_ROLE: Final[Mapping[Role, frozenset[str]]] = MappingProxyType(
    {
        Role.NEW_EMPLOYEE: frozenset({"ny_medarbejder"}),
        Role.LEADER: frozenset({"leder"}),
        Role.NEW_LEADER: frozenset({"leder", "ny_leder"}),
        Role.TR: frozenset({"tr"}),
        Role.AMR: frozenset({"amr"}),
        Role.HR: ALL_AUDIENCES,
        Role.HR_LEAD: ALL_AUDIENCES,
    }
)


def audiences_of(roles: frozenset[Role]) -> frozenset[str]:
    """The audiences whose documents these roles may read. Nobody reads less than an employee, the unknown included.

    >>> sorted(audiences_of(frozenset()))
    ['alle', 'medarbejder']
    >>> sorted(audiences_of(frozenset({Role.NEW_LEADER})))
    ['alle', 'leder', 'medarbejder', 'ny_leder']
    """
    return _EVERYONE.union(*(_OF_ROLE.get(role, frozenset()) for role in roles))


_OWN_WORDS: Final = ": Input should be "
"""What follows is what a field may be, and not what somebody wrote there."""
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class _Entry(BaseModel):
    """One `[[people]]` table as it stands in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: _Key
    id: UUID
    name: _Text
    initials: Annotated[str, StringConstraints(pattern=r"^[A-ZÆØÅ]{2,5}$")]
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=200)]
    roles: Annotated[frozenset[Role], Field(min_length=1)]
    manager: _Key | None = None
    area: _Text | None = None


class Book:
    """People by what they are looked up by. Two with one id or key are the loader's to refuse; a handle that two share is nobody's."""

    def __init__(self, people: tuple[Person, ...]) -> None:
        self.people = people
        self.by_id = {person.id: person for person in people}
        self.by_key = {person.key: person for person in people}
        handles = [(handle, person) for person in people for handle in _handles(person)]
        owners = Counter(handle for handle, _ in handles)
        self._by_handle = {handle: person for handle, person in handles if owners[handle] == 1}
        self._with_role = {role: tuple(person for person in people if role in person.roles) for role in Role}
        self._led_by: dict[str, list[Person]] = {}
        for person in people:
            if person.manager_id is not None:
                self._led_by.setdefault(person.manager_id, []).append(person)

    def find(self, person_id: str) -> Person | None:
        """By id, in any letter case."""
        return self.by_id.get(person_id.strip().lower())

    def find_by_handle(self, handle: str) -> Person | None:
        """By initials or e-mail address, in any letter case."""
        return self._by_handle.get(_handle(handle))

    def led_by(self, person_id: str) -> tuple[Person, ...]:
        """Whose nearest leader this person is."""
        return tuple(self._led_by.get(person_id, ()))

    def with_role(self, role: Role) -> tuple[Person, ...]:
        """Everyone who has the role."""
        return self._with_role[role]


def _handles(person: Person) -> set[str]:
    return {_handle(handle) for handle in (person.initials, person.email) if handle}


def _handle(text: str) -> str:
    # A keyboard may send Å as a letter and a ring.
    return unicodedata.normalize("NFC", text.strip()).casefold()


class FileDirectory:
    """The people of one file. Answers `hr.ports.Directory`, and the command line's `--as KEY`."""

    def __init__(self, people: tuple[Person, ...]) -> None:
        """These people, for good."""
        book = Book(people)
        self._now: Callable[[], Book] = lambda: book

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and check the file once. Raises PeopleFileError with the line of the first fault."""
        return cls(_load(path))

    @property
    def _book(self) -> Book:
        return self._now()

    @property
    def people(self) -> tuple[Person, ...]:
        """Everyone, in the order of the file."""
        return self._book.people

    async def find(self, person_id: str) -> Person | None:
        """The person with this aadObjectId, or None."""
        return self._book.find(person_id)

    async def find_by_handle(self, handle: str) -> Person | None:
        """The person with these initials or this e-mail address, or None."""
        return self._book.find_by_handle(handle)

    async def everyone(self) -> tuple[Person, ...]:
        """Everyone, in the order of the file."""
        return self._book.people

    async def led_by(self, person_id: str) -> tuple[Person, ...]:
        """Whose nearest leader this person is, in the order of the file."""
        return self._book.led_by(person_id)

    async def with_role(self, role: Role) -> tuple[Person, ...]:
        """Everyone who has the role, in the order of the file."""
        return self._book.with_role(role)

    def by_key(self, key: str) -> Person:
        """The person with this key. Raises UnknownPersonError, which lists the keys there are."""
        book = self._book
        person = book.by_key.get(key)
        if person is None:
            raise UnknownPersonError(key=key, known=tuple(book.by_key))
        return person


class LiveDirectory(FileDirectory):
    """The people as the file has them now; the last good version while it has a fault. The first load raises PeopleFileError.

    What is told of a later fault quotes nothing from the file: it goes to the log and into messages.
    """

    def __init__(self, path: Path, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._file = LiveFile(path, _load_quietly, monotonic=monotonic)
        self._now = lambda: self._file.value

    def age(self) -> float:
        """Seconds since the people in use were those of the file."""
        return self._file.age()

    @property
    def files(self) -> tuple[HasFault, ...]:
        """The file, for who tells of its faults."""
        return (self._file,)


def _load_quietly(path: Path) -> Book:
    try:
        return Book(_load(path))
    except PeopleFileError as fault:
        reason = fault.reason if _OWN_WORDS in fault.reason else _QUOTED.sub("'…'", fault.reason)
        raise PeopleFileError(path=path, line=fault.line, reason=reason) from None


def _load(path: Path) -> tuple[Person, ...]:
    data, text = read_toml(path, PeopleFileError)
    tables = data.pop("people", None)
    if data:
        raise PeopleFileError(
            path=path, reason=f"unknown entry {next(iter(data))!r}; only [[people]] tables belong here"
        )
    if not isinstance(tables, list) or not tables:
        raise PeopleFileError(path=path, reason="no [[people]] table: describe at least one person")
    entries: list[_Entry] = []
    for index, table in enumerate(tables):
        try:
            entries.append(_Entry.model_validate(table))
        except ValidationError as fault:
            first = fault.errors(include_url=False, include_input=False)[0]
            field = str(first["loc"][0]) if first["loc"] else None
            line = line_of_entry(text, "people", index, field)
            raise PeopleFileError(path=path, line=line, reason=f"{field or 'person'}: {first['msg']}") from fault
    _check_together(path, text, entries)
    ids = {entry.key: str(entry.id) for entry in entries}
    return tuple(
        Person(
            id=str(entry.id),
            key=entry.key,
            name=entry.name,
            initials=entry.initials,
            email=entry.email,
            roles=entry.roles | {Role.EMPLOYEE},
            manager_id=ids[entry.manager] if entry.manager is not None else None,
            area=entry.area,
        )
        for entry in entries
    )


def _check_together(path: Path, text: str, entries: list[_Entry]) -> None:
    """Refuse what no entry shows alone: doubles, an unknown manager, people who are each other's manager."""

    def fault(index: int, field: str, reason: str) -> PeopleFileError:
        return PeopleFileError(path=path, line=line_of_entry(text, "people", index, field), reason=f"{field}: {reason}")

    for field in ("key", "id", "initials", "email"):
        seen: dict[str, str] = {}
        for index, entry in enumerate(entries):
            value = str(getattr(entry, field)).lower()
            if value in seen:
                raise fault(index, field, f"{value!r} is already used by {seen[value]!r}")
            seen[value] = entry.key
    managers = {entry.key: entry.manager for entry in entries}
    for index, entry in enumerate(entries):
        if entry.manager is not None and entry.manager not in managers:
            raise fault(index, "manager", f"nobody in this file has the key {entry.manager!r}")
    for index, entry in enumerate(entries):
        above, steps = entry.manager, 0
        while above is not None and steps <= len(entries):
            above, steps = managers[above], steps + 1
        if above is not None:
            raise fault(index, "manager", "the line of managers leads back to where it began")
