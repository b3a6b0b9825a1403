from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.doubles.connector import ConnectorDouble
from bot.errors import KeysUnavailableError
from bot.gate import ISSUER
from bot.hosts import ServiceHosts
from bot.metrics import Metrics
from bot.signing_keys import MAX_AGE_SECONDS, REFILL_SECONDS, RETRY_SECONDS, SigningKeys


@pytest.fixture
async def double() -> AsyncIterator[ConnectorDouble]:
    async with ConnectorDouble() as opened:
        yield opened


@pytest.fixture
def now() -> list[float]:
    return [1000.0]


@pytest.fixture
async def keys(double: ConnectorDouble, now: list[float]) -> AsyncIterator[SigningKeys]:
    async with aiohttp.ClientSession() as session:
        yield SigningKeys(
            session=session,
            metadata_url=double.metadata_url,
            hosts=ServiceHosts([], loopback=True),
            issuer=ISSUER,
            metrics=Metrics(),
            monotonic=lambda: now[0],
        )


async def settled(double: ConnectorDouble, fetches: int) -> bool:
    """Whether that many fetches have begun within a moment."""
    for _ in range(100):
        if double.key_fetches == fetches:
            return True
        await asyncio.sleep(0.02)
    return False


async def test_an_old_key_serves_at_once_and_is_renewed_behind_it(
    double: ConnectorDouble, keys: SigningKeys, now: list[float]
) -> None:
    kid = double.mint.kid
    assert await keys.find(kid) is not None
    now[0] += MAX_AGE_SECONDS + 1
    double.metadata_delay = 0.5
    async with asyncio.timeout(0.4):
        assert await keys.find(kid) is not None
    assert await settled(double, 2)


async def test_a_key_that_was_taken_back_is_gone_with_the_next_renewal(
    double: ConnectorDouble, keys: SigningKeys, now: list[float]
) -> None:
    kid = double.mint.kid
    await keys.find(kid)
    double.mint.rotate()
    now[0] += MAX_AGE_SECONDS + 1
    await keys.find(kid)
    assert await settled(double, 2)
    await keys.find(double.mint.kid)
    assert await keys.find(kid) is None


async def test_a_renewal_that_fails_is_tried_again_later_and_not_at_each_request(
    double: ConnectorDouble, keys: SigningKeys, now: list[float]
) -> None:
    kid = double.mint.kid
    await keys.find(kid)
    double.metadata_status = 500
    now[0] += MAX_AGE_SECONDS + 1
    for _ in range(5):
        assert await keys.find(kid) is not None
        await asyncio.sleep(0.05)
    assert double.key_fetches == 2
    now[0] += RETRY_SECONDS + 1
    assert await keys.find(kid) is not None
    assert await settled(double, 3)


async def test_many_who_ask_for_an_unknown_key_at_once_cause_one_fetch(
    double: ConnectorDouble, keys: SigningKeys
) -> None:
    double.metadata_delay = 0.2
    found = await asyncio.gather(*(keys.find(double.mint.kid) for _ in range(50)))
    assert None not in found
    assert double.key_fetches == 1


async def test_fetches_for_unknown_keys_are_rationed(
    double: ConnectorDouble, keys: SigningKeys, now: list[float]
) -> None:
    await keys.find(double.mint.kid)
    for number in range(30):
        assert await keys.find(f"unknown-{number}") is None
    assert double.key_fetches == 5
    now[0] += REFILL_SECONDS
    assert await keys.find("unknown") is None
    assert double.key_fetches == 6


async def test_without_any_keys_it_says_so(double: ConnectorDouble, keys: SigningKeys) -> None:
    double.metadata_status = 500
    with pytest.raises(KeysUnavailableError):
        await keys.find("x")


async def test_an_address_of_keys_that_cannot_be_read_is_a_fetch_that_failed() -> None:
    double = ConnectorDouble()

    async def metadata(_: web.Request) -> web.Response:
        return web.json_response({"issuer": ISSUER, "jwks_uri": "https://]@[@"})

    double.add_route("GET", "/odd", metadata)
    async with double, aiohttp.ClientSession() as session:
        keys = SigningKeys(
            session=session,
            metadata_url=f"{double.service_url}odd",
            hosts=ServiceHosts([], loopback=True),
            issuer=ISSUER,
            metrics=Metrics(),
        )
        with pytest.raises(KeysUnavailableError):
            await keys.find("x")
