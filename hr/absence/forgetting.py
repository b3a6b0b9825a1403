"""Retention: what has been kept long enough is deleted, everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta

from hr.absence.desk import Desk
from hr.absence.model import AbsenceCase, CaseState
from hr.audit.model import Deed, Purpose


class Forgetting:
    """Deletes by age."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def expired(self, *, limit: int) -> int:
        """Delete up to `limit` cases that ended long enough ago, and the rest that is too old; how many cases."""
        deleted = await self._cases(limit)
        await self._rest()
        return deleted

    async def _cases(self, limit: int) -> int:
        moment = self._before(self._desk.retention.of_cases(self._desk.rules.parameters))
        deleted = []
        async with self._desk.new_unit() as unit:
            for case_id in sorted(
                await unit.cases.closed_before(moment, limit=limit)
            ):  # locked in one order everywhere
                case = await unit.cases.find(case_id, lock=True)
                if case is not None and _over_before(case, moment):
                    await unit.cases.delete(case_id)
                    deleted.append(self._desk.by_system(Deed.DELETED, Purpose.RETENTION, case_id))
            if deleted:
                await unit.audit.record(deleted)
                await unit.commit()
        return len(deleted)

    async def _rest(self) -> None:
        kept = self._desk.retention
        async with self._desk.new_unit() as unit:
            await unit.outbox.forget_before(self._before(kept.messages_days))
            await unit.used_actions.forget_before(self._before(kept.actions_days))
            await unit.choices.forget_away_before(self._desk.clock.today() - timedelta(days=kept.messages_days))
            await unit.audit.cut_before(self._before(kept.audit_days))
            await unit.commit()

    def _before(self, days: int) -> datetime:
        return self._desk.clock.now() - timedelta(days=days)


def _over_before(case: AbsenceCase, moment: datetime) -> bool:
    """Whether it is still so now that the case is locked: it may have been reopened."""
    return case.state is CaseState.CLOSED and case.closed_at is not None and case.closed_at < moment
