"""HR's routing: what a fault in the file is told as, and when somebody is reminded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hr.clock import COPENHAGEN
from hr.errors import RoutingError
from hr.escalation.model import RequestState
from hr.escalation.routing import Told, after_working_hours, morning_after, told_next
from hr.escalation.routing_file import LiveRouting, load_routing
from hr.send_window import SendWindow
from hr.workdays import ClosedDays, MunicipalCalendar

GOOD = """[parameters]
default_group = "hr"

[[groups]]
id = "hr"
label = "HR"
role = "hr"

[[topics]]
id = "andet"
label = "Noget andet"
"""
WINDOW = SendWindow.parse("07:30-16:30", COPENHAGEN)
CALENDAR = MunicipalCalendar(ClosedDays())


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=COPENHAGEN)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('default_group = "hr"', 'default_group = "x"', 2, "no group 'x'"),
        ('default_group = "hr"', "remind_after_hours = 0", 1, "default_group"),
        ('default_group = "hr"', 'default_group = "hr"\nremind_taker_after_days = 0.5', 3, "remind_taker_after_days"),
        ('role = "hr"', 'role = "chef"', 7, "role"),
        ('role = "hr"', "", 4, "members"),
        ('label = "HR"', 'labl = "HR"', 4, "label"),
        ('label = "Noget andet"', 'label = "A"\ngroup = "x"', 12, "no group 'x'"),
        ('label = "Noget andet"', 'label = "A"\nsensitive = true', 9, "warning"),
        ('label = "Noget andet"', 'label = "A"\naudience = ["alle", "chefer"]', 12, "chefer"),
        ('[[topics]]\nid = "andet"\nlabel = "Noget andet"', "", 1, "topics"),
        ("[parameters]", "[params]", 1, "params"),
        ('id = "andet"', 'id = "andet"\nlabel = "B"\n[[topics]]\nid = "andet"', 13, "twice"),
        ('default_group = "hr"', 'default_group = "hr', 2, "TOML"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    (tmp_path / "routing.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(RoutingError, match=reason) as fault:
        load_routing(tmp_path)
    assert fault.value.line == line


def test_an_edit_counts_within_seconds_and_a_fault_leaves_the_last_good_version(tmp_path: Path) -> None:
    file, now = tmp_path / "routing.toml", [0.0]
    file.write_text(GOOD, encoding="utf-8")
    live = LiveRouting(tmp_path, monotonic=lambda: now[0])
    file.write_text(GOOD.replace("Noget andet", "Alt muligt andet"), encoding="utf-8")
    now[0] += 2
    assert live.routing.topics[0].label == "Alt muligt andet"
    file.write_text("[[[", encoding="utf-8")
    now[0] += 2
    assert live.routing.topics[0].label == "Alt muligt andet"


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (at(2, 9), 4, at(2, 13)),
        (at(2, 15, 30), 2, at(3, 8, 30)),
        (at(6, 16), 1, at(9, 8)),
        (at(7, 12), 1, at(9, 8, 30)),
        (at(2, 7, 30), 9, at(3, 7, 30)),
    ],
)
def test_only_hours_in_which_hr_is_at_work_count(start: datetime, hours: float, due: datetime) -> None:
    assert after_working_hours(start, hours, window=WINDOW, calendar=CALENDAR) == due.astimezone(UTC)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (RequestState.NEW, [Told.GROUP, Told.GROUP, Told.GROUP, Told.LEAD, Told.LEAD]),
        (RequestState.TAKEN, [Told.TAKER, Told.HELD, Told.LEAD, Told.LEAD, Told.LEAD]),
        (RequestState.ANSWERED, [None] * 5),
        (RequestState.WITHDRAWN, [None] * 5),
    ],
)
def test_reminders_of_what_is_open_go_further_up_and_do_not_end(state: RequestState, told: list[Told | None]) -> None:
    assert [told_next(state, reminders) for reminders in range(5)] == told


@pytest.mark.parametrize(("days", "due"), [(1, at(9, 8, 30)), (3, at(11, 8, 30)), (5, at(13, 8, 30))])
def test_a_reminder_comes_on_the_morning_of_a_working_day(days: int, due: datetime) -> None:
    assert morning_after(at(6, 9), days, window=WINDOW, calendar=CALENDAR) == due
