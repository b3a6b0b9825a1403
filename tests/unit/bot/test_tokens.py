from __future__ import annotations

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta

import aiohttp
import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from bot.doubles.connector import ConnectorDouble
from bot.doubles.tokens import new_key
from bot.errors import StartRefusedError, TokenError
from bot.teams.tokens import CertificateCredential, ClientCredentials, SecretCredential
from tests.unit.bot.builders import APP_ID

KEY = new_key()


def certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kompas")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=900))
        .sign(KEY, SHA256())
    )


def test_a_certificate_signs_an_assertion_for_the_token_endpoint() -> None:
    made = certificate()
    pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    credential = CertificateCredential(pem=pem, app_id=APP_ID, token_url="https://login.test/token")
    form = credential.form()
    claims = jwt.decode(
        form["client_assertion"], KEY.public_key(), algorithms=["RS256"], audience="https://login.test/token"
    )
    header = jwt.get_unverified_header(form["client_assertion"])
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert claims["iss"] == claims["sub"] == APP_ID
    assert header["x5t#S256"] == base64.urlsafe_b64encode(made.fingerprint(SHA256())).rstrip(b"=").decode()
    assert credential.form()["client_assertion"] != form["client_assertion"]


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        b"nothing",
        KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        certificate().public_bytes(Encoding.PEM),
        ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate().public_bytes(Encoding.PEM),
    ],
)
def test_a_file_that_is_no_key_with_certificate_stops_the_start(pem: bytes) -> None:
    with pytest.raises(StartRefusedError, match="KOMPAS_APP_CERTIFICATE"):
        CertificateCredential(pem=pem, app_id=APP_ID, token_url="https://login.test/token")


def test_a_certificate_of_another_key_stops_the_start() -> None:
    pem = new_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(StartRefusedError, match="certificate of another key"):
        CertificateCredential(pem=pem + certificate().public_bytes(Encoding.PEM), app_id=APP_ID, token_url="https://x")


def test_a_certificate_that_has_ended_stops_the_start() -> None:
    pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate().public_bytes(
        Encoding.PEM
    )
    later = datetime(2029, 1, 1, tzinfo=UTC).timestamp()
    with pytest.raises(StartRefusedError, match="KOMPAS_APP_CERTIFICATE ended on 2028-06-19"):
        CertificateCredential(pem=pem, app_id=APP_ID, token_url="https://x", clock=lambda: later)


async def test_a_secret_buys_a_token_that_is_kept_until_shortly_before_its_end() -> None:
    now = [0.0]
    async with ConnectorDouble() as double, aiohttp.ClientSession() as session:
        tokens = ClientCredentials(
            session=session,
            token_url=double.token_url,
            app_id=APP_ID,
            credential=SecretCredential(SecretStr("word")),
            monotonic=lambda: now[0],
        )
        assert [await tokens.token(), await tokens.token()] == ["outbound-1", "outbound-1"]
        now[0] = 3299
        assert await tokens.token() == "outbound-1"
        now[0] = 3300
        assert await tokens.token() == "outbound-2"
        assert double.token_requests[0] == {
            "grant_type": "client_credentials",
            "client_id": APP_ID,
            "scope": "https://api.botframework.com/.default",
            "client_secret": "word",
        }


async def test_a_refusal_names_the_status_and_not_the_secret() -> None:
    async with ConnectorDouble() as double, aiohttp.ClientSession() as session:
        double.token_status = 401
        credential = SecretCredential(SecretStr("word-that-is-secret"))
        tokens = ClientCredentials(session=session, token_url=double.token_url, app_id=APP_ID, credential=credential)
        with pytest.raises(TokenError, match="401") as caught:
            await tokens.token()
        assert "word-that-is-secret" not in str(caught.value)


async def test_a_token_endpoint_that_is_gone_is_a_clear_error() -> None:
    async with ConnectorDouble() as double:
        url = double.token_url
    async with aiohttp.ClientSession() as session:
        tokens = ClientCredentials(
            session=session, token_url=url, app_id=APP_ID, credential=SecretCredential(SecretStr("x"))
        )
        with pytest.raises(TokenError, match="no answer"):
            await tokens.token()


async def test_a_token_that_comes_in_pieces_is_a_token() -> None:
    async def in_pieces(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        body = json.dumps({"access_token": "t" * 2000, "expires_in": 3600}).encode()
        await response.write(body[:700])
        await asyncio.sleep(0.05)
        await response.write(body[700:])
        return response

    app = web.Application()
    app.router.add_post("/token", in_pieces)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        tokens = ClientCredentials(
            session=session,
            token_url=str(server.make_url("/token")),
            app_id=APP_ID,
            credential=SecretCredential(SecretStr("secret")),
        )
        assert await tokens.token() == "t" * 2000
