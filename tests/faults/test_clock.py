"""The clock that says what is due is set back."""

from __future__ import annotations

from datetime import timedelta

from bot.doubles.connector import FINE, Behaviour
from hr.outbox.model import MessageState
from tests.faults.world import DUE_AT, MORNING, World

HOUR = timedelta(hours=1)
EARLY = 60
LATE = 20
LONG = 120
HASTY = Behaviour(status=429, retry_after="5")


async def test_a_clock_set_back_under_a_running_worker_sends_nothing_twice_and_loses_nothing(office: World) -> None:
    await office.seed(LONG)
    worker = await office.worker(SEND_RATE="25")
    await office.teams.until_shown(LONG // 4, seconds=60)
    office.play(MORNING - HOUR)
    await office.until_settled(seconds=60)
    await office.teams.until_quiet(7.0, seconds=30)
    assert await worker.stop() == 0, office.logs()

    assert office.teams.missing(office.conversations) == []
    assert office.teams.doubles() == {}
    assert await office.states() == {MessageState.SENT: LONG}


async def test_a_clock_set_back_an_hour_sends_nothing_twice_and_loses_nothing(office: World) -> None:
    """At the second pass some of what was sent lies in the future again; and some had been refused for haste at the first."""
    teams, moment = office.teams, MORNING
    await office.seed(EARLY)
    await office.seed(LATE, due_at=DUE_AT + timedelta(hours=1))
    hasty = set(office.conversations[:10])
    teams.plan = lambda chat, number: HASTY if chat in hasty and number == 1 else FINE

    await office.pass_at(moment)
    first = len(teams.shown)
    await office.pass_at(moment - HOUR)
    await office.pass_at(moment)
    await office.pass_at(moment + timedelta(minutes=2))

    assert first >= EARLY + LATE - len(hasty)
    assert teams.missing(office.conversations) == []
    assert teams.doubles() == {}
    assert await office.states() == {MessageState.SENT: EARLY + LATE}
