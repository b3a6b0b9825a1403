"""The HR core's ports over SQLite and PostgreSQL, and in memory."""
