"""The rows, and the copy of them that one unit works on."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime

from hr.absence.model import AbsenceCase, Away, Preferences, Transfer
from hr.audit.model import GENESIS, ChainedEntry
from hr.campaigns.model import Campaign, Recipient
from hr.conversations.model import ConversationReference, Welcome, WelcomeKind
from hr.dialogues.model import Dialogue
from hr.errors import StorageError
from hr.escalation.model import HrChannel, Request, RequestMessage
from hr.feedback.model import Rating, UnansweredQuestion
from hr.insight.model import KnownFault, Outcome
from hr.onboarding.model import Journey, SignUp
from hr.outbox.model import OutboxMessage


@dataclass(slots=True, kw_only=True)
class Tables:
    """All rows; frozen values in plain containers, so that a shallow copy is a snapshot.

    `outbox` is keyed by id, in the order in which the messages were queued. `places` holds when the next place in a pace is free.
    `aliases` are those of the log's people, by person.
    """

    conversations: dict[str, ConversationReference] = field(default_factory=dict)
    welcomes: dict[tuple[str, WelcomeKind], Welcome] = field(default_factory=dict)
    ratings: dict[tuple[str, str], Rating] = field(default_factory=dict)
    used_actions: dict[str, datetime] = field(default_factory=dict)
    unanswered: list[UnansweredQuestion] = field(default_factory=list)
    cases: dict[str, AbsenceCase] = field(default_factory=dict)
    preferences: dict[str, Preferences] = field(default_factory=dict)
    led_on: dict[str, date] = field(default_factory=dict)
    away: dict[str, Away] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    dialogues: dict[str, Dialogue] = field(default_factory=dict)
    outbox: dict[str, OutboxMessage] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    campaign_recipients: dict[tuple[str, str], Recipient] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    request_numbers: list[int] = field(default_factory=list)
    request_messages: dict[tuple[str, int], RequestMessage] = field(default_factory=dict)
    hr_channels: dict[str, HrChannel] = field(default_factory=dict)
    places: dict[str, float] = field(default_factory=dict)
    question_counts: dict[tuple[date, Outcome, str], int] = field(default_factory=dict)
    content_faults: dict[str, KnownFault] = field(default_factory=dict)
    audit: list[ChainedEntry] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    journeys: dict[str, Journey] = field(default_factory=dict)
    sign_ups: dict[tuple[str, str], SignUp] = field(default_factory=dict)
    anchors: list[tuple[int, str]] = field(default_factory=lambda: [(0, GENESIS)])

    def copy(self) -> Tables:
        """The same rows in containers of its own."""
        return Tables(**{table.name: getattr(self, table.name).copy() for table in fields(self)})


class Session:
    """The copy of the rows that one unit works on."""

    def __init__(self) -> None:
        """Closed until `rows` is set."""
        self.rows: Tables | None = None

    def open(self) -> Tables:
        """The rows. Raises StorageError before the unit is entered and after it has ended."""
        if self.rows is None:
            raise StorageError("the unit of work is not open: enter it first, and do nothing after commit")
        return self.rows
