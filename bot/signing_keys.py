"""The keys with which the Bot Framework signs its tokens: fetched without blocking, kept, renewed when an unknown one turns up."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bot.bodies import read_body
from bot.errors import HostRefusedError, KeysUnavailableError
from bot.hosts import ServiceHosts
from bot.metrics import Metrics

MAX_AGE_SECONDS: Final = 24 * 3600
BURST: Final = 5
REFILL_SECONDS: Final = 30.0
"""At most `BURST` fetches at once and one more every `REFILL_SECONDS`: unknown key ids must not make us a hammer."""

RETRY_SECONDS: Final = 300
"""When keys that have grown old could not be renewed, they serve this much longer before the next try."""

TIMEOUT: Final = aiohttp.ClientTimeout(total=5)
_SIZE_LIMIT: Final = 1024 * 1024

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A public key and the channels whose tokens it may sign."""

    key: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """The key set behind an OpenID metadata address. One fetch at a time; old keys serve while no newer can be had."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        metadata_url: str,
        hosts: ServiceHosts,
        issuer: str,
        metrics: Metrics,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`hosts` are those that keys may come from."""
        self._session = session
        self._metadata_url = metadata_url
        self._hosts = hosts
        self._issuer = issuer
        self._metrics = metrics
        self._monotonic = monotonic
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at: float | None = None
        self._allowance = float(BURST)
        self._allowance_at = monotonic()
        self._fetch: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> SigningKey | None:
        """The key with this id. An unknown one is fetched for; an old one is renewed behind whoever asks.

        Raises KeysUnavailableError without any keys.
        """
        known = self._keys.get(kid)
        if known is not None:
            if self._old():
                self._begin()
            return known
        fetch = self._begin()
        if fetch is not None:
            # Whoever comes while a fetch is under way takes what it brings.
            await asyncio.shield(fetch)
        if not self._keys:
            raise KeysUnavailableError(
                "The signing keys could not be fetched: check KOMPAS_OPENID_METADATA_URL and the network."
            )
        return self._keys.get(kid)

    def _begin(self) -> asyncio.Task[None] | None:
        """The fetch under way, or a new one; None when there were too many of late."""
        if self._fetch is None or self._fetch.done():
            self._fetch = asyncio.create_task(self._refresh()) if self._may_fetch() else None
        return self._fetch

    def _old(self) -> bool:
        return self._fetched_at is None or self._monotonic() - self._fetched_at > MAX_AGE_SECONDS

    def _may_fetch(self) -> bool:
        now = self._monotonic()
        self._allowance = min(BURST, self._allowance + (now - self._allowance_at) / REFILL_SECONDS)
        self._allowance_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    async def _refresh(self) -> None:
        now = self._monotonic()
        try:
            metadata = await self._get(self._metadata_url)
            keys = await self._get(metadata.get("jwks_uri")) if metadata.get("issuer") == self._issuer else {}
        except (aiohttp.ClientError, TimeoutError, ValueError, RecursionError, HostRefusedError) as error:
            _log.warning("signing keys could not be fetched: %s", type(error).__name__)
            keys = {}
        found = _read_keys(keys)
        self._metrics.count("kompas_signing_key_fetches_total", outcome="ok" if found else "failed")
        if found:
            self._keys = found
            self._fetched_at = now
        elif self._keys and self._old():
            self._fetched_at = now - MAX_AGE_SECONDS + RETRY_SECONDS

    async def _get(self, address: object) -> Mapping[str, Any]:
        url = self._hosts.check(address)
        async with self._session.get(url, timeout=TIMEOUT, allow_redirects=False) as response:
            if response.status != 200:
                raise ValueError(f"status {response.status}")
            body = await read_body(response, _SIZE_LIMIT)
        value = json.loads(body)
        if not isinstance(value, dict):
            raise ValueError("not a JSON object")  # noqa: TRY004 - the address is at fault, not the caller
        return value


def _read_keys(jwks: Mapping[str, Any]) -> dict[str, SigningKey]:
    """The RSA keys of a key set; entries that are none are passed over."""
    found: dict[str, SigningKey] = {}
    entries = jwks.get("keys")
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict) or entry.get("kty") != "RSA" or not isinstance(entry.get("kid"), str):
            continue
        try:
            key = jwt.PyJWK(entry, algorithm="RS256").key
        except jwt.PyJWTError:
            continue
        endorsements = entry.get("endorsements")
        if isinstance(key, RSAPublicKey) and isinstance(endorsements, list):
            found[entry["kid"]] = SigningKey(key=key, endorsements=frozenset(map(str, endorsements)))
    return found
