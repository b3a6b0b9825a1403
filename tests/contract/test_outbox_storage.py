"""What the outbox promises: in memory, in a SQLite file, on PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, pairwise
from typing import Any

import pytest

from hr.outbox.model import HELD_UP, LATE_SECONDS, MessageKind, MessageState, OutboxFigures, OutboxMessage, Why
from hr.ports import Outbox, Storage
from tests.contract.absence_builders import LEADER, LEASE, NOON, a_message, minutes

HOUR = timedelta(hours=1)
THOUSANDS = 3500


async def queue(storage: Storage, *messages: OutboxMessage) -> int:
    async with storage.unit() as unit:
        queued = await unit.outbox.add(messages)
        await unit.commit()
        return queued


async def claim(
    outbox: Outbox, lease: str = "worker-1", *, at: datetime = NOON, now: datetime = NOON, limit: int = 100
) -> list[str]:
    claimed = await outbox.claim(now, lease=lease, lease_now=at, lease_seconds=LEASE, limit=limit)
    assert all(message.lease == lease for message in claimed)
    return [message.id for message in claimed]


async def begin(outbox: Outbox, lease: str = "worker-1", *, message_id: str = "message-1", at: datetime = NOON) -> bool:
    return await outbox.begin(message_id, lease=lease, lease_now=at, lease_seconds=LEASE)


async def expire(outbox: Outbox, *, at: datetime) -> list[str]:
    return [message.id for message in await outbox.expire(lease_now=at, lease_seconds=LEASE)]


async def kept(outbox: Outbox, message_id: str = "message-1") -> OutboxMessage:
    message = await outbox.find(message_id)
    assert message is not None
    return message


async def test_a_message_is_found_as_it_was_queued(storage: Storage) -> None:
    full = a_message(
        state=MessageState.BLOCKED,
        attempts=2,
        resends=1,
        lease="worker",
        lease_until=NOON + HOUR,
        sent_at=NOON + minutes(1),
        activity_id="activity",
        why=Why.REFUSED,
    )
    digest = a_message(2, kind=MessageKind.DIGEST, case_id=None, step_key=None)
    assert await queue(storage, full, digest) == 2
    async with storage.unit() as unit:
        assert await kept(unit.outbox) == full
        assert await kept(unit.outbox, "message-2") == digest
        assert await unit.outbox.find("message-3") is None


async def test_the_same_thing_is_queued_once(storage: Storage) -> None:
    again = replace(a_message(1), id="another id")
    assert await queue(storage, a_message(1), again, a_message(2)) == 2
    assert await queue(storage, again, a_message(3)) == 1
    assert await queue(storage) == 0
    async with storage.unit() as unit:
        assert await claim(unit.outbox) == ["message-1", "message-2", "message-3"]


async def test_a_sent_message_is_not_queued_again(storage: Storage) -> None:
    await queue(storage, a_message(state=MessageState.SENT, sent_at=NOON))
    assert await queue(storage, replace(a_message(), id="another id")) == 0


async def test_what_two_processes_queue_at_once_is_queued_once(storages: tuple[Storage, Storage]) -> None:
    def copies(process: int) -> list[OutboxMessage]:
        return [a_message(number, id=f"{process}-{number}") for number in range(50)]

    queued = await asyncio.gather(*(queue(storage, *copies(n)) for n, storage in enumerate(storages * 2)))
    assert sum(queued) == 50
    async with storages[0].unit() as unit:
        assert len(await claim(unit.outbox)) == 50


async def test_a_message_to_every_leader_is_one_transaction(storage: Storage) -> None:
    everyone = [a_message(number, recipient_id=f"leader-{number}") for number in range(3500)]
    async with storage.unit() as unit:
        assert await unit.outbox.add(everyone) == 3500
    async with storage.unit() as unit:
        assert (await unit.outbox.figures(NOON)).due == 0
        assert await unit.outbox.add(everyone) == 3500
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.outbox.add(everyone) == 0
        claimed = await claim(unit.outbox, limit=4000)
    assert claimed == [message.id for message in everyone]


async def test_what_may_be_tried_is_claimed_the_earliest_due_first(storage: Storage) -> None:
    await queue(
        storage,
        a_message(1, due_at=NOON - minutes(1)),
        a_message(2, due_at=NOON - minutes(3)),
        a_message(3, due_at=NOON - minutes(9), not_before=NOON + timedelta(microseconds=1)),
        a_message(4, due_at=NOON - minutes(2), not_before=NOON),
        *(a_message(10 + place, state=state) for place, state in enumerate(MessageState) if state != "pending"),
    )
    async with storage.unit() as unit:
        assert await claim(unit.outbox, limit=2) == ["message-2", "message-4"]
        assert await claim(unit.outbox, limit=2) == ["message-1"]
        assert await claim(unit.outbox, now=NOON + minutes(1)) == ["message-3"]
        assert (await kept(unit.outbox, "message-3")).lease_until == NOON + timedelta(seconds=LEASE)


async def test_of_workers_that_claim_at_once_none_gets_what_another_has(storages: tuple[Storage, Storage]) -> None:
    everything = [a_message(number) for number in range(150)]
    await queue(storages[0], *everything)

    async def work(storage: Storage, lease: str) -> list[str]:
        taken: list[str] = []
        while True:
            async with storage.unit() as unit:
                some = await claim(unit.outbox, lease, limit=7)
                await asyncio.sleep(0)
                await unit.commit()
            if not some:
                return taken
            taken += some

    shares = await asyncio.gather(*(work(storage, f"worker-{n}") for n, storage in enumerate(storages * 2)))
    taken = [message_id for share in shares for message_id in share]
    assert len(taken) == len(set(taken))
    # A worker may have found the last rows locked by another and gone home; nobody else is left out.
    assert set(taken) == {message.id for message in everything}


async def test_a_lease_keeps_others_off_until_it_is_over(storage: Storage) -> None:
    await queue(storage, a_message())
    async with storage.unit() as unit:
        assert await claim(unit.outbox, "worker-1") == ["message-1"]
        assert await claim(unit.outbox, "worker-2", at=NOON + timedelta(seconds=LEASE - 1)) == []
        assert await claim(unit.outbox, "worker-2", at=NOON + timedelta(seconds=LEASE)) == ["message-1"]


async def test_simulated_days_do_not_shorten_a_lease(storage: Storage) -> None:
    await queue(storage, a_message())
    async with storage.unit() as unit:
        assert await claim(unit.outbox, "worker-1") == ["message-1"]
        assert await claim(unit.outbox, "worker-2", now=NOON + timedelta(days=9)) == []


@pytest.mark.parametrize(("back", "taken"), [(timedelta(seconds=LEASE), []), (HOUR, ["message-1"])])
async def test_a_clock_that_is_set_back_does_not_freeze_a_row(
    storage: Storage, back: timedelta, taken: list[str]
) -> None:
    await queue(storage, a_message())
    async with storage.unit() as unit:
        assert await claim(unit.outbox, "worker-1") == ["message-1"]
        assert await claim(unit.outbox, "worker-2", at=NOON - back) == taken


async def test_just_before_its_post_a_message_is_sending_with_one_more_attempt(storage: Storage) -> None:
    await queue(storage, a_message(attempts=1))
    async with storage.unit() as unit:
        await claim(unit.outbox)
        assert await begin(unit.outbox, at=NOON + minutes(0.5))
        sending = await kept(unit.outbox)
        assert (sending.state, sending.attempts, sending.lease) == (MessageState.SENDING, 2, "worker-1")
        assert sending.lease_until == NOON + minutes(1.5)
        assert not await begin(unit.outbox, at=NOON + minutes(0.5))
        assert await kept(unit.outbox) == sending


async def test_a_worker_that_lost_its_lease_changes_nothing(storages: tuple[Storage, Storage]) -> None:
    await queue(storages[0], a_message())
    async with storages[0].unit() as unit:
        (mine,) = await unit.outbox.claim(NOON, lease="worker-1", lease_now=NOON, lease_seconds=LEASE, limit=1)
        await unit.commit()
    async with storages[1].unit() as unit:
        assert await claim(unit.outbox, "worker-2", at=NOON + minutes(2)) == ["message-1"]
        await unit.commit()
    async with storages[0].unit() as unit:
        before = await kept(unit.outbox)
        assert not await begin(unit.outbox, "worker-1", at=NOON + minutes(2))
        assert not await unit.outbox.settle(replace(mine, state=MessageState.SENT, sent_at=NOON), lease="worker-1")
        assert await kept(unit.outbox) == before
        assert await begin(unit.outbox, "worker-2", at=NOON + minutes(2))
        await unit.commit()


async def test_of_two_that_begin_at_once_with_one_lease_one_posts(storages: tuple[Storage, Storage]) -> None:
    await queue(storages[0], a_message())
    async with storages[0].unit() as unit:
        await claim(unit.outbox)
        await unit.commit()

    async def start(storage: Storage) -> bool:
        async with storage.unit() as unit:
            begun = await begin(unit.outbox)
            await asyncio.sleep(0.01)
            await unit.commit()
            return begun

    assert sorted(await asyncio.gather(*map(start, storages * 2))) == [False, False, False, True]


async def test_what_became_of_a_message_is_kept_as_given_and_the_lease_let_go(storage: Storage) -> None:
    await queue(storage, a_message())
    given: dict[str, Any] = {
        "state": MessageState.SENT,
        "not_before": NOON + minutes(3),
        "resends": 1,
        "sent_at": NOON + minutes(1),
        "activity_id": "activity",
        "why": Why.THROTTLED,
    }
    async with storage.unit() as unit:
        await claim(unit.outbox)
        await begin(unit.outbox)
        assert not await unit.outbox.settle(replace(a_message(), **given), lease="another")
        assert await unit.outbox.settle(replace(a_message(), **given), lease="worker-1")
        assert await kept(unit.outbox) == replace(a_message(), attempts=1, **given)
        assert not await unit.outbox.settle(replace(a_message(), **given), lease="worker-1")


async def test_a_message_that_was_put_off_is_claimed_again_when_its_time_comes(storage: Storage) -> None:
    await queue(storage, a_message())
    async with storage.unit() as unit:
        await claim(unit.outbox)
        await begin(unit.outbox)
        later = replace(a_message(), not_before=NOON + minutes(5), why=Why.THROTTLED)
        assert await unit.outbox.settle(later, lease="worker-1")
        assert await claim(unit.outbox, "worker-2", now=NOON + minutes(4)) == []
        assert await claim(unit.outbox, "worker-2", now=NOON + minutes(5)) == ["message-1"]


async def test_what_a_dead_worker_left_is_unknown_and_its_late_word_counts_no_more(storage: Storage) -> None:
    await queue(storage, a_message(1), a_message(2))
    async with storage.unit() as unit:
        await claim(unit.outbox)
        assert await begin(unit.outbox)
        assert await expire(unit.outbox, at=NOON + minutes(0.5)) == []
        assert await expire(unit.outbox, at=NOON + minutes(1)) == ["message-1"]
        assert await expire(unit.outbox, at=NOON + minutes(1)) == []
        unknown = await kept(unit.outbox)
        assert (unknown.state, unknown.why) == (MessageState.UNKNOWN, Why.NO_ANSWER)
        assert (unknown.lease, unknown.lease_until, unknown.attempts) == (None, None, 1)
        assert not await unit.outbox.settle(replace(unknown, state=MessageState.SENT), lease="worker-1")
        assert (await kept(unit.outbox, "message-2")).state is MessageState.PENDING


async def test_what_was_left_sending_before_the_clock_was_set_back_is_unknown_too(storage: Storage) -> None:
    await queue(storage, a_message())
    async with storage.unit() as unit:
        await claim(unit.outbox)
        await begin(unit.outbox)
        assert await expire(unit.outbox, at=NOON - HOUR) == ["message-1"]


async def test_of_workers_that_clear_up_at_once_one_gets_each_row(storages: tuple[Storage, Storage]) -> None:
    await queue(storages[0], *(a_message(number, state=MessageState.SENDING) for number in range(40)))

    async def clear(storage: Storage) -> list[str]:
        async with storage.unit() as unit:
            gone = await expire(unit.outbox, at=NOON)
            await asyncio.sleep(0.01)
            await unit.commit()
            return gone

    cleared = await asyncio.gather(*map(clear, storages * 2))
    assert sorted(chain.from_iterable(cleared)) == sorted(f"message-{number}" for number in range(40))


async def test_an_unknown_message_is_revived_once(storage: Storage) -> None:
    await queue(storage, a_message(state=MessageState.UNKNOWN, why=Why.NO_ANSWER, attempts=1))
    again = a_message(state=MessageState.PENDING, resends=1, not_before=NOON + minutes(2))
    async with storage.unit() as unit:
        assert await unit.outbox.revive(again)
        assert not await unit.outbox.revive(replace(again, resends=2))
        revived = await kept(unit.outbox)
        assert (revived.state, revived.resends, revived.attempts) == (MessageState.PENDING, 1, 1)
        assert await claim(unit.outbox, now=NOON + minutes(2)) == ["message-1"]


@pytest.mark.parametrize("state", [state for state in MessageState if state is not MessageState.UNKNOWN])
async def test_only_an_unknown_message_is_revived(storage: Storage, state: MessageState) -> None:
    await queue(storage, a_message(state=state))
    async with storage.unit() as unit:
        assert not await unit.outbox.revive(a_message(resends=1))
        assert await kept(unit.outbox) == a_message(state=state)


async def test_an_unknown_message_that_somebody_holds_is_not_revived(storage: Storage) -> None:
    await queue(storage, a_message(state=MessageState.UNKNOWN, lease="worker-1", lease_until=NOON))
    async with storage.unit() as unit:
        assert not await unit.outbox.revive(a_message(resends=1))


async def test_what_waits_for_a_case_is_cancelled_and_what_left_is_not(storage: Storage) -> None:
    await queue(
        storage,
        *(a_message(place, state=state) for place, state in enumerate(MessageState)),
        a_message(20, step_key="A10"),
        a_message(21, case_id="case-2"),
        a_message(22, case_id=None, step_key=None),
    )
    async with storage.unit() as unit:
        assert await unit.outbox.cancel(case_id="case-1", steps=["A03"], why=Why.SUPERSEDED) == 2
        assert await unit.outbox.cancel(case_id="case-1") == 1
        assert await unit.outbox.cancel(case_id="case-1") == 0
        for place, state in enumerate(MessageState):
            waits = state in {MessageState.PENDING, MessageState.BLOCKED}
            message = await kept(unit.outbox, f"message-{place}")
            assert message.state is (MessageState.CANCELLED if waits else state)
            assert message.why is (Why.SUPERSEDED if waits else None)
        assert (await kept(unit.outbox, "message-20")).why is Why.CHANGED
        assert await claim(unit.outbox) == ["message-21", "message-22"]


async def test_a_worker_cannot_bring_a_cancelled_message_back(storages: tuple[Storage, Storage]) -> None:
    await queue(storages[0], a_message())
    async with storages[0].unit() as unit:
        await claim(unit.outbox)
        await unit.commit()
    async with storages[1].unit() as unit:
        assert await unit.outbox.cancel(case_id="case-1") == 1
        await unit.commit()
    async with storages[0].unit() as unit:
        assert not await begin(unit.outbox)
        assert not await unit.outbox.settle(replace(a_message(), not_before=NOON + HOUR), lease="worker-1")
        assert (await kept(unit.outbox)).state is MessageState.CANCELLED


async def test_what_is_put_off_while_its_case_ends_is_cancelled_all_the_same(storages: tuple[Storage, Storage]) -> None:
    await queue(storages[0], a_message(1), a_message(2))

    async def end_case() -> int:
        async with storages[1].unit() as unit:
            cancelled = await unit.outbox.cancel(case_id="case-1")
            await unit.commit()
            return cancelled

    async with storages[0].unit() as unit:
        await claim(unit.outbox)
        await begin(unit.outbox)
        ending = asyncio.create_task(end_case())
        await asyncio.sleep(0.05)
        assert await unit.outbox.settle(a_message(1, not_before=NOON + HOUR), lease="worker-1")
        await unit.commit()
    await ending
    async with storages[0].unit() as unit:
        states = [(await kept(unit.outbox, message_id)).state for message_id in ("message-1", "message-2")]
    assert states == [MessageState.CANCELLED, MessageState.CANCELLED]


async def test_units_that_change_many_rows_at_once_do_not_meet_in_a_ring(storages: tuple[Storage, Storage]) -> None:
    await queue(storages[0], *(a_message(number, state=MessageState.BLOCKED) for number in range(300)))

    async def change(storage: Storage, place: int) -> int:
        async with storage.unit() as unit:
            if place % 2:
                changed = await unit.outbox.cancel(case_id="case-1")
            else:
                changed = await unit.outbox.unblock(LEADER, now=NOON)
            await unit.commit()
            return changed

    changed = await asyncio.gather(*(change(storage, place) for place, storage in enumerate(storages * 3)))
    assert sum(changed) in {300, 600}
    async with storages[0].unit() as unit:
        figures = await unit.outbox.figures(NOON)
    assert (figures.cancelled, figures.blocked) == (300, 0)


@pytest.mark.parametrize(
    ("changes", "is_newer"),
    [
        ({}, True),
        ({"created_at": NOON - HOUR}, True),
        ({"state": MessageState.SENT}, True),
        ({"state": MessageState.SENDING}, True),
        ({"state": MessageState.UNKNOWN}, True),
        ({"state": MessageState.BLOCKED}, True),
        ({"state": MessageState.CANCELLED}, False),
        ({"state": MessageState.FAILED}, False),
        ({"kind": MessageKind.TRANSFER_OFFER}, False),
        ({"case_id": "case-2"}, False),
        ({"step_key": "A10"}, False),
        ({"step_key": None}, False),
        ({"recipient_id": "another"}, False),
    ],
)
async def test_a_newer_message_about_the_same_is_told(
    storage: Storage, changes: dict[str, Any], is_newer: bool
) -> None:
    await queue(storage, a_message(1), a_message(2, **changes))
    async with storage.unit() as unit:
        assert await unit.outbox.newer(a_message(1)) is is_newer
        assert not await unit.outbox.newer(a_message(2, **changes))


async def test_a_newer_digest_is_told_though_it_is_about_no_case(storage: Storage) -> None:
    digest = a_message(1, kind=MessageKind.DIGEST, case_id=None, step_key=None)
    await queue(storage, digest)
    async with storage.unit() as unit:
        assert not await unit.outbox.newer(digest)
        await unit.outbox.add([a_message(2, kind=MessageKind.DIGEST, case_id=None, step_key=None)])
        assert await unit.outbox.newer(digest)
        assert not await unit.outbox.newer(a_message(9, kind=MessageKind.DIGEST, case_id=None, step_key=None))


async def test_whoever_writes_again_gets_what_was_blocked(storage: Storage) -> None:
    await queue(
        storage,
        a_message(1, state=MessageState.BLOCKED, why=Why.REFUSED, not_before=NOON + HOUR),
        a_message(2, state=MessageState.BLOCKED, why=Why.REFUSED, recipient_id="another"),
        a_message(3, state=MessageState.FAILED),
    )
    async with storage.unit() as unit:
        assert await unit.outbox.unblock(LEADER, now=NOON) == 1
        assert await unit.outbox.unblock(LEADER, now=NOON) == 0
        assert (await kept(unit.outbox)).why is None
        assert await claim(unit.outbox) == ["message-1"]


async def reserve(storage: Storage, *keys: tuple[str, float]) -> float:
    async with storage.unit() as unit:
        wait = await unit.outbox.reserve(keys)
        await unit.commit()
        return wait


def about(seconds: float) -> object:
    """The clock runs while the test does."""
    return pytest.approx(seconds, abs=3)


async def test_places_in_a_pace_lie_apart_and_replicas_share_them(storages: tuple[Storage, Storage]) -> None:
    waits = [await reserve(storage, ("all", 50.0)) for storage in storages * 2]
    assert waits[0] == 0.0
    assert waits == [about(0), about(50), about(100), about(150)]


async def test_places_taken_at_once_lie_apart_too(storages: tuple[Storage, Storage]) -> None:
    waits = await asyncio.gather(*(reserve(storage, ("b", 50.0), ("a", 1.0)) for storage in storages * 3))
    assert sorted(waits) == [about(50 * place) for place in range(6)]


async def test_the_latest_of_several_paces_counts(storage: Storage) -> None:
    assert await reserve(storage, ("conversation-1", 200.0), ("all", 50.0)) == 0.0
    assert await reserve(storage, ("conversation-2", 200.0), ("all", 50.0)) == about(50)
    assert await reserve(storage, ("conversation-1", 200.0), ("all", 50.0)) == about(200)
    assert await reserve(storage, ("all", 50.0)) == about(150)
    assert await reserve(storage) == 0.0


async def test_places_are_counted_in_fractions_of_a_second(storage: Storage) -> None:
    async with storage.unit() as unit:
        waits = [await unit.outbox.reserve([("all", 0.25)]) for _ in range(9)]
    assert waits[-1] == pytest.approx(2.0, abs=0.9)
    assert all(later > earlier for earlier, later in pairwise(waits))


async def test_time_that_passed_gives_no_burst(storage: Storage) -> None:
    await reserve(storage, ("all", 0.05))
    await asyncio.sleep(0.3)
    assert await reserve(storage, ("all", 50.0)) == 0.0
    assert await reserve(storage, ("all", 50.0)) == about(50)


async def test_a_place_far_ahead_is_forgotten(storage: Storage) -> None:
    assert await reserve(storage, ("all", 599.0)) == 0.0
    assert await reserve(storage, ("all", 30.0)) == about(599)
    assert await reserve(storage, ("all", 50.0)) == 0.0
    assert await reserve(storage, ("all", 50.0)) == about(50)


async def test_a_place_that_is_not_committed_is_given_back(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.outbox.reserve([("all", 50.0)])
    assert await reserve(storage, ("all", 50.0)) == 0.0


async def test_the_figures_count_every_message_once(storage: Storage) -> None:
    late = timedelta(seconds=LATE_SECONDS)
    messages = [
        a_message(1, due_at=NOON - late - minutes(1), not_before=NOON - late - minutes(1)),
        a_message(2, due_at=NOON),
        a_message(3, due_at=NOON - minutes(5), not_before=NOON + HOUR),
        a_message(4, due_at=NOON + minutes(1), not_before=NOON + minutes(1)),
        a_message(5, state=MessageState.SENDING, due_at=NOON - late - minutes(2)),
        a_message(6, state=MessageState.SENT, due_at=NOON - HOUR, sent_at=NOON - HOUR + late),
        a_message(7, state=MessageState.SENT, due_at=NOON - HOUR, sent_at=NOON - HOUR + late + minutes(1), resends=1),
        a_message(8, state=MessageState.SENT, due_at=NOON - HOUR, sent_at=NOON - HOUR - minutes(1)),
        a_message(9, state=MessageState.UNKNOWN, due_at=NOON - HOUR, resends=1),
        a_message(10, state=MessageState.BLOCKED, due_at=NOON - HOUR),
        a_message(11, state=MessageState.FAILED, due_at=NOON - HOUR),
        a_message(12, state=MessageState.CANCELLED, due_at=NOON - HOUR),
        a_message(13, state=MessageState.CANCELLED, due_at=NOON - HOUR),
    ]
    await queue(storage, *messages)
    async with storage.unit() as unit:
        figures = await unit.outbox.figures(NOON)
    assert figures == OutboxFigures(
        due=2,
        waiting=2,
        sending=1,
        sent=3,
        late=3,
        unknown=1,
        blocked=1,
        failed=1,
        cancelled=2,
        resent=2,
        oldest_due_seconds=LATE_SECONDS + 60,
    )
    states = (figures.sending, figures.sent, figures.unknown, figures.blocked, figures.failed, figures.cancelled)
    assert figures.due + figures.waiting + sum(states) == len(messages)


async def test_a_message_that_is_held_back_waits_and_is_not_overdue(storage: Storage) -> None:
    await queue(storage, a_message(1, due_at=NOON - HOUR, not_before=NOON + minutes(1)))
    async with storage.unit() as unit:
        held = await unit.outbox.figures(NOON)
        free = await unit.outbox.figures(NOON + minutes(3))
    assert (held.due, held.waiting, held.oldest_due_seconds) == (0, 1, 0.0)
    assert (free.due, free.waiting, free.oldest_due_seconds) == (1, 0, 120.0)


@pytest.mark.parametrize("why", sorted(HELD_UP))
async def test_the_age_of_what_a_fault_or_the_channel_holds_up_counts_from_when_it_was_due(
    storage: Storage, why: Why
) -> None:
    await queue(storage, a_message(1, due_at=NOON - HOUR, not_before=NOON + minutes(1), why=why))
    async with storage.unit() as unit:
        figures = await unit.outbox.figures(NOON)
    assert (figures.due, figures.waiting, figures.oldest_due_seconds) == (1, 0, 3600.0)


async def test_an_empty_outbox_has_figures_too(storage: Storage) -> None:
    async with storage.unit() as unit:
        figures = await unit.outbox.figures(NOON)
    assert (figures.due, figures.sent, figures.late, figures.oldest_due_seconds) == (0, 0, 0, 0.0)


async def test_whoever_was_not_reached_is_listed_the_oldest_first(storage: Storage) -> None:
    await queue(
        storage,
        *(a_message(place, state=state, due_at=NOON - minutes(place)) for place, state in enumerate(MessageState)),
    )
    async with storage.unit() as unit:
        missed = await unit.outbox.not_reached()
    assert [message.state for message in missed] == [MessageState.FAILED, MessageState.BLOCKED, MessageState.UNKNOWN]


async def test_the_latest_message_that_arrived_about_a_step_is_found(storage: Storage) -> None:
    about_it = {"case_id": "case-1", "step_key": "A03", "recipient_id": LEADER}
    await queue(
        storage,
        a_message(1, state=MessageState.SENT, sent_at=NOON + minutes(5), activity_id="latest"),
        a_message(2, state=MessageState.SENT, sent_at=NOON + minutes(1)),
        a_message(3),
        a_message(4, state=MessageState.SENT, sent_at=NOON + HOUR, step_key="A10"),
        a_message(5, state=MessageState.SENT, sent_at=NOON + HOUR, recipient_id="another"),
        a_message(6, state=MessageState.SENT, sent_at=NOON + HOUR, case_id="case-2"),
    )
    async with storage.unit() as unit:
        latest = await unit.outbox.last_sent(**about_it)
        assert latest is not None
        assert latest.activity_id == "latest"
        assert await unit.outbox.last_sent(**{**about_it, "step_key": "A18"}) is None


async def test_finished_messages_are_forgotten_after_a_while_and_others_never(storage: Storage) -> None:
    await reserve(storage, ("all", 50.0))
    await queue(
        storage,
        *(a_message(place, state=state, due_at=NOON - HOUR) for place, state in enumerate(MessageState)),
        a_message(20, state=MessageState.SENT, due_at=NOON),
    )
    async with storage.unit() as unit:
        assert await unit.outbox.forget_before(NOON) == len(MessageState) - 2
        figures = await unit.outbox.figures(NOON)
        assert (figures.due, figures.sending, figures.sent, figures.cancelled) == (1, 1, 1, 0)
        assert await unit.outbox.reserve([("all", 50.0)]) == about(50)


async def test_what_is_sent_in_bulk_lets_everything_else_go_first(storage: Storage) -> None:
    await queue(storage, a_message(1, bulk=True), a_message(2, due_at=NOON + minutes(5), not_before=NOON + minutes(5)))
    async with storage.unit() as unit:
        later = NOON + minutes(10)
        assert await claim(unit.outbox, now=later, limit=1) == ["message-2"]
        assert await claim(unit.outbox, now=later, limit=1) == ["message-1"]


async def test_messages_about_a_subject_are_found_by_kind_and_recipient(storage: Storage) -> None:
    about = {"case_id": None, "step_key": None, "subject_id": "request"}
    sent = a_message(1, **about, kind=MessageKind.REQUEST_NEW, conversation_id="channel", replaces="card", bulk=True)
    other = a_message(2, **about, kind=MessageKind.REQUEST_WAITING, recipient_id="somebody-else")
    await queue(storage, sent, other, a_message(3))
    async with storage.unit() as unit:
        assert await unit.outbox.about("request") == (sent, other)
        assert await unit.outbox.about("request", kinds=[MessageKind.REQUEST_NEW]) == (sent,)
        assert await unit.outbox.about("request", recipient_id="somebody-else") == (other,)
        assert await unit.outbox.about("another") == ()


async def test_thousands_about_a_subject_are_found_without_holding_up_everybody_else(storage: Storage) -> None:
    about = {"case_id": None, "step_key": None, "subject_id": "campaign", "kind": MessageKind.CAMPAIGN, "bulk": True}
    for start in range(0, THOUSANDS, 250):
        await queue(storage, *(a_message(number, **about) for number in range(start, start + 250)))
    turns: list[float] = []

    async def others() -> None:
        while True:
            before = time.thread_time()  # what this thread worked for, however busy the machine is
            await asyncio.sleep(0.001)
            turns.append(time.thread_time() - before)

    async with storage.unit() as unit:
        waiting = asyncio.create_task(others())
        found = await unit.outbox.about("campaign")
        await asyncio.sleep(0.01)
        waiting.cancel()
    assert [message.id for message in found] == [f"message-{number}" for number in range(THOUSANDS)]
    assert max(turns) < 0.1


async def test_cancelling_a_subject_stops_what_has_not_left_and_nothing_else(storage: Storage) -> None:
    about = {"case_id": None, "step_key": None, "subject_id": "journey", "kind": MessageKind.JOURNEY_WEEK}
    await queue(
        storage,
        a_message(1, **about),
        a_message(2, **about, state=MessageState.SENT, sent_at=NOON),
        a_message(3, **about, state=MessageState.BLOCKED, recipient_id="somebody-else"),
        a_message(4),
    )
    async with storage.unit() as unit:
        assert await unit.outbox.cancel_about("journey", recipient_id="somebody-else") == 1
        assert await unit.outbox.cancel_about("journey", kinds=[MessageKind.JOURNEY_ITEM]) == 0
        assert await unit.outbox.cancel_about("journey") == 1
        states = [message.state for message in await unit.outbox.about("journey")]
        assert states == [MessageState.CANCELLED, MessageState.SENT, MessageState.CANCELLED]
        assert (await kept(unit.outbox, "message-4")).state is MessageState.PENDING


async def test_what_was_sent_in_bulk_is_kept_until_its_subject_is_deleted(storage: Storage) -> None:
    sent = {"state": MessageState.SENT, "sent_at": NOON}
    await queue(storage, a_message(1, **sent, subject_id="request", bulk=True), a_message(2, **sent))
    async with storage.unit() as unit:
        assert await unit.outbox.forget_before(NOON + HOUR) == 1
        assert await unit.outbox.delete_about("request") == 1
        assert await unit.outbox.about("request") == ()
