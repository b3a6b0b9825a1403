"""What the cards of onboarding show: the facts of one moment, already limited to what their reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hr.onboarding.model import CommonEvent, EventKind, Journey, SignUp, Track
from hr.onboarding.rules import Planned


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """The next event of a kind for one person. `free` None: as many as come. `later` is the one after it, for when this one is full."""

    event: CommonEvent
    free: int | None
    sign_up: SignUp | None = None
    later: CommonEvent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A newcomer's own journey: what is open and what is settled, next due first.

    `events` are the common events to sign up for or off, `kind` the one that belongs to the track.
    """

    journey: Journey
    open: tuple[Planned, ...]
    closed: tuple[Planned, ...]
    today: date
    kind: EventKind
    events: tuple[EventView, ...] = ()
    mentor_name: str | None = None

    @property
    def settled(self) -> int:
        """How many items are done or put aside."""
        return len(self.closed)

    @property
    def total(self) -> int:
        """How many items there are."""
        return len(self.open) + len(self.closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """A newcomer's journey as seen by who helps: what asks the reader (`open`, `closed`), and the newcomer's progress as two numbers.

    `leads`: the reader may move, pause and end it and choose a mentor.
    """

    journey: Journey
    name: str
    initials: str
    open: tuple[Planned, ...]
    closed: tuple[Planned, ...]
    settled: int
    total: int
    today: date
    leads: bool
    mentor_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """Who has signed up for an event: names with a place, and the waiting list."""

    event: CommonEvent
    names: tuple[str, ...]
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A journey about to begin. `colleague` is as written; `own`: for the reader, who then names nobody."""

    track: Track
    start_on: date
    today: date
    own: bool
    colleague: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventNews:
    """What a message tells of an event: an offer, another date or place, a free place; `cancelled_on` is the day of one that is cancelled."""

    what: str
    event: EventView | None = None
    cancelled_on: date | None = None
