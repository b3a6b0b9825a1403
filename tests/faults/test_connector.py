"""A Connector that refuses, fails, forgets and hangs, each chat in its own way, while others go on."""

from __future__ import annotations

from itertools import pairwise

from bot.doubles.connector import FINE, Behaviour
from hr.outbox.model import MessageState
from tests.faults.teams import Post
from tests.faults.world import World

EACH = 12
HUNG = 6
RETRY_AFTER = 2

HASTY = Behaviour(status=429, retry_after=str(RETRY_AFTER))
BROKEN = Behaviour(status=500)
LOST_ANSWER = Behaviour(process_then_drop=True)
NO_ANSWER = Behaviour(delay=20.0)
"""Longer than the 15 s that the bot waits."""
BLOCKED = Behaviour(status=403)


async def test_429_is_waited_for_as_told_and_costs_nobody_a_nudge(office: World) -> None:
    await office.seed(60)
    hasty = set(office.conversations[::3])
    office.teams.plan = lambda chat, number: HASTY if chat in hasty and number <= 2 else FINE
    await _run(office)

    assert office.teams.missing(office.conversations) == []
    assert office.teams.doubles() == {}
    assert not any(post.marked for post in office.teams.posts)
    for chat in hasty:
        posts = _posts(office, chat)
        assert [post.status for post in posts] == [429, 429, 201]
        assert all(after.at - before.at >= RETRY_AFTER for before, after in pairwise(posts))


async def test_429_for_everyone_stops_everyone_for_as_long_as_told(office: World) -> None:
    await office.seed(40)
    office.teams.plan = lambda chat, number: HASTY if number == 1 else FINE
    await _run(office)

    refused = [post.at for post in office.teams.posts if post.status == 429]
    assert office.teams.missing(office.conversations) == []
    assert len(office.teams.posts) == 80
    assert office.teams.doubles() == {}
    for chat in office.conversations:
        first, second = _posts(office, chat)
        assert second.at - first.at >= RETRY_AFTER
    assert refused


async def test_each_kind_of_failure_has_its_own_end(office: World) -> None:
    """500 for ever, 500 once, an answer lost once, an answer that never comes, 403: beside each other, and beside chats that are well."""
    await office.seed(5 * EACH + HUNG)
    for_ever, once, lost, blocked, well = (set(office.conversations[start : 5 * EACH : 5]) for start in range(5))
    hung = set(office.conversations[5 * EACH :])

    def plan(chat: str, number: int) -> Behaviour:
        if chat in for_ever or (chat in once and number == 1):
            return BROKEN
        if chat in lost and number == 1:
            return LOST_ANSWER
        if chat in hung and number == 1:
            return NO_ANSWER
        return BLOCKED if chat in blocked else FINE

    office.teams.plan = plan
    await _run(office, seconds=90)

    for chat in for_ever:
        assert _told(_posts(office, chat)) == [(500, False), (500, True)]
    for chat in once:
        assert _told(_posts(office, chat)) == [(500, False), (201, True)]
    for chat in lost | hung:
        assert _told(_posts(office, chat)) == [(201, False), (201, True)]
    for chat in blocked:
        assert _told(_posts(office, chat)) == [(403, False)]
    for chat in well:
        assert _told(_posts(office, chat)) == [(201, False)]
    assert set(office.teams.doubles()) == lost | hung
    assert await office.states() == {
        MessageState.UNKNOWN: EACH,
        MessageState.SENT: 3 * EACH + HUNG,
        MessageState.BLOCKED: EACH,
    }
    everything = len(office.teams.posts)
    await _run(office)
    assert len(office.teams.posts) == everything, "a new worker tried again what had come to its end"


async def _run(office: World, *, seconds: float = 60.0) -> None:
    """A worker until every message has come to an end and nothing follows."""
    worker = await office.worker()
    await office.until_settled(seconds=seconds)
    await office.teams.until_quiet(2.0, seconds=20)
    assert await worker.stop() == 0, office.logs()


def _posts(office: World, chat: str) -> list[Post]:
    return [post for post in office.teams.posts if post.conversation == chat]


def _told(posts: list[Post]) -> list[tuple[int, bool]]:
    return [(post.status, post.marked) for post in posts]
