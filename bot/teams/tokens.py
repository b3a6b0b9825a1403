"""The bot's own token, which proves to the Connector who is writing."""

from __future__ import annotations

import asyncio
import base64
import json
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol
from uuid import uuid4

import aiohttp
import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import SecretStr

from bot.bodies import read_body
from bot.errors import StartRefusedError, TokenError

SCOPE: Final = "https://api.botframework.com/.default"
EARLY_SECONDS: Final = 300
"""A token is renewed this long before it ends."""

TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
_ANSWER_LIMIT: Final = 64 * 1024
_ASSERTION_SECONDS: Final = 600
_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Tokens(Protocol):
    """Where the outbound token comes from."""

    async def token(self) -> str | None:
        """A bearer token, or None where none is used. Raises TokenError."""
        ...

    def forget(self) -> None:
        """The token was not accepted: ask for another the next time."""
        ...


class NoTokens:
    """Local mode: nobody checks, so nothing is sent."""

    async def token(self) -> str | None:
        """None."""
        return None

    def forget(self) -> None:
        """There is nothing to forget."""


class Credential(Protocol):
    """How the bot proves itself to the token endpoint."""

    def form(self) -> Mapping[str, str]:
        """The fields of the token request that prove it."""
        ...


class SecretCredential:
    """A client secret."""

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret

    def form(self) -> Mapping[str, str]:
        """The secret itself."""
        return {"client_secret": self._secret.get_secret_value()}


class CertificateCredential:
    """A certificate: a short-lived assertion is signed with its key for each request."""

    def __init__(self, *, pem: bytes, app_id: str, token_url: str, clock: Callable[[], float] = time.time) -> None:
        """`pem` holds the RSA key and its certificate, not yet ended. Raises StartRefusedError when it does not."""
        try:
            key = load_pem_private_key(pem, password=None)
            certificate = x509.load_pem_x509_certificate(pem)
        except (ValueError, TypeError) as error:
            raise StartRefusedError(
                "KOMPAS_APP_CERTIFICATE must hold a PEM private key and its certificate."
            ) from error
        if not isinstance(key, RSAPrivateKey):
            raise StartRefusedError("KOMPAS_APP_CERTIFICATE must hold an RSA key.")
        if certificate.public_key() != key.public_key():
            raise StartRefusedError("KOMPAS_APP_CERTIFICATE holds a key and the certificate of another key.")
        if certificate.not_valid_after_utc <= datetime.fromtimestamp(clock(), UTC):
            raise StartRefusedError(f"KOMPAS_APP_CERTIFICATE ended on {certificate.not_valid_after_utc:%Y-%m-%d}.")
        self._key = key
        self._thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(SHA256())).rstrip(b"=").decode()
        self._app_id = app_id
        self._token_url = token_url
        self._clock = clock

    @classmethod
    def load(cls, path: Path, *, app_id: str, token_url: str) -> CertificateCredential:
        """Read the file. Raises StartRefusedError when it cannot be read or used."""
        try:
            pem = path.read_bytes()
        except OSError as error:
            raise StartRefusedError(f"KOMPAS_APP_CERTIFICATE cannot be read: {error.strerror}.") from error
        return cls(pem=pem, app_id=app_id, token_url=token_url)

    def form(self) -> Mapping[str, str]:
        """A fresh assertion."""
        now = int(self._clock())
        claims = {
            "aud": self._token_url,
            "iss": self._app_id,
            "sub": self._app_id,
            "jti": uuid4().hex,
            "nbf": now,
            "exp": now + _ASSERTION_SECONDS,
        }
        assertion = jwt.encode(claims, self._key, algorithm="RS256", headers={"x5t#S256": self._thumbprint})
        return {"client_assertion_type": _ASSERTION_TYPE, "client_assertion": assertion}


class KeptTokens(ABC):
    """Keeps a token until shortly before it ends. One fetch at a time: whoever asks meanwhile takes what it brings, or its failure."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._fetching: asyncio.Task[str] | None = None
        self._token: str | None = None
        self._renew_at = 0.0

    async def token(self) -> str | None:
        """The kept token or a new one. Raises TokenError."""
        if self._token is not None and self._monotonic() < self._renew_at:
            return self._token
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._renew())
        return await asyncio.shield(self._fetching)

    def forget(self) -> None:
        """A revoked token would otherwise be used until it ends."""
        self._token = None

    async def _renew(self) -> str:
        try:
            token, lifetime = await self._fetch()
            self._token = token
            self._renew_at = self._monotonic() + max(lifetime - EARLY_SECONDS, lifetime / 2)
            return token
        finally:
            self._fetching = None

    @abstractmethod
    async def _fetch(self) -> tuple[str, float]:
        """A new token and for how many seconds it is good. Raises TokenError."""


class ClientCredentials(KeptTokens):
    """Tokens of one scope, the Bot Framework's unless another is given, by the client-credentials grant."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        token_url: str,
        app_id: str,
        credential: Credential,
        scope: str = SCOPE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(monotonic=monotonic)
        self._session = session
        self._token_url = token_url
        self._app_id = app_id
        self._credential = credential
        self._scope = scope

    async def _fetch(self) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._app_id,
            "scope": self._scope,
            **self._credential.form(),
        }
        answer = await asked_for_token(
            self._session.post(self._token_url, data=form, timeout=TIMEOUT, allow_redirects=False)
        )
        return read_token(answer, now=time.time())


async def asked_for_token(request: AbstractAsyncContextManager[aiohttp.ClientResponse]) -> object:
    """The JSON that a token endpoint answers a request with. Raises TokenError."""
    try:
        async with request as response:
            if response.status != 200:
                raise TokenError(f"The token endpoint answered {response.status}: check app id, tenant and credential.")
            return json.loads(await read_body(response, _ANSWER_LIMIT))
    except (aiohttp.ClientError, TimeoutError, ValueError, RecursionError) as error:
        raise TokenError(f"The token endpoint gave no answer: {type(error).__name__}.") from error


def read_token(answer: object, *, now: float) -> tuple[str, float]:
    """The token of an answer and its lifetime in seconds, told as `expires_in` or as a moment `expires_on`. Raises TokenError."""
    fields = answer if isinstance(answer, dict) else {}
    token, lifetime, until = (fields.get(name) for name in ("access_token", "expires_in", "expires_on"))
    try:
        seconds = float(lifetime) if lifetime is not None else float(until) - now  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise TokenError("The token endpoint's answer holds no token.") from error
    if not isinstance(token, str) or not token or not math.isfinite(seconds):
        raise TokenError("The token endpoint's answer holds no token.")
    return token, max(seconds, 0.0)
