"""Sends what is due: claims rows, looks at the facts once more, posts each exactly once an attempt, and records what came of it.

A row takes two short transactions. The first marks it SENDING, checks the facts and takes a place in the pace; no transaction is open
while the POST is on its way. A worker that is killed in between leaves a SENDING row, which `expire` finds when its lease is over.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Generic, Protocol, TypeVar
from uuid import uuid4

from hr.clock import Clock, SystemClock
from hr.errors import DirectoryUnavailableError, StorageError
from hr.outbox.batch import Batch
from hr.outbox.model import LATE_SECONDS, MessageState, OutboxMessage, Why
from hr.outbox.policy import Delivered, Later, Outcome, Throttled, not_sent, revived, settled, throttle_seconds
from hr.outbox.turns import Turns
from hr.ports import NewUnitOfWork, UnitOfWork

LEASE_SECONDS: Final = 120.0
"""How long a row belongs to the worker that claimed it, and again from its POST on."""

WAIT_HERE_SECONDS: Final = 1.0
"""A chat whose next place is further ahead than this does not hold up the others."""

WAIT_FOR_ALL_SECONDS: Final = 5.0
"""The same for the places that all chats share, which every row needs."""

SETTLE_SECONDS: Final = 180.0
"""How long a database that is gone is asked again to take an outcome that nobody else knows."""

IN_A_ROW: Final = 3
"""After so many refusals for haste in a row, everything waits, not only that chat."""

PLACES_KEPT_SECONDS: Final = 590.0
"""A place further ahead than 10 minutes would be taken for a clock set back, and forgotten."""

PLACES_MISSED: Final = 3
"""So many places in a row a message may miss; on a database that slow it leaves all the same, and cannot leave fast."""

PATIENCE_SECONDS: Final = 10.0
"""And for so long."""

POST_SECONDS: Final = 30.0
"""What a POST may take, with room to spare: so much of the lease must be left."""

DIRECTORY_SECONDS: Final = 30.0
"""How long a message waits whose recipient's rights cannot be looked up."""

FAULT_SECONDS: Final = 300.0
"""How long a message waits that could not be made: the fault is ours, so it is not lost."""

_log = logging.getLogger(__name__)

Parcel = TypeVar("Parcel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready(Generic[Parcel]):
    """A message ready for its one POST. `conversation_id` names the chat whose pace it keeps; `parcel` is the courier's own."""

    conversation_id: str
    parcel: Parcel


class Courier(Protocol[Parcel]):
    """Makes messages and carries them."""

    async def prepare(self, unit: UnitOfWork, message: OutboxMessage) -> Ready[Parcel] | Why | Later:
        """The message as the facts are now, read within the unit that marks the row; or why it must not leave, or not yet.

        What this does in `unit` is kept with a message and with a Why, and undone with a Later.
        """
        ...

    async def deliver(self, ready: Ready[Parcel]) -> Outcome:
        """Exactly one POST. Raises nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast messages may leave. `rate` is messages a second in all, shared by every worker on the database.

    Teams takes 50 a second, and in one chat 7 in 1 s, 8 in 2 s, 60 in 30 s and 1,800 in an hour: one every 2 s keeps all four.
    """

    rate: float = 25.0
    chat_seconds: float = 2.0
    in_flight: int = 16
    lead_seconds: float = 0.2
    """Everything leaves this long after its place: what a commit takes meanwhile moves no message towards those behind it."""

    @property
    def seconds(self) -> float:
        """Between two places in all. The margin is for places that are kept a little late."""
        return 1.05 / self.rate

    @property
    def slack_seconds(self) -> float:
        """How late a message may leave. One that is later takes another place, or it would leave together with those behind it."""
        return max(0.02, self.seconds / 2)

    @property
    def workers(self) -> int:
        """How many sends may wait for their place at once; few where places are rare, or leases would end meanwhile."""
        return max(1, min(self.in_flight, int(self.rate * 2)))

    @property
    def portion(self) -> int:
        """How many rows are claimed at once."""
        return self.workers * 4


@dataclass(slots=True, kw_only=True)
class Report:
    """What a pass did: how many rows came to which end, and when those that were put off may be tried again."""

    counts: Counter[str] = field(default_factory=Counter)
    put_off: list[datetime] = field(default_factory=list)

    @property
    def next_at(self) -> datetime | None:
        """When the earliest row that was put off may be tried again."""
        return min(self.put_off, default=None)


class Dispatcher(Generic[Parcel]):
    """One worker's hands. Several may share a database; one object is used by one task at a time."""

    def __init__(
        self,
        *,
        new_unit: NewUnitOfWork,
        courier: Courier[Parcel],
        clock: Clock,
        pace: Pace,
        machine_clock: Clock | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Due times are read off `clock`, leases off `machine_clock` (the system's)."""
        self._new_unit = new_unit
        self._courier = courier
        self._clock = clock
        self._pace = pace
        self._machine = machine_clock or SystemClock()
        self._sleep = sleep
        self._jitter = jitter
        self._monotonic = monotonic
        self._lease = uuid4().hex
        self._pass_at: datetime | None = None
        self._throttled_in_a_row = 0
        self._paused_until = 0.0
        self._turns = Turns(seconds=pace.chat_seconds, patience=WAIT_HERE_SECONDS, monotonic=monotonic)
        self._left_over: dict[str, OutboxMessage] = {}

    async def dispatch(self, now: datetime, *, stop: asyncio.Event | None = None) -> Report:
        """Send everything due at `now`, and what falls due until that is done; ends when nothing is left or `stop` is set, and never
        with a POST under way. What falls due meanwhile leaves before what is sent in bulk.

        Raises StorageError when the database does not answer; nothing is lost by it.
        """
        report, stop = Report(), stop or asyncio.Event()
        self._pass_at = now
        await self._give_back()
        # What was sent may have made something else due, such as a card to be put right once its message has arrived.
        while await self._send_all(report, stop) and not stop.is_set():
            await self._give_back()
        await self._give_back()
        return report

    async def _claim(self, report: Report) -> tuple[OutboxMessage, ...]:
        await self._recover(report)
        async with self._new_unit() as unit:
            claimed = await unit.outbox.claim(
                self._now(),
                lease=self._lease,
                lease_now=self._machine.now(),
                lease_seconds=LEASE_SECONDS,
                limit=self._pace.portion,
            )
            await unit.commit()
        return claimed

    async def _recover(self, report: Report) -> None:
        """Rows whose worker died while it sent them: once more, marked, or unknown for good."""
        async with self._new_unit() as unit:
            lost = await unit.outbox.expire(lease_now=self._machine.now(), lease_seconds=LEASE_SECONDS)
            for message in lost:
                again = revived(message, not_before=self._now())
                revived_now = again is not None and await unit.outbox.revive(again)
                report.counts["resent" if revived_now else "unknown"] += 1
            await unit.commit()
        if lost:
            _log.warning("%d messages were left unsettled by a worker that is gone", len(lost))

    async def _give_back(self) -> None:
        """Let go of rows that were claimed and not posted, so that nobody waits for the end of their lease."""
        for message in list(self._left_over.values()):
            async with self._new_unit() as unit:
                await unit.outbox.settle(message, lease=self._lease)
                await unit.commit()
            self._left_over.pop(message.id, None)

    async def _send_all(self, report: Report, stop: asyncio.Event) -> bool:
        """A few hands send what is due; whether anything was. A cancellation waits for what is on its way: an outcome must not be lost."""
        batch = Batch(partial(self._claim, report), portion=self._pace.portion, low=self._pace.workers)
        faults: list[StorageError] = []

        async def hand() -> None:
            while not faults and not stop.is_set():
                try:
                    message = await batch.next()
                    if message is None:
                        break
                    self._left_over[message.id] = message
                    if stop.is_set() or faults:  # it took a while to fetch
                        break
                    await self._send(message, report)
                except StorageError as error:
                    faults.append(error)

        hands = asyncio.gather(*(hand() for _ in range(self._pace.workers)), return_exceptions=True)
        try:
            ends = await asyncio.shield(hands)
        except asyncio.CancelledError:
            stop.set()
            await hands
            raise
        finally:
            self._left_over |= {message.id: message for message in batch.left}
        for fault in (*ends, *faults):
            if fault is not None:
                raise fault
        return batch.fetched > 0

    async def _send(self, message: OutboxMessage, report: Report) -> None:
        """One row: begin, wait for its place, post, settle. Until the POST it counts as left over, after it as on its way."""
        wait = self._turns.wait(message.recipient_id, message.id)
        begun = self._later(wait) if wait else await self._begin_safely(message)
        if isinstance(begun, Later):
            await self._put_off(message, begun, report)
            return
        if not isinstance(begun, _Begun):
            self._turns.forget(message.id)
            self._left_over.pop(message.id, None)
            if begun is not None:
                report.counts[begun.state.value] += 1
            return
        later = await self._wait_for_place(begun)
        if later is not None:
            await self._put_off(message, later, report)
            return
        self._left_over.pop(message.id, None)
        outcome = await self._courier.deliver(begun.ready)
        posted = replace(message, attempts=message.attempts + 1)
        await self._record(posted, outcome, begun.ready.conversation_id, report)

    async def _wait_for_place(self, begun: _Begun[Parcel]) -> Later | None:
        """Until its place, or until another one when the database or this machine has stood still meanwhile.

        A Later when the next place is far ahead, or so much time went by that the row may be another worker's by now: it is not posted.
        """
        place = begun.at
        for missed in range(PLACES_MISSED + 1):
            await self._sleep(max(0.0, place - self._monotonic()))
            now = self._monotonic()
            if now - begun.since > LEASE_SECONDS - POST_SECONDS:
                return self._later(WAIT_HERE_SECONDS)
            if (
                missed == PLACES_MISSED
                or now - begun.since > PATIENCE_SECONDS
                or now - place <= self._pace.slack_seconds
            ):
                return None
            try:
                async with self._new_unit() as unit:
                    wait = await unit.outbox.reserve([("all", self._pace.seconds)])
                    if wait > WAIT_FOR_ALL_SECONDS:
                        return self._later(wait)
                    place = self._monotonic() + wait + self._pace.lead_seconds
                    await unit.commit()
            except StorageError:
                return None  # The row is marked already, and not to post it now would have it come as one that may be a double.
        return None

    async def _begin_safely(self, message: OutboxMessage) -> _Begun[Parcel] | OutboxMessage | Later | None:
        try:
            return await self._begin(message)
        except StorageError:
            raise
        except DirectoryUnavailableError:
            return replace(self._later(DIRECTORY_SECONDS), fault=True)
        except Exception as error:  # noqa: BLE001 - one message that cannot be made must not hold up the others
            _log.error("a message of kind %s could not be made: %s", message.kind.value, type(error).__name__)
            return replace(self._later(FAULT_SECONDS), fault=True)

    async def _begin(self, message: OutboxMessage) -> _Begun[Parcel] | OutboxMessage | Later | None:
        """Mark the row and take its place, all or nothing. None when the row is no longer ours to send; a row that must not leave
        is settled here and comes back as it is now.

        The case comes first, as for everyone who changes it, or two units would wait for each other. Then the row: whoever cancels it
        meanwhile waits for this unit, or this unit for him. The place that all chats share comes last: every unit waits for it.
        """
        since = self._monotonic()
        async with self._new_unit() as unit:
            if message.case_id is not None:
                await unit.cases.find(message.case_id, lock=True)
            taken = await unit.outbox.begin(
                message.id, lease=self._lease, lease_now=self._machine.now(), lease_seconds=LEASE_SECONDS
            )
            if not taken:
                return None
            ready = await self._courier.prepare(unit, message)
            if isinstance(ready, Later):
                return ready
            if isinstance(ready, Why):
                ended = not_sent(message, ready)
                await unit.outbox.settle(ended, lease=self._lease)
                await unit.commit()
                return ended
            wait = await unit.outbox.reserve([(_chat(ready.conversation_id), self._pace.chat_seconds)])
            place = self._monotonic() + wait
            if wait > WAIT_HERE_SECONDS:
                self._turns.postponed(message.recipient_id, message.id, place)
            else:
                wait = await unit.outbox.reserve([("all", self._pace.seconds)])
                place = max(place, self._monotonic() + wait)
                if wait <= WAIT_FOR_ALL_SECONDS:
                    await unit.commit()
                    self._turns.taken(message.recipient_id, message.id, place)
                    return _Begun(ready=ready, at=place + self._pace.lead_seconds, since=since)
        # Left without a commit, so neither the row nor the places are taken.
        return self._later(wait)

    def _later(self, seconds: float) -> Later:
        return Later(at=self._now() + timedelta(seconds=seconds))

    def _now(self) -> datetime:
        """Never before the moment of the pass, or a row that is put off would be due again at once."""
        now = self._clock.now()
        return now if self._pass_at is None else max(now, self._pass_at)

    async def _put_off(self, message: OutboxMessage, verdict: Later, report: Report) -> None:
        changed = not_sent(message, verdict)
        async with self._new_unit() as unit:
            await unit.outbox.settle(changed, lease=self._lease)
            await unit.commit()
        self._left_over.pop(message.id, None)
        report.put_off.append(changed.not_before)

    async def _record(self, message: OutboxMessage, outcome: Outcome, chat: str, report: Report) -> None:
        """Keep the outcome, which nobody else knows, however long the database needs; then count it."""
        jitter = self._jitter()
        self._throttled_in_a_row = self._throttled_in_a_row + 1 if isinstance(outcome, Throttled) else 0
        waited, pause = 0.0, 0.5
        while True:
            changed = settled(message, outcome, now=self._now(), jitter=jitter)
            try:
                kept = await self._settle(changed, outcome, chat)
                break
            except StorageError as error:
                if waited >= SETTLE_SECONDS:
                    _log.error("an outcome could not be kept (%s): the message counts as unknown", type(error).__name__)
                    raise
            await self._sleep(pause)
            waited, pause = waited + pause, min(pause * 2, 5.0)
        if kept:
            self._count(changed, outcome, report)

    async def _settle(self, changed: OutboxMessage, outcome: Outcome, chat: str) -> bool:
        async with self._new_unit() as unit:
            kept = await unit.outbox.settle(changed, lease=self._lease)
            if isinstance(outcome, Throttled):
                seconds = min(throttle_seconds(outcome, attempts=changed.attempts), PLACES_KEPT_SECONDS)
                await unit.outbox.reserve([(_chat(chat), seconds)])
                if self._throttled_in_a_row >= IN_A_ROW and (missing := self._missing_pause(seconds)) > 0:
                    await unit.outbox.reserve([("all", missing)])
            await unit.commit()
        return kept

    def _missing_pause(self, seconds: float) -> float:
        """What is missing to `seconds` without messages from now on: many refusals at once ask for the same pause, not for one each."""
        now = self._monotonic()
        missing = now + seconds - max(now, self._paused_until)
        self._paused_until = max(self._paused_until, now + seconds)
        return missing

    def _count(self, message: OutboxMessage, outcome: Outcome, report: Report) -> None:
        if isinstance(outcome, Throttled):
            report.counts["throttled"] += 1
        if isinstance(outcome, Delivered):
            late = message.sent_at is not None and message.sent_at - message.due_at > timedelta(seconds=LATE_SECONDS)
            report.counts["late"] += late
        if message.state is MessageState.PENDING:
            report.put_off.append(message.not_before)
            report.counts["resent"] += message.why is Why.NO_ANSWER
        else:
            report.counts[message.state.value] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun(Generic[Parcel]):
    """A row that is marked SENDING. `at` is its place, `since` when its lease began at the earliest, both by the monotonic clock."""

    ready: Ready[Parcel]
    at: float
    since: float


def _chat(conversation_id: str) -> str:
    return f"chat:{conversation_id}"
