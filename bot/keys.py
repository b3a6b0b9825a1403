"""People as an operator names them: by their key, or by their id of Entra ID."""

from __future__ import annotations

from uuid import UUID

from hr.errors import UnknownPersonError
from hr.people import Person
from hr.ports import Directory


async def by_key(directory: Directory, key: str) -> Person:
    """The person with this key. Raises UnknownPersonError, which lists the keys where they are few, and DirectoryUnavailableError."""
    people = await directory.everyone()
    found = next((person for person in people if person.key == key), None)
    if found is None:
        raise UnknownPersonError(key=key, known=tuple(person.key for person in people))
    return found


async def id_of(directory: Directory, who: str) -> str:
    """The id behind a key; whoever is no longer known is named by id alone. An id needs no look-up.

    Raises UnknownPersonError for a word that is neither, and DirectoryUnavailableError.
    """
    try:
        return str(UUID(who.strip()))
    except ValueError:
        return (await by_key(directory, who.strip())).id
