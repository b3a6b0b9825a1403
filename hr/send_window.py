"""When a message may leave: inside the day's window, on a working day, by the wall clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from hr.workdays import WorkCalendar, on_or_after

_WRITTEN: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_CLOCKS_HAVE_CHANGED: Final = time(3)
_DAY: Final = timedelta(days=1)


def moment_at(day: date, at: time, zone: ZoneInfo) -> datetime:
    """`at` o'clock by the wall on `day`, in UTC. A time that the clocks skip becomes the one that they skip to."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWindow:
    """From `start` until just before `end`, local time in `zone`.

    Raises ValueError for a window that begins before 03:00: on the days that the clocks change, 02:30 comes twice or never.
    """

    start: time
    end: time
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"the window {self} ends before it begins: write it as 07:30-16:30")
        if self.start < _CLOCKS_HAVE_CHANGED:
            raise ValueError(f"the window {self} begins before 03:00, when the clocks may change: let it begin later")

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    @classmethod
    def parse(cls, written: str, zone: ZoneInfo) -> Self:
        """The window of `07:30-16:30`. Raises ValueError, which says what is wrong."""
        found = _WRITTEN.fullmatch(written.strip())
        if found is None:
            raise ValueError(f"{written!r} is no window: write it as 07:30-16:30")
        from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
        try:
            start, end = time(from_hour, from_minute), time(to_hour, to_minute)
        except ValueError as fault:
            raise ValueError(f"{written!r} is no window: {fault}") from fault
        return cls(start=start, end=end, zone=zone)

    def contains(self, moment: datetime, calendar: WorkCalendar) -> bool:
        """Whether a message may leave at `moment`."""
        local = moment.astimezone(self.zone)
        return calendar.is_working_day(local.date()) and self.start <= local.time() < self._end_of(
            local.date(), calendar
        )

    def next_open(self, moment: datetime, calendar: WorkCalendar, *, send_time: time) -> datetime:
        """The first moment at or after `moment` at which a message may leave, in UTC.

        `moment` itself inside the window; the opening when the day has not begun; else `send_time` on the next working day (the
        opening where `send_time` lies outside the window).
        """
        if self.contains(moment, calendar):
            return moment.astimezone(UTC)
        local = moment.astimezone(self.zone)
        if self._opens(local.date(), calendar) and local.time() < self.start:
            return moment_at(local.date(), self.start, self.zone)
        day = on_or_after(calendar, local.date() + _DAY)
        while not self._opens(day, calendar):
            day = on_or_after(calendar, day + _DAY)
        at = send_time if self.start <= send_time < self._end_of(day, calendar) else self.start
        return moment_at(day, at, self.zone)

    def _opens(self, day: date, calendar: WorkCalendar) -> bool:
        return calendar.is_working_day(day) and self.start < self._end_of(day, calendar)

    def _end_of(self, day: date, calendar: WorkCalendar) -> time:
        closes_at = calendar.closes_at(day)
        return self.end if closes_at is None else min(self.end, closes_at)
