"""What becomes of a campaign that has arrived or is still to: taken back, or held because of a reminder about absence."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.doubles.connector import FINE, Behaviour, Call
from hr.campaigns.model import Audience, Group
from tests.faults.campaigns import ANYBODY, HR_CHAT, HR_ID, Mailing
from tests.faults.conftest import SQLITE
from tests.faults.world import MORNING, World

PEOPLE = 200
RATE = 25
WITHDRAWN = "Trukket tilbage"
BROKEN = Behaviour(status=500)
HASTY = Behaviour(status=429, retry_after="2")
DIES_AT = 70
LEADERS = 6
HALF = LEADERS // 2
MINUTE = timedelta(minutes=1)
NUDGE_AFTER = 20 * MINUTE


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
async def test_a_withdrawn_campaign_takes_every_card_back_within_the_rate_though_the_worker_dies(
    office: World,
) -> None:
    teams, mailing = office.teams, Mailing(office=office)
    await mailing.hire(PEOPLE)
    blocked = set(mailing.conversations[::50])
    once = {chat: answer for start, answer in ((3, BROKEN), (4, HASTY)) for chat in mailing.conversations[start::40]}
    teams.plan = lambda chat, number: (
        Behaviour(status=403) if chat in blocked else once.get(chat, FINE) if number == 2 else Behaviour(delay=0.05)
    )
    office.play(MORNING)
    await mailing.send()
    first = await office.worker(SEND_RATE=str(RATE), CAMPAIGN_APPROVAL_SIZE=ANYBODY)
    await mailing.until_done(seconds=300)
    arrived = {chat for chat in teams.shown_by_chat() if chat in set(mailing.conversations)}
    assert arrived == set(mailing.conversations) - blocked

    await mailing.service.sending.withdraw(HR_ID, mailing.campaign_id)
    await teams.until_calls(PEOPLE + DIES_AT, seconds=300)
    await first.kill()
    await office.let_leases_end()
    second = await office.worker(SEND_RATE=str(RATE), CAMPAIGN_APPROVAL_SIZE=ANYBODY)
    await mailing.until_taken_back(seconds=300)
    assert await second.stop() == 0, office.logs()

    cards = {activity_id(number): call.conversation_id for number, call in enumerate(teams.calls) if is_card(call)}
    taken_back = {call.activity_id: call.conversation_id for call in teams.calls if is_withdrawal(call)}
    assert {chat for chat in cards.values() if chat in arrived} == arrived
    assert taken_back == {card: chat for card, chat in cards.items() if chat in arrived}
    assert teams.too_many(RATE) == []


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
async def test_a_campaign_keeps_an_hour_away_from_reminders_about_absence(office: World) -> None:
    mailing = Mailing(office=office)
    await mailing.hire(0)
    await office.seed(HALF, due_at=MORNING + NUDGE_AFTER)
    await office.seed(HALF, due_at=MORNING + timedelta(days=1))
    busy, others = set(office.conversations[:HALF]), set(office.conversations[HALF:])
    office.play(MORNING)
    await mailing.send(Audience(groups=frozenset({Group.LEADERS})))

    async def reached_at(moment: timedelta) -> set[str]:
        before = len(office.teams.posts)
        await office.pass_at(MORNING + moment, CAMPAIGN_APPROVAL_SIZE=ANYBODY)
        return {post.conversation for post in office.teams.posts[before:]} - {HR_CHAT}

    assert await reached_at(MINUTE) == others
    assert await reached_at(NUDGE_AFTER) == busy, "the reminders about absence"
    assert await reached_at(NUDGE_AFTER + 59 * MINUTE) == set()
    assert await reached_at(NUDGE_AFTER + 62 * MINUTE) == busy, "the campaign"
    assert {len(posts) for chat, posts in office.teams.shown_by_chat().items() if chat in busy} == {2}


def activity_id(number: int) -> str:
    """What the double answers to its call of that number, from 0."""
    return f"activity-{number + 1}"


def is_card(call: Call) -> bool:
    return call.method == "POST" and call.delivered


def is_withdrawal(call: Call) -> bool:
    return call.method == "PUT" and call.delivered and WITHDRAWN in json.dumps(call.body, ensure_ascii=False)
