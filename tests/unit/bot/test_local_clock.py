"""A day that is played: what the worker says, the running bot follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.assembly import clock_of
from bot.errors import StartRefusedError
from bot.local_clock import FILE_NAME, LocalClock, local_moment
from bot.settings import BotSettings, Mode
from hr.clock import SystemClock
from knowledge.settings import KnowledgeSettings
from tests.unit.bot.builders import APP_ID, TENANT

MACHINE = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
PLAYED = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


@dataclass(slots=True)
class Machine:
    """A machine whose time the test moves."""

    passed: float = 0.0

    def now(self) -> datetime:
        return MACHINE + timedelta(seconds=self.passed)

    def today(self) -> date:
        return self.now().date()

    def monotonic(self) -> float:
        return self.passed


def clock(folder: Path, machine: Machine) -> LocalClock:
    return LocalClock(folder / "simulated-now", machine=machine, monotonic=machine.monotonic)


def test_without_a_played_day_it_is_the_machines_time(tmp_path: Path) -> None:
    assert clock(tmp_path, Machine()).now() == MACHINE


def test_a_played_day_goes_on_from_its_moment(tmp_path: Path) -> None:
    machine = Machine()
    playing = clock(tmp_path, machine)
    playing.play(PLAYED)
    machine.passed = 90.0
    assert playing.now() == PLAYED + timedelta(seconds=90)
    assert playing.today() == date(2026, 3, 2)


def test_a_bot_that_runs_already_follows_within_a_second_also_backward(tmp_path: Path) -> None:
    machine = Machine()
    bot, worker = clock(tmp_path, machine), clock(tmp_path, machine)
    assert bot.now() == MACHINE
    worker.play(PLAYED)
    machine.passed = 0.5
    assert bot.now().date() == MACHINE.date()
    machine.passed = 1.0
    assert bot.now() == PLAYED + timedelta(seconds=1)
    worker.play(PLAYED - timedelta(days=30))
    machine.passed = 2.0
    assert bot.now() == PLAYED - timedelta(days=30) + timedelta(seconds=1)


def test_after_the_play_it_is_the_machines_time_again(tmp_path: Path) -> None:
    playing = clock(tmp_path, Machine())
    playing.play(PLAYED)
    playing.stop_playing()
    playing.stop_playing()
    assert playing.now() == MACHINE


def test_a_day_left_over_from_a_trial_is_forgotten_in_mode_teams(tmp_path: Path) -> None:
    """A command beside it that is given no mode would write that day into the log of who looked."""
    knowledge = KnowledgeSettings(_env_file=None, data_dir=tmp_path)
    settings = BotSettings(mode=Mode.TEAMS, app_id=APP_ID, app_tenant_id=TENANT, app_secret="a-secret")  # type: ignore[arg-type]
    LocalClock(tmp_path / FILE_NAME).play(PLAYED)

    assert abs(clock_of(settings, knowledge).now() - SystemClock().now()) < timedelta(minutes=1)
    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"now": "2026-03-02T08:30", "machine": "2026-03-02T08:30"}'])
def test_a_file_that_cannot_be_read_is_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "simulated-now").write_text(content, encoding="utf-8")
    assert clock(tmp_path, Machine()).now() == MACHINE


@pytest.mark.parametrize(
    ("text", "hour"), [("2026-03-02T08:30", 7), ("2026-07-02T08:30", 6), ("2026-03-02T07:30+00:00", 7)]
)
def test_a_time_without_a_zone_is_that_on_the_wall(text: str, hour: int) -> None:
    moment = local_moment(text).astimezone(UTC)
    assert (moment.hour, moment.minute) == (hour, 30)


def test_a_time_that_is_none_is_told_with_a_good_one() -> None:
    with pytest.raises(StartRefusedError, match="'tomorrow' is not a local time like 2026-03-02T08:30"):
        local_moment("tomorrow")
