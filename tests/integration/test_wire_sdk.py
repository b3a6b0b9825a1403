"""One test at the wire for each fault of the Bot Framework SDK 4.17.1 that the edge works round."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from botbuilder.schema import Activity, Entity

from bot.doubles.connector import Behaviour
from bot.doubles.tokens import Fault
from bot.teams.entities import OpenEntity
from tests.integration.wire import running
from tests.unit.bot.builders import DA, FakeAnswerer, answered


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("adaptiveCard/action", {"action": {"type": "Action.Execute", "verb": "x", "data": {}}}, 200),
        ("message/submitAction", {"actionName": "feedback", "actionValue": {"reaction": "like"}}, 200),
        ("message/fetchTask", {}, 501),
        ("task/fetch", {}, 501),
        ("composeExtension/query", {}, 501),
    ],
)
async def test_an_invoke_is_answered_with_json_and_not_with_a_500(name: str, value: Any, status: int) -> None:
    async with running(teams=True) as wire:
        response = await wire.post(wire.activity("invoke", name=name, value=value, replyToId="answer-1"))
        assert response.status == status
        if status == 200:
            assert isinstance(json.loads(await response.text()), dict)


def test_an_entity_keeps_its_fields_where_the_sdks_own_drops_them() -> None:
    lossy = Entity(type="x")
    lossy.additional_properties = {"citation": [1]}
    kept = OpenEntity(type="x", fields={"citation": [1], "@id": ""})
    assert Activity(entities=[lossy]).serialize()["entities"] == [{"type": "x"}]
    assert Activity(entities=[kept]).serialize()["entities"] == [{"type": "x", "citation": [1], "@id": ""}]


async def test_the_sources_of_an_answer_arrive_whole() -> None:
    async with running() as wire:
        message = await wire.ask("Hvad er MUS?")
        (entity,) = [item for item in message["entities"] if item["type"] == "https://schema.org/Message"]
        assert entity["citation"][0]["appearance"]["abstract"]


async def test_many_turns_at_once_ask_for_one_token() -> None:
    async with running(teams=True) as wire:
        await asyncio.gather(*(wire.post(wire.activity(text="Hvad er MUS?")) for _ in range(10)))
        for _ in range(10):
            await wire.double.next_message()
        assert len(wire.double.token_requests) == 1


async def test_a_token_that_ends_soon_is_renewed() -> None:
    async with running(teams=True) as wire:
        wire.double.token_lifetime = 0
        await wire.ask("Hvad er MUS?")
        await wire.ask("Hvad er LUS?")
        assert len(wire.double.token_requests) > 1


async def test_a_token_endpoint_that_says_no_is_a_clear_log_line_and_no_crash(caplog: pytest.LogCaptureFixture) -> None:
    async with running(teams=True) as wire:
        wire.double.token_status = 401
        assert (await wire.post(wire.activity(text="Hvad er MUS?"))).status == 202
        assert await wire.double.no_message()
        wire.double.token_status = 200
        assert (await wire.ask("Hvad er MUS?"))["text"]
    assert "error=TokenError" in caplog.text
    assert "a-secret" not in caplog.text


@pytest.mark.parametrize("fault", [Fault.NOT_A_TOKEN, Fault.UNKNOWN_KID, Fault.NO_EXPIRY, Fault.EMULATOR_ISSUER])
async def test_what_the_sdk_answers_with_a_500_or_accepts_is_a_401(fault: Fault) -> None:
    async with running(teams=True) as wire:
        assert (await wire.post(wire.activity(text="x"), fault=fault)).status == 401


async def test_a_foreign_tenant_is_refused() -> None:
    async with running(teams=True) as wire:
        foreign = {"tenant": {"id": "99999999-0000-4000-8000-000000000009"}}
        assert (await wire.post(wire.activity(text="x", channelData=foreign))).status == 403


async def test_a_slow_connector_holds_nobody_else_up() -> None:
    """The SDK posts with blocking requests in a small pool: with 2 s a post it came down to three turns a second."""
    async with running() as wire:
        wire.double.behaviour = Behaviour(delay=0.3)
        begun = time.monotonic()
        for number in range(40):
            await wire.post(wire.activity(text="Hvad er MUS?", conversation={"id": f"a:{number}"}))
        for _ in range(40):
            await wire.double.next_message()
        assert time.monotonic() - begun < 3


async def test_a_slow_answerer_does_not_block_the_event_loop() -> None:
    async with running(answerer=FakeAnswerer(seconds=0.3)) as wire:
        for number in range(8):
            await wire.post(wire.activity(text="Hvad er MUS?", conversation={"id": f"a:{number}"}))
        longest = 0.0
        for _ in range(20):
            begun = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - begun - 0.01)
        for _ in range(8):
            await wire.double.next_message()
        assert longest < 0.1


async def test_each_attempt_is_one_post_and_retry_after_is_waited_for() -> None:
    async with running(answerer=FakeAnswerer(answers=[answered()])) as wire:
        wire.double.script(Behaviour(), Behaviour(status=429, retry_after="1"), Behaviour())
        assert (await wire.ask("Hvad er MUS?"))["text"]
        posts = [call for call in wire.double.calls if call.body["type"] == "message"]
        assert [call.status for call in posts] == [429, 201]
        assert posts[1].at - posts[0].at >= 1


@pytest.mark.parametrize(
    "behaviour", [Behaviour(status=502, plain_text=True), Behaviour(status=500), Behaviour(drop=True)]
)
async def test_an_answer_of_unknown_fate_is_not_sent_twice(
    behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    async with running() as wire:
        wire.double.script(Behaviour(), behaviour)
        assert (await wire.post(wire.activity(text="Hvad er MUS?"))).status == 202
        assert await wire.double.no_message()
        assert [call.body["type"] for call in wire.double.calls] == ["typing", "message"]
    assert "error=UnknownDeliveryError" in caplog.text


async def test_a_plain_text_success_is_a_success() -> None:
    async with running() as wire:
        wire.double.behaviour = Behaviour(status=200, plain_text=True)
        assert (await wire.ask("tak"))["text"] == DA.say("home.thanks")
