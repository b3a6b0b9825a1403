"""Finds a day in a Danish sentence, as people write it ("i mandags", "pr. 1. maj", "om 14 dage"), and in English basics.

Nothing is guessed: what is no date of any calendar is an `ImpossibleDay`, and what names no certain day ("efter ferien") is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from privacy.words import fold


class Direction(StrEnum):
    """Where a day without a year is looked for. PAST includes today, and prefers a date soon to come to that of last year."""

    PAST = "past"
    FUTURE = "future"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDay:
    """A day, and where in the text it was written: `text[start:end]`."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpossibleDay:
    """Something written like a date that no calendar has (31/2), at `text[start:end]`."""

    start: int
    end: int


def read_day(text: str, *, today: date, prefer: Direction) -> FoundDay | ImpossibleDay | None:
    """The day that a text names; of several the one that lies in the preferred direction, and "til", "siden", "fra" weigh more.

    A weekday alone is the nearest in the direction. "På mandag" always lies ahead, "i mandags" always back. Looking back, the end of an
    absence ("til og med fredag") is no day; two words for a day that disagree ("mandag den 3.") are an `ImpossibleDay`. Never raises.

    >>> read_day("syg siden i fredags", today=date(2026, 3, 18), prefer=Direction.PAST).day
    datetime.date(2026, 3, 13)
    """
    found = all_days(text, today=today, prefer=prefer)
    impossible = next((one for one in found if isinstance(one, ImpossibleDay)), None)
    if impossible is not None:
        return impossible
    days = [one for one in found if isinstance(one, FoundDay)]
    past = prefer is Direction.PAST
    if past:
        days = [one for one in days if not _is_end(text, one)]
    fitting = [one for one in days if (one.day <= today if past else one.day > today)] or days
    lead = _LEADS_BACK if past else _LEADS_ON
    introduced = (
        one
        for one in fitting
        if lead.search(fold(text[max(0, one.start - 30) : one.start]))
        or fold(text[one.start : one.end]).startswith(_LEADING_WORDS)
    )
    return next(introduced, None) or next(iter(fitting), None)


def _is_end(text: str, found: FoundDay) -> bool:
    """Whether a day is said to be the last one."""
    return bool(
        _ENDS.search(fold(text[max(0, found.start - 30) : found.start]))
        or fold(text[found.start : found.end]).startswith(("indtil ", "until "))
    )


def all_days(text: str, *, today: date, prefer: Direction) -> list[FoundDay | ImpossibleDay]:
    """Every day in the first `LONGEST` characters of a text, in order, without overlap."""
    folded, at = folded_with_places(text[:LONGEST])
    found: list[tuple[int, int, date | None]] = []
    for pattern, resolve in _GRAMMAR:
        for match in pattern.finditer(folded):
            try:
                day = _nearer(resolve, match, today, prefer)
            except (OverflowError, ValueError):
                continue
            if day is not _NO_DAY:
                found.append((match.start(), match.end(), day if isinstance(day, date) else None))
    return [
        FoundDay(day=day, start=at[start], end=at[end]) if day else ImpossibleDay(start=at[start], end=at[end])
        for start, end, day in _without_overlap(sorted(found, key=lambda one: (one[0], -one[1])))
    ]


LONGEST: Final = 1_000
"""How many characters of a text are looked at."""


class _Not:
    """What a pattern's resolver says of a match that is no day or no calendar's day."""


_NO_DAY: Final = _Not()
_IMPOSSIBLE: Final = _Not()
_Resolved = date | _Not
_Resolver = Callable[[re.Match[str], date, Direction], _Resolved]

NUMBERS: Final = {
    "en": 1, "et": 1, "a": 1, "one": 1, "et par": 2, "to": 2, "two": 2, "tre": 3, "three": 3, "fire": 4, "four": 4, "fem": 5, "five": 5,
    "seks": 6, "six": 6, "syv": 7, "seven": 7, "otte": 8, "eight": 8, "ni": 9, "nine": 9, "ti": 10, "ten": 10, "tolv": 12, "fjorten": 14,
}  # fmt: skip
NUMBER: Final = rf"({'|'.join(sorted(NUMBERS, key=len, reverse=True))}|\d{{1,3}})"
_WEEKDAYS: Final = {
    "mandag": 0, "tirsdag": 1, "onsdag": 2, "torsdag": 3, "fredag": 4, "loerdag": 5, "soendag": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
_MONTHS: Final = {
    name: month
    for month, names in enumerate(
        ("januar january jan", "februar february feb", "marts march mar", "april apr", "maj may", "juni june jun", "juli july jul",
         "august aug", "september sept sep", "oktober october okt oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
_WORDS: Final = {
    "i dag": 0, "idag": 0, "d.d": 0, "dags dato": 0, "i morges": 0, "imorges": 0, "her til morgen": 0, "til morgen": 0, "i formiddags": 0,
    "i formiddag": 0, "i eftermiddag": 0, "i nat": 0, "i aften": 0, "today": 0, "this morning": 0, "tonight": 0, "i gaar": -1, "igaar": -1,
    "i aftes": -1, "yesterday": -1, "i forgaars": -2, "iforgaars": -2, "forgaars": -2, "i forgars": -2, "i gar": -1, "igar": -1,
    "i morgen": 1, "imorgen": 1, "tomorrow": 1, "i overmorgen": 2, "iovermorgen": 2, "overmorgen": 2,
}  # fmt: skip
_LONGEST_WEEKDAY: Final = 20
_CLOSE_BY: Final = timedelta(days=60)
_LONG_AGO: Final = timedelta(days=120)
_WEEKDAY_BEFORE: Final = re.compile(rf"\b({'|'.join(_WEEKDAYS)})s?,? (?:den |d\.? ?)?$")
_LEADS_BACK: Final = re.compile(r"(?:siden|fra|pr\.?|dag(?:en)?(?: var| er| til)?|since|from) (?:d\.? |den |og med )?$")
_LEADING_WORDS: Final = ("siden ", "since ", "indtil ", "until ")
_ENDS: Final = re.compile(
    r"\b(?:frem til|indtil|til og med|t\.?o\.?m\.?|until|till|through|sidste (?:\w+ )?(?:syge|fravaers)dag(?: er| var| bliver)?"
    r"|(?:syge?|sygemeldte?|sygemelding|fravaerende|hjemme|vaek|sick|off) (?:helt )?(?:til|to))(?: og med| and including)?(?: d\.?| den| paa)? ?$"
)
_LEADS_ON: Final = re.compile(r"(?:til|foer|fra|until|till|before) (?:d\.? |den |og med |i )?$")


def _nearer(resolve: _Resolver, match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    """The day of a match. Without a year and a weekday, one long ago gives way to its next coming close by."""
    day = _on_its_weekday(resolve, match, today, prefer)
    if prefer is Direction.FUTURE or not isinstance(day, date) or today - day <= _LONG_AGO or _weekday_before(match):
        return day
    coming = resolve(match, today, Direction.FUTURE)
    return coming if isinstance(coming, date) and timedelta() < coming - today <= _CLOSE_BY else day


def _weekday_before(match: re.Match[str]) -> re.Match[str] | None:
    return _WEEKDAY_BEFORE.search(match.string, max(0, match.start() - _LONGEST_WEEKDAY), match.start())


def _on_its_weekday(resolve: _Resolver, match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    """The day of a match. A weekday before it ("mandag den 3.") must be its own, in the direction or close by in the other."""
    day = resolve(match, today, prefer)
    before = _weekday_before(match)
    if before is None or not isinstance(day, date) or day.weekday() == _WEEKDAYS[before[1]]:
        return day
    other = resolve(match, today, Direction.FUTURE if prefer is Direction.PAST else Direction.PAST)
    fits = isinstance(other, date) and other.weekday() == _WEEKDAYS[before[1]] and abs(other - today) <= _CLOSE_BY
    return other if fits else _IMPOSSIBLE


def folded_with_places(text: str) -> tuple[str, list[int]]:
    """The text folded, and for each character of that, and its end, the place in the text."""
    parts, at = [], []
    for index, character in enumerate(text):
        part = fold(character)
        parts.append(part)
        at += [index] * len(part)
    return "".join(parts), [*at, len(text)]


def _without_overlap(found: list[tuple[int, int, date | None]]) -> Iterator[tuple[int, int, date | None]]:
    end = 0
    for one in found:
        if one[0] >= end:
            yield one
            end = one[1]


def number(word: str) -> int:
    """What a match of `NUMBER` counts."""
    return NUMBERS[word] if word in NUMBERS else int(word)


def nearest_weekday(weekday: int, *, today: date, prefer: Direction) -> date:
    """The last such day up to today, or the next after today."""
    if prefer is Direction.PAST:
        return today - timedelta(days=(today.weekday() - weekday) % 7)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def nearest_week(week: int, *, today: date, prefer: Direction) -> date | None:
    """The Monday of the nearest ISO week with this number; the running week counts in both directions. None: no year has it."""
    this = today - timedelta(days=today.weekday())
    step = -1 if prefer is Direction.PAST else 1
    for years in range(-1, 8):
        try:
            monday = date.fromisocalendar(today.year + step * years, week, 1)
        except ValueError:
            continue
        if monday == this or (monday > this) == (step > 0):
            return monday
    return None


def _nearest_date(day: int, month: int, today: date, prefer: Direction) -> _Resolved:
    """The nearest such date up to today, or from today; 29 February waits for its year."""
    step = -1 if prefer is Direction.PAST else 1
    for years in range(9):
        try:
            found = date(today.year + step * years, month, day)
        except ValueError:
            continue
        if found == today or (found > today) == (step > 0):
            return found
    return _IMPOSSIBLE


def _dated(day: str, month: int, year: str | None, today: date, prefer: Direction) -> _Resolved:
    if year is None:
        return _nearest_date(int(day), month, today, prefer)
    full = int(year) if len(year) == 4 else 2000 + int(year)
    # "1-3-10" and "1-5-14" are the models of follow-up, and nobody was away before 2020.
    if len(year) == 2 and not 20 <= int(year) <= 49:
        return _NO_DAY
    try:
        return date(full, month, int(day)) if 1900 <= full <= 2200 else _IMPOSSIBLE
    except ValueError:
        return _IMPOSSIBLE


def _iso(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    return _dated(match[3], int(match[2]), match[1], today, prefer)


def _numeric(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    return _dated(match[1], int(match[3]), match[4], today, prefer)


def _day_month(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    return _dated(match[1], int(match[2]), None, today, prefer)


def _named(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    return _dated(match[1], _MONTHS[match[2]], match[3], today, prefer)


def _month_first(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    return _dated(match[2], _MONTHS[match[1]], match[3], today, prefer)


def _day_of_month(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    """ "den 14.": in the nearest month that has such a day."""
    step = -1 if prefer is Direction.PAST else 1
    for months in range(3):
        index = today.year * 12 + today.month - 1 + step * months
        try:
            found = date(index // 12, index % 12 + 1, int(match[1]))
        except ValueError:
            continue
        if found == today or (found > today) == (step > 0):
            return found
    return _IMPOSSIBLE


def _word(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    return today + timedelta(days=_WORDS[match[1]])


def _distance(count: str, unit: str) -> timedelta:
    per = 7 if unit.startswith(("uge", "week")) else 30 if unit.startswith(("maaned", "month")) else 1
    return timedelta(days=number(count) * per)


def _ahead(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    return today + _distance(match[1], match[2])


def _ago(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    return today - _distance(match[1], match[2])


def _delay(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    return today + _distance(match[1], match[2]) if prefer is Direction.FUTURE else _NO_DAY


def _weekday(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    before, weekday, ended = match[1] or "", _WEEKDAYS[match[2]], match[3]
    monday = today - timedelta(days=today.weekday())
    if ended or before in {"sidste", "last"}:
        return nearest_weekday(weekday, today=today - timedelta(days=1), prefer=Direction.PAST)
    if before == "forrige":
        return monday + timedelta(days=weekday - 7)
    if before in {"naeste", "next"}:
        return monday + timedelta(days=weekday + 7)
    if before in {"siden", "since"}:
        prefer = Direction.PAST
    elif before in {"paa", "kommende", "nu paa", "indtil", "until"}:
        prefer = Direction.FUTURE
    return nearest_weekday(weekday, today=today, prefer=prefer)


def _weekday_of_week(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    """ "mandag i sidste uge"."""
    weeks = -1 if match[2] in {"sidste", "forrige", "last"} else 1 if match[2] in {"naeste", "next"} else 0
    return today + timedelta(days=_WEEKDAYS[match[1]] - today.weekday() + 7 * weeks)


def _week(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    return nearest_week(int(match[1]), today=today, prefer=prefer) or _IMPOSSIBLE


def _next_week(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    return nearest_weekday(0, today=today, prefer=Direction.FUTURE)


def _weekend(match: re.Match[str], today: date, prefer: Direction) -> _Resolved:
    if match[1] and match[1] != "i":
        return nearest_weekday(0, today=today, prefer=Direction.FUTURE)
    running = today - timedelta(days=1) if prefer is Direction.FUTURE else today
    return nearest_weekday(5, today=running, prefer=prefer)


_B, _E = r"(?<![\w/.\-])", r"(?!\w|[/.\-]\d)"
_B_NAMED: Final = r"(?<![\w/.])"
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ENGLISH_MONTH: Final = "january|february|march|april|may|june|july|august|september|october|november|december"
_UNIT: Final = r"(dage?|doegn|uger?|maaned(?:er)?|days?|weeks?|months?)"
_SHORT_UNIT: Final = r"(dage?|uger?|days?|weeks?)"
_NUMBERED: Final = (
    r"dag|uge|gang|kontakt|samtale|syge|fravaer|opkald|trin|periode|barn|maaned|kvartal|klasse|time|punkt|skridt|opgave"
)
_BEFORE_WEEKDAY: Final = "nu paa|naeste|kommende|sidste|forrige|siden|indtil|paa|next|last|since|until|i"
_WHICH_WEEK: Final = "sidste|forrige|last|naeste|next|denne|this"
_YEAR: Final = r"(?:,? (20\d\d))?"
_GRAMMAR: Final[tuple[tuple[re.Pattern[str], _Resolver], ...]] = tuple(
    (re.compile((_B_NAMED if resolve is _named else _B) + pattern + _E), resolve)
    for pattern, resolve in (
        (r"(\d{4})-(\d{1,2})-(\d{1,2})", _iso),
        (r"(\d{1,2})([/.\-]) ?(\d{1,2})\2 ?(\d{4}|\d{2})", _numeric),
        (r"(\d{1,2})(/)(\d{1,2}),? (20\d\d)", _numeric),
        (r"(?!24/7\b)(\d{1,2})/(\d{1,2})(?! ?timer?\b)", _day_month),
        (r"(?:d\.?|den|fra|pr\.?|siden|til|dato) (\d{1,2})[.\-](\d{1,2})", _day_month),
        (rf"(\d{{1,2}})(?:\.|st|nd|rd|th|\.?de)? ?(?:of )?({_MONTH})\b\.?{_YEAR}", _named),
        (rf"({_ENGLISH_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}", _month_first),
        (rf"(?:d\.?|den) ?(\d{{1,2}})\.(?! ?(?:\d|(?:{_MONTH})\b|{_NUMBERED}))", _day_of_month),
        (r"(?:d\.?|den|fra|pr\.?|siden) (\d{1,2})\.?+(?= ?(?:$|[,!?;]|og\b))", _day_of_month),
        (rf"({'|'.join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True))})(?:\.| tidlig| aften)?", _word),
        (rf"(?:om|in) {NUMBER} {_UNIT}(?:s tid)?", _ahead),
        (rf"(?:for )?{NUMBER} {_UNIT}(?:s tid)? (?:siden|ago)", _ago),
        (rf"{NUMBER} {_SHORT_UNIT}(?: mere| til)?(?! siden| ago)", _delay),
        (
            rf"(?:(?:{_BEFORE_WEEKDAY}) )?(?:den )?({'|'.join(_WEEKDAYS)})s? (?:i |of )?({_WHICH_WEEK}) (?:uge|week)",
            _weekday_of_week,
        ),
        (
            rf"(?:({_BEFORE_WEEKDAY}) )?(?:den )?({'|'.join(_WEEKDAYS)})(s?)(?!,? (?:d\.? ?|den )?\d)",
            _weekday,
        ),
        (r"(?:uge|week) (\d{1,2})", _week),
        (r"(?:i )?(?:naeste|next) (?:uge|week)", _next_week),
        (r"(?:(i|efter|over) )?(?:the )?weekend(?:en)?", _weekend),
    )
)  # fmt: skip
