"""The bot's token from the Azure machine it runs on: a user-assigned managed identity has no secret that could leak."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from yarl import URL

from bot.errors import StartRefusedError
from bot.hosts import UNREADABLE, is_loopback
from bot.teams.tokens import SCOPE, TIMEOUT, KeptTokens, asked_for_token, read_token

MACHINE_ENDPOINT: Final = "http://169.254.169.254/metadata/identity/oauth2/token"
"""Where every virtual machine of Azure finds it."""

_MACHINE_VERSION: Final = "2018-02-01"
_PLATFORM_VERSION: Final = "2019-08-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityEndpoint:
    """Where tokens are had without a secret: App Service and Container Apps name it, with a header that goes with it."""

    url: str = MACHINE_ENDPOINT
    header: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Raises StartRefusedError for an address that is not of this machine: its answer would be believed."""
        try:
            url = URL(self.url)
            near = url.host is not None and (is_loopback(url.host) or ipaddress.ip_address(url.host).is_link_local)
        except UNREADABLE:
            near = False
        if not near:
            raise StartRefusedError("The endpoint of the managed identity is not an address of this machine.")


class ManagedIdentity(KeptTokens):
    """Tokens of the identity with the bot's app id."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        app_id: str,
        endpoint: IdentityEndpoint,
        scope: str = SCOPE,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(monotonic=monotonic)
        self._session = session
        self._app_id = app_id
        self._endpoint = endpoint
        self._resource = scope.removesuffix("/.default")
        self._wall = wall

    async def _fetch(self) -> tuple[str, float]:
        header = self._endpoint.header
        headers = {"Metadata": "true"} if header is None else {"X-IDENTITY-HEADER": header}
        params = {
            "api-version": _MACHINE_VERSION if header is None else _PLATFORM_VERSION,
            "resource": self._resource,
            "client_id": self._app_id,
        }
        request = self._session.get(
            self._endpoint.url, params=params, headers=headers, timeout=TIMEOUT, allow_redirects=False
        )
        return read_token(await asked_for_token(request), now=self._wall())
