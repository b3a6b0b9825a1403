"""Reads lists from Microsoft Graph. Least fields, no redirects, and the token goes to one host only."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import aiohttp
from yarl import URL

from bot.errors import GraphError, TokenError
from bot.hosts import UNREADABLE
from bot.teams.tokens import Tokens

TIMEOUT: Final = aiohttp.ClientTimeout(total=20)
PAGES: Final = 500
"""No list of a municipality is longer; one that goes round in circles ends here."""

_ANSWER_LIMIT: Final = 16 * 1024 * 1024
_LONGEST_PAUSE: Final = 900.0


class GraphClient:
    """Asks one Graph, whose address was checked when the settings were read."""

    def __init__(self, *, session: aiohttp.ClientSession, tokens: Tokens, base: str) -> None:
        """`base` is the address with the version, such as https://graph.microsoft.com/v1.0."""
        self._session = session
        self._tokens = tokens
        self._base = URL(base.rstrip("/"))

    async def items(self, path: str, query: Mapping[str, str], *, what: str) -> AsyncIterator[list[Any]]:
        """The pages of a list, in order. `what` names it in an error. Raises GraphError."""
        url: URL | None = self._base.joinpath(*path.split("/")).with_query(query)
        for _ in range(PAGES):
            if url is None:
                return
            answer = await self._get(url, what)
            page = answer.get("value")
            if not isinstance(page, list):
                raise GraphError(f"Graph's answer on {what} is no list.")
            yield page
            url = self._next(answer.get("@odata.nextLink"), what)
        raise GraphError(f"Graph's list of {what} does not end.")

    def _next(self, link: object, what: str) -> URL | None:
        """The next page. Raises GraphError when it lies elsewhere: the token would go there."""
        if link is None:
            return None
        try:
            url = URL(str(link), encoded=True)
            same = url.origin() == self._base.origin() and url.user is None
        except UNREADABLE:
            same = False
        if not same:
            raise GraphError(f"The next page of {what} lies on another host than Graph.")
        return url

    async def _get(self, url: URL, what: str) -> dict[str, Any]:
        """One answer; asked twice when the token was not accepted. Raises GraphError."""
        try:
            status, answer = await self._ask(url, what)
            if status == 401:
                self._tokens.forget()
                status, answer = await self._ask(url, what)
        except TokenError as error:
            raise GraphError(f"No token for Graph: {error}") from error
        except (aiohttp.ClientError, TimeoutError, ValueError, RecursionError) as error:
            raise GraphError(f"Graph gave no answer on {what}: {type(error).__name__}.") from error
        if status != 200 or not isinstance(answer, dict):
            raise GraphError(f"Graph answered {status} on {what}{_CURES.get(status, '')}.")
        return answer

    async def _ask(self, url: URL, what: str) -> tuple[int, object]:
        token = await self._tokens.token()
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        async with self._session.get(url, headers=headers, timeout=TIMEOUT, allow_redirects=False) as response:
            if response.status in {429, 503}:
                pause = _seconds(response.headers.get("Retry-After"))
                raise GraphError(f"Graph asks for a pause ({response.status}) on {what}.", retry_after=pause)
            if response.status != 200:
                return response.status, None
            body = bytearray()
            async for chunk in response.content.iter_chunked(1 << 16):
                body += chunk
                if len(body) > _ANSWER_LIMIT:
                    raise GraphError(f"Graph's answer on {what} is too large.")
            return response.status, json.loads(body)


_CURES: Final = {
    401: ": the token is not accepted, check app id, tenant and credential",
    403: ": grant the app the permissions of docs/how-to-it.md, with admin consent",
    404: ": there is no such group, check KOMPAS_GRAPH_GROUPS",
}


def _seconds(retry_after: str | None) -> float | None:
    """What Graph asks for, in seconds; None when it does not say so in a number."""
    if retry_after is None or not retry_after.isdecimal():
        return None
    return min(float(retry_after), _LONGEST_PAUSE)
