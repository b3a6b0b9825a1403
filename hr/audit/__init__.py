"""Who looked at a case, when and why."""
