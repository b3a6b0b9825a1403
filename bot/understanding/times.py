"""Finds a later moment of the same day ("kl. 14", "om en halv time", "efter frokost"), and a period of several days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from bot.understanding.dates import LONGEST, NUMBER, Direction, FoundDay, all_days, nearest_week, number, read_day
from privacy.words import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterToday:
    """Later on the same day: at a time of day (local), after a delay, or, with neither, a little later."""

    at: time | None = None
    delay: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period, both days included; `to_day` is None when only its beginning was told."""

    from_day: date
    to_day: date | None


def read_time(text: str) -> LaterToday | None:
    """The later moment of the day that a text names; "lidt senere" is one without a time. Never raises.

    >>> read_time("spørg igen om en halv time").delay
    datetime.timedelta(seconds=1800)
    """
    folded = fold(text[:LONGEST])
    clock = _CLOCK.search(folded)
    if clock and int(clock[1] or clock[3]) < 24:
        return LaterToday(at=time(int(clock[1] or clock[3]), int(clock[2] or clock[4] or 0)))
    for pattern, delay in _FIXED:
        if pattern.search(folded):
            return LaterToday(delay=delay)
    counted = _COUNTED.search(folded)
    if counted:
        minutes = number(counted[1]) * (60 if counted[2].startswith(("time", "hour")) else 1)
        return LaterToday(delay=timedelta(minutes=minutes))
    for pattern, at in _TIMES_OF_DAY:
        if pattern.search(folded):
            return LaterToday(at=at)
    return LaterToday() if _LATER.search(folded) else None


def read_period(text: str, today: date) -> Period | None:
    """The period that a text names: "uge 29 og 30", "fra mandag til fredag", "i to uger", "til 1. august". Never raises.

    "Til 1. august" alone ends the day before: on that day one is back. "I min ferie" names no days and is None.
    """
    text = text[:LONGEST]
    folded = fold(text)
    try:
        return _weeks(folded, today) or _for_a_while(folded, today) or _between(text, today)
    except OverflowError:
        return None


_CLOCK: Final = re.compile(
    r"\b(?:kl|klokken|at)\b\.? ?(\d{1,2})(?:[.:]([0-5]\d))?(?![\d/])|(?<![\d.:/])(\d{1,2}):([0-5]\d)(?!\d)"
)
_FIXED: Final = (
    (re.compile(r"\b(?:en |half an? )?halv(?:e)? time\b|\bhalf an hour\b"), timedelta(minutes=30)),
    (re.compile(r"\bhalvanden time\b"), timedelta(minutes=90)),
    (re.compile(r"\b(?:et )?kvarter\b"), timedelta(minutes=15)),
)
_COUNTED: Final = re.compile(rf"\b{NUMBER} (minut(?:ter)?|min|timer?|times tid|minutes?|hours?)\b")
_TIMES_OF_DAY: Final = (
    (re.compile(r"\befter (?:frokost\w*|middag\w*)|\bafter lunch|\bi eftermiddag\b|\bthis afternoon\b"), time(13)),
    (re.compile(r"\b(?:sidst paa dagen|inden fyraften|ved fyraften)\b"), time(15)),
    (re.compile(r"\bi formiddag\b"), time(10)),
    (re.compile(r"\bi aften\b|\btonight\b"), time(18)),
)
_LATER: Final = re.compile(
    r"\b(?:senere(?! (?:paa ugen|i ugen|paa maaneden))|om lidt|om et oejeblik|om et par minutter|lidt endnu|vent lidt|later|in a bit|efter (?:moedet|mit moede))\b"
)
_WEEKS: Final = re.compile(
    r"\b(?:uge|uger|uge(?:rne)?|weeks?) (\d{1,2})(?: ?(?:,|og|til|-|and|to) ?(?:uge |week )?(\d{1,2}))?(?![./\d])"
)
_WHILE: Final = re.compile(
    r"\b(?:i|de naeste|resten af|for|for the next) (?:de naeste )?" + NUMBER + r" (dage|dag|uger?|days?|weeks?)\b"
)
LATER_PHRASE: Final = re.compile(
    "|".join(
        [r"(?:\bom )?" + one.pattern for one in (_COUNTED, _LATER, *(pair[0] for pair in (*_FIXED, *_TIMES_OF_DAY)))]
        + [_CLOCK.pattern]
    )
)
"""Where a folded text says so."""
_THIS_WEEK: Final = re.compile(r"\b(?:resten af ugen|denne uge|i ugen ud|this week)\b")
_NEXT_WEEK: Final = re.compile(r"\b(?:naeste uge|next week)\b")
_UNTIL: Final = re.compile(
    r"\b(?:til og med|tom|t\.o\.m\.?|til|indtil|frem til|until|till|to)(?: og med)? (?:d\.? |den )?(?:paa )?$"
)
_AND_WITH: Final = re.compile(r"\b(?:og med|tom|t\.o\.m\.?)\b")
_TIGHT_RANGE: Final = re.compile(r"(?<=\d)-(?=\d{1,2}/)")
_SHORT_RANGE: Final = re.compile(r"\b(\d{1,2})\.? ?(?:-|til) ?(?=\d{1,2}\. ?[a-zæøå]{3})")


def _weeks(folded: str, today: date) -> Period | None:
    """ "uge 29 og 30", "næste uge"."""
    match = _WEEKS.search(folded)
    if match is None:
        if _THIS_WEEK.search(folded):
            return Period(from_day=today, to_day=today + timedelta(days=6 - today.weekday()))
        coming = _NEXT_WEEK.search(folded)
        if coming is None or _UNTIL.search(folded[: coming.start()]):
            return None
        monday = today + timedelta(days=7 - today.weekday())
        return Period(from_day=monday, to_day=monday + timedelta(days=6))
    first = nearest_week(int(match[1]), today=today, prefer=Direction.FUTURE)
    last = nearest_week(int(match[2] or match[1]), today=first or today, prefer=Direction.FUTURE)
    if first is None or last is None:
        return None
    return Period(from_day=first, to_day=last + timedelta(days=6))


def _for_a_while(folded: str, today: date) -> Period | None:
    """ "i to uger": from today."""
    match = _WHILE.search(folded)
    if match is None:
        return None
    days = number(match[1]) * (7 if match[2].startswith(("uge", "week")) else 1)
    return Period(from_day=today, to_day=today + timedelta(days=max(days, 1) - 1))


def _between(text: str, today: date) -> Period | None:
    """Two days, or one day and the word before it."""
    text = _TIGHT_RANGE.sub(" - ", text)
    days = [one for one in all_days(text, today=today, prefer=Direction.FUTURE) if isinstance(one, FoundDay)]
    if not days:
        return None
    first = days[0]
    if len(days) > 1:
        return _from_to(text, first, days[1], today)
    before = fold(text[: first.start])
    ahead = _SHORT_RANGE.search(fold(text))
    if ahead and first.day.day >= int(ahead[1]) > 0:
        return Period(from_day=first.day.replace(day=int(ahead[1])), to_day=first.day)
    if _UNTIL.search(before) or fold(text[first.start : first.end]).startswith("indtil"):
        last = first.day if _AND_WITH.search(before) else first.day - timedelta(days=1)
        return Period(from_day=today, to_day=last) if last >= today else None
    if re.search(r"\b(?:fra|from)(?: og med)?(?: d\.?| den| paa)? $", before):
        return Period(from_day=first.day, to_day=None)
    return Period(from_day=first.day, to_day=first.day) if first.day >= today else None


def _from_to(text: str, first: FoundDay, second: FoundDay, today: date) -> Period | None:
    """From the first day to the nearest second day after it."""
    last = read_day(text[second.start : second.end], today=first.day - timedelta(days=1), prefer=Direction.FUTURE)
    if not isinstance(last, FoundDay) or last.day < first.day:
        return None
    return Period(from_day=first.day, to_day=last.day)
