"""From Graph's lists to people. Pure. What an entry lacks makes it less, never more: who cannot be read is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hr.people import Person, Role

FIELDS: Final = ("id", "displayName", "mail", "userPrincipalName", "department", "userType", "accountEnabled")
"""What is asked of each user, besides the field of the initials and the manager's id."""

_SHORT: Final = 5


class _Manager(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: UUID


class _User(BaseModel):
    """One user, as far as it matters here."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: UUID
    displayName: str = Field(min_length=1)  # noqa: N815 - Graph's name
    mail: str | None = None
    userPrincipalName: str | None = None  # noqa: N815
    department: str | None = None
    userType: str | None = None  # noqa: N815
    accountEnabled: bool | None = None  # noqa: N815
    manager: _Manager | None = None


def read_people(
    users: Iterable[Any], members: Mapping[Role, frozenset[str]], *, initials_from: str
) -> tuple[Person, ...]:
    """Everyone who works here, by name. Guests and closed accounts are left out, and with a group of EMPLOYEE all others than its members.

    `members` are ids in lower case by role. A manager who is not known is none. The key is the initials, or the id where two share them.
    """
    read = {user.id: user for user in map(_read, users) if user is not None}
    known = [user for user in read.values() if _works_here(user, members)]
    ids = {str(user.id) for user in known}
    people = [_person(user, ids, members, initials_from) for user in known]
    keys = Counter(person.key for person in people)
    people = [person if keys[person.key] == 1 else replace(person, key=person.id) for person in people]
    return tuple(sorted(people, key=lambda person: (person.name.casefold(), person.id)))


def _read(user: Any) -> _User | None:
    try:
        return _User.model_validate(user)
    except ValidationError:
        return None


def _works_here(user: _User, members: Mapping[Role, frozenset[str]]) -> bool:
    if user.userType == "Guest" or user.accountEnabled is not True:
        return False
    return Role.EMPLOYEE not in members or str(user.id) in members[Role.EMPLOYEE]


def _person(user: _User, ids: set[str], members: Mapping[Role, frozenset[str]], initials_from: str) -> Person:
    own = str(user.id)
    given = (user.model_extra or {}).get(initials_from)
    initials = given.strip() if isinstance(given, str) else ""
    manager = str(user.manager.id) if user.manager is not None else None
    return Person(
        id=own,
        key=initials.casefold() or own,
        name=user.displayName.strip(),
        initials=initials.upper() if len(initials) <= _SHORT else initials,
        email=(user.mail or user.userPrincipalName or "").strip(),
        roles=frozenset({Role.EMPLOYEE, *(role for role, those in members.items() if own in those)}),
        manager_id=manager if manager in ids and manager != own else None,
        area=(user.department or "").strip() or None,
    )
