"""Which days the municipality works, and counting in them."""

from __future__ import annotations

from datetime import date, time
from types import MappingProxyType

import pytest

from hr.workdays import ClosedDays, EveryDay, MunicipalCalendar, add_working_days, on_or_after, on_or_before

HR_DAYS = ClosedDays(
    yearly=frozenset({(6, 5), (12, 24), (12, 31)}),
    single=frozenset({date(2027, 5, 7)}),
    half_yearly=MappingProxyType({(5, 1): time(12)}),
    half_single=MappingProxyType({date(2026, 5, 1): time(13), date(2026, 12, 23): time(14)}),
)
CALENDAR = MunicipalCalendar(HR_DAYS)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 5, 2), True),
        (date(2025, 5, 3), False),
        (date(2025, 5, 4), False),
        (date(2025, 5, 29), False),
        (date(2025, 6, 5), False),
        (date(2025, 6, 9), False),
        (date(2025, 12, 24), False),
        (date(2025, 12, 23), True),
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), False),
        (date(2026, 4, 2), False),
        (date(2026, 4, 6), False),
        (date(2026, 4, 7), True),
        (date(2027, 5, 7), False),
        (date(2026, 5, 7), True),
    ],
)
def test_weekends_holidays_and_hrs_closed_days_are_off(day: date, works: bool) -> None:
    assert CALENDAR.is_working_day(day) is works


def test_store_bededag_was_a_holiday_until_2023_and_no_longer() -> None:
    assert not CALENDAR.is_working_day(date(2023, 5, 5))
    assert CALENDAR.is_working_day(date(2024, 4, 26))
    assert CALENDAR.is_working_day(date(2025, 5, 16))


def test_a_closed_day_is_hrs_choice() -> None:
    assert MunicipalCalendar(ClosedDays()).is_working_day(date(2025, 6, 5))


def test_a_half_day_ends_early_and_a_single_date_goes_before_a_yearly_one() -> None:
    assert CALENDAR.closes_at(date(2025, 5, 1)) == time(12)
    assert CALENDAR.closes_at(date(2026, 5, 1)) == time(13)
    assert CALENDAR.closes_at(date(2026, 12, 23)) == time(14)
    assert CALENDAR.closes_at(date(2025, 12, 23)) is None


def test_a_half_day_on_a_day_off_is_no_working_day() -> None:
    assert CALENDAR.closes_at(date(2027, 5, 1)) is None  # a Saturday


def test_a_unit_with_weekend_duty_works_every_day() -> None:
    calendar = EveryDay()
    assert all(calendar.is_working_day(date(2025, 12, day)) for day in range(1, 32))
    assert calendar.closes_at(date(2026, 5, 1)) is None
    assert add_working_days(calendar, date(2025, 12, 24), -3) == date(2025, 12, 21)


def test_dates_move_over_the_whole_of_easter() -> None:
    assert on_or_after(CALENDAR, date(2026, 4, 2)) == date(2026, 4, 7)
    assert on_or_before(CALENDAR, date(2026, 4, 6)) == date(2026, 4, 1)
    assert on_or_after(CALENDAR, date(2026, 4, 7)) == date(2026, 4, 7)
    assert on_or_before(CALENDAR, date(2026, 4, 7)) == date(2026, 4, 7)


@pytest.mark.parametrize(
    ("day", "count", "result"),
    [
        (date(2025, 5, 2), 0, date(2025, 5, 2)),
        (date(2025, 5, 3), 0, date(2025, 5, 3)),
        (date(2025, 5, 2), 1, date(2025, 5, 5)),
        (date(2025, 5, 3), 1, date(2025, 5, 5)),
        (date(2025, 5, 3), -1, date(2025, 5, 2)),
        (date(2025, 5, 28), 3, date(2025, 6, 3)),
        (date(2025, 5, 28), -7, date(2025, 5, 19)),
        (date(2025, 12, 23), 1, date(2025, 12, 29)),
    ],
)
def test_working_days_are_counted_in_both_directions(day: date, count: int, result: date) -> None:
    assert add_working_days(CALENDAR, day, count) == result


def test_a_calendar_without_working_days_is_told_and_not_searched_for_ever() -> None:
    class NoDay:
        def is_working_day(self, day: date) -> bool:
            return False

        def closes_at(self, day: date) -> time | None:
            return None

    with pytest.raises(ValueError, match="no working day"):
        on_or_after(NoDay(), date(2025, 1, 1))
