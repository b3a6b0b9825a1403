"""Everything hostile at one running bot: each request has its status, nothing is done, nothing is told, and the bot stays awake."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import HealthCheck, given, settings

from bot.doubles.connector import Behaviour, ConnectorDouble
from bot.doubles.tokens import Fault
from tests.integration.fuzzing import BODIES, fuzzed
from tests.integration.hostile import CANARY, ROWS, Target, answer_to
from tests.integration.wire import Wire, running
from tests.unit.bot.builders import APP_ID

HEALTH_SECONDS = 1.0


@asynccontextmanager
async def health_watched(wire: Wire) -> AsyncIterator[list[float]]:
    """How long /healthz takes, asked over and over meanwhile."""
    times: list[float] = []

    async def watch() -> None:
        while True:
            begun = time.monotonic()
            async with wire.session.get(wire.server.make_url("/healthz")) as response:
                assert response.status == 200
            times.append(time.monotonic() - begun)
            await asyncio.sleep(0.05)

    task = asyncio.create_task(watch())
    try:
        yield times
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def told(records: list[logging.LogRecord]) -> Iterator[str]:
    """What of a request, or of the bot's own secrets, has come into the log."""
    for record in records:
        line = record.getMessage()
        if record.exc_info or any(
            word in line for word in (CANARY, "Traceback", "eyJ", "Bearer", "outbound-", "a-secret")
        ):
            yield f"{record.name}: {line[:80]}"


async def test_every_hostile_request_gets_its_status_and_nothing_else_happens(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong: dict[str, tuple[int, int]] = {}
    repeated: list[str] = []
    async with running(teams=True) as wire, ConnectorDouble(mint=wire.double.mint) as elsewhere:
        target = Target(mint=wire.double.mint, service_url=wire.double.service_url, elsewhere=elsewhere.service_url)
        async with health_watched(wire) as times:
            for row in ROWS:
                status, answer = await answer_to(wire.session, wire.server.port, row.make(target))
                if status != row.status:
                    wrong[row.name] = (status, row.status)
                if CANARY.casefold() in answer.casefold():
                    repeated.append(row.name)
        assert (wrong, repeated) == ({}, [])
        assert times
        assert max(times) < HEALTH_SECONDS
        assert await wire.double.no_message(seconds=0.2)
        assert (wire.double.calls, wire.double.token_requests, wire.answerer.questions) == ([], [], [])
        assert (elsewhere.calls, elsewhere.key_fetches, elsewhere.token_requests) == ([], 0, [])
        assert (await wire.ask("Hvad er MUS?"))["text"]
    assert list(told(caplog.records)) == []


def test_the_table_is_long_and_names_each_request_once() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS) >= 120


async def test_a_connector_that_sends_the_bot_elsewhere_gets_no_token_there() -> None:
    async with running(teams=True) as wire, ConnectorDouble(mint=wire.double.mint) as elsewhere:
        for status in (301, 302, 303, 307, 308):
            wire.double.behaviour = Behaviour(
                status=status, redirect_to=f"{elsewhere.service_url}v3/conversations/x/activities"
            )
            assert (await wire.post(wire.activity(text="Hvad er MUS?"))).status == 202
        assert await wire.double.no_message()
        assert len(wire.double.calls) >= 5
        assert (elsewhere.calls, elsewhere.key_fetches, elsewhere.token_requests) == ([], 0, [])


async def test_the_same_request_again_and_again_has_one_answer() -> None:
    async with running(teams=True) as wire:
        request = wire.activity(text="Hvad er MUS?")
        answers = await asyncio.gather(*(wire.post(request) for _ in range(10)))
        assert {answer.status for answer in answers} == {202}
        assert (await wire.double.next_message())["text"]
        assert await wire.double.no_message()
        assert len(wire.answerer.questions) == 1


async def test_whoever_asks_too_much_is_told_when_to_come_back_and_others_are_served() -> None:
    async with running(teams=True, inbound_per_minute=6) as wire:
        statuses = []
        for _ in range(40):
            response = await wire.post(wire.activity("typing"))
            statuses.append(response.status)
        assert (statuses.count(202), statuses.count(429)) == (30, 10)
        assert 1 <= int(response.headers["Retry-After"]) <= 10
        other = {"id": "29:other", "aadObjectId": "44444444-0000-4000-8000-000000000004"}
        assert (await wire.ask("Hvad er MUS?", **{"from": other}))["text"]


async def test_nobody_uses_up_the_allowance_of_another_without_a_token() -> None:
    async with running(teams=True) as wire:
        for _ in range(40):
            assert (await wire.post(wire.activity(text="x"), fault=Fault.WRONG_KEY)).status == 401
        assert (await wire.ask("Hvad er MUS?"))["text"]


async def test_a_thousand_strangers_at_once_are_all_refused_and_a_known_sender_is_served() -> None:
    async with running(teams=True) as wire:
        await wire.ask("Hvad er MUS?")
        calls = len(wire.double.calls)
        strangers = [wire.post(wire.activity(text="x"), headers={"Authorization": ""}) for _ in range(1000)]
        flood = asyncio.gather(*strangers)
        assert (await wire.ask("Hvad er LUS?"))["text"]
        assert {response.status for response in await flood} == {401}
        assert len(wire.answerer.questions) == 2
        assert len(wire.double.calls) == 2 * calls


async def test_metadata_that_hangs_holds_up_no_sender_whose_key_is_known() -> None:
    async with running(teams=True) as wire:
        await wire.ask("Hvad er MUS?")
        wire.double.metadata_delay = 3.0
        stranger = asyncio.create_task(wire.post(wire.activity(text="x"), fault=Fault.UNKNOWN_KID))
        await asyncio.sleep(0.2)
        async with health_watched(wire) as times:
            assert (await wire.ask("Hvad er LUS?"))["text"]
        assert not stranger.done()
        assert max(times) < HEALTH_SECONDS
        assert (await stranger).status == 401


async def test_keys_that_have_grown_old_serve_while_newer_ones_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(teams=True) as wire:
        await wire.ask("Hvad er MUS?")
        monkeypatch.setattr("bot.signing_keys.MAX_AGE_SECONDS", -1)
        wire.double.metadata_delay = 2.0
        begun = time.monotonic()
        assert (await wire.post(wire.activity(text="Hvad er LUS?"))).status == 202
        assert time.monotonic() - begun < 1.5
        await wire.double.next_message()
        await asyncio.sleep(0.1)
        assert wire.double.key_fetches == 2


async def test_half_a_head_does_not_keep_a_connection_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.IDLE_SECONDS", 0.3)
    async with running(teams=True) as wire:
        reader, writer = await asyncio.open_connection("127.0.0.1", wire.server.port)
        writer.write(b"POST /api/messages HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        await writer.drain()
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        await writer.wait_closed()


async def test_a_body_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gate.READ_SECONDS", 0.3)
    async with running(teams=True) as wire:
        reader, writer = await asyncio.open_connection("127.0.0.1", wire.server.port)
        head = f"POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\nAuthorization: Bearer {wire.double.inbound_token(APP_ID)}\r\n\r\n"
        writer.write(head.encode() + b'{"type"')
        await writer.drain()
        answer = await asyncio.wait_for(reader.read(100), 5)
        assert answer.startswith(b"HTTP/1.1 408")
        writer.close()
        await writer.wait_closed()


def test_no_body_whatever_is_a_5xx_and_no_handler_stumbles() -> None:
    """Ten thousand of them in `make faults`."""
    with fuzzed() as bot:

        @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(body=BODIES)
        def no_5xx(body: bytes) -> None:
            status = bot.post(body)
            assert status < 500 or (status == 501 and b'"invoke"' in body)

        no_5xx()
        assert bot.faults == []
        assert bot.statuses[202] > 0
        assert bot.statuses[400] > 0
