"""Onboarding: journeys, common events and who has signed up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "journeys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mentor_id", sa.Text()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journeys"),
    )
    for column in ("person_id", "ended_at"):
        op.create_index(f"ix_journeys_{column}", "journeys", [column])
    op.create_table(
        "event_sign_ups",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "person_id", name="pk_event_sign_ups"),
    )
    op.create_index("ix_event_sign_ups_person_id", "event_sign_ups", ["person_id"])
