"""A reminder of HR's, whom it is for, and where it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from hr.clock import require_aware

TITLE_LIMIT: Final = 80
TEXT_LIMIT: Final = 600
"""Characters of a title and of a text."""


WITHDRAWAL: Final = "campaign-withdrawal:"
"""How the business key begins of what takes the place of a card; the id of its message follows."""


class Group(StrEnum):
    """Whom a campaign can be for; the words are those of the documents' audiences."""

    LEADERS = "leder"
    """New leaders too."""
    NEW_LEADERS = "ny_leder"
    NEW_EMPLOYEES = "ny_medarbejder"
    TR = "tr"
    AMR = "amr"
    EVERYONE = "alle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Everyone in one of the groups, everyone of one of the areas, and the people of a list, by id. Each of them once."""

    groups: frozenset[Group] = frozenset()
    areas: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether nobody was chosen."""
        return not (self.groups or self.areas or self.people)


class CampaignState(StrEnum):
    """Where a campaign is."""

    DRAFT = "draft"
    WAITING_APPROVAL = "waiting_approval"
    SCHEDULED = "scheduled"
    """To be sent at `send_at`, or at once."""
    SENDING = "sending"
    """The recipients are frozen; some messages are still on their way."""
    PAUSED = "paused"
    DONE = "done"
    """Nothing is on its way any more."""
    CANCELLED = "cancelled"
    """What had not left never will."""
    WITHDRAWN = "withdrawn"
    """What had arrived is taken back as well."""


FROZEN: Final = frozenset(
    {
        CampaignState.SENDING,
        CampaignState.PAUSED,
        CampaignState.DONE,
        CampaignState.CANCELLED,
        CampaignState.WITHDRAWN,
    }
)
"""The recipients are known and do not change. A campaign that was cancelled before that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One reminder. `send_at` None: as soon as it is sent. `source` is the id of a document; `mandatory` lets HR see who has not acknowledged.

    `size` is the frozen number of recipients, 0 before `frozen_at`. `version` grows with each edit. `rounds` counts reminders to those
    who have not acknowledged. `closing` as long as something is still to be brought to its end: a message on its way, a card to take back.
    """

    id: str
    title: str
    text: str
    audience: Audience
    composer_id: str
    created_at: datetime
    changed_at: datetime
    source: str | None = None
    acknowledgement: bool = False
    mandatory: bool = False
    deadline: date | None = None
    send_at: datetime | None = None
    template: str | None = None
    state: CampaignState = CampaignState.DRAFT
    approver_id: str | None = None
    version: int = 1
    size: int = 0
    frozen_at: datetime | None = None
    rounds: int = 0
    closing: bool = False

    def __post_init__(self) -> None:
        for moment in (self.created_at, self.changed_at, self.send_at, self.frozen_at):
            if moment is not None:
                require_aware(moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody among the frozen recipients. `week` (its Monday) is the week that the campaign takes of this person, None once it is free again.

    `deferred`: another campaign had the week of the sending.
    """

    campaign_id: str
    person_id: str
    week: date | None
    deferred: bool = False
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What must be known of a campaign and one of its recipients just before a message leaves, in one look.

    `nudged_at` are moments near now at which reminders about absence reached this person, or are to.
    """

    state: CampaignState
    version: int
    acknowledgement: bool
    deadline: date | None
    frozen_at: datetime | None
    week: date | None
    acknowledged_at: datetime | None
    nudged_at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A campaign of HR's year. The days are (day, month) and only a proposal: HR confirms them."""

    id: str
    title: str
    text: str
    groups: frozenset[Group]
    acknowledgement: bool = False
    send_on: tuple[int, int] | None = None
    deadline_on: tuple[int, int] | None = None
    source: str | None = None
    hint: str | None = None
    """What HR must settle before sending."""
