"""The tables of HR's overview."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Date, Integer, Table

from hr.storage.tables import SafeText, UtcDateTime, metadata

question_counts: Final = Table(
    "question_counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("outcome", SafeText, primary_key=True),
    Column("topic", SafeText, primary_key=True),
    Column("count", Integer, nullable=False),
)

content_faults: Final = Table(
    "content_faults",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("file", SafeText, nullable=False),
    Column("line", Integer),
    Column("reason", SafeText, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("mended_at", UtcDateTime),
)
