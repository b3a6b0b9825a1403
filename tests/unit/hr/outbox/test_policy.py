"""What becomes of a message once the wire has spoken: the whole table."""

from __future__ import annotations

import doctest
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hr.outbox import policy
from hr.outbox.model import MessageKind, MessageState, OutboxMessage, Why
from hr.outbox.policy import (
    Delivered,
    Later,
    Outcome,
    Refused,
    Rejected,
    Throttled,
    Unanswered,
    Unsent,
    not_sent,
    revived,
    settled,
)

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
POSTED = OutboxMessage(
    id="1",
    kind=MessageKind.NUDGE,
    key="k",
    recipient_id="r",
    due_at=NOW,
    not_before=NOW,
    created_at=NOW,
    state=MessageState.SENDING,
    attempts=1,
)


@pytest.mark.parametrize(
    ("outcome", "state", "why", "seconds"),
    [
        (Delivered(activity_id="a"), MessageState.SENT, None, None),
        (Throttled(retry_after=7.0), MessageState.PENDING, Why.THROTTLED, 7.5),
        (Throttled(), MessageState.PENDING, Why.THROTTLED, 2.5),
        (Refused(), MessageState.BLOCKED, Why.REFUSED, None),
        (Rejected(), MessageState.FAILED, Why.REJECTED, None),
        (Unanswered(), MessageState.PENDING, Why.NO_ANSWER, 10.5),
        (Unsent(), MessageState.PENDING, Why.HELD_UP, 60.5),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
def test_every_answer_of_the_wire_has_its_consequence(
    outcome: Outcome, state: MessageState, why: Why | None, seconds: float | None
) -> None:
    after = settled(POSTED, outcome, now=NOW, jitter=0.5)
    assert (after.state, after.why) == (state, why)
    assert after.not_before == (NOW + timedelta(seconds=seconds) if seconds is not None else NOW)
    assert after.resends == (1 if isinstance(outcome, Unanswered) else 0)
    assert (after.sent_at, after.activity_id) == ((NOW, "a") if isinstance(outcome, Delivered) else (None, None))


def test_being_told_to_wait_is_never_counted_as_a_resend_however_often() -> None:
    message = POSTED
    for attempts in range(1, 12):
        message = settled(replace(message, attempts=attempts), Throttled(), now=NOW)
    assert (message.state, message.resends) == (MessageState.PENDING, 0)
    assert message.not_before - NOW == timedelta(seconds=300)


def test_a_message_of_unknown_fate_is_sent_again_once_and_never_a_second_time() -> None:
    again = settled(POSTED, Unanswered(), now=NOW)
    assert settled(again, Unanswered(), now=NOW).state is MessageState.UNKNOWN
    assert revived(POSTED, not_before=NOW) is not None
    assert revived(again, not_before=NOW) is None


@pytest.mark.parametrize("kind", [MessageKind.CAMPAIGN, MessageKind.CAMPAIGN_REMINDER])
def test_a_campaign_message_of_unknown_fate_is_not_sent_again(kind: MessageKind) -> None:
    message = replace(POSTED, kind=kind)
    assert settled(message, Unanswered(), now=NOW).state is MessageState.UNKNOWN
    assert revived(message, not_before=NOW) is None


@pytest.mark.parametrize(
    ("why", "state"),
    [
        (Why.CHANGED, MessageState.CANCELLED),
        (Why.SUPERSEDED, MessageState.CANCELLED),
        (Why.NOT_ENTITLED, MessageState.CANCELLED),
        (Why.NOT_INSTALLED, MessageState.BLOCKED),
        (Why.REFUSED, MessageState.BLOCKED),
        (Why.REJECTED, MessageState.FAILED),
    ],
)
def test_the_facts_can_speak_against_a_message_before_it_leaves(why: Why, state: MessageState) -> None:
    after = not_sent(POSTED, why)
    assert (after.state, after.why) == (state, why)


def test_what_waits_for_the_morning_is_held_up_by_nothing_and_keeps_its_mark() -> None:
    later = NOW + timedelta(hours=15)
    after = not_sent(replace(POSTED, why=Why.NO_ANSWER, resends=1), Later(at=later))
    assert (after.state, after.not_before, after.why, after.resends) == (MessageState.PENDING, later, None, 1)
    assert not_sent(POSTED, Later(at=later, fault=True)).why is Why.HELD_UP


def test_the_examples_of_the_policy_hold() -> None:
    assert doctest.testmod(policy).failed == 0


def test_what_takes_the_place_of_a_card_is_sent_until_it_is_there_for_it_comes_once_anyway() -> None:
    update = replace(POSTED, replaces="activity-1", kind=MessageKind.CAMPAIGN_WITHDRAWAL)
    for _ in range(policy.REPLACEMENT_RESENDS):
        update = settled(update, Unanswered(), now=NOW)
        assert update.state is MessageState.PENDING
    assert settled(update, Unanswered(), now=NOW).state is MessageState.UNKNOWN
