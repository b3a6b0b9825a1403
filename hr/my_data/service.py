"""A person's rights over what is stored about him: to know it, to have a copy, to have it deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hr.audit.model import NO_CASE, OPERATOR, AuditEntry, Deed, Purpose
from hr.clock import Clock
from hr.errors import NoSuchCaseOfLeaderError
from hr.my_data.model import Erased, Kind, Row, Scope
from hr.my_data.ports import PersonalData
from hr.ports import NewUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What is stored about a person, and how much of it he can have deleted at once."""

    counts: Mapping[Kind, int]
    erasable: Mapping[Kind, int]


class MyDataService:
    """For the person himself (`overview`, `erase_own`), and for the operator (the rest). Each deed of the operator is in the log."""

    def __init__(
        self,
        *,
        data: PersonalData,
        new_unit: NewUnitOfWork,
        clock: Clock,
        days: Callable[[], Mapping[Kind, int]] = dict,
    ) -> None:
        """`days` says how long a kind is kept after it is over, as the settings and HR's content have it now."""
        self._data: Final = data
        self._days: Final = days
        self._new_unit: Final = new_unit
        self._clock: Final = clock

    @property
    def days(self) -> Mapping[Kind, int]:
        """How long a kind is kept after it is over; a kind without a limit of its own is left out."""
        return self._days()

    async def overview(self, person_id: str) -> Overview:
        """What is stored about whoever asks."""
        return Overview(counts=await self._data.counts(person_id), erasable=await self._data.erasable(person_id))

    async def erase_own(self, person_id: str, *, token: str) -> Erased | None:
        """Delete what nothing running needs. None when there was nothing, or this press had its effect before.

        Deleted first, and then told in the log: what the log says was deleted is gone, and a press after a fault deletes what is left.
        """
        async with self._new_unit() as unit:
            if not await unit.used_actions.claim(token, at=self._clock.now()):
                return None
        erased = await self._data.erase(person_id, Scope.OWN_WISH)
        async with self._new_unit() as unit:
            await unit.used_actions.claim(token, at=self._clock.now())
            if erased.total:
                deleted = erased.case_ids or (NO_CASE,)
                await unit.audit.record([self._entry(person_id, Deed.DELETED, case_id) for case_id in deleted])
            await unit.commit()
        return erased if erased.total else None

    async def export(self, person_id: str) -> Mapping[Kind, Sequence[Row]]:
        """A copy of everything about a person."""
        copy = await self._data.export(person_id)
        await self._record([self._entry(OPERATOR, Deed.EXPORTED, NO_CASE)])
        return copy

    async def export_reference(self, leader_id: str, reference: str) -> Sequence[Mapping[Kind, Sequence[Row]]]:
        """A copy of the cases that a leader has under a reference. Raises NoSuchCaseOfLeaderError."""
        found = [case_id for case_id, _ in await self._of_reference(leader_id, reference)]
        copies = [await self._data.export_case(case_id) for case_id in found]
        await self._record([self._entry(OPERATOR, Deed.EXPORTED, case_id) for case_id in found])
        return copies

    async def counts(self, person_id: str) -> Mapping[Kind, int]:
        """What an erasure would be about."""
        return await self._data.counts(person_id)

    async def erase(self, person_id: str, *, open_cases: bool) -> Erased:
        """Delete everything about a person. Raises OpenCasesError when cases run and `open_cases` does not say to end them."""
        erased = await self._data.erase(person_id, Scope.ALL, open_cases=open_cases)
        await self._record([self._entry(OPERATOR, Deed.DELETED, case_id) for case_id in erased.case_ids or (NO_CASE,)])
        return erased

    async def count_reference(self, leader_id: str, reference: str) -> int:
        """How many cases a leader has under a reference. Raises NoSuchCaseOfLeaderError."""
        return len(await self._of_reference(leader_id, reference))

    async def erase_reference(self, leader_id: str, reference: str) -> Sequence[Erased]:
        """Delete the cases that a leader has under a reference, open ones too. Raises NoSuchCaseOfLeaderError."""
        found = [case_id for case_id, _ in await self._of_reference(leader_id, reference)]
        await self._record([self._entry(OPERATOR, Deed.DELETED, case_id) for case_id in found])
        return [await self._data.erase_case(case_id) for case_id in found]

    async def _of_reference(self, leader_id: str, reference: str) -> Sequence[tuple[str, bool]]:
        found = await self._data.cases(leader_id, reference.strip())
        if not found:
            raise NoSuchCaseOfLeaderError
        return found

    async def _record(self, entries: Sequence[AuditEntry]) -> None:
        async with self._new_unit() as unit:
            await unit.audit.record(entries)
            await unit.commit()

    def _entry(self, actor_id: str, deed: Deed, case_id: str) -> AuditEntry:
        return AuditEntry(
            at=self._clock.now(), actor_id=actor_id, deed=deed, purpose=Purpose.DATA_SUBJECT, case_id=case_id
        )
