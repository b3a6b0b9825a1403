"""Card turns a second of one process: our port with every check, beside the SDK's own adapter in the same run (`make bench`).

Either is a process of its own with an echo bot that answers each message with the same card. This process plays Teams: it signs the
messages, takes the cards and counts a turn when its card has arrived. The SDK is given a ready token, because its own way of asking for
one at every turn needs Microsoft's hosts: it is faster here than in production.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import aiohttp
from aiohttp import web
from botbuilder.core import MessageFactory, TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import Activity, Attachment
from botframework.connector.auth import (
    AppCredentials,
    AuthenticationConstants,
    BotFrameworkAuthenticationFactory,
    ServiceClientCredentialsFactory,
)

from adaptive_cards.render import CONTENT_TYPE, Card
from bot.app import create_port
from bot.doubles.connector import ConnectorDouble
from bot.events import Event
from bot.gate import ISSUER
from bot.metrics import Metrics
from bot.seal import Seal
from bot.settings import BotSettings, Mode
from bot.teams.connector import ConnectorClient
from bot.teams.edge import Edge
from bot.turn import Message, Turn
from bot.web import quiet_server_log, runner_of
from hr.clock import SystemClock

APP_ID: Final = "6c1f2f5e-0000-4000-8000-0000000000aa"
TENANT: Final = "5a3e0c00-0000-4000-9000-000000000001"
CARD: Final[dict[str, Any]] = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "Dag 10: tal med medarbejderen", "weight": "Bolder", "wrap": True},
        {"type": "FactSet", "facts": [{"title": f"Trin {n}", "value": "Senest mandag"} for n in range(6)]},
    ],
    "actions": [
        {"type": "Action.Execute", "title": title, "data": {"kind": "absence_menu", "menu": "list"}}
        for title in ("Gjort", "Udsæt", "Åbn", "Mere")
    ],
}
AT_ONCE: Final = 16
ROUNDS: Final = 3
AIM: Final = 2.5


# --- the two bots -----------------------------------------------------------------------------------------------------------------


class _Ready(AppCredentials):
    """A token that is there already."""

    def get_access_token(self, force_refresh: bool = False) -> str:
        return "ready"


class _Factory(ServiceClientCredentialsFactory):
    async def is_valid_app_id(self, app_id: str) -> bool:
        return app_id == APP_ID

    async def is_authentication_disabled(self) -> bool:
        return False

    async def create_credentials(
        self,
        app_id: str,
        oauth_scope: str,
        login_endpoint: str,
        validate_authority: bool,
    ) -> AppCredentials:
        return _Ready(app_id=app_id, oauth_scope=oauth_scope)


class _SdkAdapter(CloudAdapterBase):  # type: ignore[misc]
    """`CloudAdapter` of botbuilder-integration-aiohttp, which is this much over its base."""

    async def process(self, request: web.Request, logic: Callable[[TurnContext], Awaitable[None]]) -> web.Response:
        if "application/json" not in request.headers["Content-Type"]:
            raise web.HTTPUnsupportedMediaType
        activity = Activity().deserialize(await request.json())
        if not activity.type:
            raise web.HTTPBadRequest
        try:
            await self.process_activity(request.headers.get("Authorization", ""), activity, logic)
        except PermissionError as error:
            raise web.HTTPUnauthorized from error
        return web.Response(status=201)


def sdk_bot(metadata_url: str) -> web.Application:
    authentication = BotFrameworkAuthenticationFactory.create(
        to_channel_from_bot_login_url="https://login.microsoftonline.com/botframework.com",
        to_channel_from_bot_oauth_scope=AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE,
        to_bot_from_channel_token_issuer=ISSUER,
        oauth_url=AuthenticationConstants.OAUTH_URL,
        to_bot_from_channel_open_id_metadata_url=metadata_url,
        to_bot_from_emulator_open_id_metadata_url=metadata_url,
        credential_factory=_Factory(),
    )
    adapter = _SdkAdapter(authentication)

    async def echo(context: TurnContext) -> None:
        await context.send_activity(MessageFactory.attachment(Attachment(content_type=CONTENT_TYPE, content=CARD)))

    async def messages(request: web.Request) -> web.Response:
        return await adapter.process(request, echo)

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    return app


def our_bot(metadata_url: str, token_url: str) -> web.Application:
    settings = BotSettings(
        mode=Mode.TEAMS,
        insecure_loopback=True,
        app_id=APP_ID,  # type: ignore[arg-type]
        app_tenant_id=TENANT,  # type: ignore[arg-type]
        app_secret="bench",  # type: ignore[arg-type]  # noqa: S106
        openid_metadata_url=metadata_url,
        token_url=token_url,
    )

    async def echo(event: Event, turn: Turn) -> bool:
        await turn.send(Message(card=Card(content=CARD, summary="Dag 10")))
        return True

    async def fail(event: Event, turn: Turn, error: Exception) -> None:
        sys.stderr.write(f"{type(error).__name__}\n")

    def edge(connector: ConnectorClient, metrics: Metrics) -> Edge:
        return Edge(
            connector=connector,
            dispatch=echo,
            on_error=fail,
            still_working=lambda event: "",
            clock=SystemClock(),
            seal=Seal.of_one_process(),
            metrics=metrics,
        )

    quiet_server_log()
    return create_port(settings, edge)


async def serve(which: str, metadata_url: str, token_url: str) -> None:
    app = sdk_bot(metadata_url) if which == "sdk" else our_bot(metadata_url, token_url)
    runner = runner_of(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


# --- the measuring ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run came to: turns a second, milliseconds of a turn, and milliseconds of processor time that the bot spent on it."""

    rate: float
    cpu: float
    p50: float
    p95: float


class Meter:
    """Plays Teams for one bot."""

    def __init__(self, double: ConnectorDouble, session: aiohttp.ClientSession, url: str) -> None:
        self._double, self._session, self._url = double, session, url
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._token = double.inbound_token(APP_ID)

    def arrived(self, conversation_id: str | None) -> None:
        waiting = self._waiting.pop(conversation_id or "", None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def turn(self) -> float:
        person = uuid4().hex
        conversation = f"a:{person}"
        self._waiting[conversation] = asyncio.get_running_loop().create_future()
        waiting = self._waiting[conversation]
        activity = {
            "type": "message",
            "id": person,
            "timestamp": "2026-11-23T08:00:00.000Z",
            "channelId": "msteams",
            "serviceUrl": self._double.service_url,
            "from": {"id": f"29:{person}", "aadObjectId": person},
            "recipient": {"id": f"28:{APP_ID}"},
            "conversation": {"id": conversation, "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "text": "mine forløb",
        }
        begun = time.perf_counter()
        headers = {"Authorization": f"Bearer {self._token}"}
        async with self._session.post(self._url, json=activity, headers=headers) as response:
            response.raise_for_status()
        await asyncio.wait_for(waiting, 30)
        return time.perf_counter() - begun

    async def run(self, turns: int, *, pid: int) -> Run:
        times: list[float] = []
        left = iter(range(turns))

        async def worker() -> None:
            for _ in left:
                times.append(await self.turn())  # noqa: PERF401 - one after the other is the point

        before, begun = _cpu_seconds(pid), time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
        took = time.perf_counter() - begun
        ordered = sorted(times)
        return Run(
            rate=turns / took,
            cpu=(_cpu_seconds(pid) - before) / turns * 1000,
            p50=statistics.median(ordered) * 1000,
            p95=ordered[int(len(ordered) * 0.95)] * 1000,
        )


def _cpu_seconds(pid: int) -> float:
    """What a process has used of the processor so far; 0.0 where the system does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(turns: int, only: str | None) -> None:
    """Both bots in turn, several times, so that a busy moment of the machine meets both."""
    runs: dict[str, list[Run]] = {"sdk": [], "ours": []}
    for _ in range(ROUNDS):
        for which in runs if only is None else [only]:
            runs[which].append(await measured(which, turns))
    for which, name in (("ours", "Kompas' port, every check"), ("sdk", "SDK's own adapter")):
        for run in runs[which]:
            print(
                f"{name:<26} {run.rate:6.0f} card turns/s   p50 {run.p50:.0f} ms, p95 {run.p95:.0f} ms"
                f"   {run.cpu:.1f} ms of processor a turn"
            )
    if only is None:
        rates = {which: statistics.median(run.rate for run in done) for which, done in runs.items()}
        costs = {which: statistics.median(run.cpu for run in done) for which, done in runs.items()}
        print(f"{'turns/s, ratio of medians':<26} {rates['ours'] / rates['sdk']:6.1f}   (aim: at least {AIM})")
        if costs["ours"]:
            print(f"{'processor, ratio':<26} {costs['sdk'] / costs['ours']:6.1f}   less a turn than the SDK")


async def measured(which: str, turns: int) -> Run:
    meters: list[Meter] = []
    async with (
        ConnectorDouble(on_call=lambda call: meters[0].arrived(call.conversation_id)) as double,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tools.bench_gate", "--serve", which, double.metadata_url, double.token_url,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            port = int(await process.stdout.readline())
            meter = Meter(double, session, f"http://127.0.0.1:{port}/api/messages")
            meters.append(meter)
            await meter.run(50, pid=process.pid)
            return await meter.run(turns, pid=process.pid)
        finally:
            process.terminate()
            await process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench_gate", description=__doc__)
    parser.add_argument("--turns", type=int, default=600, help="of each run")
    parser.add_argument("--only", choices=["sdk", "ours"], help="one of the two alone, for profiling")
    parser.add_argument("--serve", nargs=3, metavar=("WHICH", "METADATA_URL", "TOKEN_URL"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve is not None:
        asyncio.run(serve(*options.serve))
    else:
        asyncio.run(measure(options.turns, options.only))


if __name__ == "__main__":
    main()
