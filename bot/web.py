"""The routes: messages from Teams, and the two questions that operators ask."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web
from aiohttp.log import server_logger

from bot.errors import KeysUnavailableError, RequestRefusedError
from bot.gate import Gate
from bot.teams.edge import Edge

Probe = Callable[[], Awaitable[bool]]
"""Whether a part works; raises nothing."""

GATE: Final = web.AppKey("gate", Gate)
EDGE: Final = web.AppKey("edge", Edge)
PROBES: Final[web.AppKey[Mapping[str, Probe]]] = web.AppKey("probes")
SIGNS: Final[web.AppKey[Mapping[str, Probe]]] = web.AppKey("signs")

PROBE_SECONDS: Final = 3.0

_log = logging.getLogger(__name__)


def add_routes(app: web.Application) -> None:
    """`POST /api/messages`, `GET /healthz` and `GET /readyz`."""
    app.router.add_post("/api/messages", _messages)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)


async def _messages(request: web.Request) -> web.Response:
    try:
        activity = await request.app[GATE].read(request)
        reply = await request.app[EDGE].receive(activity)
    except RequestRefusedError as refusal:
        _log.info("refused: %s %s", refusal.status, refusal.reason)
        return web.json_response({"error": refusal.reason}, status=refusal.status)
    except KeysUnavailableError:
        _log.error("no signing keys: check KOMPAS_OPENID_METADATA_URL and the network")
        return web.json_response({"error": "try again later"}, status=503, headers={"Retry-After": "30"})
    if reply.body is None:
        return web.Response(status=reply.status)
    return web.json_response(reply.body, status=reply.status)


async def _healthz(request: web.Request) -> web.Response:
    """Alive: this process answers."""
    return web.json_response({"status": "ok"})


async def _readyz(request: web.Request) -> web.Response:
    """Ready: every part works. 503 names the parts that do not. Signs are told as well, but a bot answers without them."""
    probes, signs = request.app[PROBES], request.app[SIGNS]
    asked = {**probes, **signs}
    results = await asyncio.gather(*(_ask(probe) for probe in asked.values()))
    parts = {name: "ok" if works else "down" for name, works in zip(asked, results, strict=True)}
    ready = all(parts[name] == "ok" for name in probes)
    return web.json_response({"status": "ok" if ready else "down", "parts": parts}, status=200 if ready else 503)


async def _ask(probe: Probe) -> bool:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return await probe()
    except TimeoutError:
        return False


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
