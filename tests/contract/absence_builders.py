"""Cases, steps, messages and entries for the tests of the stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hr.absence.model import AbsenceCase, Step, StepKind
from hr.audit.model import AuditEntry, Deed, Purpose
from hr.outbox.model import MessageKind, OutboxMessage

NOON = datetime(2026, 3, 2, 11, 0, 0, 123456, tzinfo=UTC)
LEADER = "5a3e0c00-0000-4000-8000-000000000002"
LEASE = 60.0
"""Seconds."""


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_step(key: str = "A03", **changes: Any) -> Step:
    step = Step(
        key=key,
        rule=key,
        kind=StepKind.LOCAL,
        day=3,
        nominal_on=date(2026, 3, 4),
        due_on=date(2026, 3, 4),
        next_nudge_at=NOON,
    )
    return replace(step, **changes)


def a_case(case_id: str = "case-1", *steps: Step, **changes: Any) -> AbsenceCase:
    case = AbsenceCase(
        id=case_id,
        owner_id=LEADER,
        label="ME",
        first_day=date(2026, 3, 2),
        model_id="1-3-10",
        created_at=NOON,
        steps=steps,
    )
    return replace(case, **changes)


def a_message(number: int = 1, **changes: Any) -> OutboxMessage:
    message = OutboxMessage(
        id=f"message-{number}",
        kind=MessageKind.NUDGE,
        key=f"nudge:case-1:A03:{number}",
        recipient_id=LEADER,
        case_id="case-1",
        step_key="A03",
        due_at=NOON,
        not_before=NOON,
        created_at=NOON,
    )
    return replace(message, **changes)


def an_entry(number: int = 1, **changes: Any) -> AuditEntry:
    entry = AuditEntry(
        at=NOON + minutes(number),
        actor_id=LEADER,
        deed=Deed.VIEWED,
        purpose=Purpose.OWN_FOLLOW_UP,
        case_id=f"case-{number}",
    )
    return replace(entry, **changes)
