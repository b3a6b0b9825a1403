"""The Connector's HTTP interface: one request per attempt, checked addresses, no redirects, typed errors."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.bodies import read_body
from bot.errors import (
    BlockedError,
    BotError,
    DeliveryError,
    HostRefusedError,
    RejectedError,
    ThrottledError,
    TokenError,
    UnknownDeliveryError,
)
from bot.hosts import ServiceHosts
from bot.metrics import Metrics
from bot.teams.tokens import Tokens

TIMEOUT: Final = aiohttp.ClientTimeout(total=15, connect=5)
ATTEMPTS: Final = 3
LONGEST_WAIT_SECONDS: Final = 10.0
"""A longer Retry-After is not waited for: nobody reads an answer that late."""

LONGEST_RETRY_AFTER_SECONDS: Final = 3600.0
"""Nobody asks for more in earnest; after that it is tried again, and told again."""

UNAUTHORIZED: Final = 401
REQUEST_TIMEOUT: Final = 408
_NUMBER: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_ANSWER_LIMIT: Final = 64 * 1024
_OUTCOMES: Final[dict[type[BotError], str]] = {
    ThrottledError: "throttled",
    BlockedError: "blocked",
    RejectedError: "rejected",
    UnknownDeliveryError: "unknown",
    HostRefusedError: "host_refused",
    TokenError: "no_token",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConversation:
    """What the Connector says of a conversation it made."""

    conversation_id: str
    activity_id: str | None = None


class ConnectorClient:
    """Sends activities. Every address is checked against the allowlist before the bearer token is fetched."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        hosts: ServiceHosts,
        metrics: Metrics | None = None,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._hosts = hosts
        self._metrics = metrics or Metrics()
        self._timeout = timeout
        self._sleep = sleep
        self._jitter = jitter

    async def send(
        self,
        *,
        service_url: str,
        conversation_id: str,
        activity: Mapping[str, Any],
        reply_to: str | None = None,
        attempts: int = ATTEMPTS,
    ) -> str | None:
        """Post an activity; its id, or None when the channel gave none. Raises DeliveryError, HostRefusedError, TokenError.

        `attempts` bounds the POSTs after 412 and 429; 1 leaves trying again to the caller.
        """
        path = ["v3", "conversations", conversation_id, "activities", *([reply_to] if reply_to else [])]
        answer = await self._with_retries("POST", service_url, path, activity, attempts=attempts)
        return _text(answer.get("id"))

    async def update(
        self,
        *,
        service_url: str,
        conversation_id: str,
        activity_id: str,
        activity: Mapping[str, Any],
        attempts: int = ATTEMPTS,
    ) -> None:
        """Put an activity in the place of one sent before. Raises as `send` does."""
        path = ["v3", "conversations", conversation_id, "activities", activity_id]
        await self._with_retries("PUT", service_url, path, activity, attempts=attempts)

    async def delete(self, *, service_url: str, conversation_id: str, activity_id: str) -> None:
        """Take an activity back. Raises as `send` does."""
        path = ["v3", "conversations", conversation_id, "activities", activity_id]
        await self._with_retries("DELETE", service_url, path, None)

    async def create_conversation(self, *, service_url: str, parameters: Mapping[str, Any]) -> NewConversation:
        """Open a conversation. Raises as `send` does."""
        answer = await self._with_retries("POST", service_url, ["v3", "conversations"], parameters)
        conversation_id = _text(answer.get("id"))
        if conversation_id is None:
            raise UnknownDeliveryError("The Connector made a conversation and gave no id.")
        return NewConversation(conversation_id=conversation_id, activity_id=_text(answer.get("activityId")))

    async def _with_retries(
        self,
        method: str,
        service_url: str,
        path: list[str],
        body: Mapping[str, Any] | None,
        *,
        attempts: int = ATTEMPTS,
    ) -> dict[str, Any]:
        """Only 412 and 429 are tried again: after them the message has certainly not arrived."""
        attempt = 1
        while True:
            try:
                return await self._counted(method, service_url, path, body)
            except ThrottledError as error:
                wait = error.retry_after if error.retry_after is not None else float(attempt)
                if attempt >= attempts or wait > LONGEST_WAIT_SECONDS:
                    raise
            await self._sleep(wait + self._jitter() * 0.25)
            attempt += 1

    async def _counted(
        self, method: str, service_url: str, path: list[str], body: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        outcome = "delivered"
        try:
            return await self._once(method, service_url, path, body)
        except (DeliveryError, HostRefusedError, TokenError) as error:
            outcome = _OUTCOMES[type(error)]
            raise
        finally:
            self._metrics.count("kompas_connector_calls_total", outcome=outcome)

    async def _once(
        self, method: str, service_url: str, path: list[str], body: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        base = self._hosts.check(service_url)
        token = await self._tokens.token()
        url = URL(str(base).rstrip("/") + "/" + "/".join(quote(part, safe="") for part in path), encoded=True)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with self._session.request(
                method, url, json=body, headers=headers, timeout=self._timeout, allow_redirects=False
            ) as response:
                answer = await read_body(response, _ANSWER_LIMIT)
                if response.status == UNAUTHORIZED:
                    self._tokens.forget()
                    raise TokenError("The Connector does not accept the bot's token.")
                _raise_for(response.status, response.headers)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnknownDeliveryError(f"The Connector did not answer: {type(error).__name__}.") from error
        return _object(answer)


def _raise_for(status: int, headers: Mapping[str, str]) -> None:
    if status < 300:
        return
    message = f"The Connector answered {status}."
    if status in (412, 429):
        raise ThrottledError(message, status=status, retry_after=_seconds(headers))
    if status in (403, 404):
        raise BlockedError(message, status=status)
    if status >= 500 or status == REQUEST_TIMEOUT:
        raise UnknownDeliveryError(message, status=status)
    raise RejectedError(message, status=status)


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds, an hour at most; None when it says nothing that can be read.

    Its date form is measured from the answer's own date, so that no two clocks are compared.

    >>> _seconds({"Retry-After": "7"}), _seconds({"Retry-After": "99999999999999"}), _seconds({"Retry-After": "soon"})
    (7.0, 3600.0, None)
    >>> now, then = "Mon, 02 Mar 2026 07:30:00 GMT", "Mon, 02 Mar 2026 07:30:20 GMT"
    >>> _seconds({"Retry-After": then, "Date": now}), _seconds({"Retry-After": now, "Date": then})
    (20.0, 0.0)
    """
    given = headers.get("Retry-After", "").strip()
    try:
        seconds = float(given) if _NUMBER.fullmatch(given) else _between(headers["Date"], given)
    except (KeyError, TypeError, ValueError):
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_SECONDS)


def _between(earlier: str, later: str) -> float:
    return (parsedate_to_datetime(later) - parsedate_to_datetime(earlier)).total_seconds()


def _object(answer: bytes) -> dict[str, Any]:
    """The JSON object of an answer; {} where a delivered message was answered with something else."""
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
