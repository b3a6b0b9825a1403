"""The rules of campaigns: the week, the hour, the window, the clocks; rights; and that the numbers always add up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hr.campaigns.access import may, may_acknowledge
from hr.campaigns.model import Audience, Campaign, CampaignState, Group, Recipient, Standing
from hr.campaigns.rules import (
    APART,
    POSSIBLE,
    Deed,
    clear_of,
    faults_of,
    in_week_after,
    must_wait,
    next_on,
    possible,
    send_moment,
    week_of,
)
from hr.campaigns.views import NotReached, counts_of, not_reached
from hr.clock import COPENHAGEN
from hr.errors import CampaignError, CampaignFault
from hr.outbox.model import MessageState, OutboxMessage, Why
from hr.outbox.policy import Later
from hr.people import Role
from hr.policy import AREAS, Operation
from tests.unit.hr.campaigns.builders import CALENDAR, HR, LONE, MONDAY, NORA, WINDOW, House, leaders, person

NAIVE = MONDAY.replace(tzinfo=None)
MOMENTS = st.datetimes(min_value=NAIVE.replace(year=2025), max_value=NAIVE.replace(year=2035), timezones=st.just(UTC))
CAMPAIGN = Campaign(
    id="c" * 32,
    title="MUS",
    text="Book samtaler.",
    audience=Audience(groups=frozenset({Group.LEADERS})),
    composer_id=NORA,
    created_at=MONDAY,
    changed_at=MONDAY,
)


# weeks and the window


@given(MOMENTS)
def test_the_week_after_begins_on_its_first_working_day_inside_the_window(moment: datetime) -> None:
    after = in_week_after(moment, window=WINDOW, calendar=CALENDAR)
    assert week_of(after, COPENHAGEN) > week_of(moment, COPENHAGEN)
    assert WINDOW.contains(after, CALENDAR)
    monday = week_of(after, COPENHAGEN)
    earlier = [monday + timedelta(days=n) for n in range((after.astimezone(COPENHAGEN).date() - monday).days)]
    assert not any(CALENDAR.is_working_day(day) for day in earlier)


def test_the_same_time_by_the_wall_is_kept_over_a_change_of_the_clocks() -> None:
    wednesday = datetime(2027, 3, 24, 9, tzinfo=COPENHAGEN)  # the clocks change on Sunday, Easter Monday is off
    after = in_week_after(wednesday, window=WINDOW, calendar=CALENDAR)
    assert after.astimezone(COPENHAGEN) == datetime(2027, 3, 30, 9, tzinfo=COPENHAGEN)


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2027, 2, 1), time(9), "2027-02-01T08:00:00+00:00"),
        (date(2027, 7, 1), time(9), "2027-07-01T07:00:00+00:00"),
        (date(2027, 3, 28), time(2, 30), "2027-03-28T01:30:00+00:00"),
        (date(2027, 10, 31), time(2, 30), "2027-10-31T00:30:00+00:00"),
    ],
)
def test_a_time_by_the_wall_is_one_moment(day: date, at: time, utc: str) -> None:
    assert send_moment(day, at, COPENHAGEN).isoformat() == utc


@pytest.mark.parametrize(
    ("day_month", "today", "expected"),
    [
        ((1, 2), date(2027, 2, 1), date(2027, 2, 1)),
        ((1, 2), date(2027, 2, 2), date(2028, 2, 1)),
        ((29, 2), date(2027, 1, 1), date(2028, 2, 29)),
    ],
)
def test_a_day_of_the_year_is_the_next_one(day_month: tuple[int, int], today: date, expected: date) -> None:
    assert next_on(day_month, today) == expected


# beside reminders about absence


@given(MOMENTS, st.lists(st.integers(min_value=-120, max_value=300), max_size=8))
def test_a_message_is_an_hour_from_every_reminder_and_inside_the_window(moment: datetime, minutes: list[int]) -> None:
    at = WINDOW.next_open(moment, CALENDAR, send_time=time(9))
    nudges = [at + timedelta(minutes=one) for one in minutes]
    found = clear_of(at, nudges, window=WINDOW, calendar=CALENDAR)
    assert found >= at
    assert WINDOW.contains(found, CALENDAR)
    assert all(abs(nudge - found) >= APART for nudge in nudges)


def standing(**changes: Any) -> Standing:
    values: dict[str, Any] = {
        "state": CampaignState.SENDING,
        "version": 1,
        "acknowledgement": True,
        "deadline": None,
        "frozen_at": MONDAY,
        "week": date(2027, 2, 1),
        "acknowledged_at": None,
    }
    return Standing(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "reminder", "verdict"),
    [
        ({}, False, None),
        ({"state": CampaignState.DONE}, False, None),
        ({"state": CampaignState.PAUSED}, False, Later(at=MONDAY + timedelta(minutes=1))),
        ({"state": CampaignState.CANCELLED}, False, Why.CHANGED),
        ({"state": CampaignState.WITHDRAWN}, False, Why.CHANGED),
        ({"state": CampaignState.DRAFT}, False, Why.CHANGED),
        ({"deadline": date(2027, 2, 1)}, False, None),
        ({"deadline": date(2027, 1, 31)}, False, Why.CHANGED),
        ({"frozen_at": MONDAY - timedelta(days=30)}, False, None),
        ({"frozen_at": MONDAY - timedelta(days=31)}, False, Why.CHANGED),
        ({"frozen_at": MONDAY - timedelta(days=31), "deadline": date(2027, 3, 1)}, False, None),
        ({"acknowledged_at": MONDAY}, False, None),
        ({"acknowledged_at": MONDAY}, True, Why.CHANGED),
        ({"acknowledgement": False}, True, Why.CHANGED),
        ({"nudged_at": (MONDAY - timedelta(minutes=59),)}, False, Later(at=MONDAY + APART)),
        ({"nudged_at": (MONDAY + timedelta(minutes=59),)}, False, Later(at=MONDAY + APART)),
        ({"nudged_at": (MONDAY + APART,)}, False, None),
    ],
)
def test_a_message_leaves_by_the_facts_of_its_moment(
    changes: dict[str, Any], reminder: bool, verdict: Why | Later | None
) -> None:
    assert must_wait(standing(**changes), now=MONDAY, reminder=reminder, zone=COPENHAGEN) == verdict


# what is complete


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, ()),
        ({"title": " … "}, (CampaignFault.NO_TITLE,)),
        ({"title": "x" * 81}, (CampaignFault.TITLE_TOO_LONG,)),
        ({"text": ""}, (CampaignFault.NO_TEXT,)),
        ({"text": "x" * 601}, (CampaignFault.TEXT_TOO_LONG,)),
        ({"audience": Audience()}, (CampaignFault.NO_AUDIENCE,)),
        ({"deadline": date(2027, 1, 31)}, (CampaignFault.DEADLINE_PAST,)),
        ({"deadline": date(2027, 2, 1)}, ()),
        (
            {"deadline": date(2027, 2, 2), "send_at": MONDAY + timedelta(days=2)},
            (CampaignFault.DEADLINE_BEFORE_SENDING,),
        ),
        ({"send_at": MONDAY - timedelta(seconds=1)}, (CampaignFault.SEND_PAST,)),
        ({"send_at": MONDAY + timedelta(days=401)}, (CampaignFault.SEND_TOO_FAR,)),
        ({"title": "", "text": ""}, (CampaignFault.NO_TITLE, CampaignFault.NO_TEXT)),
    ],
)
def test_everything_that_is_wrong_is_told_at_once(changes: dict[str, Any], faults: tuple[CampaignFault, ...]) -> None:
    values: dict[str, Any] = {
        "title": "MUS",
        "text": "Book samtaler.",
        "audience": Audience(groups=frozenset({Group.TR})),
        "deadline": None,
        "send_at": None,
        "now": MONDAY,
        "zone": COPENHAGEN,
    }
    assert faults_of(**{**values, **changes}) == faults


# rights

HRS = [operation for operation in AREAS["HR's reminders"] if operation is not Operation.ACKNOWLEDGE]


def test_a_recipient_alone_acknowledges_whatever_his_role() -> None:
    assert may_acknowledge(Recipient(campaign_id=CAMPAIGN.id, person_id="somebody", week=None))
    assert not may_acknowledge(None)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("operation", HRS)
def test_hr_alone_writes_sees_and_sends(role: Role, operation: Operation) -> None:
    campaign = replace(CAMPAIGN, mandatory=True)
    assert may(person("somebody", role), operation, campaign) is (role in {Role.HR, Role.HR_LEAD})


@pytest.mark.parametrize("operation", HRS)
def test_whom_nobody_knows_may_nothing(operation: Operation) -> None:
    assert not may(None, operation, CAMPAIGN)


def test_nobody_approves_a_campaign_of_his_own_and_names_are_for_mandatory_ones() -> None:
    nora, lone = HR[0], HR[1]
    assert not may(nora, Operation.APPROVE_CAMPAIGN, CAMPAIGN)
    assert may(lone, Operation.APPROVE_CAMPAIGN, CAMPAIGN)
    assert not may(lone, Operation.SEE_UNACKNOWLEDGED, CAMPAIGN)
    assert may(lone, Operation.SEE_UNACKNOWLEDGED, replace(CAMPAIGN, mandatory=True))


@pytest.mark.parametrize("state", list(CampaignState))
def test_every_state_says_what_is_possible(state: CampaignState) -> None:
    campaign = replace(CAMPAIGN, state=state, acknowledgement=True, frozen_at=MONDAY)
    assert {deed for deed in Deed if possible(campaign, deed)} == POSSIBLE[state]
    assert not possible(replace(campaign, acknowledgement=False), Deed.REMIND)
    assert not possible(replace(campaign, frozen_at=None), Deed.WITHDRAW)


# the numbers


@given(st.dictionaries(st.tuples(st.sampled_from(MessageState), st.sampled_from([None, *Why])), st.integers(1, 999)))
def test_every_message_is_counted_once(rows: dict[tuple[MessageState, Why | None], int]) -> None:
    counts = counts_of(rows)
    assert counts.total == counts.reached + counts.pending + counts.missed == sum(rows.values())


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.PENDING, MessageState.SENDING])
def test_what_has_arrived_or_may_yet_is_not_missed(state: MessageState) -> None:
    assert not_reached(state, None) is None


def test_whose_fate_is_unknown_counts_as_not_reached() -> None:
    assert not_reached(MessageState.UNKNOWN, Why.NO_ANSWER) is NotReached.UNCERTAIN


Fate = tuple[MessageState, Why | None]
FATES: list[Fate] = [
    (MessageState.SENT, None),
    (MessageState.BLOCKED, Why.NOT_INSTALLED),
    (MessageState.BLOCKED, Why.REFUSED),
    (MessageState.UNKNOWN, Why.NO_ANSWER),
    (MessageState.FAILED, Why.REJECTED),
    (MessageState.PENDING, Why.THROTTLED),
]
STEPS = ["deliver", "pause", "resume", "cancel", "withdraw", "remind", "chores", "later", "unblock", "leave", "join"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(FATES), min_size=1, max_size=12),
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 8)), max_size=14),
    st.booleans(),
)
def test_reached_and_not_reached_and_pending_are_always_the_frozen_number(
    fates: list[Fate], steps: list[tuple[str, int]], busy: bool
) -> None:
    asyncio.run(_live(fates, steps, busy=busy))


async def _live(fates: list[Fate], steps: list[tuple[str, int]], *, busy: bool) -> None:
    """Let a campaign live through the steps, and count after each."""
    house = House(people=(*HR, *leaders(6)))
    if busy:
        await house.sent(audience=Audience(people=frozenset({"l1", "l2"})))
        await house.deliver()
    campaign = await house.sent(acknowledgement=True, deadline=date(2027, 2, 20))
    for step, number in steps:
        await _step(house, campaign.id, step, number, lambda one: _fate(fates, one))
        counts = (await house.progress(campaign.id)).counts
        assert counts.total == (await house.campaign(campaign.id)).size == 6


def _fate(fates: list[Fate], message: OutboxMessage) -> Fate:
    """What becomes of a recipient's message; a word to HR arrives."""
    number = message.recipient_id.removeprefix("l")
    return fates[int(number) % len(fates)] if number.isdecimal() else (MessageState.SENT, None)


async def _step(house: House, campaign_id: str, step: str, number: int, fate: Callable[[OutboxMessage], Fate]) -> None:
    try:
        match step:
            case "deliver":
                await house.deliver(fate, limit=number)
            case "chores":
                await house.service.chores.queue_due()
            case "later":
                house.later(days=number)
            case "unblock":
                async with house.storage.unit() as unit:
                    await unit.outbox.unblock(f"l{number}", now=house.clock.now())
                    await unit.commit()
            case "leave":
                house.staffed((*HR, *leaders(6)[number:]))
            case "join":
                house.staffed((*HR, *leaders(6 + number)))
            case _:
                await getattr(house.service.sending, step)(LONE, campaign_id)
    except CampaignError:
        pass  # not possible in this state
