"""The table of the dialogues."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Column, Date, Index, Integer, Table

from hr.storage.tables import SafeText, metadata

dialogues: Final = Table(
    "dialogues",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("conversation_id", SafeText, nullable=False),
    Column("themes", JSON, nullable=False),
    Column("actions", JSON, nullable=False),
    Column("follow_up_on", Date),
    Column("state", SafeText, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("kept_from", Date, nullable=False),
)
Index(None, dialogues.c.conversation_id)
Index(None, dialogues.c.kept_from)
