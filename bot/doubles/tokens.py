"""Makes inbound tokens: good ones, and one of every kind that must be refused."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.gate import ISSUER

EMULATOR_ISSUER = "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"


class Fault(StrEnum):
    """What is wrong with a token."""

    NOT_A_TOKEN = "not_a_token"  # noqa: S105 - a name
    ALG_NONE = "alg_none"
    HS256 = "hs256"
    WRONG_KEY = "wrong_key"
    UNKNOWN_KID = "unknown_kid"
    NO_KID = "no_kid"
    DEEP_HEADER = "deep_header"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    NO_EXPIRY = "no_expiry"
    NO_ISSUER = "no_issuer"
    WRONG_ISSUER = "wrong_issuer"
    EMULATOR_ISSUER = "emulator_issuer"
    NO_AUDIENCE = "no_audience"
    WRONG_AUDIENCE = "wrong_audience"
    NO_SERVICE_URL = "no_service_url"
    OTHER_SERVICE_URL = "other_service_url"
    OTHER_CHANNELS_KEY = "other_channels_key"


def new_key() -> rsa.RSAPrivateKey:
    """A fresh RSA key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(slots=True, kw_only=True)
class TokenMint:
    """A signing key with its id, as the Bot Framework has one; `rotate` takes the next."""

    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    kid: str = field(default_factory=lambda: uuid4().hex)
    endorsements: tuple[str, ...] = ("msteams",)

    def rotate(self) -> None:
        """A new key under a new id; the old one is gone."""
        self.key = new_key()
        self.kid = uuid4().hex

    def jwks(self) -> dict[str, Any]:
        """The public half as a key set, and once more under the id of a key of another channel."""
        jwk: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        channels = {self.kid: list(self.endorsements), f"{self.kid}-webchat": ["webchat"]}
        return {"keys": [{**jwk, "kid": kid, "use": "sig", "endorsements": named} for kid, named in channels.items()]}

    def mint(self, *, app_id: str, service_url: str, fault: Fault | None = None) -> str:
        """A token for this bot and service address, with at most one thing wrong with it."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": app_id,
            "nbf": now - 60,
            "exp": now + 3600,
            "serviceurl": service_url,
        }
        changed, dropped = _CLAIM_FAULTS.get(fault, ({}, ())) if fault is not None else ({}, ())
        claims.update({name: now + value if isinstance(value, int) else value for name, value in changed.items()})
        for name in dropped:
            del claims[name]
        return self._sign(claims, fault)

    def _sign(self, claims: dict[str, Any], fault: Fault | None) -> str:
        if fault is Fault.NOT_A_TOKEN:
            return "x"
        if fault is Fault.DEEP_HEADER:
            return jwt.utils.base64url_encode(b'{"alg":' + b"[" * 5000).decode() + ".e30.e30"
        key: Any = new_key() if fault is Fault.WRONG_KEY else self.key
        algorithm = "RS256"
        if fault is Fault.ALG_NONE:
            key, algorithm = "", "none"
        if fault is Fault.HS256:
            key, algorithm = "a secret that is long enough for HS256", "HS256"
        other: dict[Fault | None, str] = {Fault.UNKNOWN_KID: "unknown", Fault.OTHER_CHANNELS_KEY: f"{self.kid}-webchat"}
        kid = other.get(fault, self.kid)
        return jwt.encode(claims, key, algorithm=algorithm, headers={} if fault is Fault.NO_KID else {"kid": kid})


_CLAIM_FAULTS: dict[Fault, tuple[dict[str, str | int], tuple[str, ...]]] = {
    Fault.EXPIRED: ({"nbf": -7200, "exp": -3600}, ()),
    Fault.NOT_YET_VALID: ({"nbf": 3600, "exp": 7200}, ()),
    Fault.NO_EXPIRY: ({}, ("exp",)),
    Fault.NO_ISSUER: ({}, ("iss",)),
    Fault.WRONG_ISSUER: ({"iss": "https://api.example.test"}, ()),
    Fault.EMULATOR_ISSUER: ({"iss": EMULATOR_ISSUER}, ()),
    Fault.NO_AUDIENCE: ({}, ("aud",)),
    Fault.WRONG_AUDIENCE: ({"aud": "00000000-0000-4000-8000-00000000dead"}, ()),
    Fault.NO_SERVICE_URL: ({}, ("serviceurl",)),
    Fault.OTHER_SERVICE_URL: ({"serviceurl": "https://smba.trafficmanager.net/elsewhere"}, ()),
}
