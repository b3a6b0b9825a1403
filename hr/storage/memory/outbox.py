"""The outbox in memory."""

# ruff: noqa: D102 - `hr.ports` says what each method promises

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from hr.outbox.model import HELD_UP, LATE_SECONDS, MessageKind, MessageState, OutboxFigures, OutboxMessage, Why
from hr.storage.memory.session import Session

_LONGEST_WAIT_SECONDS: Final = 600.0
_UNDER_WAY: Final = frozenset({MessageState.PENDING, MessageState.SENDING})
_NOT_REACHED: Final = frozenset({MessageState.BLOCKED, MessageState.UNKNOWN, MessageState.FAILED})
_COUNTS: Final = _UNDER_WAY | {MessageState.SENT, MessageState.UNKNOWN, MessageState.BLOCKED}
"""What takes the place of an older message: it arrives, has arrived, or may have."""

_CANCELLABLE: Final = frozenset({MessageState.PENDING, MessageState.BLOCKED})


class MemoryOutbox:
    """Answers `hr.ports.Outbox`."""

    def __init__(self, session: Session, *, seconds: Callable[[], float]) -> None:
        """`seconds` is the clock of the pace."""
        self._session = session
        self._seconds = seconds

    async def add(self, messages: Sequence[OutboxMessage]) -> int:
        rows = self._session.open().outbox
        keys, before = {message.key for message in rows.values()}, len(rows)
        for message in messages:
            if message.key not in keys and message.id not in rows:
                rows[message.id] = message
                keys.add(message.key)
        return len(rows) - before

    async def find(self, message_id: str) -> OutboxMessage | None:
        return self._session.open().outbox.get(message_id)

    async def claim(
        self, now: datetime, *, lease: str, lease_now: datetime, lease_seconds: float, limit: int
    ) -> tuple[OutboxMessage, ...]:
        waiting = [
            message
            for message in self._in_state(MessageState.PENDING)
            if message.not_before <= now and not _held(message, lease_now, lease_seconds)
        ]
        until = lease_now + timedelta(seconds=lease_seconds)
        return tuple(
            self._put(replace(message, lease=lease, lease_until=until)) for message in _first_to_go(waiting)[:limit]
        )

    async def begin(self, message_id: str, *, lease: str, lease_now: datetime, lease_seconds: float) -> bool:
        kept = await self.find(message_id)
        if kept is None or kept.lease != lease or kept.state is not MessageState.PENDING:
            return False
        until = lease_now + timedelta(seconds=lease_seconds)
        self._put(replace(kept, state=MessageState.SENDING, attempts=kept.attempts + 1, lease_until=until))
        return True

    async def settle(self, message: OutboxMessage, *, lease: str) -> bool:
        kept = await self.find(message.id)
        if kept is None or kept.lease != lease:
            return False
        settled = replace(
            _released(kept, message.state, message.why),
            not_before=message.not_before,
            resends=message.resends,
            sent_at=message.sent_at,
            activity_id=message.activity_id,
        )
        self._put(settled)
        return True

    async def expire(self, *, lease_now: datetime, lease_seconds: float) -> tuple[OutboxMessage, ...]:
        sending = self._in_state(MessageState.SENDING)
        left = [message for message in sending if not _held(message, lease_now, lease_seconds)]
        return tuple(
            self._put(_released(message, MessageState.UNKNOWN, Why.NO_ANSWER)) for message in _earliest_first(left)
        )

    async def revive(self, message: OutboxMessage) -> bool:
        kept = await self.find(message.id)
        if kept is None or kept.state is not MessageState.UNKNOWN or kept.lease is not None:
            return False
        self._put(replace(kept, state=MessageState.PENDING, resends=message.resends, not_before=message.not_before))
        return True

    async def cancel(self, *, case_id: str, steps: Collection[str] | None = None, why: Why = Why.CHANGED) -> int:
        wanted = [
            message
            for message in self._in_state(*_CANCELLABLE)
            if message.case_id == case_id and (steps is None or message.step_key in steps)
        ]
        for message in wanted:
            # The lease goes too: a worker that put the message off would otherwise bring it back.
            self._put(_released(message, MessageState.CANCELLED, why))
        return len(wanted)

    async def cancel_about(
        self, subject_id: str, *, kinds: Collection[MessageKind] | None = None, recipient_id: str | None = None
    ) -> int:
        about = await self.about(subject_id, kinds=kinds, recipient_id=recipient_id)
        wanted = [message for message in about if message.state in _CANCELLABLE]
        for message in wanted:
            self._put(_released(message, MessageState.CANCELLED, Why.CHANGED))
        return len(wanted)

    async def about(
        self, subject_id: str, *, kinds: Collection[MessageKind] | None = None, recipient_id: str | None = None
    ) -> tuple[OutboxMessage, ...]:
        return tuple(
            message
            for message in self._session.open().outbox.values()
            if message.subject_id == subject_id
            and (kinds is None or message.kind in kinds)
            and (recipient_id is None or message.recipient_id == recipient_id)
        )

    async def counts_about(
        self, subject_id: str, *, kind: MessageKind
    ) -> Mapping[tuple[MessageState, Why | None], int]:
        return Counter((message.state, message.why) for message in await self.about(subject_id, kinds=[kind]))

    async def hold_about(self, subject_id: str, *, kinds: Collection[MessageKind], until: datetime) -> int:
        held = await self._pending_about(subject_id, kinds)
        for message in held:
            self._put(replace(_released(message, MessageState.PENDING, message.why), not_before=until))
        return len(held)

    async def release_about(self, subject_id: str, *, kinds: Collection[MessageKind], now: datetime) -> int:
        released = await self._pending_about(subject_id, kinds)
        for message in released:
            due = max(message.due_at, now)
            self._put(replace(_released(message, MessageState.PENDING, message.why), not_before=due))
        return len(released)

    async def _pending_about(self, subject_id: str, kinds: Collection[MessageKind]) -> list[OutboxMessage]:
        about = await self.about(subject_id, kinds=kinds)
        return [message for message in about if message.state is MessageState.PENDING]

    async def delete_about(self, subject_id: str) -> int:
        about = await self.about(subject_id)
        for message in about:
            del self._session.open().outbox[message.id]
        return len(about)

    async def newer(self, message: OutboxMessage) -> bool:
        rows = list(self._session.open().outbox.values())
        place = next((index for index, kept in enumerate(rows) if kept.id == message.id), len(rows))
        return any(kept.state in _COUNTS and _about(kept) == _about(message) for kept in rows[place + 1 :])

    async def unblock(self, recipient_id: str, *, now: datetime) -> int:
        blocked = self._in_state(MessageState.BLOCKED)
        theirs = [message for message in blocked if message.recipient_id == recipient_id]
        for message in theirs:
            self._put(replace(_released(message, MessageState.PENDING, None), not_before=now))
        return len(theirs)

    async def reserve(self, keys: Sequence[tuple[str, float]]) -> float:
        places, now, wait = self._session.open().places, self._seconds(), 0.0
        for key, seconds in keys:
            kept = places.get(key, now)
            place = now if kept > now + _LONGEST_WAIT_SECONDS else max(kept, now)
            places[key] = place + seconds
            wait = max(wait, place - now)
        return wait

    async def figures(self, now: datetime) -> OutboxFigures:
        rows = list(self._session.open().outbox.values())
        counts = Counter(message.state for message in rows)
        may_leave = (
            message.due_at if message.why in HELD_UP else max(message.due_at, message.not_before)
            for message in self._in_state(MessageState.PENDING)
        )
        due = [moment for moment in may_leave if moment <= now]
        return OutboxFigures(
            due=len(due),
            waiting=counts[MessageState.PENDING] - len(due),
            sending=counts[MessageState.SENDING],
            sent=counts[MessageState.SENT],
            late=sum(_late(message, now) for message in rows),
            unknown=counts[MessageState.UNKNOWN],
            blocked=counts[MessageState.BLOCKED],
            failed=counts[MessageState.FAILED],
            cancelled=counts[MessageState.CANCELLED],
            resent=sum(message.resends > 0 for message in rows),
            oldest_due_seconds=(now - min(due)).total_seconds() if due else 0.0,
        )

    async def not_reached(self) -> tuple[OutboxMessage, ...]:
        return tuple(_earliest_first(self._in_state(*_NOT_REACHED)))

    async def last_sent(self, *, case_id: str, step_key: str, recipient_id: str) -> OutboxMessage | None:
        about = (case_id, step_key, recipient_id)
        sent = [
            (message.sent_at, place, message)
            for place, message in enumerate(self._in_state(MessageState.SENT))
            if message.sent_at is not None and (message.case_id, message.step_key, message.recipient_id) == about
        ]
        return max(sent)[2] if sent else None

    async def forget_before(self, moment: datetime) -> int:
        rows = self._session.open()
        now = self._seconds()
        rows.places = {key: at for key, at in rows.places.items() if at >= now - _LONGEST_WAIT_SECONDS}
        old = [message for message in rows.outbox.values() if message.state not in _UNDER_WAY]
        old = [message for message in old if message.due_at < moment and not message.bulk]
        for message in old:
            del rows.outbox[message.id]
        return len(old)

    def _in_state(self, *states: MessageState) -> list[OutboxMessage]:
        return [message for message in self._session.open().outbox.values() if message.state in states]

    def _put(self, message: OutboxMessage) -> OutboxMessage:
        self._session.open().outbox[message.id] = message
        return message


def _earliest_first(messages: Iterable[OutboxMessage]) -> list[OutboxMessage]:
    """Of those due at the same moment, the one queued first."""
    return sorted(messages, key=lambda message: message.due_at)


def _first_to_go(messages: Iterable[OutboxMessage]) -> list[OutboxMessage]:
    return sorted(messages, key=lambda message: (message.bulk, message.due_at))


def _held(message: OutboxMessage, lease_now: datetime, lease_seconds: float) -> bool:
    until = message.lease_until
    return until is not None and lease_now < until <= lease_now + timedelta(seconds=2 * lease_seconds)


def _released(message: OutboxMessage, state: MessageState, why: Why | None) -> OutboxMessage:
    return replace(message, state=state, why=why, lease=None, lease_until=None)


def _about(message: OutboxMessage) -> tuple[object, ...]:
    return message.kind, message.case_id, message.subject_id, message.step_key, message.recipient_id


def _late(message: OutboxMessage, now: datetime) -> bool:
    left = now if message.state in _UNDER_WAY else message.sent_at
    counts = message.state in _UNDER_WAY or message.state is MessageState.SENT
    return counts and left is not None and (left - message.due_at).total_seconds() > LATE_SECONDS
