"""A message on its way: what it is about, when it may leave, and what became of it. It holds no name and no text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hr.clock import require_aware


class MessageKind(StrEnum):
    """What a message is about; what it says is worked out when it is sent."""

    NUDGE = "nudge"
    DIGEST = "digest"
    TRANSFER_OFFER = "transfer_offer"
    TRANSFER_ANSWER = "transfer_answer"
    DEPUTY_NOTICE = "deputy_notice"
    HR_SHARED = "hr_shared"
    CASE_LAPSED = "case_lapsed"
    """A case that nobody did anything with for very long has been closed."""
    JOURNEY_WEEK = "journey_week"
    """The weekly summary of a newcomer's journey."""
    JOURNEY_ITEM = "journey_item"
    """An item of a newcomer's journey that somebody else sees to."""
    JOURNEY_EVENT = "journey_event"
    """A common event to sign up for, or a change of it."""
    REQUEST_NEW = "request_new"
    """A question for HR that waits to be taken."""
    REQUEST_WAITING = "request_waiting"
    """The same, when nobody has taken it."""
    REQUEST_ANSWER = "request_answer"
    """HR's answer, or a change of state, for the one who asked."""
    REQUEST_CHANGE = "request_change"
    """A change of a question for those in HR who have its card."""
    DIALOGUE_FOLLOW_UP = "dialogue_follow_up"
    """The day on which a TRIO looks back on what it agreed."""
    CAMPAIGN = "campaign"
    """A reminder of HR's."""
    CAMPAIGN_REMINDER = "campaign_reminder"
    """The same again, for those who have not acknowledged it."""
    CAMPAIGN_WITHDRAWAL = "campaign_withdrawal"
    """Takes the place of a reminder that HR took back."""
    CAMPAIGN_NOTICE = "campaign_notice"
    """Word to HR: to be approved, deferred, finished."""
    HR_DIGEST = "hr_digest"
    """HR's weekly overview."""
    CONTENT_FAULT = "content_fault"
    """A fault of a file that HR edits, or that it is mended."""


class MessageState(StrEnum):
    """Where a message is. UNKNOWN, BLOCKED, FAILED, SENT and CANCELLED are ends; a BLOCKED one comes back when its recipient writes."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Why(StrEnum):
    """Why a message was cancelled, blocked or put off. Few values on purpose: nothing about an absence can be read from them."""

    CHANGED = "changed"
    """What it was about is done, gone or has new dates."""
    SUPERSEDED = "superseded"
    """A newer message about the same has been queued."""
    NOT_INSTALLED = "not_installed"
    """There is no chat with the recipient."""
    NOT_ENTITLED = "not_entitled"
    """The recipient may no longer see it."""
    REFUSED = "refused"
    """The channel does not take messages for the recipient (403, 404, 413)."""
    REJECTED = "rejected"
    """The channel says the message is wrong (other 4xx)."""
    NO_ANSWER = "no_answer"
    """The channel did not say whether it arrived (5xx, time-out, a stop in between)."""
    THROTTLED = "throttled"
    """The channel asked for a pause (412, 429)."""
    HELD_UP = "held_up"
    """A fault on our side: no token, a service address that is not allowed, a message that could not be made."""


HELD_UP = frozenset({Why.NO_ANSWER, Why.THROTTLED, Why.HELD_UP})
"""Why a pending message is late though it might leave: an operator wants to know for how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """One row of the outbox. `key` is the business key, unique for ever: queueing the same thing twice queues it once.

    `due_at` is when it should leave, `not_before` when it may be tried (next). `attempts` counts POSTs, `resends` those after an
    unknown outcome; a resent message says so. While `lease_until` lies ahead, `lease` names the worker that has the row.

    `subject_id` is what a message is about that is about no case of absence (a journey, a request, a campaign ...), `step_key` the part of
    it. It goes to the recipient's own chat, or to `conversation_id`. `replaces` is the activity whose card it takes the place of.
    `bulk` messages let all others go first, and are kept until what they are about is deleted.
    """

    id: str
    kind: MessageKind
    key: str
    recipient_id: str
    due_at: datetime
    not_before: datetime
    created_at: datetime
    case_id: str | None = None
    step_key: str | None = None
    subject_id: str | None = None
    conversation_id: str | None = None
    replaces: str | None = None
    bulk: bool = False
    state: MessageState = MessageState.PENDING
    attempts: int = 0
    resends: int = 0
    lease: str | None = None
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    activity_id: str | None = None
    why: Why | None = None

    def __post_init__(self) -> None:
        for moment in (self.due_at, self.not_before, self.created_at, self.lease_until, self.sent_at):
            if moment is not None:
                require_aware(moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxFigures:
    """What an operator looks at. `late` were sent (or still wait) more than `LATE_SECONDS` after they were due.

    `due` are pending and may leave: one that is held back until the morning is `waiting`. `oldest_due_seconds` is for how long the oldest of
    them might have left, 0 when there is none; one that a fault or the channel holds up counts from when it was due, however often
    it is tried.
    """

    due: int
    waiting: int
    sending: int
    sent: int
    late: int
    unknown: int
    blocked: int
    failed: int
    cancelled: int
    resent: int
    oldest_due_seconds: float


LATE_SECONDS = 15 * 60
"""A message that leaves later than this after it was due counts as late."""
