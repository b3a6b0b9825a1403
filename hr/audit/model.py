"""Entries of the audit log: opaque ids only, chained by hashes, never changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
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
    CAMPAIGN = "campaign"
    """Who has not acknowledged a mandatory campaign of HR's."""
    RETENTION = "retention"
    DATA_SUBJECT = "data_subject"
    """Somebody asked what is stored about them, or had it deleted."""
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
    EXPORTED = "exported"
    """Written to a file, with names."""


SYSTEM = "kompas"
"""The actor of what Kompas does by itself."""

OPERATOR = "operator"
"""The actor of what is done at the machine, by whoever may run its commands."""

NAMELESS = frozenset({SYSTEM, OPERATOR})
"""Actors who are no person."""

NO_CASE = "-"
"""The case of an entry that is about a person's data and no case."""

GENESIS = "0" * 64
"""What the first entry of a log points back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One deed. `actor_id` is an aadObjectId, or one of `NAMELESS`; `case_id` is opaque, of a case or a campaign, or `NO_CASE`."""

    at: datetime
    actor_id: str
    deed: Deed
    purpose: Purpose
    case_id: str

    def __post_init__(self) -> None:
        require_aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainedEntry:
    """An entry as it stands in the log: `number` counts from 1, `previous` is the hash before, `hash` its own.

    `alias` stands in the log, and in the hash, in the place of the person; None where the entry itself does. Once a person has been
    forgotten, `entry.actor_id` is the alias too, and nothing tells any more who it was.
    """

    number: int
    entry: AuditEntry
    previous: str
    hash: str
    alias: str | None = None

    @property
    def written(self) -> AuditEntry:
        """The entry as it was hashed."""
        return self.entry if self.alias is None else replace(self.entry, actor_id=self.alias)


def chain_hash(previous: str, number: int, entry: AuditEntry) -> str:
    """The hash of an entry: SHA-256 over the hash before, the number and the fields, in hexadecimal."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = (previous, str(number), at, entry.actor_id, entry.deed.value, entry.purpose.value, entry.case_id)
    return hashlib.sha256("\x1f".join(fields).encode()).hexdigest()
