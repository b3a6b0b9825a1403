"""A worker that dies between a POST and its record: nothing is lost, and what comes twice says so."""

from __future__ import annotations

import asyncio

import pytest

from bot.doubles.connector import Behaviour
from hr.outbox.model import MessageState
from tests.faults.conftest import SQLITE
from tests.faults.world import World

NUDGES = 1000
KILL_AT = (120, 400, 650, 900)
SLOW = Behaviour(delay=0.05)
"""As slow as Teams is on a good day, so that a kill meets messages on their way."""


async def test_kills_in_the_middle_of_a_thousand_nudges_lose_nothing_and_every_double_says_so(office: World) -> None:
    teams = office.teams
    teams.plan = lambda conversation, number: SLOW
    await office.seed(NUDGES)
    in_flight = 0
    for reached in KILL_AT:
        worker = await office.worker()
        await teams.until_shown(reached, seconds=90)
        await worker.kill()
        await asyncio.sleep(0.2)
        in_flight += (await office.states())[MessageState.SENDING]
        await office.let_leases_end()
    last = await office.worker()
    await teams.until_shown(NUDGES, seconds=120)
    await office.until_settled(seconds=60)
    assert await last.stop() == 0, office.logs()

    doubles = teams.doubles()
    assert in_flight > 0, "no kill met a message on its way: this run shows nothing"
    assert teams.missing(office.conversations) == []
    assert len(doubles) <= in_flight
    assert all([post.marked for post in posts] == [False, True] for posts in doubles.values())
    assert await office.states() == {MessageState.SENT: NUDGES}


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
async def test_a_message_that_a_dead_worker_held_goes_out_when_its_lease_is_over(office: World) -> None:
    """The same without a helping hand: the lease takes its two minutes, so one database must do."""
    teams = office.teams
    teams.plan = lambda conversation, number: Behaviour(delay=5.0) if number == 1 else SLOW
    await office.seed(3)
    worker = await office.worker()
    await teams.until_shown(3, seconds=60)
    await worker.kill()
    teams.plan = lambda conversation, number: SLOW
    await office.worker()
    await office.until_settled(seconds=200)

    assert all([post.marked for post in posts] == [False, True] for posts in teams.doubles().values())
    assert set(teams.doubles()) == set(office.conversations)
