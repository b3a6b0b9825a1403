"""The log of look-ups names people by alias."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision: str | None = "0012"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "audit_people",
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("alias", name="pk_audit_people"),
        sa.UniqueConstraint("person_id", name="uq_audit_people_person_id"),
    )
    op.create_index("ix_audit_log_actor_id", "audit_log", ["actor_id"])
