"""Campaigns and their recipients on every storage."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hr.absence.model import Away
from hr.campaigns.model import WITHDRAWAL, Audience, Campaign, CampaignState, Group, Recipient
from hr.outbox.model import MessageKind, MessageState, OutboxMessage, Why
from hr.ports import Storage
from tests.contract.absence_builders import a_case, a_step

NOW = datetime(2027, 2, 1, 8, tzinfo=UTC)
WEEK = date(2027, 2, 1)
ID, OTHER = "a" * 32, "b" * 32
HOUR = timedelta(hours=1)


def campaign(campaign_id: str = ID, **changes: Any) -> Campaign:
    values: dict[str, Any] = {
        "id": campaign_id,
        "title": "Nu begynder MUS",
        "text": "Book samtaler.",
        "audience": Audience(groups=frozenset({Group.LEADERS, Group.TR}), areas=frozenset({"Skole"})),
        "composer_id": "nora",
        "created_at": NOW,
        "changed_at": NOW,
    }
    return Campaign(**{**values, **changes})


def recipient(person_id: str, campaign_id: str = ID, **changes: Any) -> Recipient:
    values: dict[str, Any] = {"campaign_id": campaign_id, "person_id": person_id, "week": WEEK}
    return Recipient(**{**values, **changes})


def message(person_id: str, campaign_id: str = ID, **changes: Any) -> OutboxMessage:
    kind = changes.get("kind", MessageKind.CAMPAIGN)
    values: dict[str, Any] = {
        "id": f"{kind.value}-{campaign_id[:1]}-{person_id}",
        "kind": MessageKind.CAMPAIGN,
        "key": f"{kind.value}:{campaign_id}:{person_id}",
        "recipient_id": person_id,
        "subject_id": campaign_id,
        "bulk": True,
        "due_at": NOW,
        "not_before": NOW,
        "created_at": NOW,
    }
    return OutboxMessage(**{**values, **changes})


def nudge(person_id: str, at: datetime, **changes: Any) -> OutboxMessage:
    values = {"kind": MessageKind.NUDGE, "subject_id": None, "bulk": False, "due_at": at, "not_before": at}
    return message(person_id, **{**values, "id": f"n-{person_id}-{at:%H%M}", "key": f"n-{person_id}-{at}", **changes})


async def keep(
    storage: Storage, *campaigns: Campaign, people: tuple[Recipient, ...] = (), rows: tuple[OutboxMessage, ...] = ()
) -> None:
    async with storage.unit() as unit:
        for one in campaigns:
            await unit.campaigns.add(one)
        await unit.campaigns.add_recipients(people)
        await unit.outbox.add(rows)
        await unit.commit()


async def test_a_campaign_comes_back_as_it_was_kept(storage: Storage) -> None:
    full = campaign(
        approver_id="lone",
        source="mus",
        acknowledgement=True,
        mandatory=True,
        deadline=date(2027, 4, 30),
        send_at=NOW,
        template="C01",
        state=CampaignState.PAUSED,
        version=3,
        size=7,
        frozen_at=NOW,
        rounds=2,
        closing=True,
    )
    await keep(storage, full, campaign(OTHER))
    async with storage.unit() as unit:
        assert await unit.campaigns.find(ID) == full
        assert await unit.campaigns.find(ID, lock=True) == full
        assert await unit.campaigns.find(OTHER) == campaign(OTHER)
        assert await unit.campaigns.find("c" * 32) is None


async def test_a_change_takes_the_place_of_what_was_kept_and_nothing_is_added_by_it(storage: Storage) -> None:
    await keep(storage, campaign())
    changed = campaign(title="Nyt", version=2, changed_at=NOW + HOUR)
    async with storage.unit() as unit:
        await unit.campaigns.save(changed)
        await unit.campaigns.save(campaign(OTHER))
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.campaigns.latest(limit=9) == (changed,)


async def test_the_last_changed_comes_first_and_the_earliest_due_is_sent_first(storage: Storage) -> None:
    scheduled = {"state": CampaignState.SCHEDULED}
    early = campaign(ID, send_at=NOW - HOUR, **scheduled)
    late = campaign(OTHER, send_at=NOW, changed_at=NOW + HOUR, **scheduled)
    coming = campaign("c" * 32, send_at=NOW + HOUR, changed_at=NOW - HOUR, **scheduled)
    await keep(storage, late, early, coming, campaign("d" * 32, changed_at=NOW - 2 * HOUR))
    async with storage.unit() as unit:
        assert [one.id[0] for one in await unit.campaigns.latest(limit=3)] == ["b", "a", "c"]
        assert await unit.campaigns.due(NOW) == early
        assert await unit.campaigns.due(NOW - 2 * HOUR) is None


async def test_what_is_planned_up_to_a_moment_comes_in_the_order_of_sending(storage: Storage) -> None:
    scheduled = {"state": CampaignState.SCHEDULED}
    await keep(
        storage,
        campaign("c" * 32, send_at=NOW, **scheduled),
        campaign("a" * 32, send_at=NOW + HOUR, **scheduled),
        campaign("b" * 32, send_at=NOW - HOUR, **scheduled),
        campaign("d" * 32, send_at=NOW),
    )
    async with storage.unit() as unit:
        assert [one.id[0] for one in await unit.campaigns.planned(before=NOW)] == ["b"]
        assert [one.id[0] for one in await unit.campaigns.planned(before=NOW + 2 * HOUR)] == ["b", "c", "a"]


async def test_a_later_week_of_one_recipient_is_given_back(storage: Storage) -> None:
    await keep(storage, campaign(), campaign(OTHER), people=(recipient("p1"), recipient("p2")))
    async with storage.unit() as unit:
        await unit.campaigns.free_later(ID, "p1", after=WEEK)
        await unit.campaigns.free_later(ID, "p2", after=WEEK - timedelta(days=7))
        assert await unit.campaigns.taken(WEEK) == {"p1"}


async def test_of_two_units_one_sends_a_campaign(storages: tuple[Storage, Storage]) -> None:
    await keep(storages[0], campaign(state=CampaignState.SCHEDULED, send_at=NOW))

    async def send(storage: Storage) -> bool:
        async with storage.unit() as unit:
            found = await unit.campaigns.due(NOW)
            if found is None:
                return False
            await asyncio.sleep(0.05)
            await unit.campaigns.save(replace(found, state=CampaignState.SENDING))
            await unit.commit()
        return True

    assert sorted(await asyncio.gather(*map(send, storages))) == [False, True]


async def test_no_two_campaigns_take_the_same_week_of_a_person(storage: Storage) -> None:
    await keep(storage, campaign(), campaign(OTHER), people=(recipient("p1"), recipient("p2")))
    async with storage.unit() as unit:
        added = [recipient(one, OTHER) for one in ("p2", "p3")]
        assert await unit.campaigns.add_recipients(added) == {"p3"}
        assert await unit.campaigns.taken(WEEK) == {"p1", "p2", "p3"}
        later = WEEK + timedelta(days=7)
        assert await unit.campaigns.add_recipients([recipient("p2", OTHER, week=later, deferred=True)]) == {"p2"}
        assert await unit.campaigns.deferred(OTHER) == 1
        assert [one.person_id for one in await unit.campaigns.recipients(OTHER)] == ["p2", "p3"]


async def test_of_two_campaigns_that_are_sent_at_once_one_gets_the_week(storages: tuple[Storage, Storage]) -> None:
    await keep(storages[0], campaign(), campaign(OTHER))
    people = [f"p{number:03}" for number in range(120)]

    async def take(storage: Storage, campaign_id: str) -> int:
        async with storage.unit() as unit:
            kept = await unit.campaigns.add_recipients([recipient(one, campaign_id) for one in people])
            await unit.commit()
        return len(kept)

    assert sum(await asyncio.gather(take(storages[0], ID), take(storages[1], OTHER))) == len(people)


async def test_a_campaign_moves_to_another_week_unless_that_is_taken(storage: Storage) -> None:
    later = WEEK + timedelta(days=7)
    people = (recipient("p1"), recipient("p2"), recipient("p2", OTHER, week=later))
    await keep(storage, campaign(), campaign(OTHER), people=people)
    async with storage.unit() as unit:
        assert await unit.campaigns.move(ID, ["p1", "p2", "p9"], week=later) == {"p1"}
        assert await unit.campaigns.move(ID, ["p1"], week=later) == {"p1"}
        assert await unit.campaigns.taken(WEEK) == {"p2"}


async def test_weeks_are_given_back_of_those_whom_nothing_reached(storage: Storage) -> None:
    people = tuple(recipient(one) for one in ("sent", "sending", "unknown", "cancelled", "blocked"))
    rows = tuple(message(one.person_id, state=MessageState(one.person_id)) for one in people)
    await keep(storage, campaign(), people=people, rows=rows)
    async with storage.unit() as unit:
        assert await unit.campaigns.free_weeks(ID, after=WEEK) == 2
        assert await unit.campaigns.taken(WEEK) == {"sent", "sending", "unknown"}
        assert await unit.campaigns.free_weeks(ID, after=WEEK) == 0


async def test_an_acknowledgement_is_kept_once_and_of_recipients_only(storage: Storage) -> None:
    await keep(storage, campaign(), people=(recipient("p1"), recipient("p2")))
    async with storage.unit() as unit:
        assert await unit.campaigns.acknowledge(ID, "p1", at=NOW)
        assert not await unit.campaigns.acknowledge(ID, "p1", at=NOW + HOUR)
        assert not await unit.campaigns.acknowledge(ID, "p9", at=NOW)
        assert not await unit.campaigns.acknowledge(OTHER, "p1", at=NOW)
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.campaigns.acknowledged(ID) == 1
        assert await unit.campaigns.recipient(ID, "p1") == recipient("p1", acknowledged_at=NOW)
        assert await unit.campaigns.recipient(ID, "p9") is None


async def test_who_was_reached_and_has_not_acknowledged(storage: Storage) -> None:
    people = (recipient("p1"), recipient("p2"), recipient("p3", acknowledged_at=NOW))
    rows = (
        message("p1", state=MessageState.SENT),
        message("p2", state=MessageState.BLOCKED),
        message("p3", state=MessageState.SENT),
    )
    await keep(storage, campaign(), people=people, rows=rows)
    async with storage.unit() as unit:
        assert await unit.campaigns.unacknowledged(ID) == ("p1",)


async def test_what_must_be_known_before_a_message_leaves_comes_in_one_look(storage: Storage) -> None:
    kept = campaign(state=CampaignState.SENDING, acknowledgement=True, deadline=date(2027, 3, 1), frozen_at=NOW)
    rows = (
        nudge("p1", NOW - HOUR / 2, state=MessageState.SENT, sent_at=NOW - HOUR / 2),
        nudge("p1", NOW + HOUR / 2),
        nudge("p2", NOW + HOUR / 2, state=MessageState.CANCELLED),
        nudge("p2", NOW - 2 * HOUR, state=MessageState.SENT, sent_at=NOW - 2 * HOUR),
        nudge("p2", NOW + 2 * HOUR),
        nudge("p3", NOW - HOUR / 4),
    )
    people = tuple(recipient(one) for one in ("p1", "p2", "p3"))
    await keep(storage, kept, people=people, rows=rows)
    async with storage.unit() as unit:
        standing = await unit.campaigns.standing(ID, "p1", now=NOW)
        assert standing is not None
        assert (standing.state, standing.version, standing.acknowledgement) == (CampaignState.SENDING, 1, True)
        assert (standing.deadline, standing.frozen_at, standing.week) == (date(2027, 3, 1), NOW, WEEK)
        assert sorted(standing.nudged_at) == [NOW - HOUR / 2, NOW + HOUR / 2]
        others = [await unit.campaigns.standing(ID, one, now=NOW) for one in ("p2", "p3")]
        assert [one.nudged_at for one in others if one is not None] == [(), (NOW,)]
        assert await unit.campaigns.standing(ID, "p9", now=NOW) is None
        assert await unit.campaigns.standing(OTHER, "p1", now=NOW) is None


async def test_reminders_that_are_to_come_count_for_the_leader_and_for_the_deputy(storage: Storage) -> None:
    coming = a_case("c1", a_step(next_nudge_at=NOW + HOUR / 2), owner_id="p1")
    away_now = Away(leader_id="p1", from_day=date(2027, 1, 30), to_day=date(2027, 2, 5), deputy_id="p2")
    await keep(storage, campaign(), people=tuple(recipient(one) for one in ("p1", "p2", "p3")))
    async with storage.unit() as unit:
        await unit.cases.add(coming)
        await unit.choices.save_away(away_now)
        await unit.outbox.add([nudge("p3", NOW, state=MessageState.SENT, sent_at=NOW), nudge("p3", NOW + 9 * HOUR)])
        await unit.commit()
    async with storage.unit() as unit:
        found = [await unit.campaigns.standing(ID, one, now=NOW) for one in ("p1", "p2")]
        assert [one.nudged_at for one in found if one is not None] == [(NOW + HOUR / 2,)] * 2
        near = await unit.campaigns.nudges(after=NOW - HOUR, before=NOW + HOUR)
        assert sorted(near) == [("p1", NOW + HOUR / 2), ("p2", NOW + HOUR / 2), ("p3", NOW)]


async def test_what_has_arrived_is_taken_back_once(storage: Storage) -> None:
    sent = {"state": MessageState.SENT}
    taken_back = message("p2", activity_id="x3", **sent)
    rows = (
        message("p1", activity_id="x1", **sent),
        message("p1", kind=MessageKind.CAMPAIGN_REMINDER, activity_id="x2", **sent),
        taken_back,
        message("p3"),
        message("p2", kind=MessageKind.CAMPAIGN_WITHDRAWAL, replaces="x3", key=f"{WITHDRAWAL}{taken_back.id}"),
        message("p4", OTHER, activity_id="x4", **sent),
    )
    await keep(storage, campaign(), rows=rows)
    async with storage.unit() as unit:
        arrived = await unit.campaigns.arrived(ID, limit=9)
        assert [(one.person_id, one.activity_id) for one in arrived] == [("p1", "x1"), ("p1", "x2")]
        assert len(await unit.campaigns.arrived(ID, limit=1)) == 1


async def test_a_campaign_is_at_its_end_when_nothing_is_on_its_way(storage: Storage) -> None:
    closing = {"closing": True, "state": CampaignState.SENDING}
    withdrawn = {"closing": True, "state": CampaignState.WITHDRAWN}
    await keep(
        storage,
        campaign("a" * 32, **closing),
        campaign("b" * 32, **closing),
        campaign("c" * 32, closing=True, state=CampaignState.PAUSED),
        campaign("d" * 32, **withdrawn),
        campaign("e" * 32, **withdrawn),
        campaign("f" * 32, state=CampaignState.DONE),
        rows=(
            message("p1", "a" * 32, state=MessageState.BLOCKED),
            message("p1", "b" * 32, state=MessageState.SENDING),
            message("p2", "d" * 32, state=MessageState.SENT, activity_id="x"),
            message("p3", "e" * 32, state=MessageState.UNKNOWN),
        ),
    )
    async with storage.unit() as unit:
        assert [one.id[0] for one in await unit.campaigns.closed(limit=9)] == ["a", "e"]
        found = await unit.campaigns.withdrawing()
        assert found is not None
        assert found.id == "d" * 32


async def test_what_is_old_and_over_goes_with_its_recipients(storage: Storage) -> None:
    old, new = NOW - 10 * HOUR, NOW
    await keep(
        storage,
        campaign("a" * 32, state=CampaignState.DONE, changed_at=old),
        campaign("b" * 32, state=CampaignState.DONE, changed_at=new),
        campaign("c" * 32, state=CampaignState.SCHEDULED, send_at=NOW, changed_at=old),
        campaign("d" * 32, state=CampaignState.WITHDRAWN, closing=True, changed_at=old),
        campaign("e" * 32, changed_at=old + HOUR),
        campaign("f" * 32, state=CampaignState.PAUSED, closing=True, changed_at=old + 2 * HOUR),
        campaign("0" * 32, state=CampaignState.WAITING_APPROVAL, changed_at=old + 3 * HOUR),
        people=(recipient("p1", "a" * 32),),
    )
    async with storage.unit() as unit:
        expired = await unit.campaigns.expired(NOW - HOUR, limit=9)
        assert [one[0] for one in expired] == ["a", "e", "f", "0"]
        assert await unit.campaigns.expired(NOW - HOUR, limit=1) == ("a" * 32,)
        assert await unit.campaigns.delete("a" * 32)
        assert not await unit.campaigns.delete("a" * 32)
        assert await unit.campaigns.recipients("a" * 32) == ()


async def test_messages_about_a_subject_are_counted_by_state_and_why(storage: Storage) -> None:
    blocked = {"state": MessageState.BLOCKED, "why": Why.NOT_INSTALLED}
    rows = (
        message("p1"),
        message("p2"),
        message("p3", **blocked),
        message("p4", state=MessageState.SENT),
        message("p4", kind=MessageKind.CAMPAIGN_REMINDER),
        message("p5", OTHER),
    )
    await keep(storage, rows=rows)
    async with storage.unit() as unit:
        assert dict(await unit.outbox.counts_about(ID, kind=MessageKind.CAMPAIGN)) == {
            (MessageState.PENDING, None): 2,
            (MessageState.BLOCKED, Why.NOT_INSTALLED): 1,
            (MessageState.SENT, None): 1,
        }
        assert dict(await unit.outbox.counts_about("c" * 32, kind=MessageKind.CAMPAIGN)) == {}


async def test_what_is_held_stays_and_leaves_when_it_is_due_after_that(storage: Storage) -> None:
    later = NOW + 48 * HOUR
    rows = (
        message("p1"),
        message("p2", due_at=later, not_before=later),
        message("p3", state=MessageState.SENT),
        message("p4", kind=MessageKind.CAMPAIGN_NOTICE),
        message("p5", OTHER),
    )
    await keep(storage, rows=rows)
    held = {"kinds": [MessageKind.CAMPAIGN], "until": datetime(9000, 1, 1, tzinfo=UTC)}
    async with storage.unit() as unit:
        claim = {"lease": "w", "lease_now": NOW, "lease_seconds": 60.0, "limit": 9}
        claimed = await unit.outbox.claim(NOW, **claim)
        assert await unit.outbox.hold_about(ID, **held) == 2
        (mine,) = [one for one in claimed if one.recipient_id == "p1"]
        assert not await unit.outbox.begin(mine.id, lease="w", lease_now=NOW, lease_seconds=60)
        assert {one.recipient_id for one in await unit.outbox.claim(NOW, **{**claim, "lease": "v"})} == set()
        await unit.commit()
    async with storage.unit() as unit:
        released = await unit.outbox.release_about(ID, kinds=[MessageKind.CAMPAIGN], now=NOW + HOUR)
        assert released == 2
        found = {one.recipient_id: one.not_before for one in await unit.outbox.about(ID)}
        assert (found["p1"], found["p2"], found["p3"]) == (NOW + HOUR, later, NOW)
