"""The log of look-ups in SQL."""

# ruff: noqa: D102 - `hr.ports` says what each method promises

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Row, delete, func, select

from hr.audit.chain import chained
from hr.audit.model import GENESIS, NAMELESS, AuditEntry, ChainedEntry, Deed, Purpose
from hr.storage.sql.session import Session
from hr.storage.tables import audit_anchor, audit_log, audit_people, storable

_LOCK_KEY: Final = 7_310_610_311
"""The PostgreSQL advisory lock of whoever writes the log: any number that no other program on the server uses."""


class SqlAuditLog:
    """Answers `hr.ports.AuditLog`.

    What is recorded is written when the unit commits, or first reads the log: the lock on the log's end is held for that moment
    only, and never by a unit that goes on to wait for a case.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._recorded: list[AuditEntry] = []

    async def record(self, entries: Sequence[AuditEntry]) -> None:
        _ = self._session.connection
        # Hashed as they will be read back.
        self._recorded += [
            replace(entry, actor_id=storable(entry.actor_id), case_id=storable(entry.case_id)) for entry in entries
        ]

    async def flush(self) -> None:
        """Write what has been recorded."""
        if not self._recorded:
            return
        await self._lock()
        links = chained(self._recorded, await self._last(), aliases=await self._aliases())
        rows = [_values(link) for link in links]
        await self._session.run_each(self._session.insert(audit_log), rows)
        self._recorded.clear()

    async def entries(
        self, *, case_id: str | None = None, actor_id: str | None = None, after: int = 0, limit: int = 1000
    ) -> tuple[ChainedEntry, ...]:
        await self.flush()
        behind = audit_log.outerjoin(audit_people, audit_people.c.alias == audit_log.c.actor_id)
        wanted = select(audit_log, audit_people.c.person_id).select_from(behind).where(audit_log.c.number > after)
        wanted = wanted.order_by(audit_log.c.number).limit(limit)
        if case_id is not None:
            wanted = wanted.where(audit_log.c.case_id == case_id)
        if actor_id is not None:
            wanted = wanted.where((audit_people.c.person_id == actor_id) | (audit_log.c.actor_id == actor_id))
        return tuple(_entry(row) for row in await self._session.all(wanted))

    async def forget_person(self, person_id: str) -> bool:
        await self.flush()
        return await self._session.run(delete(audit_people).where(audit_people.c.person_id == person_id)) > 0

    async def anchor(self) -> tuple[int, str]:
        row = await self._session.first(select(audit_anchor))
        return (row.number, row.hash) if row is not None else (0, GENESIS)

    async def cut_before(self, moment: datetime) -> int:
        await self.flush()
        await self._lock()
        newest_gone = await self._session.first(
            select(audit_log.c.number, audit_log.c.hash)
            .where(audit_log.c.number < _first_kept(moment))
            .order_by(audit_log.c.number.desc())
            .limit(1)
        )
        if newest_gone is None:
            return 0
        anchor = {"id": 1, "number": newest_gone.number, "hash": newest_gone.hash}
        await self._session.run(self._session.upsert(audit_anchor).values(**anchor))
        cut = await self._session.run(delete(audit_log).where(audit_log.c.number <= newest_gone.number))
        await self._session.run(delete(audit_people).where(audit_people.c.alias.not_in(select(audit_log.c.actor_id))))
        return cut

    async def _aliases(self) -> dict[str, str]:
        """The aliases of whoever is recorded, new ones kept. Under the lock, so that nobody gets two."""
        people = {entry.actor_id for entry in self._recorded} - NAMELESS
        if not people:
            return {}
        known = await self._session.all(select(audit_people).where(audit_people.c.person_id.in_(sorted(people))))
        aliases = {row.person_id: row.alias for row in known}
        new = [{"alias": uuid4().hex, "person_id": person} for person in sorted(people - aliases.keys())]
        await self._session.run_each(self._session.insert(audit_people), new)
        return aliases | {row["person_id"]: row["alias"] for row in new}

    async def _lock(self) -> None:
        """Until the unit ends. On SQLite the unit holds the whole database already."""
        if self._session.on_postgres:
            await self._session.first(select(func.pg_advisory_xact_lock(_LOCK_KEY)))

    async def _last(self) -> tuple[int, str]:
        newest = select(audit_log.c.number, audit_log.c.hash).order_by(audit_log.c.number.desc()).limit(1)
        row = await self._session.first(newest)
        return (row.number, row.hash) if row is not None else await self.anchor()


def _first_kept(moment: datetime) -> Any:
    """The number of the first entry at or after `moment`; one past the end when there is none."""
    kept = select(func.min(audit_log.c.number)).where(audit_log.c.at >= moment).scalar_subquery()
    end = select(func.max(audit_log.c.number) + 1).scalar_subquery()
    return func.coalesce(kept, end)


def _values(chain: ChainedEntry) -> dict[str, Any]:
    return {
        "number": chain.number,
        "at": chain.entry.at,
        "actor_id": chain.written.actor_id,
        "deed": chain.entry.deed.value,
        "purpose": chain.entry.purpose.value,
        "case_id": chain.entry.case_id,
        "previous": chain.previous,
        "hash": chain.hash,
    }


def _entry(row: Row[Any]) -> ChainedEntry:
    known = row.person_id is not None
    entry = AuditEntry(
        at=row.at,
        actor_id=row.person_id if known else row.actor_id,
        deed=Deed(row.deed),
        purpose=Purpose(row.purpose),
        case_id=row.case_id,
    )
    alias = row.actor_id if known else None
    return ChainedEntry(number=row.number, entry=entry, previous=row.previous, hash=row.hash, alias=alias)
