"""The rows that onboarding puts into the outbox."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from hr.onboarding.desk import Desk
from hr.outbox.model import MessageKind, OutboxMessage


def opening(desk: Desk) -> datetime:
    """When what is queued now may leave. It costs a quarter of a millisecond: whoever queues thousands asks once."""
    return desk.window.next_open(
        desk.clock.now(), desk.hours.calendar, send_time=desk.hours.absence.parameters.send_time
    )


def message(
    desk: Desk,
    kind: MessageKind,
    key: str,
    recipient_id: str,
    *,
    subject_id: str | None,
    step_key: str | None = None,
    at: datetime | None = None,
) -> OutboxMessage:
    """A message that leaves at `at`, or as soon as the hours allow."""
    leaves = at or opening(desk)
    return OutboxMessage(
        id=uuid4().hex,
        kind=kind,
        key=key,
        recipient_id=recipient_id,
        subject_id=subject_id,
        step_key=step_key,
        due_at=leaves,
        not_before=leaves,
        created_at=desk.clock.now(),
    )
