"""Run by alembic for each command; `hr.storage.migrate` hands over the connection, whose transaction and lock are already open.

A new revision: change `hr/storage/tables.py`, then write the file in `versions/` by hand after the pattern of the baseline.
`tests/integration/test_migrations.py` tells whether the two agree.
"""

from __future__ import annotations

from alembic import context

from hr.storage import campaigns_tables, dialogues_tables, escalation_tables, insight_tables, onboarding_tables
from hr.storage.tables import metadata

_FEATURES = (campaigns_tables, dialogues_tables, escalation_tables, insight_tables, onboarding_tables)
"""Imported so that `metadata` is complete."""


def run() -> None:
    connection = context.config.attributes["connection"]
    # Alembic takes SQLite for a database without transactional DDL; it is one when the driver leaves BEGIN to us.
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True, render_as_batch=True)
    context.run_migrations()


run()
