"""The tables of HR's reminders."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, Table, UniqueConstraint

from hr.storage.tables import SafeText, UtcDateTime, metadata

campaigns: Final = Table(
    "campaigns",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("title", SafeText, nullable=False),
    Column("text", SafeText, nullable=False),
    Column("audience", JSON, nullable=False),
    Column("composer_id", SafeText, nullable=False),
    Column("approver_id", SafeText),
    Column("source", SafeText),
    Column("acknowledgement", Boolean, nullable=False),
    Column("mandatory", Boolean, nullable=False),
    Column("deadline", Date),
    Column("send_at", UtcDateTime),
    Column("template", SafeText),
    Column("state", SafeText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("frozen_at", UtcDateTime),
    Column("rounds", Integer, nullable=False),
    Column("closing", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)
Index("ix_campaigns_state_send_at", campaigns.c.state, campaigns.c.send_at)
Index(None, campaigns.c.closing)

campaign_recipients: Final = Table(
    "campaign_recipients",
    metadata,
    Column("campaign_id", SafeText, primary_key=True),
    Column("person_id", SafeText, primary_key=True),
    Column("week", Date),
    Column("deferred", Boolean, nullable=False),
    Column("acknowledged_at", UtcDateTime),
    UniqueConstraint("person_id", "week", name="uq_campaign_recipients_person_id_week"),
)
"""`week` is the Monday of the week that the campaign takes of the person; the constraint keeps a second one out of it."""
