"""A reminder of HR's to a whole municipality: everybody is accounted for at every moment, whatever dies or refuses meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.doubles.connector import Behaviour
from hr.campaigns.views import NotReached
from tests.faults.campaigns import ANYBODY, HR_CHAT, LIVES_SECONDS, Employee, Mailing
from tests.faults.conftest import POSTGRES, SQLITE
from tests.faults.processes import Program
from tests.faults.world import MORNING, World

EVERYBODY = 3500
RATE = 25
FLOOR_SECONDS = (EVERYBODY - 1) / RATE
PATIENCE_SECONDS = 600.0
"""What a busy machine may need; nothing is measured by it."""

NUDGES_AFTER = tuple(EVERYBODY * percent / 100 / RATE for percent in (15, 35, 55, 75))
"""Seconds from the start at which a reminder about absence falls due."""
NUDGE_SECONDS = 20.0
"""A worker looks every 5 s, has a few messages in hand, and the machine may be busy; the whole campaign takes 147 s."""

BURSTS = tuple(EVERYBODY * tenth // 10 for tenth in (2, 5, 8))
BURST = 12
"""From so many calls on, so many are refused for haste."""
RETRY_AFTER = 3
ONE_DIES_AT, ALL_DIE_AT = EVERYBODY * 3 // 10, EVERYBODY * 6 // 10
LEAVERS, JOINERS = 10, 5

DATABASE_TOO_SLOW = "the worker cannot go on (DatabaseUnavailableError)"
"""On a machine that is busy enough a commit takes longer than a worker waits; what it was about is uncertain too."""

SLOW = Behaviour(delay=0.05)
BLOCKED = Behaviour(status=403)
BROKEN = Behaviour(status=500)
HASTY = Behaviour(status=429, retry_after=str(RETRY_AFTER))


async def worker(office: World) -> Program:
    """A worker at the rate of production, on a campaign that nobody needs to approve."""
    return await office.worker(SEND_RATE=str(RATE), CAMPAIGN_APPROVAL_SIZE=ANYBODY)


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
async def test_a_campaign_reaches_everybody_once_and_reminders_about_absence_go_before_it(office: World) -> None:
    mailing = Mailing(office=office)
    await mailing.hire(EVERYBODY)
    for seconds in NUDGES_AFTER:
        await office.seed(1, due_at=MORNING + timedelta(seconds=seconds))
    office.play(MORNING)
    await mailing.send()
    running = await worker(office)
    async with mailing.watched():
        counts = await mailing.until_done(seconds=PATIENCE_SECONDS)
    await office.teams.until_quiet(3.0, seconds=30)
    assert await running.stop() == 0, office.logs()

    shown = office.teams.shown_by_chat()
    moments = sorted(shown[chat][0].at for chat in mailing.conversations)
    assert (counts.reached, counts.missed, counts.pending) == (EVERYBODY, 0, 0)
    assert office.teams.missing([*mailing.conversations, HR_CHAT]) == []
    assert office.teams.doubles() == {}
    assert len(office.teams.posts) == EVERYBODY + len(NUDGES_AFTER) + 1
    assert office.teams.too_many(RATE) == []
    assert moments[-1] - moments[0] >= FLOOR_SECONDS
    assert len(mailing.looks) > FLOOR_SECONDS
    for leader, seconds in zip(office.leaders, NUDGES_AFTER, strict=True):
        (nudge,) = shown[leader.conversation]
        assert nudge.at < moments[-1], "the campaign was over before: this run shows nothing"
        assert nudge.at - office.monotonic_at(MORNING + timedelta(seconds=seconds)) < NUDGE_SECONDS


@pytest.mark.parametrize("database", [pytest.param(POSTGRES, marks=pytest.mark.postgres)], indirect=True)
async def test_a_campaign_by_two_workers_accounts_for_everybody_whatever_dies_and_refuses(office: World) -> None:
    """One worker is killed, later both; 2 % of the people have blocked the bot, 1 % get a 500, Teams asks for pauses; people come and go."""
    teams, mailing = office.teams, Mailing(office=office)
    await mailing.hire(EVERYBODY)
    blocked = {one.conversation for one in mailing.staff[::50]}
    broken = {one.conversation for one in mailing.staff[1::100]}
    leavers = {one.conversation for one in mailing.staff[-LEAVERS:]}

    def plan(chat: str, number: int) -> Behaviour:
        if any(start <= len(teams.posts) < start + BURST for start in BURSTS):
            return HASTY
        if chat in broken:
            return BROKEN
        return BLOCKED if chat in blocked else SLOW

    teams.plan = plan
    office.play(MORNING)
    await mailing.send()
    first, second = await worker(office), await worker(office)
    async with mailing.watched():
        await teams.until_shown(ONE_DIES_AT, seconds=PATIENCE_SECONDS)
        await first.kill()
        third = await worker(office)
        await asyncio.sleep(LIVES_SECONDS)
        in_flight = await mailing.left_by_the_dead()

        await teams.until_shown(ALL_DIE_AT, seconds=PATIENCE_SECONDS)
        await asyncio.gather(second.kill(), third.kill())
        await asyncio.sleep(0.2)
        dead = await mailing.on_their_way()
        in_flight |= dead
        await office.let_leases_end()

        joiners = tuple(Employee(number=EVERYBODY + number) for number in range(JOINERS))
        mailing.employ([*mailing.staff[:-LEAVERS], *joiners])
        last = await worker(office), await worker(office)
        counts = await mailing.until_done(seconds=PATIENCE_SECONDS)
    await teams.until_quiet(3.0, seconds=30)
    assert [await one.stop() for one in last] == [0, 0], office.logs()

    shown, missed = teams.shown_by_chat(), await mailing.missed()
    everybody = set(mailing.conversations)
    assert dead, "no kill met a message on its way: this run shows nothing"
    unsure = missed[NotReached.UNCERTAIN] - broken
    assert dead - broken <= unsure
    # On a busy machine a living worker's may be old enough to be taken for a dead one's: in flight is what it can be at most.
    assert unsure <= in_flight or DATABASE_TOO_SLOW in office.logs(), "uncertain without a reason"
    reached = everybody - blocked - broken - leavers - unsure
    assert reached <= set(shown), "lost"
    assert teams.doubles() == {}, "a campaign is never sent again"
    assert set(shown) <= everybody | {HR_CHAT}
    assert missed == {
        NotReached.REFUSED: blocked - unsure,
        NotReached.UNCERTAIN: broken | unsure,
        NotReached.LEFT: leavers,
        NotReached.NOT_INSTALLED: set(),
        NotReached.REJECTED: set(),
        NotReached.STOPPED: set(),
    }
    assert (counts.reached, counts.missed, counts.pending) == (len(reached), EVERYBODY - len(reached), 0)
    assert teams.too_many(RATE) == []
    assert all(after - before >= RETRY_AFTER for before, after in waits(office))
    assert sum(post.status == 429 for post in teams.posts) == BURST * len(BURSTS)


def waits(office: World) -> Iterator[tuple[float, float]]:
    """When Teams refused for haste, and when it was asked again for the same chat."""
    by_chat: dict[str, list[tuple[float, int]]] = {}
    for post in office.teams.posts:
        by_chat.setdefault(post.conversation, []).append((post.at, post.status))
    for calls in by_chat.values():
        for (before, status), (after, _) in pairwise(calls):
            if status == 429:
                yield before, after
