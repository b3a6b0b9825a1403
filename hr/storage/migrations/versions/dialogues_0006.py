"""Dialogues of TRIO: chosen themes, what was agreed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "dialogues",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("follow_up_on", sa.Date()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("kept_from", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dialogues"),
    )
    for column in ("conversation_id", "kept_from"):
        op.create_index(f"ix_dialogues_{column}", "dialogues", [column])
