"""Several workers on one database."""

from __future__ import annotations

from hr.outbox.model import MessageState
from tests.faults.world import World

NUDGES = 1000


async def test_two_workers_racing_over_a_thousand_nudges_send_each_once(office: World) -> None:
    await office.seed(NUDGES)
    workers = [await office.worker(), await office.worker()]
    await office.teams.until_shown(NUDGES, seconds=120)
    await office.until_settled(seconds=30)
    await office.teams.until_quiet(2.0, seconds=20)
    assert [await worker.stop() for worker in workers] == [0, 0], office.logs()

    assert len(office.teams.posts) == NUDGES
    assert office.teams.missing(office.conversations) == []
    assert not any(post.marked for post in office.teams.posts)
    assert await office.states() == {MessageState.SENT: NUDGES}
