"""The bot's own token, which proves to the Connector who is writing."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable, Mapping
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

from bot.errors import StartRefusedError, TokenError

SCOPE: Final = "https://api.botframework.com/.default"
EARLY_SECONDS: Final = 300
"""A token is renewed this long before it ends."""

TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
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
        """`pem` holds the RSA key and the certificate. Raises StartRefusedError when it does not."""
        try:
            key = load_pem_private_key(pem, password=None)
            certificate = x509.load_pem_x509_certificate(pem)
        except (ValueError, TypeError) as error:
            raise StartRefusedError(
                "KOMPAS_APP_CERTIFICATE must hold a PEM private key and its certificate."
            ) from error
        if not isinstance(key, RSAPrivateKey):
            raise StartRefusedError("KOMPAS_APP_CERTIFICATE must hold an RSA key.")
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


class ClientCredentials:
    """Tokens by the client-credentials grant: kept until shortly before they end, fetched by one caller at a time."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        token_url: str,
        app_id: str,
        credential: Credential,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._token_url = token_url
        self._app_id = app_id
        self._credential = credential
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._token: str | None = None
        self._renew_at = 0.0

    async def token(self) -> str | None:
        """The kept token or a new one. Raises TokenError."""
        async with self._lock:
            if self._token is None or self._monotonic() >= self._renew_at:
                self._token, lifetime = await self._fetch()
                self._renew_at = self._monotonic() + max(lifetime - EARLY_SECONDS, lifetime / 2)
            return self._token

    def forget(self) -> None:
        """A revoked token would otherwise be used until it ends."""
        self._token = None

    async def _fetch(self) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._app_id,
            "scope": SCOPE,
            **self._credential.form(),
        }
        try:
            async with self._session.post(
                self._token_url, data=form, timeout=TIMEOUT, allow_redirects=False
            ) as response:
                if response.status != 200:
                    raise TokenError(
                        f"The token endpoint answered {response.status}: check app id, tenant and credential."
                    )
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise TokenError(f"The token endpoint gave no answer: {type(error).__name__}.") from error
        token = answer.get("access_token") if isinstance(answer, dict) else None
        lifetime = answer.get("expires_in") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token or not isinstance(lifetime, (int, float, str)):
            raise TokenError("The token endpoint's answer holds no token.")
        try:
            return token, float(lifetime)
        except ValueError as error:
            raise TokenError("The token endpoint's answer holds no token.") from error
