"""HR's files of onboarding: every fault with its line, and an edit that is live without a restart."""

from __future__ import annotations

import logging
import os
from datetime import date
from pathlib import Path

import pytest

from hr.errors import OnboardingContentError
from hr.onboarding.content import LiveOnboarding, load_events, load_items
from hr.onboarding.model import EventKind

ITEM = """[[items]]
id = "NE01"
tracks = ["new_employee", "new_leader"]
offset = 1
who = ["newcomer"]
title = "A"
what = "B"
"""
EVENT = """[[events]]
id = "spring"
kind = "velkomstmoede"
date = 2027-03-11
at = "13:00"
place = "X"
places = 8
"""


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (ITEM + ITEM, 9, "id: 'NE01' is used twice"),
        (ITEM + ITEM.replace("NE01", "NE02"), 13, "title: 'NE01' has the same title"),
        (ITEM.replace("NE01", "ne1"), 2, "id: String should match pattern"),
        (ITEM.replace("newcomer", "boss"), 5, "who: Input should be"),
        (ITEM.replace('["newcomer"]', "[]"), 5, "who: "),
        (ITEM + 'topic = "nowhere"\n', 8, "topic: no document 'nowhere'"),
        (ITEM + 'ask = "Hvad?"\n', 8, "ask: a question needs a topic"),
        (ITEM.replace("offset = 1", "offset = 9000"), 4, "offset: Input should be less than or equal to 730"),
        (ITEM.replace("offset = 1", "offset = -61"), 4, "offset: Input should be greater than or equal to -60"),
        (ITEM.replace("offset = 1", 'offset = "1"'), 4, "offset: Input should be a valid integer"),
        (ITEM.replace("offset = 1", "offset = true"), 4, "offset: Input should be a valid integer"),
        (ITEM.replace("offset = 1\n", ""), 1, "offset: write one of offset"),
        (ITEM + 'event = "lederdag"\n', 4, "offset: write one of offset"),
        (ITEM.replace("offset = 1", 'event = "sommerfest"'), 4, "event: Input should be"),
        (ITEM.replace(', "new_leader"', ""), 1, "no item has the track 'new_leader'"),
        (ITEM + 'colour = "red"\n', 8, "colour: Extra inputs are not permitted"),
        ("[[other]]\n", 1, "unknown entry 'other'"),
        ("[items]\n", 1, "double brackets"),
        ("", 1, "no \\[\\[items\\]\\] table"),
        (ITEM + "title = ", 8, "not valid TOML"),
    ],
)
def test_a_fault_in_the_plan_is_told_with_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    path = tmp_path / "journeys.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OnboardingContentError, match=told) as caught:
        load_items(path, frozenset({"onboarding-ny-leder"}))
    assert caught.value.line == line
    assert "journeys.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (EVENT + EVENT, 9, "id: 'spring' is used twice"),
        (EVENT.replace("date = 2027-03-11\n", ""), 1, "date: Field required"),
        (EVENT.replace("2027-03-11", '"2027-03-11"'), 4, "date: write a date as 2027-03-04, without quotes"),
        (EVENT.replace("2027-03-11", "2027-03-11T09:00:00"), 4, "date: write a date"),
        (EVENT.replace("2027-03-11", "2027-02-30"), 4, "not valid TOML"),
        (EVENT.replace('"13:00"', '"kl. 13"'), 5, 'at: write a time as "09:00"'),
        (EVENT.replace("places = 8", "places = 9"), 7, "places: the welcome meeting has at most 8 places"),
        (EVENT.replace("places = 8\n", ""), 1, "places: the welcome meeting has at most 8 places"),
        (EVENT.replace("places = 8", "places = 0"), 7, "places: Input should be greater than or equal to 1"),
        (EVENT.replace("velkomstmoede", "fest"), 3, "kind: Input should be"),
    ],
)
def test_a_fault_in_the_dates_is_told_with_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    path = tmp_path / "events.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OnboardingContentError, match=told) as caught:
        load_events(path)
    assert caught.value.line == line


def test_a_date_in_the_past_is_told_of_with_its_line_and_the_file_is_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "events.toml"
    path.write_text(EVENT + EVENT.replace("spring", "typing-error").replace("2027", "2026"), encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert len(load_events(path, date(2026, 12, 1))) == 2
    assert [record.getMessage() for record in caplog.records] == [
        "events.toml: dates in the past are offered to nobody (line 11)"
    ]


def test_an_edit_is_live_and_a_fault_keeps_the_last_good_plan(tmp_path: Path) -> None:
    journeys, events = tmp_path / "journeys.toml", tmp_path / "events.toml"
    journeys.write_text(ITEM, encoding="utf-8")
    events.write_text("", encoding="utf-8")
    seconds = [0.0]
    live = LiveOnboarding(tmp_path, monotonic=lambda: seconds[0])
    assert ([item.offset for item in live.items], live.events) == ([1], ())

    def save(path: Path, text: str) -> None:
        seconds[0] += 3
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(int(seconds[0]), int(seconds[0])))

    save(journeys, ITEM.replace("offset = 1", "offset = 14"))
    assert [item.offset for item in live.items] == [14]
    save(journeys, ITEM.replace("offset = 1", "offset = 9000"))
    assert [item.offset for item in live.items] == [14]
    save(journeys, ITEM.replace("offset = 1", "offset = 21"))
    assert [item.offset for item in live.items] == [21]
    save(events, EVENT)
    assert [(event.kind, event.on) for event in live.events] == [(EventKind.WELCOME_MEETING, date(2027, 3, 11))]
