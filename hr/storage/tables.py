"""The tables, and how moments are kept in them. A change here needs a migration beside the others in `migrations/versions`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import JSON, Column, Date, DateTime, Dialect, Index, Integer, MetaData, Table, Text, TypeDecorator

from hr.clock import require_aware

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


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
    """Text of any length. What no database takes (NUL, lone surrogates, both possible in JSON) becomes U+FFFD, when searched for too."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as the database keeps it."""
        del dialect
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value) if value is not None else None


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
