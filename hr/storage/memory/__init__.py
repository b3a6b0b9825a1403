"""The stores in memory: the same promises as the SQL ones, for tests and trials. Nothing outlives the process."""

from __future__ import annotations

from hr.storage.memory.storage import MemoryStorage, MemoryUnitOfWork

__all__ = ["MemoryStorage", "MemoryUnitOfWork"]
