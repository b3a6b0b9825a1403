"""The arithmetic of a journey. Pure: items, a journey and a date in, an answer out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from hr.onboarding.model import CommonEvent, EventKind, Item, Journey, Mark, MarkState, Who

LATER_DAYS: Final = 7
"""By how many days "later" puts an item off, from the day it is due or from today, whichever is later."""

FARTHEST_START: Final = timedelta(days=400)
"""How far from today a start date may lie, both ways: the last item is due after a year."""

_CLOSED: Final = frozenset({MarkState.DONE, MarkState.NOT_RELEVANT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An item in a journey. `due_on` None: it waits for an event whose date is not set."""

    item: Item
    due_on: date | None
    mark: Mark | None = None

    @property
    def open(self) -> bool:
        """Whether it still asks for something."""
        return self.mark is None or self.mark.state not in _CLOSED


def planned(items: Sequence[Item], journey: Journey, events: Sequence[CommonEvent], today: date) -> tuple[Planned, ...]:
    """Every item of the journey's track, next due first; those that wait for a date come last, in the order of the plan."""
    found = [
        Planned(item=item, due_on=_due(item, journey, events, today), mark=journey.marks.get(item.id))
        for item in items
        if journey.track in item.tracks
    ]
    return tuple(sorted(found, key=lambda one: one.due_on or date.max))


def _due(item: Item, journey: Journey, events: Sequence[CommonEvent], today: date) -> date | None:
    if item.offset is None:
        coming = next_event(events, item.event, max(today, journey.start_on))
        return coming.on if coming is not None else None
    mark = journey.marks.get(item.id)
    return journey.start_on + timedelta(days=item.offset + (mark.days if mark is not None else 0))


def next_event(events: Iterable[CommonEvent], kind: EventKind | None, today: date) -> CommonEvent | None:
    """The first event of the kind from `today` on that is not cancelled."""
    return next(iter(coming_events(events, kind, today)), None)


def coming_events(events: Iterable[CommonEvent], kind: EventKind | None, today: date) -> tuple[CommonEvent, ...]:
    """The events of the kind from `today` on that are not cancelled, in order."""
    found = [event for event in events if event.kind is kind and event.on >= today and not event.cancelled]
    return tuple(sorted(found, key=lambda event: (event.on, event.at, event.id)))


def asked_of(plan: Iterable[Planned], roles: frozenset[Who]) -> tuple[Planned, ...]:
    """The items that ask somebody with one of these parts to do something."""
    return tuple(one for one in plan if not roles.isdisjoint(one.item.who))


def still_open(plan: Iterable[Planned]) -> tuple[Planned, ...]:
    """What is neither done nor put aside."""
    return tuple(one for one in plan if one.open)


def settled(plan: Iterable[Planned]) -> int:
    """How many items are done or put aside."""
    return sum(not one.open for one in plan)


def marked(journey: Journey, one: Planned, state: MarkState, today: date) -> Journey:
    """The journey with a mark on one item. What is put off keeps the days it was put off before.

    An item that waits for an event cannot be put off: it comes when the event does.
    """
    days = one.mark.days if one.mark is not None else 0
    if state is MarkState.POSTPONED:
        if one.item.offset is None or one.due_on is None:
            return journey
        days += (max(one.due_on, today) - one.due_on).days + LATER_DAYS
    marks = {**journey.marks, one.item.id: Mark(state=state, on=today, days=days)}
    return replace(journey, marks=MappingProxyType(marks))


def reopened(journey: Journey, item_id: str) -> Journey:
    """The journey without the mark on an item."""
    marks = {name: mark for name, mark in journey.marks.items() if name != item_id}
    return replace(journey, marks=MappingProxyType(marks))


def moved(journey: Journey, start_on: date) -> Journey:
    """The journey from another start date: all that is open follows, what is done stays done."""
    return replace(journey, start_on=start_on)


def can_start_on(start_on: date, today: date) -> bool:
    """Whether a journey can begin on this day.

    >>> can_start_on(date(2026, 12, 1), date(2026, 11, 23)), can_start_on(date(2206, 12, 1), date(2026, 11, 23))
    (True, False)
    """
    return abs(start_on - today) <= FARTHEST_START
