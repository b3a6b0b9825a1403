"""Moments and local days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hr.clock import COPENHAGEN, FixedClock, SystemClock
from hr.errors import NaiveTimeError


def test_the_local_day_begins_at_local_midnight() -> None:
    before = FixedClock(moment=datetime(2026, 6, 30, 21, 59, tzinfo=UTC))
    after = FixedClock(moment=datetime(2026, 6, 30, 22, 0, tzinfo=UTC))
    assert (before.today(), after.today()) == (date(2026, 6, 30), date(2026, 7, 1))


def test_in_winter_local_midnight_is_an_hour_later_in_utc() -> None:
    assert FixedClock(moment=datetime(2026, 12, 31, 22, 30, tzinfo=UTC)).today() == date(2026, 12, 31)
    assert FixedClock(moment=datetime(2026, 12, 31, 23, 0, tzinfo=UTC)).today() == date(2027, 1, 1)


def test_a_clock_set_to_a_day_shows_that_day_and_tells_the_moment_in_utc() -> None:
    clock = FixedClock.on(date(2026, 3, 2), hour=8)
    assert clock.today() == date(2026, 3, 2)
    assert clock.now() == datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert clock.now().utcoffset() == timedelta(0)


def test_a_clock_needs_a_zone() -> None:
    with pytest.raises(NaiveTimeError, match="time zone"):
        FixedClock(moment=datetime(2026, 3, 2, 8))  # noqa: DTZ001 - the fault under test


def test_the_system_clock_runs_in_utc() -> None:
    clock = SystemClock()
    first = clock.now()
    assert first.utcoffset() == timedelta(0)
    assert first <= clock.now()
    assert clock.today() in {first.astimezone(COPENHAGEN).date(), clock.now().astimezone(COPENHAGEN).date()}
