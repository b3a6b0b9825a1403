"""The log of look-ups in memory."""

# ruff: noqa: D102 - `hr.ports` says what each method promises

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice, takewhile
from uuid import uuid4

from hr.audit.chain import chained
from hr.audit.model import NAMELESS, AuditEntry, ChainedEntry
from hr.storage.memory.session import Session
from hr.storage.tables import storable


class MemoryAuditLog:
    """Answers `hr.ports.AuditLog`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def record(self, entries: Sequence[AuditEntry]) -> None:
        rows = self._session.open()
        last = (rows.audit[-1].number, rows.audit[-1].hash) if rows.audit else rows.anchors[-1]
        # As a database would keep them: a lone surrogate has no hash.
        kept = [replace(entry, actor_id=storable(entry.actor_id), case_id=storable(entry.case_id)) for entry in entries]
        for entry in kept:
            if entry.actor_id not in NAMELESS:
                rows.aliases.setdefault(entry.actor_id, uuid4().hex)
        rows.audit += chained(kept, last, aliases=rows.aliases)

    async def entries(
        self, *, case_id: str | None = None, actor_id: str | None = None, after: int = 0, limit: int = 1000
    ) -> tuple[ChainedEntry, ...]:
        wanted = (
            kept
            for kept in self._session.open().audit
            if kept.number > after
            and (case_id is None or kept.entry.case_id == case_id)
            and (actor_id is None or kept.entry.actor_id == actor_id)
        )
        return tuple(islice(wanted, limit))

    async def forget_person(self, person_id: str) -> bool:
        rows = self._session.open()
        rows.audit[:] = [
            replace(kept, entry=kept.written, alias=None) if kept.entry.actor_id == person_id else kept
            for kept in rows.audit
        ]
        return rows.aliases.pop(person_id, None) is not None

    async def anchor(self) -> tuple[int, str]:
        return self._session.open().anchors[-1]

    async def cut_before(self, moment: datetime) -> int:
        rows = self._session.open()
        gone = list(takewhile(lambda kept: kept.entry.at < moment, rows.audit))
        if gone:
            rows.anchors[:] = [(gone[-1].number, gone[-1].hash)]
            del rows.audit[: len(gone)]
            kept = {link.alias for link in rows.audit}
            rows.aliases = {person: alias for person, alias in rows.aliases.items() if alias in kept}
        return len(gone)
