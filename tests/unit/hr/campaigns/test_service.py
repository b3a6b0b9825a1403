"""A campaign from its first word to its end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hr.audit.model import Deed as AuditDeed
from hr.audit.model import Purpose
from hr.campaigns.model import Audience, CampaignState, Group
from hr.campaigns.views import NotReached
from hr.clock import COPENHAGEN
from hr.errors import CampaignFault, CampaignMovedOnError, CampaignNotFoundError, InvalidCampaignError, NotInHrError
from hr.outbox.model import MessageKind, MessageState, OutboxMessage, Why
from tests.unit.hr.campaigns.builders import CHIEF, HR, LONE, MONDAY, NORA, House, leaders, written

OTHER_WORDS = written(text="Noget andet.")


async def test_everyone_of_the_audience_gets_it_once_and_the_numbers_say_so() -> None:
    house = House()
    campaign = await house.sent()
    assert (campaign.state, campaign.size) == (CampaignState.SENDING, 4)
    assert (await house.progress(campaign.id)).counts.pending == 4
    assert await house.deliver() == 4
    assert await house.service.chores.queue_due() == 1
    view = await house.progress(campaign.id)
    assert (view.campaign.state, view.counts.reached, view.counts.total) == (CampaignState.DONE, 4, 4)
    assert await house.notices(campaign.id) == [(NORA, "finished")]
    assert await house.service.chores.queue_due() == 0


async def test_who_joins_while_it_is_sent_does_not_get_it_and_who_leaves_is_counted() -> None:
    house = House()
    campaign = await house.sent()
    house.staffed((*HR, *leaders(6)[1:]))
    await house.deliver()
    counts = (await house.progress(campaign.id)).counts
    assert (counts.reached, dict(counts.not_reached), counts.total) == (3, {NotReached.LEFT: 1}, 4)


async def test_the_number_of_recipients_is_known_before_anything_is_sent() -> None:
    house = House()
    view = await house.draft(audience=Audience(groups=frozenset({Group.LEADERS}), areas=frozenset({"Skole"})))
    assert (view.count, view.deferred, view.needs_approval) == (4, 0, False)
    assert await house.messages(view.campaign.id) == ()


async def test_a_campaign_for_nobody_is_refused() -> None:
    house = House()
    view = await house.draft(audience=Audience(groups=frozenset({Group.TR})))
    with pytest.raises(InvalidCampaignError) as fault:
        await house.service.sending.send(NORA, view.campaign.id)
    assert fault.value.faults == (CampaignFault.NO_RECIPIENTS,)


async def test_an_audience_that_is_empty_when_the_time_comes_is_told_and_nothing_is_sent() -> None:
    house = House()
    view = await house.draft(send_at=MONDAY + timedelta(hours=2))
    await house.service.sending.send(NORA, view.campaign.id)
    house.staffed(HR)
    house.later(hours=3)
    await house.service.chores.queue_due()
    assert (await house.campaign(view.campaign.id)).state is CampaignState.CANCELLED
    assert await house.notices(view.campaign.id) == [(NORA, "empty")]


async def test_a_scheduled_campaign_leaves_at_its_time_and_not_before() -> None:
    house = House()
    view = await house.draft(send_at=MONDAY + timedelta(hours=2))
    sent = await house.service.sending.send(NORA, view.campaign.id)
    assert sent.state is CampaignState.SCHEDULED
    assert await house.service.chores.queue_due() == 0
    house.later(hours=2)
    assert await house.service.chores.queue_due() == 1


async def test_a_campaign_of_the_evening_waits_for_the_morning() -> None:
    house = House()
    house.clock.moment = datetime(2027, 2, 5, 18, 0, tzinfo=UTC)  # a Friday
    campaign = await house.sent()
    (first, *_) = await house.messages(campaign.id)
    assert first.not_before.astimezone(COPENHAGEN) == datetime(2027, 2, 8, 7, 30, tzinfo=COPENHAGEN)


# approval


async def test_a_large_campaign_waits_for_somebody_else_in_hr() -> None:
    house = House(approval_size=3)
    view = await house.draft()
    assert view.needs_approval
    sent = await house.service.sending.send(NORA, view.campaign.id)
    assert sent.state is CampaignState.WAITING_APPROVAL
    assert sorted(await house.notices(view.campaign.id)) == [(CHIEF, "approve"), (LONE, "approve")]
    with pytest.raises(CampaignNotFoundError):
        await house.service.sending.approve(NORA, view.campaign.id)
    approved = await house.service.sending.approve(LONE, view.campaign.id)
    assert (approved.state, approved.approver_id) == (CampaignState.SCHEDULED, LONE)
    assert await house.service.chores.queue_due() == 1


async def test_of_two_who_approve_at_once_one_is_told_that_it_has_moved_on() -> None:
    house = House(approval_size=3)
    view = await house.draft()
    await house.service.sending.send(NORA, view.campaign.id)
    ends = await asyncio.gather(
        *(house.service.sending.approve(who, view.campaign.id) for who in (LONE, CHIEF)), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ends) == ["Campaign", "CampaignMovedOnError"]


async def test_whoever_changed_a_draft_cannot_approve_it() -> None:
    house = House(approval_size=3)
    view = await house.draft()
    await house.service.composing.save(LONE, OTHER_WORDS, campaign_id=view.campaign.id)
    await house.service.sending.send(LONE, view.campaign.id)
    with pytest.raises(CampaignNotFoundError):
        await house.service.sending.approve(LONE, view.campaign.id)
    await house.service.sending.approve(NORA, view.campaign.id)


async def test_a_campaign_that_is_given_back_is_a_draft_again_with_word_to_its_writer() -> None:
    house = House(approval_size=3)
    view = await house.draft()
    await house.service.sending.send(NORA, view.campaign.id)
    back = await house.service.sending.give_back(LONE, view.campaign.id)
    assert back.state is CampaignState.DRAFT
    assert (NORA, "given_back") in await house.notices(view.campaign.id)


async def test_an_audience_that_has_grown_past_the_limit_waits_for_approval_after_all() -> None:
    house = House(approval_size=4)
    view = await house.draft(send_at=MONDAY + timedelta(hours=1))
    await house.service.sending.send(NORA, view.campaign.id)
    house.staffed((*HR, *leaders(9)))
    house.later(hours=2)
    await house.service.chores.queue_due()
    assert (await house.campaign(view.campaign.id)).state is CampaignState.WAITING_APPROVAL
    await house.service.sending.approve(LONE, view.campaign.id)
    await house.service.chores.queue_due()
    assert (await house.campaign(view.campaign.id)).size == 9


async def test_a_card_that_shows_an_older_version_sends_nothing() -> None:
    house = House()
    view = await house.draft()
    await house.service.composing.save(NORA, OTHER_WORDS, campaign_id=view.campaign.id)
    with pytest.raises(CampaignMovedOnError):
        await house.service.sending.send(NORA, view.campaign.id, version=view.campaign.version)


# one a week, never beside a reminder about absence


async def test_who_has_a_campaign_that_week_gets_the_next_one_the_week_after_and_hr_is_told() -> None:
    house = House()
    await house.sent(audience=Audience(people=frozenset({"l0", "l1"})))
    await house.deliver()
    before = await house.draft()
    assert (before.count, before.deferred) == (4, 2)
    campaign = await house.sent()
    assert (NORA, "deferred") in await house.notices(campaign.id)
    due = {one.recipient_id: one.due_at for one in await house.messages(campaign.id)}
    next_monday = MONDAY + timedelta(days=7)
    assert due == {"l0": next_monday, "l1": next_monday, "l2": MONDAY, "l3": MONDAY}
    assert (await house.progress(campaign.id)).deferred == 2


async def test_a_third_campaign_waits_for_the_week_after_next() -> None:
    house = House()
    campaigns = [await house.sent() for _ in range(3)]
    due = [{one.due_at for one in await house.messages(one.id)} for one in campaigns]
    assert due == [{MONDAY}, {MONDAY + timedelta(days=7)}, {MONDAY + timedelta(days=14)}]


async def test_a_cancelled_campaign_gives_its_weeks_back_but_for_those_it_reached() -> None:
    house = House()
    campaign = await house.sent()
    await house.deliver(limit=1)
    await house.service.sending.cancel(NORA, campaign.id)
    view = await house.draft()
    assert view.deferred == 1


async def test_a_message_that_was_held_up_into_another_week_does_not_come_beside_another_campaign() -> None:
    house = House(people=(*HR, *leaders(1)))
    late = await house.sent()
    house.later(days=7)
    other = await house.sent()
    assert await house.deliver() == 1
    (kept,) = await house.messages(other.id)
    (waiting,) = await house.messages(late.id)
    assert kept.state is MessageState.SENT
    assert (waiting.state, waiting.not_before) == (MessageState.PENDING, MONDAY + timedelta(days=14))


def nudge(moment: datetime, **changes: object) -> OutboxMessage:
    row = OutboxMessage(
        id=f"nudge-{moment:%d%H%M}",
        kind=MessageKind.NUDGE,
        key=f"nudge-{moment.isoformat()}",
        recipient_id="l0",
        due_at=moment,
        not_before=moment,
        created_at=moment,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


async def test_no_message_is_queued_within_an_hour_of_a_reminder_about_absence() -> None:
    house = House()
    async with house.storage.unit() as unit:
        await unit.outbox.add([nudge(MONDAY + timedelta(minutes=40))])
        await unit.commit()
    campaign = await house.sent()
    waits = {one.recipient_id: one.not_before - one.due_at for one in await house.messages(campaign.id)}
    assert waits == {"l0": timedelta(minutes=100), "l1": timedelta(0), "l2": timedelta(0), "l3": timedelta(0)}


@pytest.mark.parametrize(
    ("minutes", "state", "waits"),
    [
        (-30, MessageState.SENT, True),
        (-61, MessageState.SENT, False),
        (30, MessageState.PENDING, True),
        (61, MessageState.PENDING, False),
        (-30, MessageState.CANCELLED, False),
    ],
)
async def test_reminders_about_absence_are_looked_at_once_more_before_a_message_leaves(
    minutes: int, state: MessageState, waits: bool
) -> None:
    house = House(people=(*HR, *leaders(1)))
    campaign = await house.sent()
    at = MONDAY + timedelta(minutes=minutes)
    async with house.storage.unit() as unit:
        sent_at = at if state is MessageState.SENT else None
        await unit.outbox.add([nudge(at, state=state, sent_at=sent_at)])
        (message,) = await unit.outbox.about(campaign.id)
        verdict = await house.service.receiving.allowed(unit, message)
    assert getattr(verdict, "at", None) == (MONDAY + timedelta(hours=1) if waits else None)


# pause, cancel, withdraw


async def test_what_is_paused_stays_until_hr_goes_on_and_leaves_at_once_then() -> None:
    house = House()
    campaign = await house.sent()
    await house.deliver(limit=1)
    await house.service.sending.pause(NORA, campaign.id)
    house.later(days=1)
    assert await house.deliver() == 0
    assert await house.service.chores.queue_due() == 0
    await house.service.sending.resume(LONE, campaign.id)
    assert await house.deliver() == 3


async def test_a_message_that_a_worker_has_taken_up_in_the_moment_of_a_pause_does_not_leave() -> None:
    house = House()
    campaign = await house.sent()
    now = house.clock.now()
    async with house.storage.unit() as unit:
        batch = await unit.outbox.claim(now, lease="other", lease_now=now, lease_seconds=60, limit=10)
        await unit.commit()
    await house.service.sending.pause(NORA, campaign.id)
    async with house.storage.unit() as unit:
        begun = [await unit.outbox.begin(one.id, lease="other", lease_now=now, lease_seconds=60) for one in batch]
    assert not any(begun)


async def test_a_cancelled_campaign_sends_no_more_and_counts_everybody() -> None:
    house = House()
    campaign = await house.sent()
    await house.deliver(limit=1)
    await house.service.sending.cancel(NORA, campaign.id)
    house.later(days=1)
    assert await house.deliver() == 0
    counts = (await house.progress(campaign.id)).counts
    assert (counts.reached, dict(counts.not_reached), counts.total) == (1, {NotReached.STOPPED: 3}, 4)


async def test_a_withdrawn_campaign_takes_back_what_arrived_and_what_was_just_arriving() -> None:
    house = House()
    campaign = await house.sent()
    await house.deliver(limit=2)
    now = house.clock.now()
    async with house.storage.unit() as unit:
        (moving,) = await unit.outbox.claim(now, lease="other", lease_now=now, lease_seconds=60, limit=1)
        await unit.outbox.begin(moving.id, lease="other", lease_now=now, lease_seconds=60)
        await unit.commit()
    await house.service.sending.withdraw(LONE, campaign.id)
    await house.service.chores.queue_due()
    assert len(await house.messages(campaign.id, MessageKind.CAMPAIGN_WITHDRAWAL)) == 2
    async with house.storage.unit() as unit:
        await unit.outbox.settle(
            replace(moving, state=MessageState.SENT, sent_at=now, activity_id="late"), lease="other"
        )
        await unit.commit()
    await house.service.chores.queue_due()
    back = await house.messages(campaign.id, MessageKind.CAMPAIGN_WITHDRAWAL)
    assert {one.replaces for one in back} == {
        one.activity_id for one in await house.messages(campaign.id) if one.state is MessageState.SENT
    }
    assert (await house.campaign(campaign.id)).closing
    await house.deliver()
    await house.service.chores.queue_due()
    assert not (await house.campaign(campaign.id)).closing
    assert (await house.progress(campaign.id)).counts.total == 4


# acknowledgements and reminders


async def test_a_mistake_that_is_noticed_in_the_evening_is_taken_back_at_once() -> None:
    house = House()
    campaign = await house.sent()
    await house.deliver()
    house.later(hours=10)
    await house.service.sending.withdraw(NORA, campaign.id)
    await house.service.chores.queue_due()
    rows = await house.messages(campaign.id, MessageKind.CAMPAIGN_WITHDRAWAL)
    assert {(row.due_at, row.not_before) for row in rows} == {(house.clock.now(), house.clock.now())}


async def test_hr_sees_how_many_cards_have_been_taken_back() -> None:
    house = House()
    campaign = await house.sent()
    await house.deliver()
    await house.service.sending.withdraw(NORA, campaign.id)
    await house.service.chores.queue_due()
    assert (await house.progress(campaign.id)).taken_back.pending == 4
    await house.deliver(limit=3)
    taken_back = (await house.progress(campaign.id)).taken_back
    assert (taken_back.reached, taken_back.pending) == (3, 1)


async def test_an_acknowledgement_counts_once_and_is_dated() -> None:
    house = House()
    campaign = await house.sent(acknowledgement=True)
    await house.deliver()
    first = await house.service.receiving.acknowledge("L1", campaign.id)
    house.later(days=3)
    again = await house.service.receiving.acknowledge("l1", campaign.id)
    assert first.acknowledged_on == again.acknowledged_on == date(2027, 2, 1)
    assert (await house.progress(campaign.id)).acknowledged == 1


@pytest.mark.parametrize("who", [NORA, "stranger"])
async def test_only_a_frozen_recipient_can_acknowledge(who: str) -> None:
    house = House()
    campaign = await house.sent(acknowledgement=True)
    with pytest.raises(CampaignNotFoundError):
        await house.service.receiving.acknowledge(who, campaign.id)
    with pytest.raises(CampaignNotFoundError):
        await house.service.receiving.acknowledge("l1", "f" * 32)


async def test_what_asks_for_no_acknowledgement_takes_none() -> None:
    house = House()
    campaign = await house.sent()
    with pytest.raises(CampaignNotFoundError):
        await house.service.receiving.acknowledge("l1", campaign.id)


async def test_a_reminder_goes_to_those_who_were_reached_and_have_not_acknowledged() -> None:
    house = House()
    campaign = await house.sent(acknowledgement=True)
    blocked = {"l3"}
    await house.deliver(lambda one: _fate(one, blocked))
    await house.service.receiving.acknowledge("l0", campaign.id)
    queued = await house.service.sending.remind(NORA, campaign.id)
    assert queued.size == 2
    reminders = await house.messages(campaign.id, MessageKind.CAMPAIGN_REMINDER)
    assert {one.recipient_id for one in reminders} == {"l1", "l2"}
    await house.service.receiving.acknowledge("l1", campaign.id)
    await house.deliver()
    reminded = (await house.progress(campaign.id)).reminders
    assert (reminded.reached, dict(reminded.not_reached)) == (1, {NotReached.STOPPED: 1})
    with pytest.raises(InvalidCampaignError):  # not twice a day
        await house.service.sending.remind(NORA, campaign.id)


def _fate(message: OutboxMessage, blocked: set[str]) -> tuple[MessageState, Why | None]:
    if message.recipient_id in blocked:
        return MessageState.BLOCKED, Why.NOT_INSTALLED
    return MessageState.SENT, None


async def test_after_the_deadline_nobody_is_reminded_and_nothing_comes_late() -> None:
    house = House()
    campaign = await house.sent(acknowledgement=True, deadline=date(2027, 2, 5))
    await house.deliver(lambda one: _fate(one, {"l3"}))
    house.later(days=5)
    with pytest.raises(InvalidCampaignError) as fault:
        await house.service.sending.remind(NORA, campaign.id)
    assert fault.value.faults == (CampaignFault.DEADLINE_PAST,)
    async with house.storage.unit() as unit:
        assert await unit.outbox.unblock("l3", now=house.clock.now()) == 1
        await unit.commit()
    await house.deliver()
    states = {one.recipient_id: (one.state, one.why) for one in await house.messages(campaign.id)}
    assert states["l3"] == (MessageState.CANCELLED, Why.CHANGED)


async def test_who_installs_kompas_before_the_deadline_gets_it_late() -> None:
    house = House()
    campaign = await house.sent(deadline=date(2027, 2, 26))
    await house.deliver(lambda one: _fate(one, {"l3"}))
    await house.service.chores.queue_due()
    house.later(days=9)
    async with house.storage.unit() as unit:
        await unit.outbox.unblock("l3", now=house.clock.now())
        await unit.commit()
    await house.deliver()
    assert (await house.progress(campaign.id)).counts.reached == 4


# names, and the end


async def test_names_of_those_who_have_not_acknowledged_are_seen_of_a_mandatory_campaign_only() -> None:
    house = House()
    free = await house.sent(acknowledgement=True)
    mandatory = await house.sent(acknowledgement=True, mandatory=True, audience=Audience(people=frozenset({"l1"})))
    house.later(days=7)
    await house.deliver()
    assert (await house.progress(free.id)).unacknowledged is None
    assert (await house.progress(mandatory.id)).unacknowledged == ("L1",)


async def test_hr_sees_by_name_who_was_not_reached() -> None:
    house = House()
    campaign = await house.sent()
    await house.deliver(lambda one: _fate(one, {"l3"}))
    missed = await house.service.progress.missed(LONE, campaign.id)
    assert [(one.name, one.reason) for one in missed] == [("L3", NotReached.NOT_INSTALLED)]


async def test_retention_deletes_a_campaign_with_recipients_and_messages() -> None:
    house = House()
    campaign = await house.sent()
    await house.deliver()
    await house.service.chores.queue_due()
    house.later(days=399)
    assert await house.service.chores.delete_expired() == 0
    house.later(days=2)
    assert await house.service.chores.delete_expired() == 1
    async with house.storage.unit() as unit:
        assert await unit.campaigns.find(campaign.id) is None
        assert await unit.campaigns.recipients(campaign.id) == ()
        assert await unit.outbox.about(campaign.id) == ()


async def test_the_same_press_that_comes_twice_is_no_news_and_a_late_one_is() -> None:
    house = House()
    view = await house.draft()
    await house.service.sending.send(NORA, view.campaign.id, token="one")
    for token, again in (("one", True), ("two", False)):
        with pytest.raises(CampaignMovedOnError) as fault:
            await house.service.sending.send(NORA, view.campaign.id, token=token)
        assert fault.value.again is again


async def test_a_draft_that_somebody_else_has_changed_is_not_overwritten_unseen() -> None:
    house = House()
    view = await house.draft()
    composing, campaign_id = house.service.composing, view.campaign.id
    await composing.save(LONE, OTHER_WORDS, campaign_id=campaign_id, version=1)
    with pytest.raises(InvalidCampaignError) as fault:
        await composing.save(NORA, written(), campaign_id=campaign_id, version=1, token="t")
    assert fault.value.faults == (CampaignFault.CHANGED_MEANWHILE,)
    assert (await house.campaign(campaign_id)).text == "Noget andet."
    again = await composing.save(NORA, written(), campaign_id=campaign_id, version=2, token="t")
    assert again.campaign.version == 3


async def test_a_campaign_that_is_planned_for_the_same_week_is_told_before_the_next_is_sent() -> None:
    house = House()
    first = await house.draft(send_at=MONDAY + timedelta(days=1))
    await house.service.sending.send(NORA, first.campaign.id)
    school = Audience(areas=frozenset({"Skole"}))
    assert (await house.draft(audience=school, send_at=MONDAY + timedelta(days=2))).deferred == 2
    assert (await house.draft(audience=school, send_at=MONDAY + timedelta(hours=1))).deferred == 0
    assert (await house.draft(audience=school, send_at=MONDAY + timedelta(days=8))).deferred == 0
    assert (await house.service.composing.show(NORA, first.campaign.id)).deferred == 0


async def test_the_draft_of_an_evening_says_that_it_waits_even_when_it_is_to_be_sent_at_once() -> None:
    house = House()
    assert not (await house.draft()).waits
    house.later(hours=12)
    assert (await house.draft()).waits


async def test_a_draft_that_leaves_at_once_does_not_wait_because_the_clock_moves_on_meanwhile() -> None:
    house = House()
    house.clock.step = timedelta(microseconds=1)
    assert not (await house.draft()).waits


async def test_who_approved_is_seen_afterwards() -> None:
    house = House(approval_size=2)
    view = await house.draft()
    await house.service.sending.send(NORA, view.campaign.id)
    await house.service.sending.approve(LONE, view.campaign.id)
    assert (await house.service.composing.show(NORA, view.campaign.id)).approver == "Hr Lone"
    await house.service.chores.queue_due()
    assert (await house.progress(view.campaign.id)).approver == "Hr Lone"


async def test_an_export_with_names_is_for_hr_and_stands_in_the_log() -> None:
    house = House()
    open_one = await house.sent(acknowledgement=True)
    mandatory = await house.sent(acknowledgement=True, mandatory=True)
    for campaign in (open_one, mandatory):
        with pytest.raises(NotInHrError):
            await house.service.progress.rows("l1", campaign.id)
    assert (await house.service.progress.rows(NORA, open_one.id))[1] is None
    rows = (await house.service.progress.rows(NORA, mandatory.id))[1]
    assert rows is not None
    assert len(rows) == 4
    async with house.storage.unit() as unit:
        entries = [kept.entry for kept in await unit.audit.entries()]
    assert [(one.actor_id, one.deed, one.purpose, one.case_id) for one in entries] == [
        (NORA, AuditDeed.EXPORTED, Purpose.CAMPAIGN, mandatory.id)
    ]


async def test_those_who_are_missing_are_counted_without_names() -> None:
    house = House()
    campaign = await house.sent(acknowledgement=True)
    await house.deliver(limit=3)
    first = (await house.messages(campaign.id))[0].recipient_id
    await house.service.receiving.acknowledge(first, campaign.id)
    view = await house.progress(campaign.id)
    assert (view.missing, view.unacknowledged) == (2, None)


async def test_an_acknowledged_reminder_of_a_later_week_leaves_that_week_to_others() -> None:
    house = House()
    campaign = await house.sent(acknowledgement=True)
    await house.deliver()
    house.later(days=7)
    await house.sent(text="Noget andet.")
    await house.service.sending.remind(NORA, campaign.id)
    (row, *_) = await house.messages(campaign.id, MessageKind.CAMPAIGN_REMINDER)
    assert row.due_at.date() == date(2027, 2, 15)
    await house.service.receiving.acknowledge(row.recipient_id, campaign.id)
    async with house.storage.unit() as unit:
        assert row.recipient_id not in await unit.campaigns.taken(date(2027, 2, 15))
