"""What the rights of a person ask of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from hr.my_data.model import Erased, Kind, Row, Scope


class PersonalData(Protocol):
    """Everything in the database that is about one person, each call in a transaction of its own. Raises DatabaseUnavailableError."""

    async def export(self, person_id: str) -> Mapping[Kind, Sequence[Row]]:
        """The rows about a person by kind; kinds without any are left out. LOG holds what the person did, when and why."""
        ...

    async def export_case(self, case_id: str) -> Mapping[Kind, Sequence[Row]]:
        """One case with its steps, its messages and who looked at it, when and why."""
        ...

    async def counts(self, person_id: str) -> Mapping[Kind, int]:
        """How many rows there are by kind."""
        ...

    async def erasable(self, person_id: str) -> Mapping[Kind, int]:
        """How many rows `erase` would delete by the person's own wish."""
        ...

    async def erase(self, person_id: str, scope: Scope, *, open_cases: bool = False) -> Erased:
        """Delete a person's rows; where a row is about others too, take the person out of it.

        Raises OpenCasesError, and deletes nothing, when all is to go, cases run, and `open_cases` does not say to delete them too.
        """
        ...

    async def cases(self, person_id: str, label: str | None = None) -> Sequence[tuple[str, bool]]:
        """Id and whether it is open, of the cases a leader has, of one reference or all."""
        ...

    async def erase_case(self, case_id: str) -> Erased:
        """Delete a case and what is about it; the log keeps that there was one."""
        ...

    async def found(self, needle: str) -> Mapping[str, int]:
        """In how many rows of which tables a text stands anywhere: the proof that something is gone."""
        ...
