"""The tables, and how moments are kept in them. A change here needs a migration beside the others in `migrations/versions`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

from hr.clock import require_aware

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def storable(value: str) -> str:
    """`value` as a database takes it: NUL and lone surrogates, both possible in JSON, become U+FFFD."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Goes in aware, comes out aware and in UTC; SQLite, which knows no zones, keeps the UTC wall time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as the database keeps it. Raises NaiveTimeError for a time without a zone."""
        if value is None:
            return None
        moment = require_aware(value).astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SafeText(TypeDecorator[str]):
    """Text of any length, made `storable`, when searched for too."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as the database keeps it."""
        del dialect
        return storable(value) if value is not None else None


metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

conversations: Final = Table(
    "conversations",
    metadata,
    Column("conversation_id", SafeText, primary_key=True),
    Column("conversation_type", SafeText, nullable=False),
    Column("service_url", SafeText, nullable=False),
    Column("channel_id", SafeText, nullable=False),
    Column("bot_id", SafeText, nullable=False),
    Column("user_id", SafeText, nullable=False),
    Column("aad_object_id", SafeText),
    Column("tenant_id", SafeText),
    Column("locale", SafeText),
    Column("updated_at", UtcDateTime, nullable=False),
)
Index(None, conversations.c.aad_object_id)

welcomes: Final = Table(
    "welcomes",
    metadata,
    Column("person_id", SafeText, primary_key=True),
    Column("kind", SafeText, primary_key=True),
    Column("welcomed_at", UtcDateTime, nullable=False),
)

ratings: Final = Table(
    "ratings",
    metadata,
    Column("answer_id", SafeText, primary_key=True),
    Column("person_id", SafeText, primary_key=True),
    Column("reaction", SafeText, nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("document_ids", JSON, nullable=False),
    Column("reason", SafeText),
    Column("comment", SafeText),
)

used_actions: Final = Table(
    "used_actions",
    metadata,
    Column("token", SafeText, primary_key=True),
    Column("used_at", UtcDateTime, nullable=False),
)
"""The tokens of buttons that have had their effect: Teams sends a click up to four times, some with new activity ids."""

unanswered_questions: Final = Table(
    "unanswered_questions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("text", SafeText, nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("language", SafeText, nullable=False),
    Column("asked_on", Date, nullable=False),
)
Index(None, unanswered_questions.c.asked_on)

cases: Final = Table(
    "cases",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("owner_id", SafeText, nullable=False),
    Column("label", SafeText, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("model_id", SafeText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", SafeText, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("partial_from", Date),
    Column("return_day", Date),
    Column("end_reason", SafeText),
    Column("closed_at", UtcDateTime),
    Column("shared_with_hr", Boolean, nullable=False),
    Column("counts_for_frequency", Boolean, nullable=False),
    Column("next_nudge_at", UtcDateTime),
    Column("touched_at", UtcDateTime),
)
"""`next_nudge_at` is the earliest of the steps', so that the scan for what is due reads one index and no step."""
Index(None, cases.c.owner_id)
Index(None, cases.c.next_nudge_at)
Index(None, cases.c.closed_at)

case_steps: Final = Table(
    "case_steps",
    metadata,
    Column("case_id", SafeText, primary_key=True),
    Column("key", SafeText, primary_key=True),
    Column("rule", SafeText, nullable=False),
    Column("kind", SafeText, nullable=False),
    Column("day", Integer, nullable=False),
    Column("nominal_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", SafeText, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("snoozes", Integer, nullable=False),
    Column("nudges", Integer, nullable=False),
    Column("next_nudge_at", UtcDateTime),
    Column("done_at", UtcDateTime),
)

leader_preferences: Final = Table(
    "leader_preferences",
    metadata,
    Column("person_id", SafeText, primary_key=True),
    Column("level", SafeText, nullable=False),
    Column("weekend_duty", Boolean, nullable=False),
    Column("led_on", Date),
)
"""`led_on` is the last day on which retention found that the person leads somebody or has cases; none before its first look."""

leader_away: Final = Table(
    "leader_away",
    metadata,
    Column("leader_id", SafeText, primary_key=True),
    Column("from_day", Date, nullable=False),
    Column("to_day", Date, nullable=False),
    Column("deputy_id", SafeText),
)
Index(None, leader_away.c.deputy_id)

transfers: Final = Table(
    "transfers",
    metadata,
    Column("case_id", SafeText, primary_key=True),
    Column("to_id", SafeText, nullable=False),
    Column("offered_at", UtcDateTime, nullable=False),
)
Index(None, transfers.c.to_id)

outbox: Final = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", SafeText, nullable=False),
    Column("kind", SafeText, nullable=False),
    Column("key", SafeText, nullable=False),
    Column("recipient_id", SafeText, nullable=False),
    Column("case_id", SafeText),
    Column("step_key", SafeText),
    Column("subject_id", SafeText),
    Column("conversation_id", SafeText),
    Column("replaces", SafeText),
    Column("bulk", Boolean, nullable=False, server_default=false()),
    Column("due_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", SafeText, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("resends", Integer, nullable=False),
    Column("lease", SafeText),
    Column("lease_until", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("activity_id", SafeText),
    Column("why", SafeText),
    UniqueConstraint("id"),
    UniqueConstraint("key"),
)
"""`number` is the order in which messages were queued, which no clock that is set back can change."""
Index("ix_outbox_state_not_before", outbox.c.state, outbox.c.not_before)
Index(None, outbox.c.case_id)
Index(None, outbox.c.recipient_id)
Index(None, outbox.c.subject_id)

send_pace: Final = Table(
    "send_pace",
    metadata,
    Column("key", SafeText, primary_key=True),
    Column("next_at", Double, nullable=False),
)
"""When the next place in a pace is free, in seconds since 1970 by the database's clock."""

audit_log: Final = Table(
    "audit_log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", SafeText, nullable=False),
    Column("deed", SafeText, nullable=False),
    Column("purpose", SafeText, nullable=False),
    Column("case_id", SafeText, nullable=False),
    Column("previous", SafeText, nullable=False),
    Column("hash", SafeText, nullable=False),
)
Index(None, audit_log.c.case_id)
Index(None, audit_log.c.actor_id)

audit_people: Final = Table(
    "audit_people",
    metadata,
    Column("alias", SafeText, primary_key=True),
    Column("person_id", SafeText, nullable=False),
    UniqueConstraint("person_id"),
)
"""Who stands behind the aliases of the log. Without a person's row the log no longer tells who it was, and still verifies."""

audit_anchor: Final = Table(
    "audit_anchor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", SafeText, nullable=False),
)
"""At most one row (`id` 1): the last entry that retention has cut off the log."""
