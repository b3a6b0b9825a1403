"""The tables of onboarding. A change here needs a migration."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Boolean, Column, Date, Index, Table

from hr.storage.tables import SafeText, UtcDateTime, metadata

journeys: Final = Table(
    "journeys",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("person_id", SafeText, nullable=False),
    Column("track", SafeText, nullable=False),
    Column("start_on", Date, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", SafeText, nullable=False),
    Column("mentor_id", SafeText),
    Column("ended_at", UtcDateTime),
    Column("marks", JSON, nullable=False),
    Column("offered", JSON),
)
"""`marks` holds what became of each item by its id and the part that said so, `offered` the events told of. Due dates are worked out from `start_on` and HR's plan, and are kept nowhere."""
Index(None, journeys.c.person_id)
Index(None, journeys.c.ended_at)

sign_ups: Final = Table(
    "event_sign_ups",
    metadata,
    Column("event_id", SafeText, primary_key=True),
    Column("person_id", SafeText, primary_key=True),
    Column("signed_at", UtcDateTime, nullable=False),
    Column("place", Boolean, nullable=False),
    Column("told", SafeText, nullable=False),
)
Index(None, sign_ups.c.person_id)
