"""What every inbound request must pass before anything of it is looked at: size, shape, token, addresses, tenant.

The SDK's own check answers 500 to bad tokens, accepts tokens without an end and posts the bot's token to forged addresses, so it is not
used. Refusals are told by a status and a fixed phrase; nothing of the request is repeated, logged or returned.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import jwt
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.errors import HostRefusedError, RequestRefusedError
from bot.hosts import ServiceHosts, is_loopback
from bot.limits import SenderLimit
from bot.signing_keys import SigningKey

BODY_LIMIT: Final = 256 * 1024
"""Bytes of a body after any inflation."""

DEPTH_LIMIT: Final = 64
"""Levels of a body; the deepest activity Teams sends has about ten."""

TOKEN_LIMIT: Final = 8_000
READ_SECONDS: Final = 10.0
LEEWAY_SECONDS: Final = 300
"""How far the clocks of sender and receiver may be apart, as the Bot Framework's documentation has it."""

ISSUER: Final = "https://api.botframework.com"
"""The only issuer: those of the Emulator and of skills are refused."""

CHANNEL: Final = "msteams"

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class Keys(Protocol):
    """Where signing keys come from."""

    async def find(self, kid: str) -> SigningKey | None:
        """The key, or None. Raises KeysUnavailableError when none could ever be fetched."""
        ...


class Door(Protocol):
    """What a mode asks of a request beside its shape."""

    async def identify(self, request: web.Request) -> Mapping[str, Any]:
        """The claims of the sender, before the body is read. Raises RequestRefusedError."""
        ...

    def admit(self, activity: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
        """Let the activity in, or raise RequestRefusedError."""
        ...


class Gate:
    """Shape for every mode, the door of the mode the bot runs in, and how much one sender may ask."""

    def __init__(self, door: Door, *, limit: SenderLimit | None = None) -> None:
        """Without a `limit` a sender may ask as much as he likes."""
        self._door = door
        self._limit = limit

    async def read(self, request: web.Request) -> dict[str, Any]:
        """The activity of an admitted request. Raises RequestRefusedError for any other, KeysUnavailableError without keys."""
        _check_head(request)
        claims = await self._door.identify(request)
        activity = _parse(await _read_body(request))
        self._door.admit(activity, claims)
        wait = self._limit.take(_sender(activity)) if self._limit is not None else 0.0
        if wait > 0:
            raise RequestRefusedError(429, "too many messages of one sender", retry_after=wait)
        return activity


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDoor:
    """Anonymous requests of this machine, for the local Teams client."""

    hosts: ServiceHosts

    async def identify(self, request: web.Request) -> Mapping[str, Any]:
        """Nobody is identified; the peer and the name it used for us must be this machine (a web page elsewhere is not)."""
        peer = request.transport.get_extra_info("peername") if request.transport is not None else None
        if not isinstance(peer, tuple) or not is_loopback(str(peer[0])):
            raise RequestRefusedError(403, "local mode answers this machine only")
        if not is_loopback(_host_name(request.host)):
            raise RequestRefusedError(403, "local mode is addressed by a loopback name only")
        return {}

    def admit(self, activity: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
        """Answers go to this machine only."""
        _check_address(activity, self.hosts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsDoor:
    """Requests of the Bot Framework for this bot, in a tenant of ours."""

    app_id: str
    tenants: frozenset[str]
    hosts: ServiceHosts
    keys: Keys

    async def identify(self, request: web.Request) -> Mapping[str, Any]:
        """The claims of a token that the Bot Framework signed for this bot."""
        token = _bearer(request)
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise _bad_token() from error
        kid = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(kid, str):
            raise _bad_token()
        key = await self.keys.find(kid)
        if key is None or CHANNEL not in key.endorsements:
            raise _bad_token()
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self.app_id,
                issuer=ISSUER,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "serviceurl"], "strict_aud": True},
            )
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            raise _bad_token() from error
        return claims

    def admit(self, activity: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
        """The address must be the one the token was made for; channel and tenant must be ours."""
        claimed, given = claims.get("serviceurl"), activity.get("serviceUrl")
        if not isinstance(claimed, str) or not isinstance(given, str) or claimed.rstrip("/") != given.rstrip("/"):
            raise RequestRefusedError(401, "the token was made for another service address")
        _check_address(activity, self.hosts)
        if activity.get("channelId") != CHANNEL:
            raise RequestRefusedError(403, "only the Teams channel is served")
        tenants = _tenants(activity)
        if not tenants or not tenants <= self.tenants:
            raise RequestRefusedError(403, "the tenant is not one of ours")


def _check_head(request: web.Request) -> None:
    if request.content_type != "application/json":
        raise RequestRefusedError(415, "the content type must be application/json")
    if request.content_length is not None and request.content_length > BODY_LIMIT:
        raise RequestRefusedError(413, "the body is too large")


async def _read_body(request: web.Request) -> bytes:
    """The inflated body. aiohttp inflates piece by piece, so a bomb is met before it is large."""
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > BODY_LIMIT:
                    raise RequestRefusedError(413, "the body is too large")
    except TimeoutError as error:
        raise RequestRefusedError(408, "the body did not come in time") from error
    except (web.RequestPayloadError, HttpProcessingError) as error:
        raise RequestRefusedError(400, "the body does not fit its transfer or content encoding") from error
    return bytes(body)


def _parse(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8")
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError as error:
        raise RequestRefusedError(400, "the JSON is too deep") from error
    except ValueError as error:
        raise RequestRefusedError(400, "the body is not JSON in UTF-8") from error
    if not isinstance(value, dict):
        raise RequestRefusedError(400, "the body is not a JSON object")
    if _deeper_than(value, DEPTH_LIMIT):
        raise RequestRefusedError(400, "the JSON is too deep")
    if _SURROGATE.search(body):
        # A surrogate without its partner cannot be written anywhere as UTF-8; it becomes a question mark.
        whole = (
            json.dumps(value, ensure_ascii=False).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        )
        value = json.loads(whole)
    activity: dict[str, Any] = value
    return activity


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError("too large a number")
    return value


def _deeper_than(value: object, limit: int) -> bool:
    """Level by level, so that the walk itself needs no depth."""
    level: list[object] = [value]
    for _ in range(limit):
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return any(isinstance(item, (dict, list)) for item in level)


def _bearer(request: web.Request) -> str:
    values = request.headers.getall("Authorization", [])
    if len(values) != 1 or len(values[0]) > TOKEN_LIMIT:
        raise _bad_token()
    scheme, _, token = values[0].partition(" ")
    if scheme.lower() != "bearer" or not token or not token.isascii():
        raise _bad_token()
    return token


def _bad_token() -> RequestRefusedError:
    return RequestRefusedError(401, "the token is missing or not valid here")


def _check_address(activity: Mapping[str, Any], hosts: ServiceHosts) -> None:
    try:
        hosts.check(activity.get("serviceUrl"))
    except HostRefusedError as error:
        raise RequestRefusedError(403, "the service address is not allowed") from error


def _tenants(activity: Mapping[str, Any]) -> frozenset[str]:
    """Every tenant that the activity names, in lower case; an unreadable one counts as a foreign one."""
    found: list[object] = []
    conversation, channel_data = activity.get("conversation"), activity.get("channelData")
    if isinstance(conversation, dict) and "tenantId" in conversation:
        found.append(conversation["tenantId"])
    sender = activity.get("from")
    if isinstance(sender, dict) and sender.get("tenantId") is not None:
        found.append(sender["tenantId"])
    tenant = channel_data.get("tenant") if isinstance(channel_data, dict) else None
    if isinstance(tenant, dict) and "id" in tenant:
        found.append(tenant["id"])
    return frozenset(str(item).casefold() for item in found)


def _sender(activity: Mapping[str, Any]) -> str:
    """Who is counted. Whoever gives no id is counted together with all others who give none."""
    sender = activity.get("from")
    ids = (sender.get("aadObjectId"), sender.get("id")) if isinstance(sender, dict) else ()
    return next((one for one in ids if isinstance(one, str) and one), "")


def _host_name(host: str) -> str:
    """`127.0.0.1:3978`, `[::1]:3978` and `localhost` without the port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
