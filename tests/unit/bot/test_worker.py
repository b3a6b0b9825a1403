"""The loop behind the reminders: it goes on, whatever happens to the database, and stops when it is told to."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.metrics import Metrics
from bot.worker import BATCH, LEADERS, SCRUB_AGAIN, Worker
from hr.clock import FixedClock
from hr.errors import DatabaseUnavailableError
from hr.outbox.dispatcher import Report
from hr.outbox.model import OutboxFigures

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
FIGURES = OutboxFigures(
    due=2,
    waiting=3,
    sending=0,
    sent=9,
    late=1,
    unknown=0,
    blocked=0,
    failed=0,
    cancelled=0,
    resent=0,
    oldest_due_seconds=61.04,
)


@dataclass(slots=True)
class FakeChores:
    """Cases that wait to be queued and deleted; a database that is gone for the first `gone` calls."""

    due: int = 0
    old: int = 0
    leaders: int = 0
    gone: int = 0
    calls: list[str] = field(default_factory=list)

    async def follow_content(self, *, limit: int = 20) -> int:
        taken = min(limit, self.leaders)
        if taken:
            self.calls.append("follow_content")
        self.leaders -= taken
        return taken

    async def queue_due(self, *, limit: int = 200) -> int:
        self.calls.append("queue_due")
        if self.gone:
            self.gone -= 1
            raise DatabaseUnavailableError("gone")
        taken = min(limit, self.due)
        self.due -= taken
        return taken

    async def queue_digests(self) -> int:
        self.calls.append("queue_digests")
        return 0

    async def delete_expired(self, *, limit: int = 200) -> int:
        self.calls.append("delete_expired")
        taken = min(limit, self.old)
        self.old -= taken
        return taken


@dataclass(slots=True)
class FakeDispatcher:
    """Passes with the given counts; the first ones put a row off by so many seconds."""

    put_off: list[float] = field(default_factory=list)
    passes: list[datetime] = field(default_factory=list)
    after: Callable[[int], None] = lambda number: None

    async def dispatch(self, now: datetime, *, stop: asyncio.Event | None = None) -> Report:
        self.passes.append(now)
        self.after(len(self.passes))
        report = Report(counts=Counter(sent=1))
        if self.put_off:
            report.put_off = [now + timedelta(seconds=self.put_off.pop(0))]
        return report


class Ticking:
    """Sleeping that moves the clock instead of waiting."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def now(self) -> datetime:
        return NOW + timedelta(seconds=sum(self.seconds))

    def today(self) -> Any:
        return self.now().date()

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


def worker(chores: FakeChores, dispatcher: FakeDispatcher, **changes: Any) -> Worker:
    async def figures(now: datetime) -> OutboxFigures:
        return FIGURES

    async def scrub() -> None:
        chores.calls.append("scrub")

    values: dict[str, Any] = {"clock": FixedClock(moment=NOW), "figures": figures, "scrub": scrub}
    return Worker(chores=chores, dispatcher=dispatcher, **{**values, **changes})


async def test_rounds_are_counted_by_how_they_end() -> None:
    metrics, stop = Metrics(), asyncio.Event()

    def after(passes: int) -> None:
        if passes == 1:
            raise RuntimeError("a fault")
        stop.set()

    dispatcher = FakeDispatcher(after=after)
    async with asyncio.timeout(10):
        await worker(FakeChores(), dispatcher, metrics=metrics).run(stop)
    text = metrics.text()
    assert 'kompas_worker_rounds_total{outcome="failed"} 1\n' in text
    assert 'kompas_worker_rounds_total{outcome="ok"} 1\n' in text


async def test_one_pass_queues_sends_deletes_and_tells_what_it_did() -> None:
    chores = FakeChores(due=BATCH + 5, old=2)
    told = await worker(chores, FakeDispatcher()).once(NOW)
    assert told == {
        "now": "2026-03-02T08:30:00+01:00",
        "queued": BATCH + 5,
        "chores": {},
        "digests": 0,
        "sent": 1,
        "late": 0,
        "unknown": 0,
        "blocked": 0,
        "failed": 0,
        "cancelled": 0,
        "throttled": 0,
        "resent": 0,
        "deleted": 2,
        "waiting": 5,
        "oldest_due_seconds": 61.0,
    }
    assert chores.calls == ["queue_due", "queue_due", "queue_digests", "delete_expired", "scrub"]


async def test_an_edit_of_hrs_reaches_all_cases_before_anything_is_queued() -> None:
    chores = FakeChores(leaders=LEADERS + 1)
    await worker(chores, FakeDispatcher()).once(NOW)
    assert chores.calls[:3] == ["follow_content", "follow_content", "queue_due"]


async def test_an_edit_that_a_case_cannot_follow_holds_up_no_reminder(caplog: pytest.LogCaptureFixture) -> None:
    class Unable(FakeChores):
        async def follow_content(self, *, limit: int = 20) -> int:
            raise RuntimeError("a label that must not be logged")

    chores = Unable()
    await worker(chores, FakeDispatcher()).once(NOW)
    assert "queue_due" in chores.calls
    assert "RuntimeError" in caplog.text
    assert "a label" not in caplog.text


async def test_one_pass_sends_what_it_queued_itself_though_time_went_on_meanwhile() -> None:
    ticking = Ticking()

    class Slow(FakeChores):
        async def queue_due(self, *, limit: int = 200) -> int:
            await ticking.sleep(0.5)
            return await FakeChores.queue_due(self, limit=limit)

    dispatcher = FakeDispatcher()
    await worker(Slow(due=1), dispatcher, clock=ticking).once(NOW)
    assert dispatcher.passes == [NOW + timedelta(seconds=0.5)]


async def test_one_pass_waits_for_what_it_put_off_itself() -> None:
    ticking = Ticking()
    dispatcher = FakeDispatcher(put_off=[2.0, 4.0])
    told = await worker(FakeChores(), dispatcher, clock=ticking, sleep=ticking.sleep).once(NOW)
    assert dispatcher.passes == [NOW, NOW + timedelta(seconds=2), NOW + timedelta(seconds=6)]
    assert told["sent"] == 3


async def test_one_pass_waits_a_minute_at_most_and_not_until_the_next_morning() -> None:
    ticking = Ticking()
    dispatcher = FakeDispatcher(put_off=[40.0, 40.0])
    await worker(FakeChores(), dispatcher, clock=ticking, sleep=ticking.sleep).once(NOW)
    assert ticking.seconds == [40.0]


class Long(FakeDispatcher):
    """One pass that takes until `ended` is set, as one with thousands takes minutes."""

    def __init__(self, ended: asyncio.Event) -> None:
        FakeDispatcher.__init__(self)
        self.ended = ended

    async def dispatch(self, now: datetime, *, stop: asyncio.Event | None = None) -> Report:
        await self.ended.wait()
        if stop is not None:
            stop.set()
        return await FakeDispatcher.dispatch(self, now)


class Counted(FakeChores):
    """Sets `ended` when it has been asked `times` times what is due; the database is gone for some of them."""

    def __init__(self, ended: asyncio.Event, *, times: int, gone: tuple[int, ...] = ()) -> None:
        FakeChores.__init__(self)
        self.ended, self.times, self.gone_at = ended, times, gone

    async def queue_due(self, *, limit: int = 200) -> int:
        number = self.calls.count("queue_due") + 1
        if number == self.times:
            self.ended.set()
        self.gone = int(number in self.gone_at)
        return await FakeChores.queue_due(self, limit=limit)


@pytest.mark.parametrize("gone", [(), (2, 3)], ids=["well", "gone for a while"])
async def test_what_falls_due_while_thousands_leave_is_queued_meanwhile(
    monkeypatch: pytest.MonkeyPatch, gone: tuple[int, ...]
) -> None:
    monkeypatch.setattr("bot.worker.LOOK_SECONDS", 0.01)
    ended = asyncio.Event()
    chores, dispatcher = Counted(ended, times=5, gone=gone), Long(ended)
    await asyncio.wait_for(worker(chores, dispatcher).run(asyncio.Event()), 5)
    assert chores.calls.count("queue_due") >= 5
    assert len(dispatcher.passes) == 1


async def test_a_worker_that_is_cancelled_waits_for_what_is_on_its_way() -> None:
    ended = asyncio.Event()

    class Cancelled(FakeDispatcher):
        async def dispatch(self, now: datetime, *, stop: asyncio.Event | None = None) -> Report:
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0.01)
                ended.set()
            raise AssertionError

    task = asyncio.create_task(worker(FakeChores(), Cancelled()).run(asyncio.Event()))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_a_database_that_is_gone_does_not_end_the_worker() -> None:
    stop = asyncio.Event()
    chores = FakeChores(gone=1)
    dispatcher = FakeDispatcher(after=lambda number: stop.set())
    await asyncio.wait_for(worker(chores, dispatcher).run(stop), 5)
    assert chores.calls[:2] == ["queue_due", "queue_due"]
    assert len(dispatcher.passes) == 1


async def test_a_fault_does_not_end_the_worker_and_is_told_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    stop = asyncio.Event()

    class Faulty(FakeChores):
        async def queue_digests(self) -> int:
            self.calls.append("queue_digests")
            if self.calls.count("queue_digests") == 1:
                raise ValueError("MH")
            return 0

    chores = Faulty()
    dispatcher = FakeDispatcher(after=lambda number: stop.set())
    await asyncio.wait_for(worker(chores, dispatcher).run(stop), 5)
    assert len(dispatcher.passes) == 1
    assert "ValueError at test_worker.py:" in caplog.text
    assert "MH" not in caplog.text


async def test_a_worker_stops_at_once_while_it_waits_for_the_database() -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(worker(FakeChores(gone=1000), FakeDispatcher()).run(stop))
    await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(task, 0.5)


async def test_old_data_is_deleted_once_a_day() -> None:
    stop = asyncio.Event()
    chores = FakeChores()
    dispatcher = FakeDispatcher(after=lambda number: stop.set() if number == 4 else None)
    await asyncio.wait_for(worker(chores, dispatcher).run(stop), 5)
    assert len(dispatcher.passes) == 4
    assert chores.calls.count("scrub") == 1


async def test_a_scrub_that_did_not_succeed_ends_nothing() -> None:
    async def scrub() -> None:
        raise DatabaseUnavailableError("busy")

    told = await worker(FakeChores(), FakeDispatcher(), scrub=scrub).once(NOW)
    assert told["deleted"] == 0


async def test_a_scrub_that_did_not_succeed_is_tried_again_a_minute_later() -> None:
    stop, clock, tries = asyncio.Event(), Ticking(), 0

    async def scrub() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise DatabaseUnavailableError("a backup reads the log")

    def after(number: int) -> None:
        if number == 3:
            clock.seconds.append(SCRUB_AGAIN.total_seconds())
        if number == 5:
            stop.set()

    await asyncio.wait_for(worker(FakeChores(), FakeDispatcher(after=after), scrub=scrub, clock=clock).run(stop), 5)
    assert tries == 2
