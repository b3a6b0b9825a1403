"""Whom a campaign is for. Pure, apart from reading a list that HR has saved as a file."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from hr.campaigns.model import Audience, Group
from hr.errors import PeopleListError
from hr.people import Person, Role

ROLES_OF: Final = {
    Group.LEADERS: frozenset({Role.LEADER, Role.NEW_LEADER}),
    Group.NEW_LEADERS: frozenset({Role.NEW_LEADER}),
    Group.NEW_EMPLOYEES: frozenset({Role.NEW_EMPLOYEE}),
    Group.TR: frozenset({Role.TR}),
    Group.AMR: frozenset({Role.AMR}),
    Group.EVERYONE: frozenset({Role.EMPLOYEE}),
}
"""Who has one of these roles is in the group."""

MOST_ROWS: Final = 20_000
TOLD: Final = 20
"""Unknown people that are told one by one."""

_MAX_BYTES: Final = 5_000_000
_HEADERS: Final = frozenset(
    {"initialer", "initials", "e-mail", "email", "mail", "e-mailadresse", "medarbejder", "navn", "person"}
)
_SEPARATORS: Final = re.compile(r"[,;\s]+")
_HOW_TO_SAVE: Final = 'in Excel choose "Gem som" and the type "CSV UTF-8 (semikolonsepareret) (*.csv)"'


def members(audience: Audience, people: Iterable[Person]) -> tuple[Person, ...]:
    """Everyone the audience names, each once, in the order of `people`. Who is no longer among `people` is left out."""
    roles = frozenset(role for group in audience.groups for role in ROLES_OF[group])
    return tuple(
        person
        for person in people
        if not roles.isdisjoint(person.roles) or person.area in audience.areas or person.id in audience.people
    )


def areas_of(people: Iterable[Person]) -> tuple[str, ...]:
    """The parts of the municipality that somebody works in, in order."""
    return tuple(sorted({person.area for person in people if person.area is not None}))


def handles_in(typed: str) -> tuple[str, ...]:
    """The initials and addresses that somebody wrote in a field.

    >>> handles_in("DES, tpg; MFL ")
    ('DES', 'tpg', 'MFL')
    """
    return tuple(part for part in _SEPARATORS.split(typed) if part)


def read_list(path: Path) -> tuple[tuple[int, str], ...]:
    """The first column of a CSV file with the line of each entry, a header left out. Raises PeopleListError."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise PeopleListError(path=path, reason="the file is larger than 5 MB")
        data = path.read_bytes()
    except OSError as fault:
        raise PeopleListError(path=path, reason=f"the file cannot be read ({fault.strerror or fault})") from fault
    return rows_of(path, data)


def rows_of(path: Path, data: bytes) -> tuple[tuple[int, str], ...]:
    """The same from the bytes of the file."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PeopleListError(path=path, line=1, reason=f"the file is UTF-16, not UTF-8: {_HOW_TO_SAVE}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise PeopleListError(path=path, line=line, reason=f"the file is not UTF-8: {_HOW_TO_SAVE}") from fault
    if "\0" in text:
        raise PeopleListError(path=path, line=1, reason=f"the file is no text: {_HOW_TO_SAVE}")
    delimiter = ";" if ";" in text else "\t" if "\t" in text else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[tuple[int, str]] = []
    try:
        for row in reader:
            cell = row[0].strip() if row else ""
            if cell and not (not found and cell.casefold() in _HEADERS):
                found.append((reader.line_num, cell))
    except csv.Error as fault:
        raise PeopleListError(path=path, line=reader.line_num, reason=f"the file is no CSV: {fault}") from fault
    if not found:
        raise PeopleListError(
            path=path, reason="nobody is on the list: write initials or an e-mail address on each line"
        )
    if len(found) > MOST_ROWS:
        raise PeopleListError(path=path, line=found[MOST_ROWS][0], reason=f"more than {MOST_ROWS} lines")
    return tuple(found)


def known(path: Path, rows: Sequence[tuple[int, str]], by_handle: Mapping[str, Person]) -> frozenset[str]:
    """The ids of the people on the list; `by_handle` has initials and addresses as `handle_key` writes them.

    Raises PeopleListError that names each unknown one with its line.
    """
    unknown = [(line, handle) for line, handle in rows if handle_key(handle) not in by_handle]
    if unknown:
        told = "; ".join(f"line {line}: {handle[:60]!r}" for line, handle in unknown[:TOLD])
        more = f"; and {len(unknown) - TOLD} more" if len(unknown) > TOLD else ""
        reason = f"{len(unknown)} of {len(rows)} are not in the people file: {told}{more}"
        raise PeopleListError(path=path, line=unknown[0][0], reason=reason)
    return frozenset(by_handle[handle_key(handle)].id for _, handle in rows)


def handle_key(handle: str) -> str:
    """Initials or an address in the form in which they are compared."""
    return unicodedata.normalize("NFC", handle.strip()).casefold()


def by_handle(people: Iterable[Person]) -> dict[str, Person]:
    """Everyone by initials and by address. A handle that two people share is nobody's: neither is meant by mistake."""
    owners: dict[str, dict[str, Person]] = {}
    for person in people:
        for handle in (person.initials, person.email):
            owners.setdefault(handle_key(handle), {})[person.id] = person
    return {handle: next(iter(found.values())) for handle, found in owners.items() if len(found) == 1}
