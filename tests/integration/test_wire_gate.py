"""What is let in and what is not, at the wire: every bad token is a 401, every bad body a 4xx, and no handler hears of them."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.app import create_app
from bot.doubles.connector import Behaviour, ConnectorDouble
from bot.doubles.tokens import Fault
from bot.errors import StartRefusedError
from bot.parts import Parts
from bot.settings import BotSettings
from hr.storage.memory import MemoryStorage
from tests.integration.wire import Wire, running, teams_settings
from tests.unit.bot.builders import APP_ID, DIRECTORY, FakeAnswerer

SECRET_WORD = "KANARIEFUGL"


async def untouched(wire: Wire) -> bool:
    """Whether no handler ran and nothing was sent."""
    return await wire.double.no_message(seconds=0.1) and wire.answerer.questions == [] and wire.double.calls == []


async def test_a_good_token_is_answered_with_the_bots_own_token() -> None:
    async with running(teams=True) as wire:
        assert (await wire.ask("Hvad er MUS?"))["text"]
        assert {call.authorization for call in wire.double.calls} == {"Bearer outbound-1"}


@pytest.mark.parametrize("fault", list(Fault))
async def test_every_bad_token_is_refused_without_a_word_in_the_log(
    fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(teams=True) as wire:
        response = await wire.post(wire.activity(text=SECRET_WORD), fault=fault)
        assert response.status == 401
        assert await untouched(wire)
    assert SECRET_WORD not in caplog.text
    assert "Traceback" not in caplog.text
    assert "eyJ" not in caplog.text


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer a.b.c", "Bearer " + "x" * 8_100, "Bearer æøå"]
)
async def test_a_header_that_holds_no_token_is_refused(authorization: str) -> None:
    async with running(teams=True) as wire:
        response = await wire.post(wire.activity(text="x"), headers={"Authorization": authorization})
        assert response.status in (400, 401)
        assert await untouched(wire)


async def test_two_authorization_headers_are_refused() -> None:
    async with running(teams=True) as wire:
        token = wire.double.inbound_token(APP_ID)
        headers = [
            ("Authorization", f"Bearer {token}"),
            ("Authorization", "Bearer x"),
            ("Content-Type", "application/json"),
        ]
        async with wire.session.post(wire.server.make_url("/api/messages"), data=b"{}", headers=headers) as response:
            assert response.status == 401


async def test_a_key_that_is_not_endorsed_for_teams_is_refused() -> None:
    async with running(teams=True) as wire:
        wire.double.mint.endorsements = ("webchat",)
        assert (await wire.post(wire.activity(text="x"))).status == 401


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"channelId": "emulator"}, 403),
        ({"channelId": None}, 403),
        ({"channelData": {"tenant": {"id": "99999999-0000-4000-8000-000000000009"}}}, 403),
        ({"channelData": {"tenant": {"id": None}}}, 403),
        ({"conversation": {"id": "a:1", "tenantId": "99999999-0000-4000-8000-000000000009"}}, 403),
        ({"channelData": None, "conversation": {"id": "a:1"}}, 403),
        ({"serviceUrl": None}, 401),
        ({"serviceUrl": "https://smba.trafficmanager.net/emea/"}, 401),
        ({"serviceUrl": "http://127.0.0.1:1/"}, 401),
        ({"from": None}, 400),
        ({"recipient": {}}, 400),
        ({"conversation": {"id": "", "tenantId": "5a3e0c00-0000-4000-9000-000000000001"}}, 400),
        ({"conversation": {"id": "x\x00y", "tenantId": "5a3e0c00-0000-4000-9000-000000000001"}}, 400),
        ({"type": 7}, 400),
    ],
)
async def test_an_activity_that_is_not_for_this_bot_is_refused(change: dict[str, Any], status: int) -> None:
    async with running(teams=True) as wire:
        assert (await wire.post(wire.activity(text="x", **change))).status == status
        assert await untouched(wire)


async def test_a_bad_timestamp_and_unknown_fields_are_no_fault() -> None:
    async with running(teams=True) as wire:
        assert (await wire.ask("Hvad er MUS?", timestamp="yesterday", isTargeted="maybe", extra=[1]))["text"]


async def test_a_token_for_a_host_outside_the_allowlist_is_of_no_use() -> None:
    async with running(teams=True) as wire:
        forged = "https://evil.example.test/"
        token = wire.double.mint.mint(app_id=APP_ID, service_url=forged)
        response = await wire.post(
            wire.activity(text="x", serviceUrl=forged), headers={"Authorization": f"Bearer {token}"}
        )
        assert response.status == 403
        assert wire.double.token_requests == []


async def test_a_redirect_does_not_carry_the_token_away() -> None:
    async with running(teams=True) as wire, ConnectorDouble() as elsewhere:
        wire.double.behaviour = Behaviour(redirect_to=elsewhere.service_url)
        assert (await wire.post(wire.activity(text="Hvad er MUS?"))).status == 202
        assert await wire.double.no_message()
        assert wire.double.calls
        assert elsewhere.calls == []


async def test_a_rotated_key_is_accepted_at_the_first_request() -> None:
    async with running(teams=True) as wire:
        await wire.ask("Hvad er MUS?")
        wire.double.mint.rotate()
        await wire.ask("Hvad er LUS?")
        assert wire.double.key_fetches == 2


async def test_unknown_key_ids_do_not_make_a_hammer_of_the_bot() -> None:
    async with running(teams=True) as wire:
        await asyncio.gather(*(wire.post(wire.activity(text="x"), fault=Fault.UNKNOWN_KID) for _ in range(40)))
        for _ in range(10):
            await wire.post(wire.activity(text="x"), fault=Fault.UNKNOWN_KID)
        assert wire.double.key_fetches <= 5


async def test_keys_that_cannot_be_fetched_are_a_503_and_the_bot_recovers_by_itself() -> None:
    async with running(teams=True) as wire:
        wire.double.metadata_status = 500
        response = await wire.post(wire.activity(text="Hvad er MUS?"))
        assert response.status == 503
        assert response.headers["Retry-After"]
        wire.double.metadata_status = 200
        assert (await wire.ask("Hvad er MUS?"))["text"]


async def test_hanging_metadata_does_not_hang_the_rest() -> None:
    async with running(teams=True) as wire:
        wire.double.metadata_delay = 1.0
        waiting = asyncio.create_task(wire.post(wire.activity(text="Hvad er MUS?")))
        await asyncio.sleep(0.1)
        begun = time.monotonic()
        async with wire.session.get(wire.server.make_url("/healthz")) as response:
            assert response.status == 200
        assert time.monotonic() - begun < 0.3
        assert (await waiting).status == 202
        assert (await wire.double.next_message())["text"]


BAD_BODIES = [
    (b"", 400),
    (b"{", 400),
    (b"null", 400),
    (b"[]", 400),
    (b'"text"', 400),
    (b"NaN", 400),
    (b'{"type": NaN}', 400),
    (b"\xff\xfe", 400),
    (b'{"type":"message","text":"\xe6"}', 400),
    (b"[" * 100_000, 400),
    (b'{"a":' * 40_000 + b"1" + b"}" * 40_000, 400),
    (b'{"a":' + b"[" * 70 + b"]" * 70 + b"}", 400),
    (b'{"a":' + b"9" * 10_000 + b"}", 400),
    (b"{}", 400),
    (b'{"type":"message"}', 400),
    (b'{"text":"' + b"x" * 300_000 + b'"}', 413),
]


@pytest.mark.parametrize(("body", "status"), BAD_BODIES)
async def test_a_bad_body_of_a_known_sender_is_a_4xx(body: bytes, status: int) -> None:
    async with running(teams=True) as wire:
        answer = (await wire.post(None, data=body)).status
        assert answer == status or (answer in (401, 403) and body.startswith(b"{") and body.endswith(b"}"))
        assert await untouched(wire)


@pytest.mark.parametrize(("body", "status"), BAD_BODIES)
async def test_a_bad_body_of_an_unknown_sender_is_a_4xx_too(body: bytes, status: int) -> None:
    async with running(teams=True) as wire:
        response = await wire.post(None, data=body, headers={"Authorization": ""})
        assert response.status in (401, status)
        assert await untouched(wire)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/jsonp", 415),
        ("application/json; charset=bogus", 202),
        ("application/json; charset=utf-8", 202),
    ],
)
async def test_the_content_type_must_be_json(content_type: str, status: int) -> None:
    async with running() as wire:
        body = json.dumps(wire.activity(text="Hvad er MUS?")).encode()
        assert (await wire.post(None, data=body, headers={"Content-Type": content_type})).status == status


async def test_a_gzip_bomb_is_refused_by_its_inflated_size() -> None:
    async with running() as wire:
        bomb = gzip.compress(b'{"text":"' + b"x" * 50_000_000 + b'"}')
        assert len(bomb) < 256 * 1024
        response = await wire.post(None, data=bomb, headers={"Content-Encoding": "gzip"})
        assert response.status == 413
        assert await untouched(wire)


async def test_a_body_falsely_marked_gzip_is_refused_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with running() as wire:
        response = await wire.post(None, data=SECRET_WORD.encode() * 20, headers={"Content-Encoding": "gzip"})
        assert response.status == 400
        assert await untouched(wire)
    assert SECRET_WORD not in caplog.text
    assert "Traceback" not in caplog.text


async def test_malformed_http_leaves_nothing_of_itself_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(teams=True) as wire:
        for raw in (
            f"GET /{SECRET_WORD} HTTP/9.9\r\nX: y\r\n\r\n",
            f"POST /api/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SECRET_WORD * 2000}\r\n\r\n",
            f"POST /api/messages HTTP/1.1\r\nHost: x\r\n{SECRET_WORD}\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", wire.server.port)
            writer.write(raw.encode())
            await writer.drain()
            answer = await asyncio.wait_for(reader.read(200), 5)
            writer.close()
            await writer.wait_closed()
            assert answer.startswith(b"HTTP/1.")
            assert b" 40" in answer.split(b"\r\n")[0]
    assert SECRET_WORD not in caplog.text
    assert "Traceback" not in caplog.text


FIELDS = (
    "type",
    "id",
    "text",
    "from",
    "recipient",
    "conversation",
    "channelData",
    "serviceUrl",
    "value",
    "name",
    "attachments",
    "membersAdded",
    "action",
    "replyToId",
    "locale",
)
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x" * 1000,
    "\x00",
    [],
    [[]],
    [None],
    {},
    {"id": None},
    {"id": 7},
    {"action": 1},
    "invoke",
    "message",
)


@pytest.mark.parametrize("kind", ["message", "invoke", "conversationUpdate", "installationUpdate"])
async def test_odd_values_in_known_fields_are_never_a_5xx_but_for_what_is_not_implemented(kind: str) -> None:
    async with running() as wire:
        for field in FIELDS:
            for value in ODD:
                response = await wire.post(wire.activity(kind, **{field: value}))
                assert response.status < 500 or response.status == 501, (field, value)


@pytest.mark.parametrize("address", ["https://smba.trafficmanager.net/emea/", "https://]@[@", "http://]:[@"])
async def test_local_mode_answers_loopback_addresses_only(address: str) -> None:
    async with running() as wire:
        response = await wire.post(wire.activity(text="x", serviceUrl=address))
        assert response.status == 403
        assert await untouched(wire)


async def test_local_mode_is_not_reached_under_a_foreign_name() -> None:
    async with running() as wire:
        assert (await wire.post(wire.activity(text="x"), headers={"Host": "evil.example.test"})).status == 403


async def test_local_mode_is_not_reached_from_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as wire:
        monkeypatch.setattr("bot.gate.is_loopback", lambda host: host not in ("127.0.0.1", "::1"))
        assert (await wire.post(wire.activity(text="x"), headers={"Host": "localhost"})).status == 403
        assert await untouched(wire)


async def test_local_mode_sends_no_token() -> None:
    async with running() as wire:
        await wire.ask("Hvad er MUS?")
        assert {call.authorization for call in wire.double.calls} == {None}


def test_local_mode_does_not_start_on_another_address() -> None:
    chosen = BotSettings.model_construct(mode="local", host="0.0.0.0")  # noqa: S104
    with pytest.raises(StartRefusedError):
        create_app(chosen, Parts(answerer=FakeAnswerer(), new_unit=MemoryStorage().unit, directory=DIRECTORY))


async def test_a_certificate_that_is_none_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "cert.pem"
    path.write_text("nothing")
    async with ConnectorDouble() as double:
        chosen = teams_settings(double, app_secret=None, app_certificate=path)
        with pytest.raises(StartRefusedError, match="KOMPAS_APP_CERTIFICATE"):
            create_app(chosen, Parts(answerer=FakeAnswerer(), new_unit=MemoryStorage().unit, directory=DIRECTORY))


async def test_alive_and_ready_are_two_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.readiness.LOOK_SECONDS", 0.0)
    works = {"database": True, "index": False}

    async def database() -> bool:
        return works["database"]

    async def index() -> bool:
        return works["index"]

    async with running(probes={"database": database, "index": index}) as wire:
        async with wire.session.get(wire.server.make_url("/healthz")) as response:
            assert response.status == 200
        async with wire.session.get(wire.server.make_url("/readyz")) as response:
            assert response.status == 503
            assert (await response.json())["parts"] == {"database": "ok", "index": "down"}
        works["index"] = True
        async with wire.session.get(wire.server.make_url("/readyz")) as response:
            assert response.status == 200


async def test_many_who_ask_whether_it_is_ready_share_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    async def model() -> bool:
        looks.append(1)
        await asyncio.sleep(0.3)
        return True

    async with running(probes={"model": model}) as wire:

        async def ask() -> int:
            async with wire.session.get(wire.server.make_url("/readyz")) as response:
                return response.status

        assert set(await asyncio.gather(*(ask() for _ in range(50)))) == {200}
        assert await ask() == 200
        assert len(looks) == 1, "what was found a moment ago is told again"
        monkeypatch.setattr("bot.readiness.LOOK_SECONDS", 0.0)
        assert await ask() == 200
        assert len(looks) == 2


async def test_a_part_that_hangs_counts_as_down_and_hinders_neither_who_asks_nor_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.readiness.PROBE_SECONDS", 0.6)
    monkeypatch.setattr("bot.readiness.LOOK_SECONDS", 0.0)
    lets_go, threads = threading.Event(), []

    def wait() -> None:
        threads.append(threading.get_ident())
        lets_go.wait(30)

    async def hangs() -> bool:
        await asyncio.to_thread(wait)
        return True

    async with running(probes={"model": hangs}) as wire:

        async def ask(path: str = "/readyz") -> tuple[int, dict[str, Any]]:
            async with wire.session.get(wire.server.make_url(path)) as response:
                return response.status, await response.json()

        try:
            first = {"status": "down", "parts": {"model": "down"}, "hanging_seconds": {"model": 1}}
            assert await ask() == (503, first)
            async with asyncio.timeout(0.5):
                assert [(await ask())[0] for _ in range(20)] == [503] * 20
                assert await ask("/healthz") == (200, {"status": "ok"})
            assert len(threads) == 1
        finally:
            lets_go.set()
        async with asyncio.timeout(5):
            while await ask() != (200, {"status": "ok", "parts": {"model": "ok"}}):
                pass  # its thread is about to end


async def test_other_paths_and_methods_are_not_there() -> None:
    async with running() as wire:
        async with wire.session.get(wire.server.make_url("/api/messages")) as response:
            assert response.status == web.HTTPMethodNotAllowed.status_code
        async with wire.session.post(wire.server.make_url("/metrics")) as response:
            assert response.status == 404
