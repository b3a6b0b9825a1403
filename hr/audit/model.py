"""Entries of the audit log: opaque ids only, chained by hashes, never changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from hr.clock import require_aware


class Purpose(StrEnum):
    """Why somebody looked at or changed a case."""

    OWN_FOLLOW_UP = "own_follow_up"
    DEPUTY = "deputy"
    SHARED_WITH_HR = "shared_with_hr"
    TRANSFER = "transfer"
    """The case was on offer to him."""
    REMINDER = "reminder"
    RETENTION = "retention"
    HR_OVERVIEW = "hr_overview"
    """HR's overview, which is about no case."""


class Deed(StrEnum):
    """What was done."""

    CREATED = "created"
    VIEWED = "viewed"
    LISTED = "listed"
    CHANGED = "changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    DELETED = "deleted"
    OFFERED = "offered"
    TRANSFERRED = "transferred"
    SHARED = "shared"


SYSTEM = "kompas"
"""The actor of what Kompas does by itself."""

GENESIS = "0" * 64
"""What the first entry of a log points back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One deed. `actor_id` is an aadObjectId or `SYSTEM`; `case_id` is opaque."""

    at: datetime
    actor_id: str
    deed: Deed
    purpose: Purpose
    case_id: str

    def __post_init__(self) -> None:
        require_aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainedEntry:
    """An entry as it stands in the log: `number` counts from 1, `previous` is the hash before, `hash` its own."""

    number: int
    entry: AuditEntry
    previous: str
    hash: str


def chain_hash(previous: str, number: int, entry: AuditEntry) -> str:
    """The hash of an entry: SHA-256 over the hash before, the number and the fields, in hexadecimal."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = (previous, str(number), at, entry.actor_id, entry.deed.value, entry.purpose.value, entry.case_id)
    return hashlib.sha256("\x1f".join(fields).encode()).hexdigest()
