"""What HR writes in `journeys.toml` and `events.toml`, entry by entry."""

from __future__ import annotations

from datetime import date as day_of_calendar
from datetime import time
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from hr.onboarding.model import CommonEvent, EventKind, Item, Track, Who

EARLIEST: Final = -60
LATEST: Final = 730
"""Days from the start date that an item may have."""


def _clock(written: object) -> object:
    if isinstance(written, time):
        return written
    try:
        return time.fromisoformat(written) if isinstance(written, str) else _no_clock()
    except ValueError:
        return _no_clock()


def _no_clock() -> Any:
    raise ValueError('write a time as "09:00"')


def _plain_date(written: object) -> object:
    if type(written) is not day_of_calendar:
        raise ValueError("write a date as 2027-03-04, without quotes")
    return written


_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=90)]
_Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=220)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemEntry(_Entry):
    """One `[[items]]` table of `journeys.toml`."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[0-9]{2}$")]
    tracks: Annotated[frozenset[Track], Field(min_length=1)]
    offset: Annotated[int, Field(strict=True, ge=EARLIEST, le=LATEST)] | None = None
    event: EventKind | None = None
    who: Annotated[tuple[Who, ...], Field(min_length=1)]
    title: _Line
    what: _Sentence
    topic: str | None = None
    ask: _Line | None = None
    words: tuple[_Line, ...] = ()

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.offset is None) == (self.event is None):
            raise ValueError("offset: write one of offset (days from the start date) and event (the next one)")
        if self.ask is not None and self.topic is None:
            raise ValueError("ask: a question needs a topic that answers it")
        return self

    def frozen(self) -> Item:
        """The item."""
        return Item(**self.model_dump())


class EventEntry(_Entry):
    """One `[[events]]` table of `events.toml`."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    kind: EventKind
    date: Annotated[day_of_calendar, BeforeValidator(_plain_date)]
    at: Annotated[time, BeforeValidator(_clock)]
    place: _Line
    places: Annotated[int, Field(strict=True, ge=1, le=5000)] | None = None
    cancelled: bool = False

    def frozen(self) -> CommonEvent:
        """The event."""
        return CommonEvent(
            id=self.id,
            kind=self.kind,
            on=self.date,
            at=self.at,
            place=self.place,
            places=self.places,
            cancelled=self.cancelled,
        )
