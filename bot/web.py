"""The routes: messages from Teams, and the two questions that operators ask."""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web
from aiohttp.log import server_logger

from bot.errors import KeysUnavailableError, RequestRefusedError
from bot.gate import Gate
from bot.metrics import CONTENT_TYPE, Metrics
from bot.readiness import Look, Probe
from bot.teams.edge import Edge
from hr.outbox.model import OutboxFigures

GATE: Final = web.AppKey("gate", Gate)
EDGE: Final = web.AppKey("edge", Edge)
PROBES: Final[web.AppKey[Mapping[str, Probe]]] = web.AppKey("probes")
SIGNS: Final[web.AppKey[Mapping[str, Probe]]] = web.AppKey("signs")

METRICS: Final = web.AppKey("metrics", Metrics)
LOOK: Final = web.AppKey("look", Look)

GRACE_SECONDS: Final = 10.0
"""How long requests under way may take when the bot stops."""

IDLE_SECONDS: Final = 150.0
"""A connection without a whole request for that long is closed: longer than proxies keep theirs, and an end for half a head."""

_log = logging.getLogger(__name__)


def add_routes(app: web.Application) -> None:
    """`POST /api/messages`, `GET /healthz` and `GET /readyz`."""
    app[LOOK] = Look()
    app.router.add_post("/api/messages", _messages)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)


def runner_of(app: web.Application) -> web.AppRunner:
    """What serves the application: signals are the caller's, nothing is logged of a request, and no idle connection stays."""
    return _Runner(
        app, handle_signals=False, access_log=None, shutdown_timeout=GRACE_SECONDS, keepalive_timeout=IDLE_SECONDS
    )


def create_metrics_app(metrics: Metrics, outbox: Callable[[], Awaitable[OutboxFigures | None]]) -> web.Application:
    """`GET /metrics`, for a port of its own. `outbox` raises nothing; None where it cannot be read."""

    async def scrape(request: web.Request) -> web.Response:
        return web.Response(body=metrics.text(await outbox()).encode(), headers={"Content-Type": CONTENT_TYPE})

    app = web.Application()
    app.router.add_get("/metrics", scrape)
    return app


async def _messages(request: web.Request) -> web.Response:
    try:
        activity = await request.app[GATE].read(request)
        reply = await request.app[EDGE].receive(activity)
    except RequestRefusedError as refusal:
        _log.info("refused: %s %s", refusal.status, refusal.reason)
        return _refused(request, refusal.status, refusal.reason, retry_after=refusal.retry_after)
    except KeysUnavailableError:
        _log.error("no signing keys: check KOMPAS_OPENID_METADATA_URL and the network")
        return _refused(request, 503, "try again later", retry_after=30)
    request.app[METRICS].count("kompas_requests_total", status=str(reply.status))
    if reply.body is None:
        return web.Response(status=reply.status)
    return web.json_response(reply.body, status=reply.status)


def _refused(request: web.Request, status: int, reason: str, *, retry_after: float | None) -> web.Response:
    request.app[METRICS].count("kompas_requests_total", status=str(status), reason=reason)
    headers = {"Retry-After": str(math.ceil(retry_after))} if retry_after is not None else {}
    response = web.json_response({"error": reason}, status=status, headers=headers)
    if not request.content.is_eof() or request.content.exception() is not None:
        # The connection ends with this body. It is announced: a proxy would otherwise send the next message, somebody else's, into it.
        response.force_close()
    return response


async def _healthz(request: web.Request) -> web.Response:
    """Alive: this process answers."""
    return web.json_response({"status": "ok"})


async def _readyz(request: web.Request) -> web.Response:
    """Ready: every part works. 503 names the parts that do not. Signs are told as well, but a bot answers without them."""
    probes, signs = request.app[PROBES], request.app[SIGNS]
    found = await request.app[LOOK].take({**probes, **signs})
    ready = all(found[name].fine for name in probes)
    hanging = {name: round(one.hanging) for name, one in found.items() if one.hanging is not None}
    told = {
        "status": "ok" if ready else "down",
        "parts": {name: "ok" if one.fine else "down" for name, one in found.items()},
        **({"hanging_seconds": hanging} if hanging else {}),
    }
    return web.json_response(told, status=200 if ready else 503)


class _Handler(web.RequestHandler):
    """Answers what is no HTTP with a fixed phrase: aiohttp's own answer quotes the piece of the request that it could not read."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """As aiohttp does it, without its message."""
        del message
        return super().handle_error(request, status, exc, "the request cannot be read")


class _Server(web.Server):
    """Makes our handlers, for which aiohttp has no setting."""

    def __call__(self) -> web.RequestHandler:
        return _Handler(self, loop=self._loop, **self._kwargs)


class _Runner(web.AppRunner):
    """Serves by `_Server`, which differs in nothing else from what aiohttp makes."""

    async def _make_server(self) -> web.Server:
        server = await super()._make_server()
        server.__class__ = _Server
        return server


class _FixedPhrases(logging.Filter):
    """Replaces what aiohttp's server writes by the kind of error: its own lines quote headers and bodies."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, without its message and traceback."""
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = "the HTTP server met %s"
        record.args = (kind.__name__ if kind is not None else "an error",)
        record.exc_info = None
        record.exc_text = None
        record.stack_info = None
        return True


def quiet_server_log() -> None:
    """Keep request text out of aiohttp's own log, which has no setting for it. Calling it again changes nothing."""
    if not any(isinstance(item, _FixedPhrases) for item in server_logger.filters):
        server_logger.addFilter(_FixedPhrases())
