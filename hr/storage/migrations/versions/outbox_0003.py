"""Messages about other things than cases of absence: what about, where to, and whether they let the others go first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    for column in ("subject_id", "conversation_id", "replaces"):
        op.add_column("outbox", sa.Column(column, sa.Text()))
    op.add_column("outbox", sa.Column("bulk", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_outbox_subject_id", "outbox", ["subject_id"])
