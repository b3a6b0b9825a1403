"""Counts of questions and faults of HR's files in memory."""

# ruff: noqa: D102 - `hr.insight.ports` says what each method promises

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from hr.insight.model import KnownFault, Outcome, QuestionCount
from hr.live_file import ContentFault
from hr.storage.memory.session import Session


class MemoryInsight:
    """Answers `hr.insight.ports.InsightStore`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def count(self, day: date, outcome: Outcome, *, topic: str = "") -> None:
        rows = self._session.open().question_counts
        rows[day, outcome, topic] = rows.get((day, outcome, topic), 0) + 1

    async def counts(self, *, since: date) -> tuple[QuestionCount, ...]:
        rows = sorted(self._session.open().question_counts.items())
        return tuple(
            QuestionCount(day=day, outcome=outcome, topic=topic, count=count)
            for (day, outcome, topic), count in rows
            if day >= since
        )

    async def open_fault(self, fault: ContentFault, *, at: datetime) -> bool:
        rows = self._session.open().content_faults
        known = rows.get(fault.id)
        if known is not None and known.mended_at is None:
            rows[fault.id] = replace(known, fault=fault)
            return False
        rows[fault.id] = KnownFault(fault=fault, since=at)
        return True

    async def mend(self, fault_id: str, *, at: datetime) -> bool:
        rows = self._session.open().content_faults
        known = rows.get(fault_id)
        if known is None or known.mended_at is not None:
            return False
        rows[fault_id] = replace(known, mended_at=at)
        return True

    async def fault(self, fault_id: str) -> KnownFault | None:
        return self._session.open().content_faults.get(fault_id)

    async def open_faults(self) -> tuple[KnownFault, ...]:
        rows = self._session.open().content_faults.values()
        return tuple(sorted((one for one in rows if one.mended_at is None), key=lambda one: (one.since, one.fault.id)))

    async def forget_before(self, moment: datetime) -> int:
        tables = self._session.open()
        days = [key for key in tables.question_counts if key[0] < moment.date()]
        old = [
            key for key, one in tables.content_faults.items() if one.mended_at is not None and one.mended_at < moment
        ]
        for key in days:
            del tables.question_counts[key]
        for name in old:
            del tables.content_faults[name]
        return len(days) + len(old)
