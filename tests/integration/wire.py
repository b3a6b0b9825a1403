"""A running bot with the double of the Bot Framework around it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from bot.app import create_app
from bot.doubles.connector import ConnectorDouble
from bot.doubles.tokens import Fault, TokenMint
from bot.parts import Parts
from bot.readiness import Probe
from bot.seal import Seal
from bot.settings import BotSettings, Mode
from bot.web import runner_of
from hr.absence.content import LiveContent
from hr.absence.service import AbsenceService
from hr.clock import COPENHAGEN, FixedClock
from hr.dialogues.service import DialogueService
from hr.people import FileDirectory
from hr.send_window import SendWindow
from hr.storage.memory import MemoryStorage
from tests.unit.bot.builders import APP_ID, CATALOGUE, DIRECTORY, LEADER, TENANT, TODAY, FakeAnswerer, activity
from tests.unit.bot.fakes import FakePassages
from tests.unit.hr.absence.builders import CONTENT_FOLDER

CLOCK = FixedClock.on(TODAY)
SEAL = Seal.of_one_process()
"""What seals the buttons of all cards of these tests, the worker's too."""
OTHER_LEADER = replace(
    LEADER,
    id="33333333-0000-4000-8000-000000000003",
    key="other",
    name="En Anden",
    initials="AN",
    email="anden@example.test",
)


@cache
def _mint() -> TokenMint:
    return TokenMint()


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The bot's port."""

    runner: web.AppRunner

    @property
    def port(self) -> int:
        return int(self.runner.addresses[0][1])

    async def close(self) -> None:
        """Stop serving; turns under way are finished."""
        await self.runner.cleanup()

    def make_url(self, path: str) -> URL:
        """The address of a path; what is escaped in it stays so."""
        return URL(f"http://127.0.0.1:{self.port}{path}", encoded=True)


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[Server]:
    """The application on a free port, as `kompas serve` runs it."""
    runner = runner_of(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield Server(runner=runner)
    finally:
        await runner.cleanup()


@dataclass(slots=True, kw_only=True)
class Wire:
    """What a test talks to: the bot over HTTP and the double that plays Teams."""

    double: ConnectorDouble
    server: Server
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

    def press(self, data: Any, *, card_id: str = "card-1", **changes: Any) -> dict[str, Any]:
        """A press on a button of a card, as Action.Execute sends it."""
        value = {"action": {"type": "Action.Execute", "data": data}, "trigger": "manual"}
        return self.activity("invoke", name="adaptiveCard/action", value=value, replyToId=card_id, **changes)


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


def absence_service(new_unit: Any, directory: FileDirectory) -> AbsenceService:
    """The use cases of absence with HR's content as delivered."""
    return AbsenceService(
        new_unit=new_unit,
        directory=directory,
        content=LiveContent(CONTENT_FOLDER),
        window=SendWindow.parse("07:30-16:30", COPENHAGEN),
        clock=CLOCK,
    )


@asynccontextmanager
async def running(
    *,
    teams: bool = False,
    answerer: FakeAnswerer | None = None,
    storage: MemoryStorage | None = None,
    new_unit: Any = None,
    probes: Mapping[str, Probe] | None = None,
    follow_up: bool = False,
    directory: FileDirectory | None = None,
    dialogues: DialogueService | None = None,
    **settings: Any,
) -> AsyncIterator[Wire]:
    """The bot in local mode, or in mode teams against the double's keys; with `follow_up` it has absence follow-up too."""
    answering, store = answerer or FakeAnswerer(), storage or MemoryStorage()
    mint = TokenMint(key=_mint().key, kid=_mint().kid)
    async with ConnectorDouble(mint=mint) as double:
        chosen = teams_settings(double, **settings) if teams else BotSettings(mode=Mode.LOCAL, **settings)
        people = directory or (FileDirectory((LEADER, OTHER_LEADER)) if follow_up else DIRECTORY)
        absence = absence_service(new_unit or store.unit, people) if follow_up else None
        parts = Parts(
            answerer=answering,
            new_unit=new_unit or store.unit,
            directory=people,
            absence=absence,
            dialogues=dialogues,
            passages=FakePassages() if follow_up else None,
            clock=CLOCK,
            catalogue=CATALOGUE,
            probes=probes or {},
            seal=SEAL,
        )
        async with served(create_app(chosen, parts)) as server, aiohttp.ClientSession() as session:
            yield Wire(double=double, server=server, session=session, storage=store, answerer=answering, teams=teams)
