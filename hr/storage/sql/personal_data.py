"""Everything in a database that is about one person, found by the data map."""

# ruff: noqa: D102 - `hr.my_data.ports` says what each method promises

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, Column, ColumnElement, Row, Table, Text, and_, cast, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from hr.errors import OpenCasesError
from hr.my_data.model import Erased, Kind, Scope
from hr.my_data.model import Row as Exported
from hr.outbox.model import MessageState, Why
from hr.storage.campaigns_tables import campaigns
from hr.storage.escalation_tables import request_messages, requests
from hr.storage.holdings import HOLDINGS, PERSONAL_CHATS, Fate, Holding
from hr.storage.onboarding_tables import journeys
from hr.storage.sql.audit import SqlAuditLog
from hr.storage.sql.cases import SqlCases
from hr.storage.sql.escalation import SqlRequests
from hr.storage.sql.onboarding import SqlJourneys
from hr.storage.sql.session import Session
from hr.storage.tables import (
    SafeText,
    audit_log,
    audit_people,
    case_steps,
    cases,
    conversations,
    metadata,
    outbox,
    send_pace,
    storable,
)

_TELLING = 20
"""Characters from which on an id is found within a text. Entra's have 36."""

_OPEN_OUTBOX = (MessageState.PENDING.value, MessageState.BLOCKED.value)


class SqlPersonalData:
    """Answers `hr.my_data.ports.PersonalData`."""

    def __init__(self, engine: AsyncEngine, turn: asyncio.Lock | None) -> None:
        """Made by `SqlStorage.personal_data`."""
        self._engine = engine
        self._turn = turn

    async def export(self, person_id: str) -> Mapping[Kind, Sequence[Exported]]:
        async with self._session() as session:
            found: dict[Kind, list[Exported]] = {}
            for holding in HOLDINGS:
                if holding.kind is Kind.LOG:
                    continue
                rows = await session.all(select(*holding.columns).where(holding.of(person_id)))
                found.setdefault(holding.kind, []).extend(_plain(row) for row in rows)
            mine = select(cases.c.id).where(cases.c.owner_id == person_id)
            steps = await session.all(select(case_steps).where(case_steps.c.case_id.in_(mine)))
            found[Kind.CASES] += [_plain(row) for row in steps]
            asked = select(requests.c.id).where(requests.c.asker_id == person_id)
            said = select(request_messages.c.text, request_messages.c.from_hr, request_messages.c.at)
            found[Kind.REQUESTS] += [
                _plain(row) for row in await session.all(said.where(request_messages.c.request_id.in_(asked)))
            ]
            listed = select(campaigns.c.title, campaigns.c.state).where(_stands_in(campaigns.c.audience, person_id))
            found[Kind.CAMPAIGNS] += [_plain(row) for row in await session.all(listed)]
            found[Kind.LOG] = await _looks(session, _by(person_id))
            return {kind: rows for kind, rows in found.items() if rows}

    async def export_case(self, case_id: str) -> Mapping[Kind, Sequence[Exported]]:
        async with self._session() as session:
            shown = [cases.c.label, cases.c.first_day, cases.c.created_at, cases.c.state, cases.c.partial_from]
            shown += [cases.c.return_day, cases.c.closed_at, cases.c.shared_with_hr]
            rows = [*await session.all(select(*shown).where(cases.c.id == case_id))]
            rows += await session.all(select(case_steps).where(case_steps.c.case_id == case_id))
            sent = select(outbox.c.kind, outbox.c.step_key, outbox.c.sent_at, outbox.c.state)
            messages = await session.all(sent.where(outbox.c.case_id == case_id))
            return {
                Kind.CASES: [_plain(row) for row in rows],
                Kind.MESSAGES: [_plain(row) for row in messages],
                Kind.LOG: await _looks(session, audit_log.c.case_id == case_id),
            }

    async def counts(self, person_id: str) -> Mapping[Kind, int]:
        async with self._session() as session:
            return await _counts(session, [(holding, holding.of(person_id)) for holding in HOLDINGS])

    async def erasable(self, person_id: str) -> Mapping[Kind, int]:
        async with self._session() as session:
            return await _counts(session, _own_wish(person_id))

    async def cases(self, person_id: str, label: str | None = None) -> Sequence[tuple[str, bool]]:
        wanted = select(cases.c.id, cases.c.label, cases.c.closed_at).where(cases.c.owner_id == person_id)
        async with self._session() as session:
            rows = await session.all(wanted.order_by(cases.c.id))
        # Compared here: SQLite knows no capitals beyond A to Z.
        wished = storable(label).casefold() if label is not None else None
        return [(row.id, row.closed_at is None) for row in rows if wished in {None, row.label.casefold()}]

    async def erase(self, person_id: str, scope: Scope, *, open_cases: bool = False) -> Erased:
        async with self._session() as session:
            mine = select(cases.c.id).where(cases.c.owner_id == person_id)
            closed = [row.id for row in await session.all(mine.where(cases.c.closed_at.is_not(None)))]
            if scope is Scope.OWN_WISH:
                wishes = _own_wish(person_id)
                counts = await _counts(session, wishes)
                for holding, rows in wishes:
                    await _delete(session, holding, rows)
                await session.commit()
                return Erased(counts=counts, remaining={}, case_ids=tuple(closed))
            running = [row.id for row in await session.all(mine.where(cases.c.closed_at.is_(None)))]
            if running and not open_cases:
                raise OpenCasesError(len(running))
            counts = await _counts(session, [(holding, holding.of(person_id)) for holding in HOLDINGS])
            await _erase(session, person_id)
            remaining = await _found(session, person_id)
            await session.commit()
            return Erased(counts=counts, remaining=remaining, case_ids=(*closed, *running))

    async def erase_case(self, case_id: str) -> Erased:
        async with self._session() as session:
            steps = await session.all(select(case_steps.c.key).where(case_steps.c.case_id == case_id))
            sent = await session.all(select(outbox.c.id).where(outbox.c.case_id == case_id))
            gone = await SqlCases(session).delete(case_id)
            remaining = await _found(session, case_id)
            await session.commit()
            return Erased(counts={Kind.CASES: int(gone) + len(steps), Kind.MESSAGES: len(sent)}, remaining=remaining)

    async def found(self, needle: str) -> Mapping[str, int]:
        async with self._session() as session:
            return await _found(session, needle)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[Session]:
        session = Session(self._engine, self._turn)
        await session.begin()
        try:
            yield session
        finally:
            await session.end()


async def _erase(session: Session, person_id: str) -> None:
    """Delete, clear, put a stand-in, unlink: as the data map says, then wherever else the id stands."""
    stand_in = f"slettet-{uuid4().hex}"
    chats = await session.all(
        select(conversations.c.conversation_id, conversations.c.user_id).where(PERSONAL_CHATS.of(person_id))
    )
    await session.run(
        update(outbox)
        .where(outbox.c.recipient_id == person_id, outbox.c.bulk.is_(True), outbox.c.state.in_(_OPEN_OUTBOX))
        .values(state=MessageState.CANCELLED.value, why=Why.CHANGED.value)
    )
    for holding in HOLDINGS:
        rows = holding.of(person_id)
        match holding.fate:
            case Fate.DELETE:
                await _delete(session, holding, rows)
            case Fate.CLEAR:
                await session.run(update(holding.table).where(rows).values({holding.column: None}))
            case Fate.STAND_IN:
                await session.run(update(holding.table).where(rows).values({holding.column: stand_in}))
            case Fate.UNLINK:
                await SqlAuditLog(session).forget_person(person_id)
    for chat in chats:
        await session.run(delete(send_pace).where(send_pace.c.key.contains(chat.conversation_id, autoescape=True)))
        await _replace_everywhere(session, chat.user_id, stand_in)
    await _replace_everywhere(session, person_id, stand_in)


async def _delete(session: Session, holding: Holding, rows: ColumnElement[bool]) -> None:
    """Delete rows with all that hangs on them."""
    if holding.table is cases:
        for row in await session.all(select(cases.c.id).where(rows)):
            await SqlCases(session).delete(row.id)
    elif holding.table is requests:
        for row in await session.all(select(requests.c.id).where(rows)):
            await session.run(delete(outbox).where(outbox.c.subject_id == row.id))
            await SqlRequests(session).delete(row.id)
    elif holding.table is journeys:
        for row in await session.all(select(journeys.c.id).where(rows)):
            await SqlJourneys(session).delete(row.id)
    else:
        await session.run(delete(holding.table).where(rows))


async def _replace_everywhere(session: Session, needle: str, stand_in: str) -> None:
    """Put the stand-in wherever the id stands within a text of somebody else's row. The log is never changed.

    What is too short to be nobody else's is replaced only where it is the whole value.
    """
    for table in metadata.sorted_tables:
        if table in {audit_log, audit_people}:
            continue
        for column in _texts(table):
            new: Any = func.replace(cast(column, Text), needle, stand_in)
            if isinstance(column.type, JSON) and session.on_postgres:
                new = cast(new, JSON)
            await session.run(update(table).where(_stands_in(column, needle)).values({column: new}))


async def _found(session: Session, needle: str) -> dict[str, int]:
    found = {}
    for table in metadata.sorted_tables:
        texts = _texts(table)
        if not texts:
            continue
        anywhere = or_(*(_stands_in(column, needle) for column in texts))
        row = await session.first(select(func.count().label("rows")).select_from(table).where(anywhere))
        if row is not None and row.rows:
            found[table.name] = row.rows
    return found


def _texts(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if isinstance(column.type, SafeText | JSON)]


def _stands_in(column: Column[Any], needle: str) -> ColumnElement[bool]:
    """Within a value, or as the whole of it where the needle is too short to be nobody else's: `ab` stands in half of all ids."""
    value = cast(column, Text)
    return value == needle if len(needle) < _TELLING else value.contains(needle, autoescape=True)


def _own_wish(person_id: str) -> list[tuple[Holding, ColumnElement[bool]]]:
    return [
        (holding, and_(holding.of(person_id), holding.at_own_wish))
        for holding in HOLDINGS
        if holding.at_own_wish is not None
    ]


async def _counts(session: Session, wanted: Sequence[tuple[Holding, ColumnElement[bool]]]) -> Mapping[Kind, int]:
    counts: Counter[Kind] = Counter()
    for holding, rows in wanted:
        if holding.kind is Kind.LOG:
            behind = audit_log.join(audit_people, audit_people.c.alias == audit_log.c.actor_id)
            found = await session.first(select(func.count().label("rows")).select_from(behind).where(rows))
        else:
            found = await session.first(select(func.count().label("rows")).select_from(holding.table).where(rows))
        counts[holding.kind] += found.rows if found is not None else 0
    return {kind: counts[kind] for kind in Kind if counts[kind]}


def _by(person_id: str) -> ColumnElement[bool]:
    return (audit_people.c.person_id == person_id) | (audit_log.c.actor_id == person_id)


async def _looks(session: Session, rows: ColumnElement[bool]) -> list[Exported]:
    """When something was done and why; by whom only as far as it was Kompas itself."""
    behind = audit_log.outerjoin(audit_people, audit_people.c.alias == audit_log.c.actor_id)
    shown = select(audit_log.c.at, audit_log.c.deed, audit_log.c.purpose, audit_log.c.case_id).select_from(behind)
    return [_plain(row) for row in await session.all(shown.where(rows).order_by(audit_log.c.number))]


def _plain(row: Row[Any]) -> Exported:
    return {name: _value(value) for name, value in row._mapping.items()}  # noqa: SLF001 - the documented way to a row's names


def _value(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value
