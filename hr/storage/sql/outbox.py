"""The outbox in SQL: every change of a row's state is one guarded UPDATE, so that of two workers one changes it."""

# ruff: noqa: D102 - `hr.ports` says what each method promises

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Delete,
    Executable,
    FunctionFilter,
    Row,
    ScalarSelect,
    Select,
    Update,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from hr.outbox.model import HELD_UP, LATE_SECONDS, MessageKind, MessageState, OutboxFigures, OutboxMessage, Why
from hr.storage.sql.functions import clock_seconds, epoch_seconds
from hr.storage.sql.session import Session
from hr.storage.tables import outbox, send_pace

_LONGEST_WAIT_SECONDS: Final = 600.0
_PORTION: Final = 250
_UNDER_WAY: Final = (MessageState.PENDING.value, MessageState.SENDING.value)
_NOT_REACHED: Final = (MessageState.BLOCKED.value, MessageState.UNKNOWN.value, MessageState.FAILED.value)
_COUNTS: Final = (
    *_UNDER_WAY,
    MessageState.SENT.value,
    MessageState.UNKNOWN.value,
    MessageState.BLOCKED.value,
)
"""What takes the place of an older message: it arrives, has arrived, or may have."""

_NO_LEASE: Final[dict[str, None]] = {"lease": None, "lease_until": None}


class SqlOutbox:
    """Answers `hr.ports.Outbox`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, messages: Sequence[OutboxMessage]) -> int:
        if not messages:
            return 0
        insert = self._session.insert(outbox).on_conflict_do_nothing().returning(outbox.c.id)
        return len(await self._session.all(insert, [_values(message) for message in messages]))

    async def find(self, message_id: str) -> OutboxMessage | None:
        row = await self._session.first(select(outbox).where(outbox.c.id == message_id))
        return _message(row) if row is not None else None

    async def claim(
        self, now: datetime, *, lease: str, lease_now: datetime, lease_seconds: float, limit: int
    ) -> tuple[OutboxMessage, ...]:
        waiting = (
            select(outbox.c.number)
            .where(_in_state(MessageState.PENDING), outbox.c.not_before <= now, _not_held(lease_now, lease_seconds))
            .order_by(outbox.c.bulk, outbox.c.due_at, outbox.c.number)
            .limit(limit)
        )
        return await self._take(waiting, lease=lease, lease_until=_until(lease_now, lease_seconds))

    async def begin(self, message_id: str, *, lease: str, lease_now: datetime, lease_seconds: float) -> bool:
        held = and_(outbox.c.id == message_id, outbox.c.lease == lease, _in_state(MessageState.PENDING))
        begun = (
            update(outbox)
            .where(held)
            .values(
                state=MessageState.SENDING.value,
                attempts=outbox.c.attempts + 1,
                lease_until=_until(lease_now, lease_seconds),
            )
        )
        return bool(await self._session.run(begun))

    async def settle(self, message: OutboxMessage, *, lease: str) -> bool:
        settled = (
            update(outbox)
            .where(outbox.c.id == message.id, outbox.c.lease == lease)
            .values(
                state=message.state.value,
                not_before=message.not_before,
                resends=message.resends,
                sent_at=message.sent_at,
                activity_id=message.activity_id,
                why=message.why.value if message.why is not None else None,
                **_NO_LEASE,
            )
        )
        return bool(await self._session.run(settled))

    async def expire(self, *, lease_now: datetime, lease_seconds: float) -> tuple[OutboxMessage, ...]:
        left = (
            select(outbox.c.number)
            .where(_in_state(MessageState.SENDING), _not_held(lease_now, lease_seconds))
            .order_by(outbox.c.number)
        )
        return await self._take(left, state=MessageState.UNKNOWN.value, why=Why.NO_ANSWER.value, **_NO_LEASE)

    async def revive(self, message: OutboxMessage) -> bool:
        unknown = and_(outbox.c.id == message.id, _in_state(MessageState.UNKNOWN), outbox.c.lease.is_(None))
        revived = (
            update(outbox)
            .where(unknown)
            .values(state=MessageState.PENDING.value, resends=message.resends, not_before=message.not_before)
        )
        return bool(await self._session.run(revived))

    async def cancel(self, *, case_id: str, steps: Collection[str] | None = None, why: Why = Why.CHANGED) -> int:
        if steps is not None and not steps:
            return 0
        wanted = and_(outbox.c.case_id == case_id, _in_state(MessageState.PENDING, MessageState.BLOCKED))
        if steps is not None:
            wanted = and_(wanted, outbox.c.step_key.in_(steps))
        # The lease goes too: a worker that put the message off would otherwise bring it back.
        cancelled = update(outbox).where(_locked(wanted))
        return await self._count(cancelled.values(state=MessageState.CANCELLED.value, why=why.value, **_NO_LEASE))

    async def cancel_about(
        self, subject_id: str, *, kinds: Collection[MessageKind] | None = None, recipient_id: str | None = None
    ) -> int:
        wanted = and_(_about(subject_id, kinds, recipient_id), _in_state(MessageState.PENDING, MessageState.BLOCKED))
        cancelled = update(outbox).where(_locked(wanted))
        return await self._count(
            cancelled.values(state=MessageState.CANCELLED.value, why=Why.CHANGED.value, **_NO_LEASE)
        )

    async def about(
        self, subject_id: str, *, kinds: Collection[MessageKind] | None = None, recipient_id: str | None = None
    ) -> tuple[OutboxMessage, ...]:
        wanted = select(outbox).where(_about(subject_id, kinds, recipient_id)).order_by(outbox.c.number).limit(_PORTION)
        found: list[OutboxMessage] = []
        rows = await self._session.all(wanted)
        while rows:  # a campaign has thousands: others get their turn between two portions
            found += map(_message, rows)
            more = len(rows) == _PORTION
            rows = await self._session.all(wanted.where(outbox.c.number > rows[-1].number)) if more else ()
        return tuple(found)

    async def counts_about(
        self, subject_id: str, *, kind: MessageKind
    ) -> Mapping[tuple[MessageState, Why | None], int]:
        counted = (
            select(outbox.c.state, outbox.c.why, func.count().label("number"))
            .where(_about(subject_id, [kind], None))
            .group_by(outbox.c.state, outbox.c.why)
        )
        rows = await self._session.all(counted)
        return {(MessageState(row.state), Why(row.why) if row.why is not None else None): row.number for row in rows}

    async def hold_about(self, subject_id: str, *, kinds: Collection[MessageKind], until: datetime) -> int:
        # The lease goes too: a worker that has claimed the message would otherwise send it.
        held = self._pending_about(subject_id, kinds).values(not_before=until, **_NO_LEASE)
        return await self._count(held)

    async def release_about(self, subject_id: str, *, kinds: Collection[MessageKind], now: datetime) -> int:
        due = case((outbox.c.due_at > now, outbox.c.due_at), else_=now)
        return await self._count(self._pending_about(subject_id, kinds).values(not_before=due, **_NO_LEASE))

    @staticmethod
    def _pending_about(subject_id: str, kinds: Collection[MessageKind]) -> Update:
        return update(outbox).where(_locked(and_(_about(subject_id, kinds, None), _in_state(MessageState.PENDING))))

    async def delete_about(self, subject_id: str) -> int:
        return await self._count(delete(outbox).where(_locked(outbox.c.subject_id == subject_id)))

    async def newer(self, message: OutboxMessage) -> bool:
        same = outbox.alias()
        number: ScalarSelect[int] = select(same.c.number).where(same.c.id == message.id).scalar_subquery()
        row = await self._session.first(
            select(outbox.c.id)
            .where(
                outbox.c.recipient_id == message.recipient_id,
                outbox.c.kind == message.kind.value,
                outbox.c.case_id == message.case_id,
                outbox.c.step_key == message.step_key,
                outbox.c.subject_id == message.subject_id,
                outbox.c.state.in_(_COUNTS),
                outbox.c.number > number,
            )
            .limit(1)
        )
        return row is not None

    async def unblock(self, recipient_id: str, *, now: datetime) -> int:
        theirs = and_(outbox.c.recipient_id == recipient_id, _in_state(MessageState.BLOCKED))
        unblocked = update(outbox).where(_locked(theirs))
        return await self._count(
            unblocked.values(state=MessageState.PENDING.value, why=None, not_before=now, **_NO_LEASE)
        )

    async def reserve(self, keys: Sequence[tuple[str, float]]) -> float:
        # In one order everywhere, or two workers could wait for each other.
        return max([0.0, *[await self._reserve(key, seconds) for key, seconds in sorted(keys)]])

    async def figures(self, now: datetime) -> OutboxFigures:
        row = await self._session.first(_figures(now))
        if row is None:
            raise AssertionError("a count always has a row")
        figures = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
        oldest = figures.pop("oldest_due_at")
        age = (now - oldest).total_seconds() if oldest is not None else 0.0
        return OutboxFigures(**figures, oldest_due_seconds=age)

    async def not_reached(self) -> tuple[OutboxMessage, ...]:
        wanted = select(outbox).where(outbox.c.state.in_(_NOT_REACHED)).order_by(outbox.c.due_at, outbox.c.number)
        return tuple(_message(row) for row in await self._session.all(wanted))

    async def last_sent(self, *, case_id: str, step_key: str, recipient_id: str) -> OutboxMessage | None:
        row = await self._session.first(
            select(outbox)
            .where(
                outbox.c.case_id == case_id,
                outbox.c.step_key == step_key,
                outbox.c.recipient_id == recipient_id,
                _in_state(MessageState.SENT),
            )
            .order_by(outbox.c.sent_at.desc(), outbox.c.number.desc())
            .limit(1)
        )
        return _message(row) if row is not None else None

    async def forget_before(self, moment: datetime) -> int:
        # A place in the pace that has passed means nothing, and would tell for ever to whom there was something to say.
        passed = select(send_pace.c.key).where(send_pace.c.next_at < clock_seconds() - _LONGEST_WAIT_SECONDS)
        passed = passed.with_for_update(skip_locked=True)
        await self._session.run(delete(send_pace).where(send_pace.c.key.in_(passed)))
        finished = and_(outbox.c.state.not_in(_UNDER_WAY), outbox.c.due_at < moment, ~outbox.c.bulk)
        return await self._count(delete(outbox).where(_locked(finished)))

    async def _count(self, changes: Update | Delete) -> int:
        # Python's driver of SQLite counts no rows of a statement that begins with WITH.
        return len(await self._session.all(changes.returning(outbox.c.number)))

    async def _take(self, numbers: Select[Any], **values: Any) -> tuple[OutboxMessage, ...]:
        """Change the rows that nobody else is changing, all at once.

        A WITH, because PostgreSQL may run a plain subquery with LIMIT more than once, and then takes more rows than the limit.
        """
        picked = numbers.with_for_update(skip_locked=True).cte("picked")
        rows = await self._session.all(
            update(outbox).where(outbox.c.number.in_(select(picked.c.number))).values(**values).returning(*outbox.c)
        )
        return tuple(_message(row) for row in sorted(rows, key=lambda row: (row.bulk, row.due_at, row.number)))

    async def _reserve(self, key: str, seconds: float) -> float:
        now = clock_seconds()
        ahead = send_pace.c.next_at
        place = case((ahead > now + _LONGEST_WAIT_SECONDS, now), (ahead > now, ahead), else_=now)
        row = await self._session.first(
            self._session.insert(send_pace)
            .values(key=key, next_at=now + seconds)
            .on_conflict_do_update(index_elements=[send_pace.c.key], set_={"next_at": place + seconds})
            .returning((ahead - seconds - now).label("wait"))
        )
        return float(row.wait) if row is not None else 0.0


def _about(subject_id: str, kinds: Collection[MessageKind] | None, recipient_id: str | None) -> ColumnElement[bool]:
    wanted = [outbox.c.subject_id == subject_id]
    if kinds is not None:
        wanted.append(outbox.c.kind.in_([kind.value for kind in kinds]))
    if recipient_id is not None:
        wanted.append(outbox.c.recipient_id == recipient_id)
    return and_(*wanted)


def _in_state(*states: MessageState) -> ColumnElement[bool]:
    return outbox.c.state.in_([state.value for state in states])


def _until(lease_now: datetime, lease_seconds: float) -> datetime:
    return lease_now + timedelta(seconds=lease_seconds)


def _not_held(lease_now: datetime, lease_seconds: float) -> ColumnElement[bool]:
    return or_(
        outbox.c.lease_until.is_(None),
        outbox.c.lease_until <= lease_now,
        outbox.c.lease_until > _until(lease_now, 2 * lease_seconds),
    )


def _locked(wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """The wanted rows, locked in the order of their numbers: units that change several never wait for each other in a ring."""
    rows = select(outbox.c.number).where(wanted).order_by(outbox.c.number).with_for_update().cte("locked")
    return outbox.c.number.in_(select(rows.c.number))


def _figures(now: datetime) -> Executable:
    def of(condition: ColumnElement[bool]) -> FunctionFilter[int]:
        return func.count().filter(condition)

    columns, pending, sent = outbox.c, _in_state(MessageState.PENDING), _in_state(MessageState.SENT)
    held_up = func.coalesce(columns.why, "").in_([why.value for why in HELD_UP])
    may_leave = case((and_(~held_up, columns.not_before > columns.due_at), columns.not_before), else_=columns.due_at)
    due = and_(pending, may_leave <= now)
    took = epoch_seconds(columns.sent_at) - epoch_seconds(columns.due_at)
    since = now - timedelta(seconds=LATE_SECONDS)
    late = or_(and_(sent, took > LATE_SECONDS), and_(columns.state.in_(_UNDER_WAY), columns.due_at < since))
    ends = {
        state.value: of(_in_state(state)).label(state.value)
        for state in MessageState
        if state is not MessageState.PENDING
    }
    return select(
        of(due).label("due"),
        of(and_(pending, may_leave > now)).label("waiting"),
        *ends.values(),
        of(late).label("late"),
        of(columns.resends > 0).label("resent"),
        func.min(may_leave).filter(due).label("oldest_due_at"),
    )


def _values(message: OutboxMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "kind": message.kind.value,
        "key": message.key,
        "recipient_id": message.recipient_id,
        "case_id": message.case_id,
        "step_key": message.step_key,
        "subject_id": message.subject_id,
        "conversation_id": message.conversation_id,
        "replaces": message.replaces,
        "bulk": message.bulk,
        "due_at": message.due_at,
        "not_before": message.not_before,
        "created_at": message.created_at,
        "state": message.state.value,
        "attempts": message.attempts,
        "resends": message.resends,
        "lease": message.lease,
        "lease_until": message.lease_until,
        "sent_at": message.sent_at,
        "activity_id": message.activity_id,
        "why": message.why.value if message.why is not None else None,
    }


def _message(row: Row[Any]) -> OutboxMessage:
    return OutboxMessage(
        id=row.id,
        kind=MessageKind(row.kind),
        key=row.key,
        recipient_id=row.recipient_id,
        case_id=row.case_id,
        step_key=row.step_key,
        subject_id=row.subject_id,
        conversation_id=row.conversation_id,
        replaces=row.replaces,
        bulk=row.bulk,
        due_at=row.due_at,
        not_before=row.not_before,
        created_at=row.created_at,
        state=MessageState(row.state),
        attempts=row.attempts,
        resends=row.resends,
        lease=row.lease,
        lease_until=row.lease_until,
        sent_at=row.sent_at,
        activity_id=row.activity_id,
        why=Why(row.why) if row.why is not None else None,
    )
