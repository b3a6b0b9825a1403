from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.app import outbound_tokens
from bot.doubles.connector import ConnectorDouble
from bot.errors import StartRefusedError, TokenError
from bot.settings import AppType, BotSettings, Mode
from bot.teams.managed_identity import MACHINE_ENDPOINT, IdentityEndpoint, ManagedIdentity
from tests.unit.bot.builders import APP_ID, TENANT


class Machine:
    """What an Azure machine answers on its own address."""

    def __init__(self) -> None:
        self.answer: Any = {"access_token": "machine-1", "expires_in": "3600", "token_type": "Bearer"}
        self.status = 200
        self.requests: list[tuple[dict[str, str], dict[str, str]]] = []

    async def handle(self, request: web.Request) -> web.Response:
        headers = {name: request.headers.get(name, "") for name in ("Metadata", "X-IDENTITY-HEADER")}
        self.requests.append((dict(request.query), headers))
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
async def url(machine: Machine) -> AsyncIterator[str]:
    double = ConnectorDouble()
    double.add_route("GET", "/identity", machine.handle)
    async with double:
        yield f"{double.service_url}identity"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def test_a_virtual_machine_is_asked_for_a_token_of_the_bots_own_identity(
    machine: Machine, url: str, session: aiohttp.ClientSession
) -> None:
    tokens = ManagedIdentity(session=session, app_id=APP_ID, endpoint=IdentityEndpoint(url=url))
    assert [await tokens.token(), await tokens.token()] == ["machine-1", "machine-1"]
    query = {"api-version": "2018-02-01", "resource": "https://api.botframework.com", "client_id": APP_ID}
    assert machine.requests == [(query, {"Metadata": "true", "X-IDENTITY-HEADER": ""})]


async def test_app_service_gets_its_header_and_tells_a_moment_in_place_of_a_time(
    machine: Machine, url: str, session: aiohttp.ClientSession
) -> None:
    now = [0.0]
    machine.answer = {"access_token": "service-1", "expires_on": "1003600"}
    tokens = ManagedIdentity(
        session=session,
        app_id=APP_ID,
        endpoint=IdentityEndpoint(url=url, header="word"),
        monotonic=lambda: now[0],
        wall=lambda: 1_000_000.0,
    )
    assert await tokens.token() == "service-1"
    now[0] = 3299.0
    await tokens.token()
    assert len(machine.requests) == 1
    now[0] = 3301.0
    await tokens.token()
    query, headers = machine.requests[1]
    assert (query["api-version"], headers) == ("2019-08-01", {"Metadata": "", "X-IDENTITY-HEADER": "word"})


@pytest.mark.parametrize(
    "answer", [[], {}, {"access_token": "x"}, {"access_token": "x", "expires_in": "soon"}, {"access_token": 7, "expires_in": 1},
               {"access_token": "x", "expires_in": "nan"}, {"access_token": "", "expires_in": 9}]
)  # fmt: skip
async def test_an_answer_without_a_token_is_a_clear_error(
    machine: Machine, url: str, session: aiohttp.ClientSession, answer: object
) -> None:
    machine.answer = answer
    with pytest.raises(TokenError, match="holds no token"):
        await ManagedIdentity(session=session, app_id=APP_ID, endpoint=IdentityEndpoint(url=url)).token()


async def test_many_who_wait_for_one_token_share_its_failure_too(
    machine: Machine, url: str, session: aiohttp.ClientSession
) -> None:
    machine.status = 400
    tokens = ManagedIdentity(session=session, app_id=APP_ID, endpoint=IdentityEndpoint(url=url))
    results = await asyncio.gather(*(tokens.token() for _ in range(20)), return_exceptions=True)
    assert {type(result) for result in results} == {TokenError}
    assert len(machine.requests) == 1
    machine.status = 200
    assert await tokens.token() == "machine-1"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.test/token",
        "http://10.0.0.5/token",
        "http://identity.internal/token",
        "x",
        "http://[::1/",
        "http://]@[@",
    ],
)
def test_no_other_machine_is_asked(url: str) -> None:
    with pytest.raises(StartRefusedError, match="not an address of this machine"):
        IdentityEndpoint(url=url)


@pytest.mark.parametrize(
    "url", [MACHINE_ENDPOINT, "http://127.0.0.1:41741/msi/token", "http://localhost:42356/msi/token"]
)
def test_azures_own_addresses_are(url: str) -> None:
    assert IdentityEndpoint(url=url).url == url


def test_the_header_of_the_platform_does_not_show() -> None:
    assert "word" not in repr(IdentityEndpoint(header="word"))


def teams(**changes: Any) -> BotSettings:
    values: dict[str, Any] = {"mode": Mode.TEAMS, "app_id": APP_ID, "app_tenant_id": TENANT}
    return BotSettings(**{**values, "app_type": AppType.USER_ASSIGNED_MSI, **changes})


async def test_the_bot_takes_the_platforms_endpoint_where_there_is_one(
    machine: Machine, url: str, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", url)
    monkeypatch.setenv("IDENTITY_HEADER", "word")
    assert await outbound_tokens(teams(), session).token() == "machine-1"
    assert machine.requests[0][1]["X-IDENTITY-HEADER"] == "word"


async def test_a_platform_that_names_another_machine_stops_the_start(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", "https://evil.example.test/token")
    monkeypatch.setenv("IDENTITY_HEADER", "word")
    with pytest.raises(StartRefusedError):
        outbound_tokens(teams(), session)
