"""The tables of questions to HR."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Boolean, Column, Index, Integer, Table, UniqueConstraint

from hr.storage.tables import SafeText, UtcDateTime, metadata

requests: Final = Table(
    "requests",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", SafeText, nullable=False),
    Column("asker_id", SafeText, nullable=False),
    Column("topic", SafeText, nullable=False),
    Column("group_id", SafeText, nullable=False),
    Column("question", SafeText, nullable=False),
    Column("answer", SafeText),
    Column("documents", JSON, nullable=False),
    Column("state", SafeText, nullable=False),
    Column("taken_by", SafeText),
    Column("version", Integer, nullable=False),
    Column("rounds", Integer, nullable=False),
    Column("reminders", Integer, nullable=False),
    Column("remind_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("id"),
    sqlite_autoincrement=True,
)
"""`number` is never used again, also after its question has been deleted: people have it in their receipts."""
Index(None, requests.c.asker_id)
Index(None, requests.c.remind_at)
Index("ix_requests_state_changed_at", requests.c.state, requests.c.changed_at)

request_messages: Final = Table(
    "request_messages",
    metadata,
    Column("request_id", SafeText, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("author_id", SafeText, nullable=False),
    Column("from_hr", Boolean, nullable=False),
    Column("text", SafeText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

hr_channels: Final = Table(
    "hr_channels",
    metadata,
    Column("group_id", SafeText, primary_key=True),
    Column("conversation_id", SafeText, nullable=False),
    Column("registered_by", SafeText, nullable=False),
    Column("registered_at", UtcDateTime, nullable=False),
    UniqueConstraint("conversation_id"),
)
