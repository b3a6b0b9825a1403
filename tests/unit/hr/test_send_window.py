"""When a message may leave."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hr.clock import COPENHAGEN
from hr.send_window import SendWindow, moment_at
from hr.workdays import ClosedDays, EveryDay, MunicipalCalendar

CALENDAR = MunicipalCalendar(
    ClosedDays(yearly=frozenset({(12, 24)}), half_yearly=MappingProxyType({(5, 1): time(12), (4, 30): time(7)}))
)
WINDOW = SendWindow.parse("07:30-16:30", COPENHAGEN)
SEND_TIME = time(8, 30)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=COPENHAGEN).astimezone(UTC)


def opens(moment: datetime) -> datetime:
    return WINDOW.next_open(moment, CALENDAR, send_time=SEND_TIME)


FRIDAY, SATURDAY, MONDAY = date(2025, 5, 9), date(2025, 5, 10), date(2025, 5, 12)
HALF_DAY = date(2026, 5, 1)


def test_a_window_is_read_as_it_is_written() -> None:
    assert SendWindow.parse(" 7:30 – 16:30", COPENHAGEN) == WINDOW
    assert str(WINDOW) == "07:30-16:30"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "write it as 07:30-16:30"),
        ("07:30", "write it as 07:30-16:30"),
        ("half past seven", "write it as 07:30-16:30"),
        ("16:30-07:30", "ends before it begins"),
        ("08:00-08:00", "ends before it begins"),
        ("07:30-25:00", "hour must be in"),
        ("02:30-16:30", "before 03:00"),
    ],
)
def test_a_wrong_window_is_told(written: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        SendWindow.parse(written, COPENHAGEN)


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        (at(FRIDAY, 7, 29), False),
        (at(FRIDAY, 7, 30), True),
        (at(FRIDAY, 16, 29), True),
        (at(FRIDAY, 16, 30), False),
        (at(SATURDAY, 12), False),
        (at(HALF_DAY, 11, 59), True),
        (at(HALF_DAY, 12), False),
    ],
)
def test_messages_leave_inside_the_window_on_working_days_only(moment: datetime, inside: bool) -> None:
    assert WINDOW.contains(moment, CALENDAR) is inside


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (at(FRIDAY, 10), at(FRIDAY, 10)),
        (at(FRIDAY, 3), at(FRIDAY, 7, 30)),
        (at(FRIDAY, 17), at(MONDAY, 8, 30)),
        (at(SATURDAY, 3), at(MONDAY, 8, 30)),
        (at(HALF_DAY, 13), at(date(2026, 5, 4), 8, 30)),
        (at(HALF_DAY, 5), at(HALF_DAY, 7, 30)),
        (at(date(2026, 4, 30), 6), at(HALF_DAY, 8, 30)),  # the day closes before the window opens
        (at(date(2025, 12, 23), 18), at(date(2025, 12, 29), 8, 30)),
    ],
)
def test_outside_the_window_a_message_waits_for_the_next_opening(moment: datetime, opening: datetime) -> None:
    assert opens(moment) == opening
    assert opens(moment).tzinfo is UTC


def test_a_unit_with_weekend_duty_is_reached_on_saturdays() -> None:
    assert WINDOW.next_open(at(SATURDAY, 9), EveryDay(), send_time=SEND_TIME) == at(SATURDAY, 9)


def test_a_send_time_outside_the_window_becomes_the_opening() -> None:
    late = SendWindow.parse("09:00-16:00", COPENHAGEN)
    assert late.next_open(at(FRIDAY, 17), CALENDAR, send_time=SEND_TIME) == at(MONDAY, 9)


def test_half_past_eight_stays_half_past_eight_when_the_clocks_change() -> None:
    before, after = (
        moment_at(date(2027, 3, 26), SEND_TIME, COPENHAGEN),
        moment_at(date(2027, 3, 29), SEND_TIME, COPENHAGEN),
    )
    assert after - before == timedelta(days=3) - timedelta(hours=1)
    assert after.astimezone(COPENHAGEN).time() == SEND_TIME


def test_a_time_that_the_clocks_skip_is_never_made() -> None:
    moment = moment_at(date(2027, 3, 28), time(2, 30), COPENHAGEN)
    assert moment.astimezone(COPENHAGEN).time() == time(3, 30)


@given(minutes=st.integers(0, 15 * 366 * 24 * 60))
def test_the_next_opening_is_open_not_earlier_and_its_own_next_opening(minutes: int) -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    opening = opens(moment)
    assert opening >= moment
    assert WINDOW.contains(opening, CALENDAR)
    assert opens(opening) == opening
    assert not 2 <= opening.astimezone(COPENHAGEN).hour < 3
