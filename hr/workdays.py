"""Which days are working days, and counting in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Final, Protocol

import holidays

MonthDay = tuple[int, int]
"""A day of every year as (month, day)."""

_SATURDAY: Final = 5
_LONGEST_BREAK: Final = 366


class WorkCalendar(Protocol):
    """The working days of a unit."""

    def is_working_day(self, day: date) -> bool:
        """Whether the unit works on `day`, if only for a part of it."""
        ...

    def closes_at(self, day: date) -> time | None:
        """The local time at which a half day ends; None on every other day."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDays:
    """HR's own days off besides weekends and public holidays, and its half days with the time at which they end."""

    yearly: frozenset[MonthDay] = frozenset()
    single: frozenset[date] = frozenset()
    half_yearly: Mapping[MonthDay, time] = field(default_factory=lambda: MappingProxyType({}))
    half_single: Mapping[date, time] = field(default_factory=lambda: MappingProxyType({}))

    def closed(self, day: date) -> bool:
        """Whether HR has closed the whole day."""
        return day in self.single or (day.month, day.day) in self.yearly

    def half_until(self, day: date) -> time | None:
        """When a half day ends; a single date goes before a day of every year."""
        return self.half_single.get(day, self.half_yearly.get((day.month, day.day)))


class MunicipalCalendar:
    """Weekends, the Danish public holidays and HR's closed days are off. Store bededag is a holiday up to and including 2023."""

    def __init__(self, closed: ClosedDays) -> None:
        self._closed = closed
        self._public: dict[int, frozenset[date]] = {}

    def is_working_day(self, day: date) -> bool:
        """Whether the municipality works on `day`."""
        return day.weekday() < _SATURDAY and not self._closed.closed(day) and day not in self._holidays(day.year)

    def closes_at(self, day: date) -> time | None:
        """The end of a half day that is a working day."""
        return self._closed.half_until(day) if self.is_working_day(day) else None

    def _holidays(self, year: int) -> frozenset[date]:
        known = self._public.get(year)
        if known is None:
            known = self._public[year] = frozenset(holidays.country_holidays("DK", years=year))
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryDay:
    """The calendar of a unit with weekend duty: every day is a whole working day."""

    def is_working_day(self, day: date) -> bool:
        """Always."""
        return True

    def closes_at(self, day: date) -> time | None:
        """Never."""
        return None


def on_or_after(calendar: WorkCalendar, day: date) -> date:
    """`day`, or the next working day when it is off. Raises ValueError when a whole year is off."""
    return _nearest(calendar, day, 1)


def on_or_before(calendar: WorkCalendar, day: date) -> date:
    """`day`, or the working day before when it is off. Raises ValueError when a whole year is off."""
    return _nearest(calendar, day, -1)


def add_working_days(calendar: WorkCalendar, day: date, count: int) -> date:
    """The `count`-th working day after `day` (before it when negative); `day` itself for 0, whether it is off or not.

    >>> add_working_days(EveryDay(), date(2025, 5, 3), 2)
    datetime.date(2025, 5, 5)
    """
    direction = 1 if count > 0 else -1
    for _ in range(abs(count)):
        day = _nearest(calendar, day + timedelta(days=direction), direction)
    return day


def _nearest(calendar: WorkCalendar, day: date, direction: int) -> date:
    for _ in range(_LONGEST_BREAK):
        if calendar.is_working_day(day):
            return day
        day += timedelta(days=direction)
    raise ValueError("the calendar has no working day within a year")
