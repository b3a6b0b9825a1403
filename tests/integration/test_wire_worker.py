"""Reminders on the wire: the real courier, dispatcher and client against a double of the Connector."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.courier import Courier, Parcel, SendHours
from bot.doubles.connector import Behaviour, ConnectorDouble
from bot.hosts import ServiceHosts
from bot.makers.absence import ABSENCE_KINDS, AbsenceMaker
from bot.teams.connector import ConnectorClient
from bot.teams.notifier import Notifier
from bot.teams.tokens import NoTokens, Tokens
from bot.worker import Worker
from hr.absence.model import StepChange
from hr.clock import COPENHAGEN
from hr.outbox.dispatcher import Dispatcher, Pace, Report
from hr.outbox.model import MessageState, OutboxMessage, Why
from hr.send_window import SendWindow
from tests.integration.wire import SEAL
from tests.unit.bot.builders import CATALOGUE, reference
from tests.unit.bot.fakes import FakePassages
from tests.unit.hr.absence.service_builders import DITTE, HANNE, MONDAY, SUSANNE, VIGGO, Town

DAY_3 = MONDAY + timedelta(days=2)
RESENT = CATALOGUE["da"].say("absence.step.resent")
BROKEN, LOST_ANSWER = Behaviour(status=500), Behaviour(process_then_drop=True)


class Post:
    """A town whose messages leave through a real client."""

    def __init__(self, double: ConnectorDouble, session: aiohttp.ClientSession, tokens: Tokens) -> None:
        self.town = Town()
        self.double = double
        self.passages = FakePassages()
        client = ConnectorClient(
            session=session,
            tokens=tokens,
            hosts=ServiceHosts([], loopback=True),
            timeout=aiohttp.ClientTimeout(total=0.5),
        )
        maker = AbsenceMaker(
            facts=self.town.service, passages=self.passages, catalogue=CATALOGUE, clock=self.town.clock
        )
        courier = Courier(
            makers=dict.fromkeys(ABSENCE_KINDS, maker),
            notifier=Notifier(client, SEAL),
            hours=SendHours(window=SendWindow.parse("07:30-16:30", COPENHAGEN), content=self.town.content),
            clock=self.town.clock,
        )
        self._courier = courier
        self.dispatcher = self.another_dispatcher(Pace(rate=50.0, chat_seconds=0.0))

    def another_dispatcher(self, pace: Pace) -> Dispatcher[Parcel]:
        return Dispatcher(
            new_unit=self.town.storage.unit,
            courier=self._courier,
            clock=self.town.clock,
            pace=pace,
            jitter=lambda: 0.0,
        )

    async def install(self, *people: str) -> None:
        """These people have a chat with the bot."""
        async with self.town.storage.unit() as unit:
            for person in people:
                chat = reference(person, chat=f"a:{person}")
                await unit.conversations.save(replace(chat, service_url=self.double.service_url))
            await unit.commit()

    async def send(self, **later: float) -> Report:
        """A pass of the worker, some time later."""
        self.town.clock.forward(**later)
        return await self.dispatcher.dispatch(self.town.clock.now())

    async def day_3(self) -> OutboxMessage:
        """A course on whose third day the reminder is due."""
        await self.course()
        (nudge,) = await self.town.morning(DAY_3)
        return nudge

    async def course(self, label: str = "MH") -> None:
        """A course whose first day is done."""
        case = await self.town.case(first_day=MONDAY, label=label)
        await self.town.service.change_step(DITTE, case, "A01", StepChange.DONE, token=self.town.token())

    async def row(self) -> OutboxMessage:
        (row,) = await self.town.outbox()
        return row

    @property
    def posts(self) -> list[str]:
        """The bodies of all POSTs, delivered or not."""
        return [json.dumps(call.body, ensure_ascii=False) for call in self.double.calls]


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with ConnectorDouble() as double, aiohttp.ClientSession() as session:
        made = Post(double, session, NoTokens())
        await made.install(DITTE, VIGGO)
        yield made


async def test_a_reminder_is_one_card_in_the_leaders_own_chat_with_the_passage_the_bot_cites(post: Post) -> None:
    await post.day_3()
    assert (await post.send()).counts == {"sent": 1, "late": 0}
    (call,) = post.double.calls
    assert call.conversation_id == f"a:{DITTE}"
    assert call.body["from"]["id"] == "28:kompas"
    (attachment,) = call.body["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert post.passages.asked == [("fravaer", None, DAY_3)]
    assert "Kontakt medarbejderen på dag 1, 3 og 10." in post.posts[0]
    assert RESENT not in post.posts[0]
    assert "MH" not in call.body["summary"]
    row = await post.row()
    assert (row.state, row.activity_id, row.attempts) == (MessageState.SENT, "activity-1", 1)
    assert (await post.send()).counts.total() == 0


async def test_each_reminder_has_buttons_of_its_own(post: Post) -> None:
    await post.course("AB")
    await post.course("CD")
    await post.town.morning(DAY_3)
    await post.send()
    assert len(post.posts) == 2
    tokens = [{line for line in _strings(json.loads(body)) if len(line) == 32} for body in post.posts]
    assert not tokens[0] & tokens[1]


async def test_429_is_posted_once_an_attempt_and_retry_after_is_honoured_on_the_wire(post: Post) -> None:
    await post.day_3()
    post.double.script(Behaviour(status=429, retry_after="1"), Behaviour(status=412, retry_after="1"))
    worker = _worker(post)
    await asyncio.wait_for(worker.once(post.town.clock.now()), 30)
    moments = [call.at for call in post.double.calls]
    assert [call.status for call in post.double.calls] == [429, 412, 201]
    assert all(after - before >= 1.0 for before, after in pairwise(moments))
    row = await post.row()
    assert (row.state, row.attempts, row.resends) == (MessageState.SENT, 3, 0)


@pytest.mark.parametrize("status", [403, 404, 413])
async def test_a_person_who_cannot_be_written_to_is_left_alone_until_he_writes(post: Post, status: int) -> None:
    await post.day_3()
    post.double.script(Behaviour(status=status))
    await post.send()
    await post.send(hours=1)
    assert len(post.posts) == 1
    assert ((await post.row()).state, (await post.row()).why) == (MessageState.BLOCKED, Why.REFUSED)
    async with post.town.storage.unit() as unit:
        await unit.outbox.unblock(DITTE, now=post.town.clock.now())
        await unit.commit()
    await post.send(seconds=3)
    assert len(post.posts) == 2
    assert (await post.row()).state is MessageState.SENT


async def test_whoever_has_no_chat_gets_the_reminder_as_soon_as_there_is_one(post: Post) -> None:
    async with post.town.storage.unit() as unit:
        await unit.conversations.remove(f"a:{DITTE}")
        await unit.commit()
    await post.day_3()
    await post.send()
    assert (await post.row()).why is Why.NOT_INSTALLED
    await post.install(DITTE)
    async with post.town.storage.unit() as unit:
        await unit.outbox.unblock(DITTE, now=post.town.clock.now())
        await unit.commit()
    await post.send(seconds=1)
    assert (await post.row()).state is MessageState.SENT


@pytest.mark.parametrize(
    "behaviour", [BROKEN, LOST_ANSWER, Behaviour(drop=True), Behaviour(delay=1.0)], ids=["500", "lost", "cut", "slow"]
)
async def test_what_may_have_arrived_is_sent_once_more_and_says_so(post: Post, behaviour: Behaviour) -> None:
    await post.day_3()
    post.double.script(behaviour, behaviour, behaviour)
    for _ in range(4):
        await post.send(seconds=15)
    assert [RESENT in body for body in post.posts] == [False, True]
    row = await post.row()
    assert (row.state, row.why, row.attempts, row.resends) == (MessageState.UNKNOWN, Why.NO_ANSWER, 2, 1)


async def test_an_answer_that_got_lost_leaves_two_cards_of_which_the_second_is_marked(post: Post) -> None:
    await post.day_3()
    post.double.script(LOST_ANSWER)
    await post.send()
    await post.send(seconds=15)
    assert len(post.double.sent("message")) == 2
    assert (await post.row()).state is MessageState.SENT


@pytest.mark.parametrize(("status", "state"), [(400, MessageState.FAILED), (302, MessageState.FAILED)])
async def test_a_message_that_teams_calls_wrong_is_not_tried_again(
    post: Post, status: int, state: MessageState
) -> None:
    await post.day_3()
    behaviour = Behaviour(status=status, redirect_to="http://127.0.0.1:9/" if status == 302 else None)
    post.double.script(behaviour)
    await post.send()
    await post.send(hours=1)
    assert len(post.posts) == 1
    assert (await post.row()).state is state


async def test_a_stored_address_outside_the_allowed_hosts_gets_no_request_at_all(post: Post) -> None:
    async with post.town.storage.unit() as unit:
        await unit.conversations.save(
            replace(reference(DITTE, chat=f"a:{DITTE}"), service_url="https://smba.example.test/")
        )
        await unit.commit()
    await post.day_3()
    await post.send()
    assert post.posts == []
    assert ((await post.row()).state, (await post.row()).why) == (MessageState.PENDING, Why.HELD_UP)


async def test_a_course_that_ended_meanwhile_is_not_reminded_of(post: Post) -> None:
    nudge = await post.day_3()
    assert nudge.case_id is not None
    await post.town.service.change_step(DITTE, nudge.case_id, "A03", StepChange.DONE, token=post.town.token())
    await post.send()
    assert post.posts == []
    assert (await post.row()).state is MessageState.CANCELLED


async def test_a_reminder_that_was_held_up_comes_in_the_morning_and_not_at_night(post: Post) -> None:
    await post.day_3()
    post.town.clock.set(DAY_3, 16, 30)
    report = await post.send()
    assert post.posts == []
    assert report.next_at is not None
    assert report.next_at.astimezone(COPENHAGEN).isoformat() == "2026-03-05T08:30:00+01:00"
    post.town.clock.set(DAY_3 + timedelta(days=1), 8, 30)
    await post.send()
    assert len(post.posts) == 1


@pytest.mark.parametrize(("day", "sent"), [(date(2026, 3, 7), 0), (date(2026, 3, 9), 1)])
async def test_nobody_is_disturbed_at_the_weekend(post: Post, day: date, sent: int) -> None:
    await post.day_3()
    post.town.clock.set(day, 10)
    await post.send()
    assert len(post.posts) == sent


async def test_other_messages_travel_the_same_way(post: Post) -> None:
    await post.install(SUSANNE, HANNE)
    case = await post.town.case(first_day=MONDAY)
    await post.town.service.offer_transfer(DITTE, case, colleague="VMB", token=post.town.token())
    await post.town.service.share_with_hr(DITTE, case, token=post.town.token())
    await post.town.deputise()
    post.double.by_conversation[f"a:{VIGGO}"] = BROKEN
    await post.send()
    post.double.by_conversation.clear()
    await post.send(seconds=15)
    by_chat = {call.conversation_id: body for call, body in zip(post.double.calls, post.posts, strict=True)}
    summaries = CATALOGUE["da"].lines
    assert {call.body["summary"] for call in post.double.calls} == {
        summaries[f"absence.summaries.{name}"] for name in ("offer", "shared", "deputy")
    }
    assert {f"a:{VIGGO}", f"a:{SUSANNE}", f"a:{HANNE}"} <= set(by_chat)
    assert RESENT in by_chat[f"a:{VIGGO}"]
    assert RESENT not in by_chat[f"a:{HANNE}"]


async def test_messages_keep_a_distance_of_two_seconds_in_one_chat(post: Post) -> None:
    for label in ("AA", "BB", "CC"):
        await post.course(label)
    await post.town.morning(DAY_3)
    post.dispatcher = post.another_dispatcher(Pace(rate=50.0))
    told = await asyncio.wait_for(_worker(post).once(post.town.clock.now()), 30)
    assert told["sent"] == 3
    moments = [call.at for call in post.double.calls]
    assert all(after - before >= 1.9 for before, after in pairwise(moments))


async def test_the_double_as_a_process_writes_down_every_call_and_does_as_it_is_told(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.doubles", "--log", str(log), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        addresses = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
        async with aiohttp.ClientSession() as session:
            told = [await _post(session, addresses, "a:1")]
            for control in ({"process_then_drop": True, "conversation": "a:1"}, {"status": 429, "retry_after": 3}):
                async with session.post(addresses["control"], json=control) as answer:
                    assert answer.status == 200
            told += [await _post(session, addresses, "a:1"), await _post(session, addresses, "a:2")]
            async with session.post(addresses["control"], json={"nonsense": 1}) as answer:
                assert answer.status == 400
            async with session.post(addresses["control"], json={}) as answer:
                assert answer.status == 200
            told.append(await _post(session, addresses, "a:1"))
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) == 0
    assert told == [201, None, 429, 201]
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(line["conversation_id"], line["delivered"]) for line in lines] == [
        ("a:1", True),
        ("a:1", True),
        ("a:2", False),
        ("a:1", True),
    ]


async def _post(session: aiohttp.ClientSession, addresses: dict[str, str], chat: str) -> int | None:
    try:
        url = f"{addresses['service_url']}v3/conversations/{chat}/activities"
        async with session.post(url, json={"type": "message", "text": "x"}) as answer:
            return answer.status
    except aiohttp.ClientError:
        return None


def _worker(post: Post) -> Worker:
    async def scrub() -> None: ...

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds)
        post.town.clock.forward(seconds=seconds)

    async def figures(now: Any) -> Any:
        async with post.town.storage.unit() as unit:
            return await unit.outbox.figures(now)

    return Worker(
        chores=post.town.service,
        dispatcher=post.dispatcher,
        clock=post.town.clock,
        figures=figures,
        scrub=scrub,
        sleep=sleep,
    )


def _strings(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [text for value in part.values() for text in _strings(value)]
    if isinstance(part, list):
        return [text for value in part for text in _strings(value)]
    return [part] if isinstance(part, str) else []
