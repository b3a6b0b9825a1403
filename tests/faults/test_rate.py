"""How fast messages leave, by the clock of those who receive them."""

from __future__ import annotations

import pytest

from tests.faults.teams import most_within
from tests.faults.world import World

RATE = 25
LEADERS = 150
OF_ONE_LEADER = 6
JITTER = 1
"""Places in the pace are 1.05/25 s apart, but each message is on its way for a while of its own: one may come early into a window
that another left late."""
TEAMS_TAKES = 50

CHAT_LIMITS = ((1.0, 7), (2.0, 8), (30.0, 60), (3600.0, 1800))


@pytest.mark.parametrize("replicas", [1, 2])
async def test_replicas_together_keep_to_the_rate_and_each_chat_to_its_own(office: World, replicas: int) -> None:
    await office.seed(LEADERS)
    await office.seed(1, each=OF_ONE_LEADER)
    workers = [await office.worker(SEND_RATE=str(RATE)) for _ in range(replicas)]
    await office.until_settled(seconds=60)
    assert [await worker.stop() for worker in workers] == [0] * replicas, office.logs()

    moments = [post.at for post in office.teams.posts]
    busy = [post.at for post in office.teams.posts if post.conversation == office.conversations[-1]]
    assert len(moments) == LEADERS + OF_ONE_LEADER
    assert len(busy) == OF_ONE_LEADER
    # What waited while Teams' own process stood still is read together, however far apart it was sent.
    stood_still = office.teams.stood_still(moments[0], moments[-1])
    most = most_within(moments, 1.0)
    assert most <= RATE + JITTER + stood_still * RATE, f"Teams stood still for {stood_still:.3f} s"
    assert most <= TEAMS_TAKES
    for seconds, limit in CHAT_LIMITS:
        assert most_within(busy, seconds) <= limit
