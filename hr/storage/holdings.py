"""Where in the database people are: the data map. Every table is here, or among those that hold nobody; a test sees to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, and_, true

from hr.absence.model import CaseState
from hr.conversations.model import ConversationType
from hr.escalation.model import OPEN
from hr.my_data.model import Kind
from hr.onboarding.model import JourneyState
from hr.storage import tables
from hr.storage.campaigns_tables import campaign_recipients, campaigns
from hr.storage.dialogues_tables import dialogues
from hr.storage.escalation_tables import hr_channels, request_messages, requests
from hr.storage.insight_tables import content_faults, question_counts
from hr.storage.onboarding_tables import journeys, sign_ups


class Fate(StrEnum):
    """What erasing a person does to a row."""

    DELETE = "delete"
    """The row is the person's own."""
    CLEAR = "clear"
    """The row is somebody else's and goes on without."""
    STAND_IN = "stand_in"
    """Others' numbers rest on the row: a random id takes the person's place."""
    UNLINK = "unlink"
    """The log stays whole, and no longer tells who it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A column that holds a person's id. `only` narrows the rows it counts for.

    `at_own_wish` are the rows that nothing running needs, so that a person can have them deleted himself; None for none.
    `shown` are the columns that the person is given; empty for all. Of a row that is also about others he gets his part.
    """

    column: Column[str]
    kind: Kind
    fate: Fate
    only: ColumnElement[bool] | None = None
    at_own_wish: ColumnElement[bool] | None = None
    shown: tuple[str, ...] = ()

    @property
    def table(self) -> Table:
        """The table of the column."""
        return self.column.table

    def of(self, person_id: str) -> ColumnElement[bool]:
        """The rows about a person."""
        mine = self.column == person_id
        return mine if self.only is None else and_(mine, self.only)

    @property
    def columns(self) -> tuple[Column[Any], ...]:
        """What the person is given of a row."""
        return tuple(column for column in self.table.c if not self.shown or column.name in self.shown)


_CHAT: Final = tables.conversations.c.conversation_type
_WRITTEN: Final = ("title", "state", "created_at")
_MESSAGE: Final = ("kind", "case_id", "step_key", "due_at", "sent_at", "state", "why")

PERSONAL_CHATS: Final = Holding(
    column=tables.conversations.c.aad_object_id,
    kind=Kind.CHATS,
    fate=Fate.DELETE,
    only=_CHAT == ConversationType.PERSONAL,
)

HOLDINGS: Final[tuple[Holding, ...]] = (
    PERSONAL_CHATS,
    Holding(
        column=tables.conversations.c.aad_object_id,
        kind=Kind.CHATS,
        fate=Fate.CLEAR,
        only=_CHAT != ConversationType.PERSONAL,
        shown=("conversation_id", "conversation_type", "updated_at"),
    ),
    Holding(column=tables.welcomes.c.person_id, kind=Kind.WELCOMES, fate=Fate.DELETE),
    Holding(column=tables.ratings.c.person_id, kind=Kind.RATINGS, fate=Fate.DELETE, at_own_wish=true()),
    Holding(
        column=tables.cases.c.owner_id,
        kind=Kind.CASES,
        fate=Fate.DELETE,
        at_own_wish=tables.cases.c.state == CaseState.CLOSED,
    ),
    Holding(column=tables.leader_preferences.c.person_id, kind=Kind.CHOICES, fate=Fate.DELETE, at_own_wish=true()),
    Holding(column=tables.leader_away.c.leader_id, kind=Kind.AWAY, fate=Fate.DELETE),
    Holding(column=tables.leader_away.c.deputy_id, kind=Kind.WORK, fate=Fate.CLEAR, shown=("from_day", "to_day")),
    Holding(column=tables.transfers.c.to_id, kind=Kind.OFFERS, fate=Fate.DELETE),
    Holding(
        column=tables.outbox.c.recipient_id,
        kind=Kind.MESSAGES,
        fate=Fate.DELETE,
        only=tables.outbox.c.bulk.is_(False),
        shown=_MESSAGE,
    ),
    Holding(
        column=tables.outbox.c.recipient_id,
        kind=Kind.MESSAGES,
        fate=Fate.STAND_IN,
        only=tables.outbox.c.bulk.is_(True),
        shown=_MESSAGE,
    ),
    Holding(
        column=requests.c.asker_id,
        kind=Kind.REQUESTS,
        fate=Fate.DELETE,
        at_own_wish=requests.c.state.not_in(sorted(OPEN)),
        shown=("number", "topic", "question", "answer", "documents", "state", "created_at", "changed_at"),
    ),
    Holding(column=requests.c.taken_by, kind=Kind.WORK, fate=Fate.CLEAR, shown=("number", "state")),
    Holding(column=request_messages.c.author_id, kind=Kind.WORK, fate=Fate.STAND_IN, shown=("text", "at")),
    Holding(
        column=hr_channels.c.registered_by,
        kind=Kind.WORK,
        fate=Fate.STAND_IN,
        shown=("group_id", "registered_at"),
    ),
    Holding(
        column=journeys.c.person_id,
        kind=Kind.JOURNEYS,
        fate=Fate.DELETE,
        at_own_wish=journeys.c.state == JourneyState.ENDED,
        shown=("track", "start_on", "created_at", "state", "ended_at", "marks"),
    ),
    Holding(column=journeys.c.mentor_id, kind=Kind.WORK, fate=Fate.CLEAR, shown=("track", "state")),
    Holding(column=sign_ups.c.person_id, kind=Kind.SIGN_UPS, fate=Fate.DELETE),
    Holding(column=campaign_recipients.c.person_id, kind=Kind.CAMPAIGNS, fate=Fate.STAND_IN),
    Holding(column=campaigns.c.composer_id, kind=Kind.WORK, fate=Fate.STAND_IN, shown=_WRITTEN),
    Holding(column=campaigns.c.approver_id, kind=Kind.WORK, fate=Fate.CLEAR, shown=_WRITTEN),
    Holding(column=tables.audit_people.c.person_id, kind=Kind.LOG, fate=Fate.UNLINK),
)
"""In the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Until when a table's rows are kept. `setting` is its days' name, None for what has no setting of its own; `since` are its words.

    `holds_nobody`: what stands in the table is about no person and nothing a person wrote, so nothing needs to go.
    """

    since: str
    setting: str | None = None
    holds_nobody: bool = False


LIMITS: Final[Mapping[Table, Limit]] = {
    tables.conversations: Limit(
        setting="RETENTION_CHATS_DAYS",
        since="after the last message, once the person works here no longer; a group that is neither HR's channel nor has a dialogue; "
        "at once when the app is removed",
    ),
    tables.welcomes: Limit(setting="RETENTION_WELCOMES_DAYS", since="after the welcome"),
    tables.ratings: Limit(setting="RETENTION_FEEDBACK_DAYS", since="after the thumb"),
    tables.used_actions: Limit(since="30 days after the press"),
    tables.unanswered_questions: Limit(setting="RETENTION_FEEDBACK_DAYS", since="after the question"),
    tables.cases: Limit(
        setting="RETENTION_CASES_DAYS",
        since="after the end; one that nobody looks at ends after RETENTION_OPEN_CASES_DAYS",
    ),
    tables.case_steps: Limit(since="as the case"),
    tables.leader_preferences: Limit(
        setting="RETENTION_CHOICES_DAYS", since="after the last day on which the person led somebody or had a case"
    ),
    tables.leader_away: Limit(setting="RETENTION_MESSAGES_DAYS", since="after the last day of the period"),
    tables.transfers: Limit(since="until the answer; without one as the case"),
    tables.outbox: Limit(
        setting="RETENTION_MESSAGES_DAYS",
        since="after it was due; reminders of HR's with the campaign, all with what they are about; what waits to be sent is kept while it waits",
    ),
    tables.send_pace: Limit(since="a day or so after the last message"),
    tables.audit_log: Limit(setting="RETENTION_AUDIT_DAYS", since="after the look"),
    tables.audit_people: Limit(since="as the person's last entry in the log"),
    tables.audit_anchor: Limit(since="one row: the number and hash of the last entry that went", holds_nobody=True),
    requests: Limit(
        setting="RETENTION_REQUESTS_DAYS",
        since="after the last change of a finished one; an open one is closed after RETENTION_OPEN_REQUESTS_DAYS",
    ),
    request_messages: Limit(since="as the question"),
    hr_channels: Limit(
        setting="RETENTION_REQUESTS_DAYS",
        since="after the registration, who did it; the channel until the group has another",
    ),
    journeys: Limit(setting="RETENTION_JOURNEYS_DAYS", since="after the end, which comes by itself"),
    sign_ups: Limit(setting="RETENTION_JOURNEYS_DAYS", since="after the event"),
    dialogues: Limit(setting="RETENTION_DIALOGUES_DAYS", since="after the follow-up"),
    campaigns: Limit(setting="RETENTION_CAMPAIGNS_DAYS", since="after the end, or the last change of one that waits"),
    campaign_recipients: Limit(since="as the campaign"),
    question_counts: Limit(setting="RETENTION_FEEDBACK_DAYS", since="after the day"),
    content_faults: Limit(setting="RETENTION_FEEDBACK_DAYS", since="after it was mended"),
}
"""For every table; `tests/integration/test_retention.py` puts something into each and looks for it when its time is over."""

OF_OTHERS: Final[tuple[Table, ...]] = (
    tables.case_steps,
    tables.audit_log,
    tables.used_actions,
    tables.unanswered_questions,
    tables.send_pace,
    tables.audit_anchor,
    question_counts,
    content_faults,
    dialogues,
)
"""Tables without a column for a person: they go with a row of another table, or hold nobody (a dialogue is its chat's, a question has no asker)."""
