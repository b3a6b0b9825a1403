"""Retention of what lies in files: versions of HR's files that were replaced long ago, and drafts that nobody approved."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from hr.clock import Clock
from hr.history import History

_FRONT_MATTER: Final = 4000


class OldFiles:
    """Deletes by age. The current version of a file stays, however old it is."""

    def __init__(self, *, history: History, drafts: Path, clock: Clock, versions_days: int, drafts_days: int) -> None:
        """`drafts` go as long after their last change as the question to HR that each is made of."""
        self._history = history
        self._drafts = drafts
        self._clock = clock
        self._versions = timedelta(days=versions_days)
        self._draft = timedelta(days=drafts_days)

    async def delete_expired(self) -> int:
        """How many files went."""
        return await asyncio.to_thread(self._delete, self._clock.now())

    def _delete(self, now: datetime) -> int:
        deleted = self._history.forget_before(now - self._versions)
        for draft in self._drafts.glob("*.md") if self._drafts.is_dir() else ():
            if draft.stat().st_mtime < (now - self._draft).timestamp() and _is_draft(draft):
                draft.unlink(missing_ok=True)
                deleted += 1
        return deleted


def _is_draft(path: Path) -> bool:
    """Whether Kompas made it and nobody approved it: whose folder it is may keep other documents there."""
    return "\nstatus: udkast\nsign_off: null\n" in path.read_text(encoding="utf-8", errors="replace")[:_FRONT_MATTER]
