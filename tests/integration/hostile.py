"""Requests that somebody with bad intent sends to the bot's port, each with the status that it must get."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import hmac
import json
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import aiohttp
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from yarl import URL

from bot.doubles.tokens import EMULATOR_ISSUER, Fault, TokenMint, new_key
from bot.gate import ISSUER
from tests.unit.bot.builders import APP_ID, TENANT, activity

CANARY = "KANARIEFUGL"
"""In every text, token and header that is sent; it must turn up nowhere."""

FOREIGN = "99999999-0000-4000-8000-000000000009"
JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the requests go: the signing key that the bot trusts, the service address that it was given, and somebody else's address."""

    mint: TokenMint
    service_url: str
    elsewhere: str

    def body(self, **changes: Any) -> bytes:
        """A message that would be let in."""
        return json.dumps(activity(service_url=self.service_url, text=CANARY, **{"id": CANARY, **changes})).encode()

    def token(
        self, *, header: Mapping[str, Any] | None = None, key: Any = None, alg: str = "RS256", **claims: Any
    ) -> str:
        """A token that would be let in, but for what is given. `None` drops a claim."""
        now = int(time.time())
        whole = {
            "iss": ISSUER,
            "aud": APP_ID,
            "nbf": now - 60,
            "exp": now + 3600,
            "serviceurl": self.service_url,
            "x": CANARY,
        }
        kept = {name: value for name, value in {**whole, **claims}.items() if value is not None}
        return jwt.encode(kept, key or self.mint.key, algorithm=alg, headers={"kid": self.mint.kid, **(header or {})})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request: `raw` as it goes over the wire, or method, path, headers and body."""

    method: str = "POST"
    path: str = "/api/messages"
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    chunked: bool = False
    raw: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What it is, what it must be answered with, and how it is made."""

    name: str
    status: int
    make: Callable[[Target], Sent] = field(repr=False)


def bearer(token: str) -> tuple[str, str]:
    return ("Authorization", f"Bearer {token}")


def with_token(name: str, make: Callable[[Target], str], status: int = 401) -> Row:
    """A good body under the token."""
    return Row(
        name=f"token: {name}",
        status=status,
        make=lambda to: Sent(headers=[bearer(make(to)), ("Content-Type", JSON)], body=to.body()),
    )


def with_claims(name: str, **claims: Any) -> Row:
    return with_token(name, lambda to: to.token(**claims))


def with_activity(name: str, status: int, **changes: Any) -> Row:
    """A good token over an activity with something changed."""
    return with_body(f"activity: {name}", status, lambda to: to.body(**changes))


def with_body(name: str, status: int, make: Callable[[Target], bytes], *headers: tuple[str, str]) -> Row:
    return Row(
        name=name,
        status=status,
        make=lambda to: Sent(headers=[bearer(to.token()), *(headers or [("Content-Type", JSON)])], body=make(to)),
    )


def with_service_url(name: str, url: str) -> Row:
    """Activity and token agree on an address that the bot must not write to."""
    return Row(
        name=f"service address: {name}",
        status=403,
        make=lambda to: Sent(
            headers=[bearer(to.token(serviceurl=url)), ("Content-Type", JSON)], body=to.body(serviceUrl=url)
        ),
    )


def raw(name: str, status: int, make: Callable[[Target], bytes]) -> Row:
    return Row(name=f"http: {name}", status=status, make=lambda to: Sent(raw=make(to)))


def part(value: Any) -> bytes:
    return jwt.utils.base64url_encode(json.dumps(value).encode())


def signed_by_hand(to: Target, header: Any, payload: Any, digest: Callable[[bytes], bytes]) -> str:
    """For tokens that no library would make."""
    signed = part(header) + b"." + part(payload)
    return (signed + b"." + jwt.utils.base64url_encode(digest(signed))).decode()


def key_confusion(to: Target) -> str:
    """HS256 with the published RSA key as the shared secret."""
    pem = to.mint.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    payload = jwt.decode(to.token(), options={"verify_signature": False})
    header = {"alg": "HS256", "kid": to.mint.kid, "typ": "JWT"}
    return signed_by_hand(to, header, payload, lambda signed: hmac.new(pem, signed, hashlib.sha256).digest())


def list_payload(to: Target) -> str:
    header = {"alg": "RS256", "kid": to.mint.kid}
    return jwt.api_jws.encode(json.dumps([CANARY]).encode(), to.mint.key, algorithm="RS256", headers=header)


def other_signature(to: Target) -> str:
    head, payload, _ = to.token().split(".")
    return f"{head}.{payload}.{to.token(x='another').split('.')[2]}"


@cache
def foreign_key() -> rsa.RSAPrivateKey:
    return new_key()


def own_key_in_header(to: Target) -> str:
    """The sender brings the key that his token is to be checked with."""
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(foreign_key().public_key(), as_dict=True)
    return to.token(key=foreign_key(), header={"jwk": jwk})


def token_rows() -> Iterator[Row]:
    for fault in Fault:
        yield with_token(
            fault.value, lambda to, fault=fault: to.mint.mint(app_id=APP_ID, service_url=to.service_url, fault=fault)
        )
    yield with_token("HS256 with the public key", key_confusion)
    yield with_token("RS384", lambda to: to.token(alg="RS384"))
    yield with_token("PS256", lambda to: to.token(alg="PS256"))
    yield with_token("ES256", lambda to: to.token(alg="ES256", key=ec.generate_private_key(ec.SECP256R1())))
    yield with_token("its own key in the header", own_key_in_header)
    yield with_token(
        "its own key set", lambda to: to.token(key=foreign_key(), header={"jku": f"{to.elsewhere}keys", "kid": "j"})
    )
    yield with_token(
        "its own certificate", lambda to: to.token(key=foreign_key(), header={"x5u": f"{to.elsewhere}pem"})
    )
    yield with_token("a critical header", lambda to: to.token(header={"crit": ["exp2"], "exp2": 1}))
    yield with_token("kid is a path", lambda to: to.token(header={"kid": "../../keys"}))
    yield with_token("kid is long", lambda to: to.token(header={"kid": "k" * 3000}))
    yield with_token("kid of another key", lambda to: to.token(key=foreign_key()))
    yield with_token("no signature", lambda to: to.token().rpartition(".")[0] + ".")
    yield with_token("the signature of another token", other_signature)
    yield with_token("its payload is a list", list_payload)
    yield with_token("more after it", lambda to: f"{to.token()} {CANARY}")
    yield with_claims("several audiences", aud=[APP_ID, FOREIGN])
    yield with_claims("audience in capitals", aud=APP_ID.upper())
    yield with_claims("exp is a word", exp="tomorrow")
    yield with_claims("exp is a list", exp=[int(time.time()) + 3600])
    yield with_claims("ended longer ago than clocks differ", exp=int(time.time()) - 330)
    yield with_claims("issued tomorrow", iat=int(time.time()) + 86_400)
    yield with_claims("issuer with a slash", iss=f"{ISSUER}/")
    yield with_claims("issuer of another cloud", iss="https://api.botframework.us")
    yield with_claims("a skill's issuer", iss=f"https://sts.windows.net/{TENANT}/", appid=APP_ID)
    yield with_claims(
        "a skill's issuer, second version", iss=f"https://login.microsoftonline.com/{TENANT}/v2.0", azp=APP_ID
    )
    yield with_claims("the Emulator's issuer, the bot as appid", iss=EMULATOR_ISSUER, appid=APP_ID, aud=FOREIGN)
    yield with_claims("serviceurl is a number", serviceurl=7)
    yield with_claims("serviceurl is a list", serviceurl=["x"])


def header_rows() -> Iterator[Row]:
    kind = ("Content-Type", JSON)
    for name, value in (
        ("is empty", ""),
        ("has no token", "Bearer"),
        ("has a blank token", "Bearer "),
        ("is Basic", "Basic eDp5"),
        ("is too long a token", "Bearer " + CANARY * 730),
        ("is not ASCII", "Bearer æøå"),
    ):
        headers = [("Authorization", value), kind]
        yield Row(name=f"authorization {name}", status=401, make=lambda to, h=headers: Sent(headers=h, body=to.body()))
    yield Row(name="no authorization", status=401, make=lambda to: Sent(headers=[kind], body=to.body()))
    yield Row(
        name="two authorizations",
        status=401,
        make=lambda to: Sent(headers=[bearer(to.token()), bearer(to.token()), kind], body=to.body()),
    )
    for value in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
    ):
        yield with_body(f"content type {value}", 415, lambda to: to.body(), ("Content-Type", value))
    yield with_body("no content type", 415, lambda to: to.body(), ("X-Nothing", "x"))


def activity_rows() -> Iterator[Row]:
    ours = {"id": "a:1", "tenantId": TENANT}
    for name, value in (
        ("the Emulator's", "emulator"),
        ("none", None),
        ("in capitals", "MSTEAMS"),
        ("a list", ["msteams"]),
    ):
        yield with_activity(f"channel {name}", 403, channelId=value)
    for name, changes in (
        ("foreign tenant", {"channelData": {"tenant": {"id": FOREIGN}}}),
        ("tenant is null", {"channelData": {"tenant": {"id": None}}}),
        ("tenant is a list", {"channelData": {"tenant": {"id": [TENANT]}}}),
        ("conversation of a foreign tenant", {"conversation": {"id": "a:1", "tenantId": FOREIGN}}),
        ("sender of a foreign tenant", {"from": {"id": "29:x", "tenantId": FOREIGN}}),
        ("no tenant", {"channelData": None, "conversation": {"id": "a:1"}}),
    ):
        yield with_activity(name, 403, **changes)
    for name, status, changes in (
        ("no service address", 401, {"serviceUrl": None}),
        ("service address is a list", 401, {"serviceUrl": ["x"]}),
        ("another service address than the token's", 401, {"serviceUrl": "https://smba.trafficmanager.net/emea/"}),
        ("no sender", 400, {"from": None}),
        ("sender is a list", 400, {"from": ["29:x"]}),
        ("no recipient", 400, {"recipient": {}}),
        ("no conversation id", 400, {"conversation": {**ours, "id": ""}}),
        ("conversation id with a NUL", 400, {"conversation": {**ours, "id": "a\x00b"}}),
        ("conversation id without end", 400, {"conversation": {**ours, "id": "a" * 600}}),
        ("conversation id is a number", 400, {"conversation": {**ours, "id": 7}}),
        ("type is a number", 400, {"type": 7}),
        ("no type", 400, {"type": None}),
    ):
        yield with_activity(name, status, **changes)
    yield with_body("activity: the service address of somebody else", 401, lambda to: to.body(serviceUrl=to.elsewhere))
    for name, url in (
        ("another host", "https://evil.example.test/"),
        ("Microsoft's host without TLS", "http://smba.trafficmanager.net/emea/"),
        ("Microsoft's host as a user name", "https://smba.trafficmanager.net@evil.example.test/"),
        ("Microsoft's host as a beginning", "https://smba.trafficmanager.net.evil.example.test/"),
        ("Microsoft's host as a fragment", "https://evil.example.test#smba.trafficmanager.net"),
        ("Microsoft's host as a query", "https://evil.example.test/?smba.trafficmanager.net"),
        ("a backslash", "https://evil.example.test\\@smba.trafficmanager.net/"),
        ("the machine's own metadata", "http://169.254.169.254/metadata/"),
        ("the same in other clothes", "http://[::ffff:169.254.169.254]/"),
        ("a name like localhost", "http://localhost.evil.example.test/"),
        ("a file", "file:///etc/passwd"),
        ("no scheme", "//evil.example.test/"),
        ("a line break", "https://smba.trafficmanager.net/\r\nX: y"),
        ("too long", "https://smba.trafficmanager.net/" + "x" * 600),
        ("full-width letters", "https://ｅvil.example.test/"),
        ("brackets the wrong way round", "https://]@[@"),
        ("the same without TLS", "http://]:[@"),
    ):
        yield with_service_url(name, url)


def body_rows() -> Iterator[Row]:
    for name, status, body in (
        ("empty", 400, b""),
        ("half an object", 400, b"{"),
        ("null", 400, b"null"),
        ("a list", 400, b"[]"),
        ("a string", 400, b'"text"'),
        ("NaN", 400, b'{"type": NaN}'),
        ("a number beyond all", 400, b'{"type": 1e999}'),
        ("a number of 10,000 digits", 400, b'{"type": ' + b"9" * 10_000 + b"}"),
        ("not UTF-8", 400, b'{"type":"\xe6"}'),
        ("UTF-16", 400, '{"type":"message"}'.encode("utf-16")),
        ("a byte order mark", 400, b'\xef\xbb\xbf{"type":"message"}'),
        ("100,000 lists deep", 400, b"[" * 100_000),
        ("40,000 objects deep", 400, b'{"a":' * 40_000 + b"1" + b"}" * 40_000),
        ("70 levels", 400, b'{"a":' + b"[" * 70 + b"]" * 70 + b"}"),
        ("two values", 400, b"{}{}"),
        ("an empty object", 401, b"{}"),
        ("too large", 413, b'{"text":"' + b"x" * 300_000 + b'"}'),
    ):
        yield with_body(f"body: {name}", status, lambda to, body=body: body)
    bomb = gzip.compress(b'{"text":"' + b"x" * 20_000_000 + b'"}')
    kind = ("Content-Type", JSON)
    packed = ("Content-Encoding", "gzip")
    yield with_body("body: a gzip bomb", 413, lambda to: bomb, kind, packed)
    yield with_body(
        "body: a deflate bomb", 413, lambda to: zlib.compress(b"x" * 20_000_000), kind, ("Content-Encoding", "deflate")
    )
    yield with_body("body: falsely gzip", 400, lambda to: CANARY.encode() * 9, kind, packed)
    yield with_body("body: falsely deflate", 400, lambda to: CANARY.encode() * 9, kind, ("Content-Encoding", "deflate"))
    yield with_body("body: gzip cut off", 400, lambda to: gzip.compress(to.body())[:60], kind, packed)
    yield Row(
        name="body: too large, in pieces",
        status=413,
        make=lambda to: Sent(headers=[bearer(to.token()), kind], body=b"x" * 300_000, chunked=True),
    )
    yield Row(
        name="body: a bomb of somebody unknown", status=401, make=lambda to: Sent(headers=[kind, packed], body=bomb)
    )


def http_rows() -> Iterator[Row]:
    for method, path, status in (
        ("GET", "/api/messages", 405),
        ("PUT", "/api/messages", 405),
        ("DELETE", "/api/messages", 405),
        ("POST", "/", 404),
        ("POST", "/api/messages/../../etc/passwd", 404),
        ("POST", "/api/messages%2f..%2f..", 404),
        ("GET", "/metrics", 404),
        ("GET", "/.env", 404),
    ):
        yield Row(
            name=f"http: {method} {path}",
            status=status,
            make=lambda to, method=method, path=path: Sent(method=method, path=path, headers=[bearer(to.token())]),
        )
    head = b"POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    canary = CANARY.encode()
    yield raw("an unknown version", 400, lambda to: b"GET /" + canary + b" HTTP/9.9\r\nX: y\r\n\r\n")
    yield raw("a token of 22 KB", 400, lambda to: head + b"Authorization: Bearer " + canary * 2000 + b"\r\n\r\n")
    yield raw("a header without a colon", 400, lambda to: head + canary + b"\r\n\r\n")
    yield raw("a header with a NUL", 400, lambda to: head + b"X: " + canary + b"\x00\r\n\r\n")
    yield raw("1,000 headers", 400, lambda to: head + (b"X-" + canary + b": y\r\n") * 1000 + b"\r\n")
    yield raw("a length that is no number", 400, lambda to: head + b"Content-Length: " + canary + b"\r\n\r\n")
    yield raw("a length below zero", 400, lambda to: head + b"Content-Length: -5\r\n\r\n")
    yield raw("two lengths", 400, lambda to: head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello")
    yield raw(
        "a length and pieces",
        400,
        lambda to: head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    )
    yield raw("not HTTP", 400, lambda to: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + canary + b"\r\n\r\n")
    yield raw("a path of 20 KB", 400, lambda to: b"GET /" + canary * 2000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    yield raw("a length of a gigabyte", 413, lambda to: _announced(to, head))
    yield raw("a piece whose size is no number", 400, lambda to: _pieces(to, head, canary + b"\r\n"))


def _announced(to: Target, head: bytes) -> bytes:
    return head + f"Authorization: Bearer {to.token()}\r\nContent-Length: 1000000000\r\n\r\n".encode()


def _pieces(to: Target, head: bytes, pieces: bytes) -> bytes:
    return head + f"Authorization: Bearer {to.token()}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + pieces


ROWS: tuple[Row, ...] = (*token_rows(), *header_rows(), *activity_rows(), *body_rows(), *http_rows())


async def answer_to(session: aiohttp.ClientSession, port: int, sent: Sent) -> tuple[int, str]:
    """The status and all else that a request is answered with over a connection of its own."""
    if not sent.raw:
        body = _in_pieces(sent.body) if sent.chunked else sent.body
        url = URL(f"http://127.0.0.1:{port}{sent.path}", encoded=True)
        async with session.request(
            sent.method, url, headers=list(sent.headers), data=body, skip_auto_headers=["Content-Type"]
        ) as response:
            return response.status, f"{response.headers}\n{await response.text()}"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent.raw)
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(2000), 10)
    writer.close()
    await writer.wait_closed()
    return int(answer.split()[1]), answer.decode("latin-1")


async def _in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 10_000):
        yield body[start : start + 10_000]
