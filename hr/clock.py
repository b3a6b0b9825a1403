"""What time it is, as a value that callers are given: rules and tests never ask the machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from hr.errors import NaiveTimeError

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
"""The zone in which a municipal day begins and ends."""


def require_aware(moment: datetime) -> datetime:
    """`moment` itself. Raises NaiveTimeError when it has no zone, and so is no moment."""
    if moment.utcoffset() is None:
        raise NaiveTimeError(moment)
    return moment


class Clock(Protocol):
    """The current moment and the current local day."""

    def now(self) -> datetime:
        """The moment, aware and in UTC."""
        ...

    def today(self) -> date:
        """The local date in Europe/Copenhagen, which is not the UTC date around midnight."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemClock:
    """The machine's clock: the only place that reads it."""

    zone: ZoneInfo = COPENHAGEN

    def now(self) -> datetime:
        """The moment, aware and in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that may

    def today(self) -> date:
        """The date on the wall in `zone`."""
        return self.now().astimezone(self.zone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedClock:
    """A clock that stands still at `moment`, for tests and for `--as-of`. Raises NaiveTimeError without a zone."""

    moment: datetime
    zone: ZoneInfo = COPENHAGEN

    def __post_init__(self) -> None:
        require_aware(self.moment)

    @classmethod
    def on(cls, day: date, *, hour: int = 12) -> FixedClock:
        """A clock at `hour` o'clock local time on `day`."""
        return cls(moment=datetime(day.year, day.month, day.day, hour, tzinfo=COPENHAGEN))

    def now(self) -> datetime:
        """The moment, aware and in UTC."""
        return self.moment.astimezone(UTC)

    def today(self) -> date:
        """The local date at `moment`."""
        return self.moment.astimezone(self.zone).date()
