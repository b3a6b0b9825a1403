"""The rows that onboarding puts into the outbox."""

from __future__ import annotations

from uuid import uuid4

from hr.onboarding.desk import Desk
from hr.outbox.model import MessageKind, OutboxMessage


def message(
    desk: Desk, kind: MessageKind, key: str, recipient_id: str, *, subject_id: str | None, step_key: str | None = None
) -> OutboxMessage:
    """A message that leaves as soon as the hours allow."""
    now = desk.clock.now()
    at = desk.window.next_open(now, desk.hours.calendar, send_time=desk.hours.absence.parameters.send_time)
    return OutboxMessage(
        id=uuid4().hex,
        kind=kind,
        key=key,
        recipient_id=recipient_id,
        subject_id=subject_id,
        step_key=step_key,
        due_at=at,
        not_before=at,
        created_at=now,
    )
