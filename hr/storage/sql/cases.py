"""Cases of absence with their steps in SQL."""

# ruff: noqa: D102 - `hr.ports` says what each method promises

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, func, or_, select, tuple_, update

from hr.absence.model import OPEN_STATES, AbsenceCase, CaseState, EndReason, Step, StepKind, StepState
from hr.clock import COPENHAGEN
from hr.storage.sql.session import Session, portions
from hr.storage.tables import UtcDateTime, case_steps, cases, outbox, transfers

_STEP_COLUMNS: Final = [column.label(f"step_{column.name}") for column in case_steps.c]
_OPEN: Final = sorted(state.value for state in OPEN_STATES)
_AT_ONCE: Final = 100
"""Cases a statement: with some thirty steps each, the parameters stay below what both databases take."""


class SqlCases:
    """Answers `hr.ports.Cases`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, case: AbsenceCase) -> None:
        await self._session.run(self._session.insert(cases).values(**_case_values(case)))
        await self._session.run_each(self._session.insert(case_steps), _step_values(case))

    async def find(self, case_id: str, *, lock: bool = False) -> AbsenceCase | None:
        wanted = cases.c.id == case_id
        if lock:
            found = await self._locked(select(cases).where(wanted).with_for_update())
        else:
            found = await self._together(wanted)
        return found[0] if found else None

    async def save(self, case: AbsenceCase) -> None:
        changed = await self._session.run(update(cases).where(cases.c.id == case.id).values(**_case_values(case)))
        if not changed:
            return
        await self._session.run_each(self._session.upsert(case_steps), _step_values(case))
        kept = [step.key for step in case.steps]
        await self._session.run(
            delete(case_steps).where(case_steps.c.case_id == case.id, case_steps.c.key.not_in(kept))
        )

    async def save_locked(self, changed: Sequence[AbsenceCase]) -> None:
        columns: dict[str, Any] = {
            column.name: bindparam(f"new_{column.name}") for column in cases.c if not column.primary_key
        }
        statement = update(cases).where(cases.c.id == bindparam("new_id")).values(columns)
        for some in portions(changed, size=_AT_ONCE):
            rows = [{f"new_{name}": value for name, value in _case_values(case).items()} for case in some]
            await self._session.run_each(statement, rows)
            await self._save_steps(some)

    async def _save_steps(self, kept_cases: Sequence[AbsenceCase]) -> None:
        there = select(case_steps).where(case_steps.c.case_id.in_([case.id for case in kept_cases]))
        old = {
            (row.case_id, row.key): dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
            for row in await self._session.all(there)
        }
        new = {(values["case_id"], values["key"]): values for case in kept_cases for values in _step_values(case)}
        await self._session.run_each(
            self._session.upsert(case_steps), [values for key, values in new.items() if old.get(key) != values]
        )
        gone = sorted(old.keys() - new.keys())
        if gone:
            await self._session.run(delete(case_steps).where(tuple_(case_steps.c.case_id, case_steps.c.key).in_(gone)))

    async def delete(self, case_id: str) -> bool:
        existed = await self._session.run(delete(cases).where(cases.c.id == case_id))
        for table in (case_steps, transfers, outbox):
            await self._session.run(delete(table).where(table.c.case_id == case_id))
        return bool(existed)

    async def of_owners(self, owner_ids: Sequence[str]) -> tuple[AbsenceCase, ...]:
        found: list[AbsenceCase] = []
        for some in portions(owner_ids):
            found += await self._together(cases.c.owner_id.in_(some))
        return _in_order(found)

    async def shared_with_hr(self) -> tuple[AbsenceCase, ...]:
        return _in_order(await self._together(cases.c.shared_with_hr.is_(True)))

    async def due(self, now: datetime, *, limit: int) -> tuple[AbsenceCase, ...]:
        return tuple(
            await self._locked(
                select(cases)
                .where(cases.c.next_nudge_at <= now)
                .order_by(cases.c.next_nudge_at, cases.c.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
        )

    async def owners_with_open_steps(self, *, created_before: datetime | None = None) -> tuple[str, ...]:
        open_steps = select(case_steps.c.case_id).where(case_steps.c.state.in_(_OPEN))
        wanted = select(cases.c.owner_id).where(cases.c.id.in_(open_steps)).distinct()
        if created_before is not None:
            wanted = wanted.where(cases.c.created_at < created_before)
        rows = await self._session.all(wanted)
        return tuple(sorted(row.owner_id for row in rows))

    async def closed_before(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        back = or_(cases.c.return_day.is_(None), cases.c.return_day <= moment.astimezone(COPENHAGEN).date())
        rows = await self._session.all(
            select(cases.c.id)
            .where(cases.c.state == CaseState.CLOSED.value, cases.c.closed_at < moment, back)
            .order_by(cases.c.closed_at, cases.c.id)
            .limit(limit)
        )
        return tuple(row.id for row in rows)

    async def untouched_since(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        touched = func.coalesce(cases.c.touched_at, cases.c.created_at, type_=UtcDateTime)
        rows = await self._session.all(
            select(cases.c.id)
            .where(cases.c.state != CaseState.CLOSED.value, touched < moment)
            .order_by(touched, cases.c.id)
            .limit(limit)
        )
        return tuple(row.id for row in rows)

    async def count_open(self) -> int:
        counted = select(func.count().label("open")).where(cases.c.state != CaseState.CLOSED.value)
        row = await self._session.first(counted)
        return int(row.open) if row is not None else 0

    async def _together(self, wanted: ColumnElement[bool]) -> list[AbsenceCase]:
        """Cases and steps by one statement: by two, a change in between would give a case with another version's steps."""
        joined = cases.outerjoin(case_steps, case_steps.c.case_id == cases.c.id)
        rows = await self._session.all(select(*cases.c, *_STEP_COLUMNS).select_from(joined).where(wanted))
        steps: dict[str, list[Step]] = {}
        for row in rows:
            of_case = steps.setdefault(row.id, [])
            if row.step_key is not None:
                of_case.append(_step(row))
        return [_case(row, steps[row.id]) for row in {row.id: row for row in rows}.values()]

    async def _locked(self, statement: Select[Any]) -> list[AbsenceCase]:
        """The cases that the statement locks. Their steps are read after that: while it waited, both may have changed."""
        rows = await self._session.all(statement)
        steps: dict[str, list[Step]] = {row.id: [] for row in rows}
        for some in portions(list(steps)):
            wanted = select(*_STEP_COLUMNS).where(case_steps.c.case_id.in_(some))
            for row in await self._session.all(wanted):
                steps[row.step_case_id].append(_step(row))
        return [_case(row, steps[row.id]) for row in rows]


def _in_order(found: Iterable[AbsenceCase]) -> tuple[AbsenceCase, ...]:
    # Not by the database: PostgreSQL compares text by the rules of a language.
    return tuple(sorted(found, key=lambda case: (case.first_day, case.id)))


def _case_values(case: AbsenceCase) -> dict[str, Any]:
    return {
        "id": case.id,
        "owner_id": case.owner_id,
        "label": case.label,
        "first_day": case.first_day,
        "model_id": case.model_id,
        "created_at": case.created_at,
        "state": case.state.value,
        "generation": case.generation,
        "partial_from": case.partial_from,
        "return_day": case.return_day,
        "end_reason": case.end_reason.value if case.end_reason is not None else None,
        "closed_at": case.closed_at,
        "shared_with_hr": case.shared_with_hr,
        "counts_for_frequency": case.counts_for_frequency,
        "touched_at": case.touched_at,
        "next_nudge_at": min((step.next_nudge_at for step in case.steps if step.next_nudge_at), default=None),
    }


def _step_values(case: AbsenceCase) -> list[dict[str, Any]]:
    return [
        {
            "case_id": case.id,
            "key": step.key,
            "rule": step.rule,
            "kind": step.kind.value,
            "day": step.day,
            "nominal_on": step.nominal_on,
            "due_on": step.due_on,
            "state": step.state.value,
            "attempts": step.attempts,
            "snoozes": step.snoozes,
            "nudges": step.nudges,
            "next_nudge_at": step.next_nudge_at,
            "done_at": step.done_at,
        }
        for step in case.steps
    ]


def _case(row: Row[Any], steps: Iterable[Step]) -> AbsenceCase:
    return AbsenceCase(
        id=row.id,
        owner_id=row.owner_id,
        label=row.label,
        first_day=row.first_day,
        model_id=row.model_id,
        created_at=row.created_at,
        state=CaseState(row.state),
        generation=row.generation,
        partial_from=row.partial_from,
        return_day=row.return_day,
        end_reason=EndReason(row.end_reason) if row.end_reason is not None else None,
        closed_at=row.closed_at,
        shared_with_hr=row.shared_with_hr,
        counts_for_frequency=row.counts_for_frequency,
        touched_at=row.touched_at,
        steps=tuple(sorted(steps, key=lambda step: (step.due_on, step.key))),
    )


def _step(row: Row[Any]) -> Step:
    return Step(
        key=row.step_key,
        rule=row.step_rule,
        kind=StepKind(row.step_kind),
        day=row.step_day,
        nominal_on=row.step_nominal_on,
        due_on=row.step_due_on,
        state=StepState(row.step_state),
        attempts=row.step_attempts,
        snoozes=row.step_snoozes,
        nudges=row.step_nudges,
        next_nudge_at=row.step_next_nudge_at,
        done_at=row.step_done_at,
    )
