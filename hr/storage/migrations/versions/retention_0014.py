"""What retention counts from: when somebody last did something with a case, and when somebody last led."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision: str | None = "0013"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("touched_at", sa.DateTime(timezone=True)))
    op.add_column("leader_preferences", sa.Column("led_on", sa.Date()))
