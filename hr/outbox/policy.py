"""What becomes of a message once the wire has spoken, as pure rules.

| the wire says | the message |
|---|---|
| it took it | is sent |
| too many (412, 429) | waits as told, or 2, 4, 8 ... seconds; that is no failure |
| not for this person (403, 404, 413) | is blocked until the person writes again |
| the message is wrong (other 4xx) | has failed |
| we are not who we say (401), or there is no token | waits a minute at a time, until an operator has put it right |
| nothing, 408 or 5xx | may have arrived: is sent once more, marked; after that, and for a campaign at once, its fate stays unknown |
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from hr.outbox.model import MessageKind, MessageState, OutboxMessage, Why

RESENDS: Final = 1
"""How often a message whose fate is unknown is sent again. A missed step costs more than a reminder that comes twice and says so."""

REPLACEMENT_RESENDS: Final = 6
"""How often one that takes the place of another is: it comes once however often it is sent, and what it takes back must not stay."""

NEVER_RESENT: Final = frozenset({MessageKind.CAMPAIGN, MessageKind.CAMPAIGN_REMINDER})
"""Thousands that come twice cost more than a few that do not come: HR sees whose fate is unknown."""

RESEND_SECONDS: Final = 10.0
"""How long the other side gets to recover before that."""

UNSENT_SECONDS: Final = 60.0
"""How long a message waits that could not even be posted."""

LONGEST_WAIT_SECONDS: Final = 300.0
"""The growing wait after a refusal without Retry-After stops growing here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The channel took the message; its id, where it gave one."""

    activity_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttled:
    """Too many messages; certainly not delivered. `retry_after` in seconds, None when the channel did not say."""

    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The channel takes no messages for this person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The channel says that the message itself is wrong, or its address is none that we may write to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """The channel did not say whether it has the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """Nothing was taken in: our own proof of identity was not to be had or not accepted, or the address is not allowed."""


Outcome = Delivered | Throttled | Refused | Rejected | Unanswered | Unsent
"""What came of one POST."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Not now: not before `at`. `fault`: because something on our side does not work."""

    at: datetime
    fault: bool = False


def settled(message: OutboxMessage, outcome: Outcome, *, now: datetime, jitter: float = 0.0) -> OutboxMessage:
    """The message after a POST, `attempts` counted already. `jitter` in 0..1 spreads those that wait.

    >>> from datetime import UTC
    >>> now = datetime(2026, 3, 2, 8, tzinfo=UTC)
    >>> from hr.outbox.model import MessageKind
    >>> sent = OutboxMessage(id="1", kind=MessageKind.NUDGE, key="k", recipient_id="r", due_at=now, not_before=now, created_at=now, attempts=1)
    >>> settled(sent, Unanswered(), now=now).state.value, settled(replace(sent, resends=1), Unanswered(), now=now).state.value
    ('pending', 'unknown')
    """
    match outcome:
        case Delivered():
            return replace(message, state=MessageState.SENT, why=None, sent_at=now, activity_id=outcome.activity_id)
        case Throttled():
            wait = throttle_seconds(outcome, attempts=message.attempts) + jitter
            return _waiting(message, now + timedelta(seconds=wait), why=Why.THROTTLED)
        case Refused():
            return replace(message, state=MessageState.BLOCKED, why=Why.REFUSED)
        case Rejected():
            return replace(message, state=MessageState.FAILED, why=Why.REJECTED)
        case Unanswered():
            again = revived(message, not_before=now + timedelta(seconds=RESEND_SECONDS + jitter))
            return again or replace(message, state=MessageState.UNKNOWN, why=Why.NO_ANSWER)
        case Unsent():
            return _waiting(message, now + timedelta(seconds=UNSENT_SECONDS + jitter), why=Why.HELD_UP)


def throttle_seconds(outcome: Throttled, *, attempts: int) -> float:
    """How long to wait after 412 or 429.

    >>> throttle_seconds(Throttled(retry_after=7.0), attempts=1)
    7.0
    >>> [throttle_seconds(Throttled(), attempts=n) for n in (1, 2, 3, 20)]
    [2.0, 4.0, 8.0, 300.0]
    """
    if outcome.retry_after is not None:
        return outcome.retry_after
    return min(LONGEST_WAIT_SECONDS, 2.0 ** min(max(attempts, 1), 30))


def revived(message: OutboxMessage, *, not_before: datetime) -> OutboxMessage | None:
    """A message of unknown fate, ready to be sent once more; None when it has been sent again already, or is of a kind that never is."""
    most = RESENDS if message.replaces is None else REPLACEMENT_RESENDS
    if message.resends >= most or message.kind in NEVER_RESENT:
        return None
    return replace(
        message,
        state=MessageState.PENDING,
        resends=message.resends + 1,
        not_before=not_before,
        why=Why.NO_ANSWER,
        lease=None,
        lease_until=None,
    )


def not_sent(message: OutboxMessage, verdict: Why | Later) -> OutboxMessage:
    """The message when the facts, looked at once more before the POST, speak against it.

    Someone without a chat can be reached later; what has changed or may no longer be seen is over.
    """
    match verdict:
        case Later():
            return _waiting(message, verdict.at, why=Why.HELD_UP if verdict.fault else None)
        case Why.NOT_INSTALLED | Why.REFUSED:
            return replace(message, state=MessageState.BLOCKED, why=verdict)
        case Why.REJECTED:
            return replace(message, state=MessageState.FAILED, why=verdict)
        case _:
            return replace(message, state=MessageState.CANCELLED, why=verdict)


def _waiting(message: OutboxMessage, not_before: datetime, *, why: Why | None) -> OutboxMessage:
    return replace(message, state=MessageState.PENDING, not_before=not_before, why=why)
