"""HR's reminders on the wire: the real maker, courier, dispatcher and client against a double of the Connector."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from bot.courier import Courier, SendHours
from bot.doubles.connector import Behaviour, ConnectorDouble
from bot.hosts import ServiceHosts
from bot.makers.campaigns import CAMPAIGN_KINDS, CampaignMaker
from bot.teams.connector import ConnectorClient
from bot.teams.notifier import Notifier
from bot.teams.tokens import NoTokens
from hr.absence.content import LiveContent
from hr.campaigns.views import NotReached
from hr.outbox.dispatcher import Dispatcher, Pace, Report
from tests.integration.wire import SEAL
from tests.unit.bot.builders import CATALOGUE, reference
from tests.unit.bot.fakes import FakePassages
from tests.unit.hr.absence.builders import CONTENT_FOLDER
from tests.unit.hr.campaigns.builders import NORA, WINDOW, House


class Post:
    """A house whose messages leave through a real client."""

    def __init__(self, double: ConnectorDouble, session: aiohttp.ClientSession) -> None:
        self.house = House()
        self.double = double
        client = ConnectorClient(
            session=session,
            tokens=NoTokens(),
            hosts=ServiceHosts([], loopback=True),
            timeout=aiohttp.ClientTimeout(total=0.5),
        )
        maker = CampaignMaker(
            service=self.house.service, passages=FakePassages(), catalogue=CATALOGUE, clock=self.house.clock
        )
        courier = Courier(
            makers=dict.fromkeys(CAMPAIGN_KINDS, maker),
            notifier=Notifier(client, SEAL),
            hours=SendHours(window=WINDOW, content=LiveContent(CONTENT_FOLDER)),
            clock=self.house.clock,
        )
        self.dispatcher = Dispatcher(
            new_unit=self.house.storage.unit,
            courier=courier,
            clock=self.house.clock,
            pace=Pace(rate=50.0, chat_seconds=0.0),
            jitter=lambda: 0.0,
        )

    async def install(self, *people: str) -> None:
        """These people have a chat with the bot."""
        async with self.house.storage.unit() as unit:
            for one in people:
                chat = reference(one, chat=f"a:{one}")
                await unit.conversations.save(replace(chat, service_url=self.double.service_url))
            await unit.commit()

    async def work(self) -> Report:
        """A round of the worker."""
        await self.house.service.chores.queue_due()
        return await self.dispatcher.dispatch(self.house.clock.now())


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with ConnectorDouble() as double, aiohttp.ClientSession() as session:
        yield Post(double, session)


async def test_each_recipient_gets_one_post_and_everybody_is_accounted_for(post: Post) -> None:
    await post.install("l0", "l1", "l2", NORA)
    post.double.by_conversation["a:l1"] = Behaviour(status=500)
    view = await post.house.draft(acknowledgement=True)
    await post.house.service.sending.send(NORA, view.campaign.id)
    await post.work()
    counts = (await post.house.progress(view.campaign.id)).counts
    assert (counts.reached, counts.pending) == (2, 0)
    assert dict(counts.not_reached) == {NotReached.NOT_INSTALLED: 1, NotReached.UNCERTAIN: 1}
    post.house.later(hours=1)
    await post.work()  # what is uncertain is not sent again; the writer is told how it ended
    said = [(call.conversation_id, json.dumps(call.body, ensure_ascii=False)) for call in post.double.calls]
    assert [chat for chat, _ in said].count("a:l1") == 1
    assert any("Din påmindelse er færdig." in body for _, body in said)


async def test_a_withdrawal_takes_the_place_of_the_cards_that_arrived(post: Post) -> None:
    await post.install("l0", "l1")
    view = await post.house.draft()
    await post.house.service.sending.send(NORA, view.campaign.id)
    await post.work()
    await post.house.service.sending.withdraw(NORA, view.campaign.id)
    await post.work()
    puts = [call for call in post.double.calls if call.method == "PUT"]
    assert len(puts) == 2
    assert all("Trukket tilbage" in json.dumps(call.body, ensure_ascii=False) for call in puts)
