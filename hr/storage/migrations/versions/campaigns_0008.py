"""Campaigns: what HR sends, to whom, and who acknowledged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("composer_id", sa.Text(), nullable=False),
        sa.Column("approver_id", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("acknowledgement", sa.Boolean(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("deadline", sa.Date()),
        sa.Column("send_at", sa.DateTime(timezone=True)),
        sa.Column("template", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True)),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("closing", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
    )
    op.create_index("ix_campaigns_state_send_at", "campaigns", ["state", "send_at"])
    op.create_index("ix_campaigns_closing", "campaigns", ["closing"])
    op.create_table(
        "campaign_recipients",
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("week", sa.Date()),
        sa.Column("deferred", sa.Boolean(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("campaign_id", "person_id", name="pk_campaign_recipients"),
        sa.UniqueConstraint("person_id", "week", name="uq_campaign_recipients_person_id_week"),
    )
