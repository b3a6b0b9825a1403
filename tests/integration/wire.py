"""A running bot with the double of the Bot Framework around it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer

from bot.app import Parts, create_app
from bot.doubles.connector import ConnectorDouble
from bot.doubles.tokens import Fault, TokenMint
from bot.settings import BotSettings, Mode
from bot.web import Probe
from hr.clock import FixedClock
from hr.storage.memory import MemoryStorage
from tests.unit.bot.builders import APP_ID, CATALOGUE, DIRECTORY, TENANT, TODAY, FakeAnswerer, activity


@cache
def _mint() -> TokenMint:
    return TokenMint()


@dataclass(slots=True, kw_only=True)
class Wire:
    """What a test talks to: the bot over HTTP and the double that plays Teams."""

    double: ConnectorDouble
    server: TestServer
    session: aiohttp.ClientSession
    storage: MemoryStorage
    answerer: FakeAnswerer
    teams: bool
    sent: int = field(default=0)

    async def post(
        self,
        body: Any,
        *,
        fault: Fault | None = None,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> aiohttp.ClientResponse:
        """One request; with a token in mode teams unless `headers` brings its own Authorization."""
        given = {"Content-Type": "application/json"}
        if self.teams:
            given["Authorization"] = f"Bearer {self.double.inbound_token(APP_ID, fault=fault)}"
        given.update(headers or {})
        given = {name: value for name, value in given.items() if value}
        url = self.server.make_url("/api/messages")
        if data is not None:
            response = await self.session.post(url, data=data, headers=given)
        else:
            response = await self.session.post(url, json=body, headers=given)
        await response.read()
        return response

    def activity(self, kind: str = "message", **changes: Any) -> dict[str, Any]:
        """An activity with an id of its own."""
        self.sent += 1
        return activity(kind, service_url=self.double.service_url, **{"id": f"incoming-{self.sent}", **changes})

    async def ask(self, text: str, **changes: Any) -> dict[str, Any]:
        """A question and the message that came back."""
        response = await self.post(self.activity(text=text, **changes))
        assert response.status == 202
        return await self.double.next_message()


def teams_settings(double: ConnectorDouble, **changes: Any) -> BotSettings:
    values: dict[str, Any] = {
        "mode": Mode.TEAMS,
        "insecure_loopback": True,
        "app_id": APP_ID,
        "app_tenant_id": TENANT,
        "app_secret": "a-secret",
        "openid_metadata_url": double.metadata_url,
        "token_url": double.token_url,
    }
    return BotSettings(**{**values, **changes})


@asynccontextmanager
async def running(
    *,
    teams: bool = False,
    answerer: FakeAnswerer | None = None,
    storage: MemoryStorage | None = None,
    new_unit: Any = None,
    probes: Mapping[str, Probe] | None = None,
    **settings: Any,
) -> AsyncIterator[Wire]:
    """The bot in local mode, or in mode teams against the double's keys."""
    answering, store = answerer or FakeAnswerer(), storage or MemoryStorage()
    mint = TokenMint(key=_mint().key, kid=_mint().kid)
    async with ConnectorDouble(mint=mint) as double:
        chosen = teams_settings(double, **settings) if teams else BotSettings(mode=Mode.LOCAL, **settings)
        parts = Parts(
            answerer=answering,
            new_unit=new_unit or store.unit,
            directory=DIRECTORY,
            clock=FixedClock.on(TODAY),
            catalogue=CATALOGUE,
            probes=probes or {},
        )
        async with TestServer(create_app(chosen, parts)) as server, aiohttp.ClientSession() as session:
            yield Wire(double=double, server=server, session=session, storage=store, answerer=answering, teams=teams)
