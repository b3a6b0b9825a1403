"""The stores in SQL, the same statements for SQLite and PostgreSQL."""

from __future__ import annotations

from hr.storage.sql.storage import SqlStorage, SqlUnitOfWork

__all__ = ["SqlStorage", "SqlUnitOfWork"]
