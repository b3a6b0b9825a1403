"""Messages leave once, and none is lost, whatever fails meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from hr.absence.model import AbsenceCase
from hr.clock import FixedClock
from hr.errors import DatabaseUnavailableError, DirectoryUnavailableError
from hr.outbox.dispatcher import DIRECTORY_SECONDS, LEASE_SECONDS, Pace
from hr.outbox.model import MessageState, OutboxMessage, Why
from hr.outbox.policy import Later, Refused, Rejected, Throttled, Unanswered
from hr.ports import UnitOfWork
from hr.storage.memory import MemoryStorage
from hr.storage.memory.cases import MemoryCases
from hr.storage.memory.outbox import MemoryOutbox
from tests.unit.hr.outbox.builders import (
    NOW,
    FakeCourier,
    MovedClock,
    Outage,
    Waits,
    dispatcher,
    message,
    queue,
    row,
    rows,
)


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
def courier() -> FakeCourier:
    return FakeCourier()


async def test_everything_due_is_sent_once_and_what_is_due_later_waits(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    later = message(9, due_at=NOW + timedelta(hours=1), not_before=NOW + timedelta(hours=1))
    await queue(storage, *(message(number) for number in range(1, 6)), later)
    report = await dispatcher(storage, courier).dispatch(NOW)
    assert sorted(courier.posted) == ["m1", "m2", "m3", "m4", "m5"]
    assert report.counts["sent"] == 5
    sent = await row(storage)
    assert (sent.state, sent.sent_at, sent.activity_id, sent.attempts) == (MessageState.SENT, NOW, "activity", 1)
    assert (await row(storage, 9)).state is MessageState.PENDING
    assert (await dispatcher(storage, courier).dispatch(NOW)).counts.total() == 0


async def test_a_message_that_leaves_more_than_a_quarter_of_an_hour_late_is_counted(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    await queue(storage, message(1, due_at=NOW - timedelta(minutes=16)), message(2))
    report = await dispatcher(storage, courier).dispatch(NOW)
    assert (report.counts["sent"], report.counts["late"]) == (2, 1)


@pytest.mark.parametrize(
    ("verdict", "state"),
    [(Why.CHANGED, MessageState.CANCELLED), (Why.NOT_INSTALLED, MessageState.BLOCKED)],
)
async def test_facts_that_have_changed_keep_a_message_back(
    storage: MemoryStorage, courier: FakeCourier, verdict: Why, state: MessageState
) -> None:
    courier.verdicts["m1"] = verdict
    await queue(storage, message(1), message(2))
    report = await dispatcher(storage, courier).dispatch(NOW)
    assert courier.posted == ["m2"]
    kept = await row(storage)
    assert (kept.state, kept.why, kept.lease) == (state, verdict, None)
    assert report.counts[state.value] == 1


async def test_a_quiet_hour_puts_a_message_off_and_its_attempts_stay_uncounted(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    morning = NOW + timedelta(hours=14)
    courier.verdicts["m1"] = Later(at=morning)
    await queue(storage, message())
    report = await dispatcher(storage, courier).dispatch(NOW)
    waiting = await row(storage)
    assert (waiting.state, waiting.not_before, waiting.attempts) == (MessageState.PENDING, morning, 0)
    assert report.next_at == morning
    courier.verdicts.clear()
    await dispatcher(storage, courier, clock=FixedClock(moment=morning)).dispatch(morning)
    assert courier.posted == ["m1"]


async def test_one_message_that_cannot_be_made_holds_up_no_other_and_is_not_lost(
    storage: MemoryStorage, courier: FakeCourier, caplog: pytest.LogCaptureFixture
) -> None:
    courier.verdicts["m1"] = RuntimeError("a name that must not be logged")
    await queue(storage, message(1), message(2))
    with caplog.at_level(logging.ERROR):
        await dispatcher(storage, courier).dispatch(NOW)
    assert courier.posted == ["m2"]
    assert (await row(storage)).state is MessageState.PENDING
    assert "RuntimeError" in caplog.text
    assert "a name" not in caplog.text


async def test_a_message_whose_recipients_rights_cannot_be_looked_up_waits_and_is_sent_later(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    courier.verdicts["m1"] = DirectoryUnavailableError("down")
    await queue(storage, message(1))
    report = await dispatcher(storage, courier).dispatch(NOW)
    waiting = await row(storage)
    assert (waiting.state, waiting.attempts, waiting.why) == (MessageState.PENDING, 0, Why.HELD_UP)
    assert report.next_at == waiting.not_before == NOW + timedelta(seconds=DIRECTORY_SECONDS)
    courier.verdicts.clear()
    await dispatcher(storage, courier, clock=FixedClock(moment=waiting.not_before)).dispatch(waiting.not_before)
    assert courier.posted == ["m1"]


async def test_a_person_who_cannot_be_reached_gets_it_when_he_writes(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    courier.script["m1"] = [Refused()]
    await queue(storage, message())
    worker = dispatcher(storage, courier)
    await worker.dispatch(NOW)
    blocked = await row(storage)
    assert (blocked.state, blocked.why) == (MessageState.BLOCKED, Why.REFUSED)
    await worker.dispatch(NOW + timedelta(days=1))
    assert courier.posted == ["m1"]
    async with storage.unit() as unit:
        assert await unit.outbox.unblock("person-1", now=NOW) == 1
        await unit.commit()
    await worker.dispatch(NOW)
    assert courier.posted == ["m1", "m1"]
    assert (await row(storage)).state is MessageState.SENT


async def test_a_message_that_is_wrong_has_failed(storage: MemoryStorage, courier: FakeCourier) -> None:
    courier.script["m1"] = [Rejected()]
    await queue(storage, message())
    report = await dispatcher(storage, courier).dispatch(NOW)
    assert (await row(storage)).why is Why.REJECTED
    assert report.counts["failed"] == 1


async def test_an_unknown_fate_leads_to_one_more_marked_message_and_no_third(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    courier.always = Unanswered()
    await queue(storage, message())
    worker = dispatcher(storage, courier)
    first = await worker.dispatch(NOW)
    assert (first.counts["resent"], first.counts["unknown"]) == (1, 0)
    second = await worker.dispatch(NOW + timedelta(minutes=1))
    third = await worker.dispatch(NOW + timedelta(days=1))
    assert [posted.resends for posted in courier.posts] == [0, 1]
    assert (second.counts["unknown"], third.counts.total()) == (1, 0)
    assert (await row(storage)).state is MessageState.UNKNOWN


async def test_retry_after_is_honoured_and_holds_for_the_chat(storage: MemoryStorage, courier: FakeCourier) -> None:
    courier.script["m1"] = [Throttled(retry_after=30.0)]
    await queue(storage, message(1, recipient="one", due_at=NOW - timedelta(hours=1)), message(3, recipient="other"))
    worker = dispatcher(storage, courier)
    report = await worker.dispatch(NOW)
    assert report.counts["throttled"] == 1
    waiting = await row(storage)
    assert waiting.not_before == NOW + timedelta(seconds=30)
    await queue(storage, message(2, recipient="one"))
    await worker.dispatch(NOW + timedelta(seconds=1))
    assert courier.posted == ["m1", "m3"]
    assert (await row(storage, 2)).not_before > NOW + timedelta(seconds=20)


async def test_three_refusals_for_haste_in_a_row_slow_everything(storage: MemoryStorage, courier: FakeCourier) -> None:
    courier.always = Throttled(retry_after=60.0)
    await queue(storage, *(message(number) for number in range(1, 4)))
    worker = dispatcher(storage, courier, pace=Pace(rate=1000.0, chat_seconds=0.0, in_flight=1))
    await worker.dispatch(NOW)
    assert len(courier.posts) == 3
    await queue(storage, message(4))
    await worker.dispatch(NOW)
    assert len(courier.posts) == 3
    assert (await row(storage, 4)).not_before > NOW + timedelta(seconds=50)


async def test_many_refusals_at_once_ask_for_one_pause_and_not_for_one_each(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    courier.always = Throttled(retry_after=60.0)
    await queue(storage, *(message(number) for number in range(1, 11)))
    worker = dispatcher(storage, courier, pace=Pace(rate=1000.0, chat_seconds=0.0, in_flight=10))
    await worker.dispatch(NOW)
    assert len(courier.posts) == 10
    await queue(storage, message(11))
    await worker.dispatch(NOW)
    assert len(courier.posts) == 10
    assert (await row(storage, 11)).not_before < NOW + timedelta(seconds=70)


async def test_a_chat_gets_one_message_every_two_seconds_and_holds_up_no_other(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    await queue(
        storage, *(message(number, recipient="busy") for number in range(1, 5)), *(message(n) for n in range(5, 9))
    )
    report = await dispatcher(storage, courier, pace=Pace(rate=1000.0)).dispatch(NOW)
    assert sorted(courier.posted) == ["m1", "m5", "m6", "m7", "m8"]
    waits = sorted((r.not_before - NOW).total_seconds() for r in await rows(storage, 2, 3, 4))
    assert waits == pytest.approx([2.0, 4.0, 6.0], abs=0.5)
    assert report.next_at is not None
    assert (report.next_at - NOW).total_seconds() == pytest.approx(2.0, abs=0.5)


async def test_the_pace_in_all_is_kept() -> None:
    clock = [0.0]
    moments: list[float] = []

    class Timed(FakeCourier):
        async def deliver(self, ready):  # type: ignore[no-untyped-def]
            moments.append(clock[0])
            return await FakeCourier.deliver(self, ready)

    async def sleep(seconds: float) -> None:
        clock[0] += seconds

    storage = MemoryStorage(seconds=lambda: clock[0])
    await queue(storage, *(message(number) for number in range(1, 31)))
    pace = Pace(rate=50.0, in_flight=1)
    await dispatcher(storage, Timed(), pace=pace, sleep=sleep, monotonic=lambda: clock[0]).dispatch(NOW)
    assert len(moments) == 30
    assert min(after - before for before, after in pairwise(moments)) >= 1 / 50


class Stalling:
    """Time that goes by only in sleeps and in commits, and a database of which some commits take `seconds`."""

    def __init__(self, *, commits: range, seconds: float) -> None:
        self.now, self.commits, self.seconds, self.seen = 0.0, commits, seconds, 0
        self.alarms: list[float] = []
        self.rung = 0
        self.after_stall: Callable[[], Awaitable[None]] | None = None
        self.storage = MemoryStorage(seconds=self.monotonic)

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """The clock goes on to the earliest alarm when everybody else has come as far as possible."""
        alarm = self.now + seconds
        self.alarms.append(alarm)
        while True:
            rung = self.rung
            for _ in range(50):
                await asyncio.sleep(0)
            if rung == self.rung and alarm == min(self.alarms):
                break
        self.rung += 1  # the others wait for what comes of this one
        self.alarms.remove(alarm)
        self.now = max(self.now, alarm)

    def unit(self) -> UnitOfWork:
        unit = self.storage.unit()
        commit = unit.commit

        async def stalling() -> None:
            await commit()
            self.seen += 1
            if self.seen in self.commits:
                self.now += self.seconds
                if self.after_stall is not None:
                    await self.after_stall()

        unit.commit = stalling  # type: ignore[method-assign]
        return unit


async def moments_of_ten(time: Stalling, pace: Pace) -> list[float]:
    """When ten messages leave."""
    moments: list[float] = []

    class Timed(FakeCourier):
        async def deliver(self, ready):  # type: ignore[no-untyped-def]
            moments.append(time.monotonic())
            return await FakeCourier.deliver(self, ready)

    await queue(time.storage, *(message(number) for number in range(1, 11)))
    worker = dispatcher(
        time.storage, Timed(), new_unit=time.unit, pace=pace, sleep=time.sleep, monotonic=time.monotonic
    )
    await worker.dispatch(NOW)
    return moments


@pytest.mark.parametrize("stall", [0.15, 0.9, 4.0])
async def test_a_database_that_stands_still_for_a_while_leads_to_no_burst(stall: float) -> None:
    pace = Pace(rate=10.0, in_flight=5)
    moments = await moments_of_ten(Stalling(commits=range(6, 7), seconds=stall), pace)
    assert len(moments) == 10
    assert min(after - before for before, after in pairwise(moments)) >= pace.seconds - pace.slack_seconds


async def test_many_messages_leave_without_a_pause_between_those_that_were_claimed_together() -> None:
    time, moments = Stalling(commits=range(0), seconds=0.0), []

    class Timed(FakeCourier):
        async def deliver(self, ready):  # type: ignore[no-untyped-def]
            moments.append(time.now)
            return await FakeCourier.deliver(self, ready)

    pace = Pace(rate=25.0)
    await queue(time.storage, *(message(number) for number in range(1, 201)))
    worker = dispatcher(
        time.storage, Timed(), new_unit=time.unit, pace=pace, sleep=time.sleep, monotonic=time.monotonic
    )
    await worker.dispatch(NOW)
    assert len(moments) == 200
    assert max(after - before for before, after in pairwise(moments)) == pytest.approx(pace.seconds)


async def test_what_falls_due_while_thousands_leave_goes_before_the_rest_of_them(storage: MemoryStorage) -> None:
    clock = MovedClock()

    class Meanwhile(FakeCourier):
        async def deliver(self, ready):  # type: ignore[no-untyped-def]
            if len(self.posts) == 20:
                moment = NOW + timedelta(seconds=1)
                clock.moment = moment
                await queue(storage, message(999, due_at=moment, not_before=moment))
            return await FakeCourier.deliver(self, ready)

    courier = Meanwhile()
    await queue(storage, *(message(number, bulk=True) for number in range(1, 401)))
    pace = Pace(rate=100_000.0, chat_seconds=0.0, in_flight=2)
    await dispatcher(storage, courier, clock=clock, pace=pace).dispatch(NOW)
    assert len(courier.posted) == 401
    assert courier.posted.index("m999") < 40


async def test_a_worker_that_died_while_another_sends_thousands_is_found_out_meanwhile(storage: MemoryStorage) -> None:
    machine = MovedClock()

    class Meanwhile(FakeCourier):
        async def deliver(self, ready):  # type: ignore[no-untyped-def]
            machine.moment = NOW + timedelta(seconds=LEASE_SECONDS + 1)
            return await FakeCourier.deliver(self, ready)

    courier = Meanwhile()
    await queue(storage, message())
    await _die_while_sending(storage)
    await queue(storage, *(message(number, bulk=True) for number in range(2, 102)))
    pace = Pace(rate=100_000.0, chat_seconds=0.0, in_flight=2)
    await dispatcher(storage, courier, machine_clock=machine, pace=pace).dispatch(NOW)
    assert courier.posted.index("m1") < 20


async def test_on_a_database_that_is_always_slow_everything_leaves_all_the_same() -> None:
    assert len(await moments_of_ten(Stalling(commits=range(1, 1000), seconds=5.0), Pace(rate=50.0))) == 10


@pytest.mark.parametrize("pause", [60.0, LEASE_SECONDS + 60.0])
async def test_a_message_whose_next_place_is_far_ahead_goes_back_and_is_another_workers_to_send(
    courier: FakeCourier, pause: float
) -> None:
    time = Stalling(commits=range(3, 4), seconds=1.0)
    await queue(time.storage, message())

    class Paused(FakeCourier):
        async def prepare(self, unit: UnitOfWork, message: OutboxMessage) -> Any:
            ready = await FakeCourier.prepare(self, unit, message)
            if not self.posts:
                time.after_stall = lambda: reserve_all(time.storage, pause)
            return ready

    paused = Paused()
    worker = dispatcher(
        time.storage, paused, new_unit=time.unit, pace=Pace(rate=50.0), sleep=time.sleep, monotonic=time.monotonic
    )
    report = await worker.dispatch(NOW)
    kept = await row(time.storage)
    assert paused.posted == []
    assert (kept.state, kept.lease) == (MessageState.PENDING, None)
    assert report.next_at is not None
    time.now += pause
    other = dispatcher(time.storage, courier, new_unit=time.unit, sleep=time.sleep, monotonic=time.monotonic)
    await other.dispatch(report.next_at)
    assert courier.posted == ["m1"]
    assert (await row(time.storage)).resends == 0


async def reserve_all(storage: MemoryStorage, seconds: float) -> None:
    async with storage.unit() as unit:
        await unit.outbox.reserve([("all", seconds)])
        await unit.commit()


async def test_a_message_that_the_machine_slept_over_is_not_posted_by_a_lease_that_has_ended(
    courier: FakeCourier,
) -> None:
    time = Stalling(commits=range(3, 4), seconds=LEASE_SECONDS)
    await queue(time.storage, message())
    worker = dispatcher(time.storage, courier, new_unit=time.unit, sleep=time.sleep, monotonic=time.monotonic)
    await worker.dispatch(NOW)
    assert courier.posted == []
    assert (await row(time.storage)).state is MessageState.PENDING


async def test_a_message_whose_place_has_gone_leaves_once_when_the_database_goes_too(courier: FakeCourier) -> None:
    time = Stalling(commits=range(3, 4), seconds=1.0)
    await queue(time.storage, message())
    outage = Outage(time.unit, after=3, units=1)
    worker = dispatcher(
        time.storage, courier, new_unit=outage, pace=Pace(rate=50.0), sleep=time.sleep, monotonic=time.monotonic
    )
    report = await worker.dispatch(NOW)
    assert courier.posted == ["m1"]
    assert time.now == pytest.approx(1.0)  # no other place was to be had
    assert (report.counts["sent"], (await row(time.storage)).state) == (1, MessageState.SENT)


async def test_two_workers_over_one_database_send_nothing_twice(storage: MemoryStorage) -> None:
    couriers = FakeCourier(), FakeCourier()
    await queue(storage, *(message(number) for number in range(1, 101)))
    pace = Pace(rate=100_000.0, chat_seconds=0.0, in_flight=3)
    await asyncio.gather(*(dispatcher(storage, courier, pace=pace).dispatch(NOW) for courier in couriers))
    posted = couriers[0].posted + couriers[1].posted
    assert len(posted) == len(set(posted)) == 100
    assert couriers[0].posted
    assert couriers[1].posted


async def test_a_worker_that_died_while_sending_leaves_one_marked_message_more(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    await queue(storage, message())
    await _die_while_sending(storage)
    machine = FixedClock(moment=NOW + timedelta(seconds=LEASE_SECONDS - 1))
    await dispatcher(storage, courier, machine_clock=machine).dispatch(NOW)
    assert courier.posted == []
    machine = FixedClock(moment=NOW + timedelta(seconds=LEASE_SECONDS + 1))
    await dispatcher(storage, courier, machine_clock=machine).dispatch(NOW)
    assert [posted.resends for posted in courier.posts] == [1]
    assert (await row(storage)).state is MessageState.SENT


async def test_a_clock_that_was_set_back_an_hour_keeps_nobody_waiting(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    await queue(storage, message())
    await _die_while_sending(storage)
    back = FixedClock(moment=NOW - timedelta(hours=1))
    await dispatcher(storage, courier, machine_clock=back).dispatch(NOW)
    assert courier.posted == ["m1"]


async def _die_while_sending(storage: MemoryStorage) -> None:
    async with storage.unit() as unit:
        await unit.outbox.claim(NOW, lease="dead", lease_now=NOW, lease_seconds=LEASE_SECONDS, limit=1)
        assert await unit.outbox.begin("m1", lease="dead", lease_now=NOW, lease_seconds=LEASE_SECONDS)
        await unit.commit()


async def test_a_database_that_is_gone_before_the_post_means_no_post_and_no_loss(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    await queue(storage, message())
    # expire and claim work, the unit that would mark the row does not
    worker = dispatcher(storage, courier, new_unit=Outage(storage.unit, after=2, units=1))
    with pytest.raises(DatabaseUnavailableError):
        await worker.dispatch(NOW)
    assert courier.posted == []
    report = await worker.dispatch(NOW)
    assert courier.posted == ["m1"]
    assert report.counts["sent"] == 1


async def test_an_outcome_is_kept_as_soon_as_the_database_is_back_and_nothing_is_sent_twice(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    waits = Waits()
    await queue(storage, message())
    outage = Outage(storage.unit, after=3, units=8)
    report = await dispatcher(storage, courier, new_unit=outage, sleep=waits).dispatch(NOW)
    assert outage.seen > 11
    assert 25 < sum(waits.seconds) < 40
    assert report.counts["sent"] == 1
    assert courier.posted == ["m1"]
    assert (await row(storage)).state is MessageState.SENT


async def test_a_database_that_stays_away_ends_the_pass_and_the_message_is_unknown_later(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    await queue(storage, message())
    worker = dispatcher(storage, courier, new_unit=Outage(storage.unit, after=3, units=1000))
    with pytest.raises(DatabaseUnavailableError):
        await worker.dispatch(NOW)
    assert (await row(storage)).state is MessageState.SENDING


async def test_a_stop_finishes_what_is_on_its_way_and_gives_the_rest_back(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    courier.gate, stop = asyncio.Event(), asyncio.Event()
    await queue(storage, *(message(number) for number in range(1, 11)))
    worker = dispatcher(storage, courier, pace=Pace(rate=100_000.0, chat_seconds=0.0, in_flight=2))
    task = asyncio.create_task(worker.dispatch(NOW, stop=stop))
    await courier.post_began.wait()
    stop.set()
    courier.gate.set()
    await task
    states = [found.state for found in await rows(storage, *range(1, 11))]
    assert states.count(MessageState.SENT) == len(courier.posts) <= 2
    assert MessageState.SENDING not in states
    other = FakeCourier()
    await dispatcher(storage, other).dispatch(NOW)
    assert len(other.posts) + len(courier.posts) == 10


async def test_a_stop_while_more_is_fetched_sends_none_of_it(storage: MemoryStorage, courier: FakeCourier) -> None:
    stop = asyncio.Event()
    await queue(storage, *(message(number) for number in range(1, 11)))

    class Stops(FixedClock):
        def now(self) -> datetime:
            stop.set()
            return FixedClock.now(self)

    report = await dispatcher(storage, courier, clock=Stops(moment=NOW)).dispatch(NOW, stop=stop)
    assert (courier.posted, report.counts.total()) == ([], 0)
    assert {found.lease for found in await rows(storage, *range(1, 11))} == {None}


async def test_a_cancelled_pass_keeps_the_outcome_of_what_was_on_its_way(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    courier.gate = asyncio.Event()
    await queue(storage, message())
    task = asyncio.create_task(dispatcher(storage, courier).dispatch(NOW))
    await courier.post_began.wait()
    task.cancel()
    await asyncio.sleep(0)
    courier.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await row(storage)).state is MessageState.SENT


async def test_a_message_that_is_cancelled_between_claim_and_post_does_not_leave(
    storage: MemoryStorage, courier: FakeCourier
) -> None:
    class Cancels(FakeCourier):
        async def deliver(self, ready):  # type: ignore[no-untyped-def]
            async with storage.unit() as unit:
                await unit.outbox.cancel(case_id="c2")
                await unit.commit()
            return await FakeCourier.deliver(self, ready)

    cancelling = Cancels()
    await queue(storage, message(1, case_id="c1"), message(2, case_id="c2"))
    worker = dispatcher(storage, cancelling, pace=Pace(rate=100_000.0, chat_seconds=0.0, in_flight=1))
    await worker.dispatch(NOW)
    assert cancelling.posted == ["m1"]
    assert (await row(storage, 2)).state is MessageState.CANCELLED


def test_few_messages_wait_at_once_where_places_are_rare() -> None:
    assert [Pace(rate=rate).workers for rate in (0.1, 1.0, 5.0, 25.0, 50.0)] == [1, 2, 10, 16, 16]


async def test_the_case_is_locked_before_the_row_as_by_everyone_who_changes_it(
    storage: MemoryStorage, courier: FakeCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    find, begin = MemoryCases.find, MemoryOutbox.begin

    async def finds(cases: MemoryCases, case_id: str, *, lock: bool = False) -> AbsenceCase | None:
        order.append(f"{case_id} {lock}")
        return await find(cases, case_id, lock=lock)

    async def begins(
        outbox: MemoryOutbox, message_id: str, *, lease: str, lease_now: datetime, lease_seconds: float
    ) -> bool:
        order.append(message_id)
        return await begin(outbox, message_id, lease=lease, lease_now=lease_now, lease_seconds=lease_seconds)

    monkeypatch.setattr(MemoryCases, "find", finds)
    monkeypatch.setattr(MemoryOutbox, "begin", begins)
    await queue(storage, message(1, case_id="c1"))
    await dispatcher(storage, courier).dispatch(NOW)
    assert order == ["c1 True", "m1"]
