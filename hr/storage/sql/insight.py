"""Counts of questions and faults of HR's files in SQL."""

# ruff: noqa: D102 - `hr.insight.ports` says what each method promises

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from hr.clock import require_aware
from hr.insight.model import KnownFault, Outcome, QuestionCount
from hr.live_file import ContentFault
from hr.storage.insight_tables import content_faults, question_counts
from hr.storage.sql.session import Session


class SqlInsight:
    """Answers `hr.insight.ports.InsightStore`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def count(self, day: date, outcome: Outcome, *, topic: str = "") -> None:
        insert = self._session.insert(question_counts).values(day=day, outcome=outcome.value, topic=topic, count=1)
        await self._session.run(
            insert.on_conflict_do_update(
                index_elements=list(question_counts.primary_key.columns),
                set_={"count": question_counts.c["count"] + 1},
            )
        )

    async def counts(self, *, since: date) -> tuple[QuestionCount, ...]:
        order = (question_counts.c.day, question_counts.c.outcome, question_counts.c.topic)
        statement = select(*order, question_counts.c["count"].label("asked"))
        rows = await self._session.all(statement.where(question_counts.c.day >= since).order_by(*order))
        return tuple(
            QuestionCount(day=row.day, outcome=Outcome(row.outcome), topic=row.topic, count=row.asked) for row in rows
        )

    async def open_fault(self, fault: ContentFault, *, at: datetime) -> bool:
        values = {"file": fault.file, "line": fault.line, "reason": fault.reason}
        insert = self._session.insert(content_faults).values(id=fault.id, since=require_aware(at), **values)
        opened = await self._session.first(
            insert.on_conflict_do_update(
                index_elements=[content_faults.c.id],
                set_={"line": insert.excluded.line, "since": insert.excluded.since, "mended_at": None},
                where=content_faults.c.mended_at.is_not(None),
            ).returning(content_faults.c.id)
        )
        if opened is None:
            known = content_faults.c.line.is_distinct_from(fault.line)
            await self._session.run(
                update(content_faults).where(content_faults.c.id == fault.id, known).values(line=fault.line)
            )
        return opened is not None

    async def mend(self, fault_id: str, *, at: datetime) -> bool:
        still_open = (content_faults.c.id == fault_id) & content_faults.c.mended_at.is_(None)
        return await self._session.run(update(content_faults).where(still_open).values(mended_at=require_aware(at))) > 0

    async def fault(self, fault_id: str) -> KnownFault | None:
        row = await self._session.first(select(content_faults).where(content_faults.c.id == fault_id))
        return _known(row) if row is not None else None

    async def open_faults(self) -> tuple[KnownFault, ...]:
        statement = select(content_faults).where(content_faults.c.mended_at.is_(None))
        rows = await self._session.all(statement.order_by(content_faults.c.since, content_faults.c.id))
        return tuple(_known(row) for row in rows)

    async def forget_before(self, moment: datetime) -> int:
        days = await self._session.run(delete(question_counts).where(question_counts.c.day < moment.date()))
        return days + await self._session.run(delete(content_faults).where(content_faults.c.mended_at < moment))


def _known(row: Row[Any]) -> KnownFault:
    return KnownFault(
        fault=ContentFault(file=row.file, line=row.line, reason=row.reason), since=row.since, mended_at=row.mended_at
    )
