"""The arithmetic of a journey. Pure: items, a journey and a date in, an answer out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from hr.onboarding.model import CommonEvent, EventKind, Item, Journey, JourneyState, Mark, MarkState, Who

LATER_DAYS: Final = 7
"""By how many days "later" puts an item off, from the day it is due or from today, whichever is later."""

FARTHEST_START: Final = timedelta(days=400)
"""How far from today a start date may lie, both ways."""

ENDS_AFTER: Final = timedelta(days=60)
"""A journey ends by itself two months after its last item was due."""

LONGEST_PAUSE: Final = timedelta(days=365)
"""A paused one has this much longer: a leave is not to end it, and what nobody takes up again is not to be kept for ever."""

EVERYBODY: Final = frozenset(Who)

_CLOSED: Final = frozenset({MarkState.DONE, MarkState.NOT_RELEVANT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An item in a journey, for some of the parts that it asks. `waits` are those of them that have not settled it.

    `due_on` None: it waits for an event whose date is not set.
    """

    item: Item
    due_on: date | None
    waits: frozenset[Who]

    @property
    def open(self) -> bool:
        """Whether it still asks for something."""
        return bool(self.waits)


def planned(
    items: Sequence[Item],
    journey: Journey,
    events: Sequence[CommonEvent],
    today: date,
    parts: frozenset[Who] = EVERYBODY,
) -> tuple[Planned, ...]:
    """What the journey's track asks of these parts, next due first; what waits for a date comes last, in the order of the plan."""
    found = [
        _planned(item, journey, events, today, parts.intersection(item.who))
        for item in items
        if journey.track in item.tracks and not parts.isdisjoint(item.who)
    ]
    return tuple(sorted(found, key=lambda one: one.due_on or date.max))


def _planned(
    item: Item, journey: Journey, events: Sequence[CommonEvent], today: date, parts: frozenset[Who]
) -> Planned:
    marks = {part: journey.marks.get((item.id, part)) for part in parts}
    waits = frozenset(part for part, mark in marks.items() if mark is None or mark.state not in _CLOSED)
    if item.offset is None:
        coming = next_event(events, item.event, max(today, journey.start_on))
        return Planned(item=item, due_on=coming.on if coming is not None else None, waits=waits)
    put_off = min(_put_off(marks[part]) for part in waits or parts)
    return Planned(item=item, due_on=journey.start_on + timedelta(days=item.offset + put_off), waits=waits)


def _put_off(mark: Mark | None) -> int:
    return mark.days if mark is not None else 0


def next_event(events: Iterable[CommonEvent], kind: EventKind | None, today: date) -> CommonEvent | None:
    """The first event of the kind from `today` on that is not cancelled."""
    return next(iter(coming_events(events, kind, today)), None)


def coming_events(events: Iterable[CommonEvent], kind: EventKind | None, today: date) -> tuple[CommonEvent, ...]:
    """The events of the kind from `today` on that are not cancelled, in order."""
    found = [event for event in events if event.kind is kind and event.on >= today and not event.cancelled]
    return tuple(sorted(found, key=lambda event: (event.on, event.at, event.id)))


def concerns(items: Iterable[Item], journey: Journey, kind: EventKind) -> bool:
    """Whether an item of the journey's track waits for events of this kind."""
    return any(journey.track in item.tracks and item.event is kind for item in items)


def still_open(plan: Iterable[Planned]) -> tuple[Planned, ...]:
    """What is neither done nor put aside."""
    return tuple(one for one in plan if one.open)


def closed(plan: Iterable[Planned]) -> tuple[Planned, ...]:
    """What is done or put aside."""
    return tuple(one for one in plan if not one.open)


def marked(journey: Journey, one: Planned, state: MarkState, today: date) -> Journey:
    """The journey with a mark of each part that the item waits for. What is put off keeps the days it was put off before.

    An item that waits for an event cannot be put off: it comes when the event does.
    """
    offset = one.item.offset
    if state is MarkState.POSTPONED and offset is None:
        return journey
    marks = dict(journey.marks)
    for part in one.waits:
        before = _put_off(marks.get((one.item.id, part)))
        days = before
        if state is MarkState.POSTPONED and offset is not None:
            due_on = journey.start_on + timedelta(days=offset + before)
            days += (max(due_on, today) - due_on).days + LATER_DAYS
        marks[one.item.id, part] = Mark(state=state, on=today, days=days, before=before)
    return replace(journey, marks=MappingProxyType(marks))


def reopened(journey: Journey, item_id: str, parts: frozenset[Who]) -> Journey:
    """The journey without the last mark that these parts set on an item; what was put off before is put off again."""
    marks = dict(journey.marks)
    for part in parts:
        mark = marks.pop((item_id, part), None)
        if mark is not None and mark.before:
            marks[item_id, part] = Mark(state=MarkState.POSTPONED, on=mark.on, days=mark.before)
    return replace(journey, marks=MappingProxyType(marks))


def moved(journey: Journey, start_on: date) -> Journey:
    """The journey from another start date: all that is open follows, what is done stays done."""
    return replace(journey, start_on=start_on)


def ends_on(items: Sequence[Item], journey: Journey) -> date:
    """The last day of a journey that nobody ends: its last item, put off as it is, and two months; paused ones have a year more."""
    plan = planned(items, journey, (), journey.start_on)
    last = max([journey.start_on, *(one.due_on for one in plan if one.due_on is not None)])
    return last + ENDS_AFTER + (LONGEST_PAUSE if journey.state is JourneyState.PAUSED else timedelta())


def can_start_on(start_on: date, today: date) -> bool:
    """Whether a journey can begin on this day.

    >>> can_start_on(date(2026, 12, 1), date(2026, 11, 23)), can_start_on(date(2206, 12, 1), date(2026, 11, 23))
    (True, False)
    """
    return abs(start_on - today) <= FARTHEST_START
