"""One server that plays the Bot Framework: signing keys, tokens for the bot, and the Connector that takes its messages.

async with ConnectorDouble() as double:
    ...  # point KOMPAS_OPENID_METADATA_URL, KOMPAS_TOKEN_URL and serviceUrl at it
    answer = await double.next_message()
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

from bot.doubles.tokens import Fault, TokenMint
from bot.gate import ISSUER

HOST: Final = "127.0.0.1"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that the double got. `at` is `time.monotonic()` in seconds; `path` is decoded.

    `delivered`: whether the person sees the message, which the bot may never hear.
    """

    method: str
    path: str
    at: float
    body: Any
    authorization: str | None
    conversation_id: str | None = None
    activity_id: str | None = None
    status: int = 201
    delivered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How the Connector answers. `redirect_to` sends a 302; `drop` closes the connection without an answer.

    `process_then_drop` delivers the message first, and then closes the connection: the bot cannot know.
    """

    status: int = 201
    delay: float = 0.0
    retry_after: str | None = None
    drop: bool = False
    process_then_drop: bool = False
    redirect_to: str | None = None
    plain_text: bool = False
    says: str = "the double says no"
    """The body of a refusal."""


FINE: Final = Behaviour()


class ConnectorDouble:
    """Listens on a loopback port of its own while it is entered."""

    def __init__(
        self, *, mint: TokenMint | None = None, port: int = 0, on_call: Callable[[Call], None] | None = None
    ) -> None:
        """Without a `mint` a new key is made, which takes a moment. `on_call` is told of each call of the Connector as it comes."""
        self.mint = mint or TokenMint()
        self.behaviour: Behaviour = FINE
        self.by_conversation: dict[str, Behaviour] = {}
        self.calls: list[Call] = []
        self.key_fetches = 0
        self.token_requests: list[dict[str, str]] = []
        self.token_status = 200
        self.token_lifetime = 3600
        self.metadata_delay = 0.0
        self.metadata_status = 200
        self._script: list[Behaviour] = []
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._count = 0
        self._runner: web.AppRunner | None = None
        self._port = port
        self._on_call = on_call
        self._routes: list[tuple[str, str, Handler]] = []

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_get("/v1/.well-known/openidconfiguration", self._metadata)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/token", self._token)
        app.router.add_post("/v3/conversations", self._create)
        for method, path in (
            ("POST", "/v3/conversations/{conversation}/activities"),
            ("POST", "/v3/conversations/{conversation}/activities/{activity}"),
            ("PUT", "/v3/conversations/{conversation}/activities/{activity}"),
            ("DELETE", "/v3/conversations/{conversation}/activities/{activity}"),
        ):
            app.router.add_route(method, path, self._activity)
        for method, path, handler in self._routes:
            app.router.add_route(method, path, handler)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def service_url(self) -> str:
        """What activities carry as serviceUrl."""
        return f"http://{HOST}:{self._port}/"

    @property
    def metadata_url(self) -> str:
        """For KOMPAS_OPENID_METADATA_URL."""
        return f"http://{HOST}:{self._port}/v1/.well-known/openidconfiguration"

    @property
    def token_url(self) -> str:
        """For KOMPAS_TOKEN_URL."""
        return f"http://{HOST}:{self._port}/token"

    def inbound_token(self, app_id: str, *, fault: Fault | None = None) -> str:
        """A token as Teams would send it to the bot, or one with a fault."""
        return self.mint.mint(app_id=app_id, service_url=self.service_url, fault=fault)

    def add_route(self, method: str, path: str, handler: Handler) -> None:
        """Answer something more, before the double is entered."""
        self._routes.append((method, path, handler))

    def script(self, *behaviours: Behaviour) -> None:
        """How the next Connector calls are answered, one each. When they are used up `by_conversation` holds, then `behaviour`."""
        self._script.extend(behaviours)

    async def next_message(self, *, seconds: float = 5.0) -> dict[str, Any]:
        """The next activity of type message that was delivered and not asked for yet. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            return await self._messages.get()

    async def no_message(self, *, seconds: float = 0.3) -> bool:
        """Whether nothing was delivered for that long."""
        try:
            await self.next_message(seconds=seconds)
        except TimeoutError:
            return True
        return False

    def sent(self, kind: str | None = None, *, method: str = "POST") -> list[dict[str, Any]]:
        """The activities delivered so far, of one type if it is given."""
        return [
            call.body
            for call in self.calls
            if call.method == method
            and call.delivered
            and isinstance(call.body, dict)
            and kind in (None, call.body.get("type"))
        ]

    async def _metadata(self, request: web.Request) -> web.Response:
        self.key_fetches += 1
        await asyncio.sleep(self.metadata_delay)
        return web.json_response(
            {
                "issuer": ISSUER,
                "jwks_uri": f"{self.service_url}keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            },
            status=self.metadata_status,
        )

    async def _keys(self, request: web.Request) -> web.Response:
        return web.json_response(self.mint.jwks())

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.token_requests.append({name: str(value) for name, value in form.items()})
        if self.token_status != 200:
            return web.Response(status=self.token_status, text="no")
        number = len(self.token_requests)
        return web.json_response(
            {"access_token": f"outbound-{number}", "expires_in": self.token_lifetime, "token_type": "Bearer"}
        )

    async def _create(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(
            request, lambda number: {"id": f"conversation-{number}", "activityId": f"activity-{number}"}
        )

    async def _activity(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, lambda number: {"id": f"activity-{number}"})

    async def _answer(self, request: web.Request, make: Callable[[int], dict[str, str]]) -> web.StreamResponse:
        behaviour = self._next_behaviour(request.match_info.get("conversation"))
        body = await request.json() if request.can_read_body else None
        at = time.monotonic()
        status = 302 if behaviour.redirect_to else behaviour.status
        self._count += 1
        answer = make(self._count)
        delivered = status < 300 and not behaviour.drop
        call = Call(
            method=request.method,
            path=request.path,
            at=at,
            body=body,
            authorization=request.headers.get("Authorization"),
            conversation_id=request.match_info.get("conversation"),
            activity_id=request.match_info.get("activity"),
            status=status,
            delivered=delivered,
        )
        self.calls.append(call)
        if self._on_call is not None:
            self._on_call(call)
        await asyncio.sleep(behaviour.delay)
        if delivered and request.method == "POST" and isinstance(body, dict) and body.get("type") == "message":
            self._messages.put_nowait({**body, "id": answer.get("id")})
        if behaviour.drop or behaviour.process_then_drop:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        headers = {"Retry-After": behaviour.retry_after} if behaviour.retry_after is not None else {}
        if behaviour.redirect_to:
            headers["Location"] = behaviour.redirect_to
        if status >= 300 or behaviour.plain_text:
            return web.Response(status=status, text=behaviour.says if status >= 300 else "fine", headers=headers)
        return web.json_response(answer, status=status, headers=headers)

    def _next_behaviour(self, conversation_id: str | None) -> Behaviour:
        if self._script:
            return self._script.pop(0)
        return self.by_conversation.get(conversation_id or "", self.behaviour)
