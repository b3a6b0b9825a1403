"""Tracks, items and common events as HR writes them; a person's journey with the marks on it; who has signed up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType


class Track(StrEnum):
    """Which plan a journey follows."""

    NEW_EMPLOYEE = "new_employee"
    NEW_LEADER = "new_leader"


class Who(StrEnum):
    """Whom an item asks to do something. CHIEF is the nearest leader of a new leader."""

    NEWCOMER = "newcomer"
    LEADER = "leader"
    CHIEF = "chief"
    MENTOR = "mentor"
    IT = "it"
    HR = "hr"
    AMR = "amr"
    TR = "tr"


class EventKind(StrEnum):
    """The common events that an item can wait for."""

    WELCOME = "velkomstarrangement"
    """For new employees."""
    WELCOME_MEETING = "velkomstmoede"
    """For new leaders, with the kommunaldirektør."""
    LEADER_DAY = "lederdag"
    """The days that all leaders have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a plan. `offset` counts days from the start date (None: it waits for the next `event`).

    `topic` is the id of a document, `ask` what is asked about it; `words` are what people call the item in a message.
    """

    id: str
    tracks: frozenset[Track]
    title: str
    what: str
    who: tuple[Who, ...]
    offset: int | None = None
    event: EventKind | None = None
    topic: str | None = None
    ask: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonEvent:
    """A date that HR has set for a common event; `places` None: as many as come."""

    id: str
    kind: EventKind
    on: date
    at: time
    place: str
    places: int | None = None
    cancelled: bool = False

    @property
    def told(self) -> str:
        """What somebody who signed up has to know of; another text is a change to tell of."""
        return f"{self.on.isoformat()}T{self.at:%H:%M}|{self.place}"


class MarkState(StrEnum):
    """What became of an item. POSTPONED is open, some days later than planned."""

    DONE = "done"
    NOT_RELEVANT = "not_relevant"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What one part said of an item. `days` is by how many days it has been put off in all, `before` what that was before this mark."""

    state: MarkState
    on: date
    days: int = 0
    before: int = 0


class JourneyState(StrEnum):
    """PAUSED: nothing is sent, nothing is lost. ENDED: kept for a while, then deleted."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One person's way through a track. `marks` by item id and the part that set it; what has none is open as planned.

    An item that asks several has a mark of each: what the newcomer says of it is nobody else's to see, and does nobody else's share.
    `offered` holds the ids of the events that the newcomer has been told of.
    """

    id: str
    person_id: str
    track: Track
    start_on: date
    created_at: datetime
    state: JourneyState = JourneyState.RUNNING
    mentor_id: str | None = None
    ended_at: datetime | None = None
    marks: Mapping[tuple[str, Who], Mark] = field(default_factory=lambda: MappingProxyType({}))
    offered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """A person's name on the list of an event. `place` is False on the waiting list; `told` is `CommonEvent.told` as last told."""

    event_id: str
    person_id: str
    signed_at: datetime
    place: bool
    told: str

    @property
    def told_day(self) -> date:
        """The day that was told last."""
        return date.fromisoformat(self.told[:10])


EVENT_OF_TRACK: Mapping[Track, EventKind] = MappingProxyType(
    {Track.NEW_EMPLOYEE: EventKind.WELCOME, Track.NEW_LEADER: EventKind.WELCOME_MEETING}
)
"""The welcome that belongs to a track."""
