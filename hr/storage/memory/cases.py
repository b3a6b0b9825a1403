"""Cases of absence with their steps in memory."""

# ruff: noqa: D102 - `hr.ports` says what each method promises

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from hr.absence.model import AbsenceCase, CaseState
from hr.clock import COPENHAGEN
from hr.errors import StorageError
from hr.storage.memory.session import Session


class MemoryCases:
    """Answers `hr.ports.Cases`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, case: AbsenceCase) -> None:
        rows = self._session.open().cases
        if case.id in rows:
            raise StorageError("a case with this id is kept already")
        rows[case.id] = _sorted(case)

    async def find(self, case_id: str, *, lock: bool = False) -> AbsenceCase | None:
        del lock  # one unit at a time: every case is locked
        return self._session.open().cases.get(case_id)

    async def save(self, case: AbsenceCase) -> None:
        rows = self._session.open().cases
        if case.id in rows:
            rows[case.id] = _sorted(case)

    async def save_locked(self, changed: Sequence[AbsenceCase]) -> None:
        for case in changed:
            await self.save(case)

    async def delete(self, case_id: str) -> bool:
        rows = self._session.open()
        rows.transfers.pop(case_id, None)
        for message in [message for message in rows.outbox.values() if message.case_id == case_id]:
            del rows.outbox[message.id]
        return rows.cases.pop(case_id, None) is not None

    async def of_owners(self, owner_ids: Sequence[str]) -> tuple[AbsenceCase, ...]:
        owners = set(owner_ids)
        return _in_order(case for case in self._all() if case.owner_id in owners)

    async def shared_with_hr(self) -> tuple[AbsenceCase, ...]:
        return _in_order(case for case in self._all() if case.shared_with_hr)

    async def due(self, now: datetime, *, limit: int) -> tuple[AbsenceCase, ...]:
        waiting = [(at, case.id) for case in self._all() if (at := _next_nudge_at(case)) is not None and at <= now]
        return tuple(self._session.open().cases[case_id] for _, case_id in sorted(waiting)[:limit])

    async def owners_with_open_steps(self, *, created_before: datetime | None = None) -> tuple[str, ...]:
        known = (case for case in self._all() if created_before is None or case.created_at < created_before)
        return tuple(sorted({case.owner_id for case in known if case.open_steps}))

    async def closed_before(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        day = moment.astimezone(COPENHAGEN).date()
        closed = [
            (case.closed_at, case.id)
            for case in self._all()
            if case.state is CaseState.CLOSED
            and case.closed_at is not None
            and case.closed_at < moment
            and (case.return_day is None or case.return_day <= day)
        ]
        return tuple(case_id for _, case_id in sorted(closed)[:limit])

    async def untouched_since(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        running = [
            (case.last_touched, case.id)
            for case in self._all()
            if case.state is not CaseState.CLOSED and case.last_touched < moment
        ]
        return tuple(case_id for _, case_id in sorted(running)[:limit])

    async def count_open(self) -> int:
        return sum(case.state is not CaseState.CLOSED for case in self._all())

    def _all(self) -> Iterable[AbsenceCase]:
        return self._session.open().cases.values()


def _sorted(case: AbsenceCase) -> AbsenceCase:
    return replace(case, steps=tuple(sorted(case.steps, key=lambda step: (step.due_on, step.key))))


def _in_order(found: Iterable[AbsenceCase]) -> tuple[AbsenceCase, ...]:
    return tuple(sorted(found, key=lambda case: (case.first_day, case.id)))


def _next_nudge_at(case: AbsenceCase) -> datetime | None:
    return min((step.next_nudge_at for step in case.steps if step.next_nudge_at), default=None)
