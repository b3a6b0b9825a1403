"""Cases that run and that nobody has looked at for very long: they are closed, their leader is told, and they go like every ended case."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from hr.absence import course
from hr.absence.changes import cancel_outdated
from hr.absence.desk import Desk, choices_of
from hr.absence.model import AbsenceCase, CaseState
from hr.audit.model import NAMELESS, Deed, Purpose
from hr.errors import StorageError
from hr.ports import UnitOfWork

_BATCH: Final = 100
_PAGE: Final = 1000

_log = logging.getLogger(__name__)


class Lapsing:
    """Closes by age. A look is enough to keep a case: the log tells of it, as far as it goes back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def lapse(self) -> int:
        """Close every such case; how many."""
        moment = self._desk.clock.now() - timedelta(days=self._desk.retention.open_cases_days)
        closed = 0
        while True:
            async with self._desk.new_unit() as unit:
                untouched = await unit.cases.untouched_since(moment, limit=_BATCH)
            ends = [await self._lapse_safely(case_id, moment) for case_id in untouched]
            closed += ends.count(True)
            if len(untouched) < _BATCH or ends.count(None) == len(ends):
                return closed

    async def _lapse_safely(self, case_id: str, moment: datetime) -> bool | None:
        """As `_lapse`, in a unit of its own. None for a case that cannot be worked out: it is tried again tomorrow, and holds up no other."""
        try:
            async with self._desk.new_unit() as unit:
                closed = await self._lapse(unit, case_id, moment)
                await unit.commit()
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - see above
            _log.error("a case that nobody looks at could not be closed: %s", type(error).__name__)
            return None
        return closed

    async def _lapse(self, unit: UnitOfWork, case_id: str, moment: datetime) -> bool:
        """Whether it was closed; not when somebody did something with it, or looked at it, after all."""
        case = await unit.cases.find(case_id, lock=True)
        if case is None or case.state is CaseState.CLOSED or case.last_touched >= moment:
            return False
        seen = await self._last_seen(unit, case)
        if seen is not None and seen >= moment:
            await unit.cases.save(replace(case, touched_at=seen))
            return False
        choices = await choices_of(unit, case.owner_id)
        after = course.lapsed(self._desk.facts(choices), case)
        await cancel_outdated(unit, case, after)
        await unit.cases.save(after)
        await unit.transfers.remove(case.id)
        await unit.outbox.add([self._desk.messages(choices).lapsed(after)])
        await unit.audit.record([self._desk.by_system(Deed.CLOSED, Purpose.RETENTION, case.id)])
        return True

    async def _last_seen(self, unit: UnitOfWork, case: AbsenceCase) -> datetime | None:
        """When a person last looked at it, or it was last on offer to one."""
        offer = await unit.transfers.find(case.id)
        seen = [offer.offered_at] if offer is not None else []
        entries = await unit.audit.entries(case_id=case.id, limit=_PAGE)
        while entries:
            seen += [entry.entry.at for entry in entries if entry.entry.actor_id not in NAMELESS]
            more = len(entries) == _PAGE
            entries = await unit.audit.entries(case_id=case.id, after=entries[-1].number, limit=_PAGE) if more else ()
        return max(seen, default=None)
