"""What HR sees of a campaign: how many, reached, not reached and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from hr.campaigns.model import Campaign
from hr.campaigns.rules import Deed
from hr.outbox.model import MessageState, Why


class NotReached(StrEnum):
    """Why somebody was not reached, in the order in which HR can do something about it."""

    NOT_INSTALLED = "not_installed"
    """There is no chat with this person yet."""
    REFUSED = "refused"
    """Teams takes no messages for this person."""
    UNCERTAIN = "uncertain"
    """Teams did not say whether it arrived; it is not sent again."""
    REJECTED = "rejected"
    """Teams says that the message is wrong."""
    LEFT = "left"
    """The person is no longer in the people file."""
    STOPPED = "stopped"
    """Cancelled, withdrawn, or the deadline had passed."""


_ENDS: Final = {
    MessageState.UNKNOWN: NotReached.UNCERTAIN,
    MessageState.FAILED: NotReached.REJECTED,
}


def not_reached(state: MessageState, why: Why | None) -> NotReached | None:
    """Why a message in this state has reached nobody; None when it has, or may yet."""
    if state in {MessageState.SENT, MessageState.PENDING, MessageState.SENDING}:
        return None
    if state is MessageState.BLOCKED:
        return NotReached.REFUSED if why is Why.REFUSED else NotReached.NOT_INSTALLED
    if state is MessageState.CANCELLED:
        return NotReached.LEFT if why is Why.NOT_ENTITLED else NotReached.STOPPED
    return _ENDS[state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How it stands with all recipients: `reached`, `pending` and `not_reached` together are always the frozen number.

    Reached means delivered, never read.
    """

    reached: int = 0
    pending: int = 0
    not_reached: Mapping[NotReached, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def missed(self) -> int:
        """How many were not reached."""
        return sum(self.not_reached.values())

    @property
    def total(self) -> int:
        """Everybody."""
        return self.reached + self.pending + self.missed


def counts_of(rows: Mapping[tuple[MessageState, Why | None], int]) -> Counts:
    """The counts of a campaign's messages by state.

    >>> counts = counts_of({(MessageState.SENT, None): 3, (MessageState.BLOCKED, Why.NOT_INSTALLED): 2})
    >>> counts.reached, counts.missed, counts.total
    (3, 2, 5)
    """
    missed: Counter[NotReached] = Counter()
    for (state, why), number in rows.items():
        reason = not_reached(state, why)
        if reason is not None:
            missed[reason] += number
    waiting = (MessageState.PENDING, MessageState.SENDING)
    return Counts(
        reached=sum(number for (state, _), number in rows.items() if state is MessageState.SENT),
        pending=sum(number for (state, _), number in rows.items() if state in waiting),
        not_reached=MappingProxyType({reason: missed[reason] for reason in NotReached if missed[reason]}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A campaign before it is sent. `count` is the number of recipients as of now, `deferred` of whom another campaign has the week, or is
    planned to take it first.

    `leaves_at` is when the first message would leave, `deferred_to` when those get theirs. `waits`: that is not when it was asked for,
    but when the hours begin in which messages leave.
    """

    campaign: Campaign
    count: int
    deferred: int
    leaves_at: datetime
    deferred_to: datetime
    needs_approval: bool
    composer: str
    own: bool
    """Whether the viewer wrote it."""
    approver: str = ""
    waits: bool = False
    deeds: frozenset[Deed] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressView:
    """A campaign from its sending on. `missing` have been reached and have not acknowledged; `unacknowledged`, their names, is None where HR
    sees none: in one that is not mandatory. `taken_back` counts the cards of a withdrawn one.
    """

    campaign: Campaign
    counts: Counts
    acknowledged: int
    deferred: int
    reminders: Counts
    composer: str
    approver: str = ""
    missing: int = 0
    taken_back: Counts = Counts()
    unacknowledged: tuple[str, ...] | None = None
    deeds: frozenset[Deed] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Somebody who was not reached, by name, and why."""

    name: str
    reason: NotReached


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRow:
    """One line of the export of a mandatory campaign."""

    name: str
    initials: str
    state: NotReached | None
    reached: bool
    reached_at: datetime | None
    acknowledged_at: datetime | None
