"""Days, times and periods as leaders write them. Today is Wednesday 18 March 2026."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.dates import Direction, FoundDay, ImpossibleDay, read_day
from bot.understanding.times import LaterToday, Period, read_period, read_time

TODAY = date(2026, 3, 18)
PAST, FUTURE = Direction.PAST, Direction.FUTURE


@pytest.mark.parametrize(
    ("text", "prefer", "day"),
    [
        ("i dag", PAST, "2026-03-18"),
        ("idag", PAST, "2026-03-18"),
        ("d.d.", PAST, "2026-03-18"),
        ("i morges", PAST, "2026-03-18"),
        ("her til morgen", PAST, "2026-03-18"),
        ("i nat", PAST, "2026-03-18"),
        ("i går", PAST, "2026-03-17"),
        ("i gaar", PAST, "2026-03-17"),
        ("i forgårs", PAST, "2026-03-16"),
        ("i morgen tidlig", FUTURE, "2026-03-19"),
        ("i overmorgen", FUTURE, "2026-03-20"),
        ("onsdag", PAST, "2026-03-18"),
        ("onsdag", FUTURE, "2026-03-25"),
        ("mandag", PAST, "2026-03-16"),
        ("mandag", FUTURE, "2026-03-23"),
        ("i onsdags", PAST, "2026-03-11"),
        ("i mandags", FUTURE, "2026-03-16"),
        ("på mandag", PAST, "2026-03-23"),
        ("sidste torsdag", PAST, "2026-03-12"),
        ("forrige fredag", PAST, "2026-03-13"),
        ("næste onsdag", FUTURE, "2026-03-25"),
        ("om en uge", FUTURE, "2026-03-25"),
        ("om tre dage", FUTURE, "2026-03-21"),
        ("om 14 dage", FUTURE, "2026-04-01"),
        ("for tre dage siden", PAST, "2026-03-15"),
        ("skyd den en dag", FUTURE, "2026-03-19"),
        ("giv mig to dage mere", FUTURE, "2026-03-20"),
        ("12/6", PAST, "2025-06-12"),
        ("12/5", FUTURE, "2026-05-12"),
        ("d. 12/5", FUTURE, "2026-05-12"),
        ("12-05-2025", PAST, "2025-05-12"),
        ("12.5.25", PAST, "2025-05-12"),
        ("2025-05-12", FUTURE, "2025-05-12"),
        ("3. november", PAST, "2025-11-03"),
        ("tirsdag den 12. maj", FUTURE, "2026-05-12"),
        ("mandag den 12. maj", PAST, "2025-05-12"),
        ("mandag den 16.", PAST, "2026-03-16"),
        ("mandag den 16.", FUTURE, "2026-03-16"),
        ("i mandags d. 16/3", FUTURE, "2026-03-16"),
        ("mandag i sidste uge", PAST, "2026-03-09"),
        ("mandag i sidste uge", FUTURE, "2026-03-09"),
        ("syg fra fredag i forrige uge", PAST, "2026-03-13"),
        ("tirsdag i denne uge", FUTURE, "2026-03-17"),
        ("tirsdag i næste uge", PAST, "2026-03-24"),
        ("Monday last week", PAST, "2026-03-09"),
        ("syg fra mandag til og med fredag", PAST, "2026-03-16"),
        ("syg til den 20., fra i går", PAST, "2026-03-17"),
        ("udsæt til og med fredag", FUTURE, "2026-03-20"),
        ("pr. 1. maj", FUTURE, "2026-05-01"),
        ("den 14.", PAST, "2026-03-14"),
        ("d. 30.", FUTURE, "2026-03-30"),
        ("den 31.", FUTURE, "2026-03-31"),
        ("24/12", PAST, "2025-12-24"),
        ("29/2", FUTURE, "2028-02-29"),
        ("uge 29", FUTURE, "2026-07-13"),
        ("efter weekenden", FUTURE, "2026-03-23"),
        ("i weekenden", FUTURE, "2026-03-21"),
        ("yesterday", PAST, "2026-03-17"),
        ("since Monday", PAST, "2026-03-16"),
        ("May 3", FUTURE, "2026-05-03"),
        ("Jeg er på kursus i dag, udsæt til i morgen", FUTURE, "2026-03-19"),
        ("Hun sagde i dag, at hun er syg siden mandag", PAST, "2026-03-16"),
    ],
)
def test_a_day_is_found_as_leaders_write_it(text: str, prefer: Direction, day: str) -> None:
    found = read_day(text, today=TODAY, prefer=prefer)

    assert isinstance(found, FoundDay)
    assert found.day == date.fromisoformat(day)


@pytest.mark.parametrize("text", ["31/2", "32/1", "12/13", "30. februar", "syg fra 31-04-2026", "uge 60", "d. 45."])
def test_a_date_of_no_calendar_is_never_guessed(text: str) -> None:
    assert isinstance(read_day(text, today=TODAY, prefer=PAST), ImpossibleDay)


@pytest.mark.parametrize("prefer", Direction)
@pytest.mark.parametrize(
    "text", ["mandag den 17.", "mandag d. 17/3", "fredag den 18. marts 2026", "Monday 17 March 2026"]
)
def test_a_weekday_and_a_date_that_disagree_are_never_guessed(text: str, prefer: Direction) -> None:
    assert isinstance(read_day(text, today=TODAY, prefer=prefer), ImpossibleDay)


@pytest.mark.parametrize(
    "text",
    [
        "sygemeldt til og med fredag",
        "syg frem til den 6. marts",
        "syg til den 20.",
        "sygemeldt t.o.m. 20/3",
        "syg indtil fredag",
        "væk til mandag",
        "sidste sygedag er i dag",
        "sick until Friday",
    ],
)
def test_the_end_of_an_absence_is_never_its_first_day(text: str) -> None:
    assert read_day(text, today=TODAY, prefer=PAST) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "efter ferien",
        "start 1-3-10 for Karin",
        "Gælder 1-5-14 stadig?",
        "dag 3",
        "åbent 24/7",
        "den 14. dag",
        "jeg har 3 sager",
        "til maj",
    ],
)
def test_what_names_no_day_is_none(text: str) -> None:
    assert read_day(text, today=TODAY, prefer=PAST) is None


def test_the_place_of_a_day_is_its_place_in_the_text() -> None:
    text = "Åse er på kursus; syg fra i går, tror jeg"

    found = read_day(text, today=TODAY, prefer=PAST)

    assert isinstance(found, FoundDay)
    assert text[found.start : found.end] == "i går"


_PIECES = st.sampled_from(
    [
        "d. ",
        "den ",
        "31",
        "0",
        "99",
        "/",
        "-",
        ".",
        " uge ",
        "om ",
        " dage",
        "siden ",
        "maj",
        "februar",
        "kl. ",
        "fra ",
        "til ",
        " og ",
        "²",
        "İ",
        "٣",
    ]
)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=12).map("".join)), today=st.dates())
def test_no_text_and_no_day_is_too_strange(text: str, today: date) -> None:
    for prefer in Direction:
        found = read_day(text, today=today, prefer=prefer)
        assert found is None or 0 <= found.start < found.end <= len(text)
    read_time(text)
    period = read_period(text, today)
    assert period is None or period.to_day is None or period.from_day <= period.to_day


@given(day=st.dates(min_value=date(2000, 1, 1), max_value=date(2150, 1, 1)))
def test_every_date_with_a_year_is_read_back(day: date) -> None:
    for written in (
        f"{day:%d-%m-%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day}/{day.month} {day.year}".replace(" ", "/"),
        day.isoformat(),
    ):
        found = read_day(f"syg fra {written}", today=TODAY, prefer=PAST)
        assert isinstance(found, FoundDay)
        assert found.day == day


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("TNA syg fra 12/3", "2026-03-12"),
        ("TNA syg fra 12. marts", "2026-03-12"),
        ("syg fra 1/5", "2026-05-01"),
        ("syg fra 2/5", "2025-05-02"),
        ("syg fra 1/3", "2026-03-01"),
        ("syg fra 12/3 2025", "2025-03-12"),
        ("syg fra onsdag den 12/3", "2025-03-12"),
        ("syg fra 28/12", "2025-12-28"),
    ],
)
def test_a_date_without_a_year_that_is_soon_is_not_that_of_last_year(written: str, day: str) -> None:
    found = read_day(written, today=date(2026, 3, 2), prefer=PAST)

    assert isinstance(found, FoundDay)
    assert found.day == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("kl. 14", LaterToday(at=time(14))),
        ("kl 14.30", LaterToday(at=time(14, 30))),
        ("om en halv time", LaterToday(delay=timedelta(minutes=30))),
        ("10 minutter", LaterToday(delay=timedelta(minutes=10))),
        ("om to timer", LaterToday(delay=timedelta(hours=2))),
        ("efter frokost", LaterToday(at=time(13))),
        ("i eftermiddag", LaterToday(at=time(13))),
        ("lidt senere", LaterToday()),
        ("kl. 99", None),
        ("på mandag", None),
    ],
)
def test_a_later_moment_of_the_day_is_found(text: str, later: LaterToday | None) -> None:
    assert read_time(text) == later


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("uge 29 og 30", ("2026-07-13", "2026-07-26")),
        ("uge 29-31", ("2026-07-13", "2026-08-02")),
        ("hold pause til 1. august", ("2026-03-18", "2026-07-31")),
        ("til og med fredag", ("2026-03-18", "2026-03-20")),
        ("fra mandag til fredag", ("2026-03-23", "2026-03-27")),
        ("fra 1. juli til 15. august", ("2026-07-01", "2026-08-15")),
        ("12.-20. maj", ("2026-05-12", "2026-05-20")),
        ("12/5-20/5", ("2026-05-12", "2026-05-20")),
        ("i to uger", ("2026-03-18", "2026-03-31")),
        ("næste uge", ("2026-03-23", "2026-03-29")),
    ],
)
def test_a_period_is_found(text: str, period: tuple[str, str]) -> None:
    first, last = map(date.fromisoformat, period)

    assert read_period(text, TODAY) == Period(from_day=first, to_day=last)


def test_a_beginning_without_an_end_leaves_the_end_open() -> None:
    assert read_period("Bo er stedfortræder fra mandag", TODAY) == Period(from_day=date(2026, 3, 23), to_day=None)


def test_a_holiday_without_dates_is_no_period() -> None:
    assert read_period("i min ferie", TODAY) is None
