from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from pydantic import SecretStr

from bot.doubles.connector import Behaviour, ConnectorDouble
from bot.errors import (
    BlockedError,
    DeliveryError,
    HostRefusedError,
    RejectedError,
    ThrottledError,
    TokenError,
    UnknownDeliveryError,
)
from bot.hosts import ServiceHosts
from bot.teams.connector import ATTEMPTS, ConnectorClient
from bot.teams.tokens import ClientCredentials, NoTokens, SecretCredential

ACTIVITY = {"type": "message", "text": "x"}


class Waits:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
async def double() -> AsyncIterator[ConnectorDouble]:
    async with ConnectorDouble() as running:
        yield running


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def client(waits: Waits) -> AsyncIterator[ConnectorClient]:
    async with aiohttp.ClientSession() as session:
        yield ConnectorClient(
            session=session,
            tokens=NoTokens(),
            hosts=ServiceHosts([], loopback=True),
            timeout=aiohttp.ClientTimeout(total=0.5),
            sleep=waits,
            jitter=lambda: 0.0,
        )


def sending(client: ConnectorClient, double: ConnectorDouble) -> Callable[[], Awaitable[str | None]]:
    return lambda: client.send(service_url=double.service_url, conversation_id="a:1;x=/y@z", activity=ACTIVITY)


async def test_ids_are_kept_whole_in_the_address(client: ConnectorClient, double: ConnectorDouble) -> None:
    assert await sending(client, double)() == "activity-1"
    await client.send(service_url=double.service_url, conversation_id="../..", activity=ACTIVITY, reply_to="a/b")
    assert [call.conversation_id for call in double.calls] == ["a:1;x=/y@z", "../.."]
    assert double.calls[1].activity_id == "a/b"


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (Behaviour(status=403), BlockedError),
        (Behaviour(status=404), BlockedError),
        (Behaviour(status=400), RejectedError),
        (Behaviour(status=408), UnknownDeliveryError),
        (Behaviour(status=413), RejectedError),
        (Behaviour(status=500), UnknownDeliveryError),
        (Behaviour(status=502, plain_text=True), UnknownDeliveryError),
        (Behaviour(drop=True), UnknownDeliveryError),
        (Behaviour(delay=1), UnknownDeliveryError),
        (Behaviour(redirect_to="https://evil.example.test/"), RejectedError),
    ],
)
async def test_each_refusal_has_its_error_and_one_post(
    client: ConnectorClient, double: ConnectorDouble, behaviour: Behaviour, error: type[DeliveryError]
) -> None:
    double.behaviour = behaviour
    with pytest.raises(error) as caught:
        await sending(client, double)()
    assert len(double.calls) == 1
    assert caught.value.status in (None, double.calls[0].status)


async def test_a_token_that_is_not_accepted_is_asked_for_anew_and_nothing_counts_as_wrong(
    double: ConnectorDouble,
) -> None:
    async with aiohttp.ClientSession() as session:
        credential = SecretCredential(SecretStr("x"))
        tokens = ClientCredentials(session=session, token_url=double.token_url, app_id="bot", credential=credential)
        client = ConnectorClient(session=session, tokens=tokens, hosts=ServiceHosts([], loopback=True))
        double.script(Behaviour(status=401))
        with pytest.raises(TokenError):
            await sending(client, double)()
        assert await sending(client, double)() is not None
    assert [call.authorization for call in double.calls] == ["Bearer outbound-1", "Bearer outbound-2"]


async def test_retry_after_is_honoured(client: ConnectorClient, double: ConnectorDouble, waits: Waits) -> None:
    double.script(Behaviour(status=429, retry_after="3"), Behaviour(status=412))
    assert await sending(client, double)() is not None
    assert waits.seconds == [3.0, 2.0]


async def test_after_some_attempts_it_is_given_up(client: ConnectorClient, double: ConnectorDouble) -> None:
    double.behaviour = Behaviour(status=429)
    with pytest.raises(ThrottledError):
        await sending(client, double)()
    assert len(double.calls) == ATTEMPTS


async def test_nobody_waits_for_an_hour(client: ConnectorClient, double: ConnectorDouble, waits: Waits) -> None:
    double.behaviour = Behaviour(status=429, retry_after="3600")
    with pytest.raises(ThrottledError) as caught:
        await sending(client, double)()
    assert caught.value.retry_after == 3600
    assert waits.seconds == []


async def test_a_forged_address_is_refused_before_anything_is_sent(client: ConnectorClient) -> None:
    with pytest.raises(HostRefusedError):
        await client.send(service_url="https://evil.example.test/", conversation_id="1", activity=ACTIVITY)


async def test_a_message_is_updated_and_taken_back(client: ConnectorClient, double: ConnectorDouble) -> None:
    await client.update(service_url=double.service_url, conversation_id="c", activity_id="m", activity=ACTIVITY)
    await client.delete(service_url=double.service_url, conversation_id="c", activity_id="m")
    assert [(call.method, call.activity_id) for call in double.calls] == [("PUT", "m"), ("DELETE", "m")]


async def test_a_conversation_is_opened(client: ConnectorClient, double: ConnectorDouble) -> None:
    made = await client.create_conversation(service_url=double.service_url, parameters={"isGroup": False})
    assert (made.conversation_id, made.activity_id) == ("conversation-1", "activity-1")


async def test_a_conversation_without_an_id_is_of_no_use(client: ConnectorClient, double: ConnectorDouble) -> None:
    double.behaviour = Behaviour(plain_text=True)
    with pytest.raises(UnknownDeliveryError):
        await client.create_conversation(service_url=double.service_url, parameters={})
