"""The messages of HR's reminders: one card for all recipients, and words to HR by the facts of the moment."""

from __future__ import annotations

import pytest

from adaptive_cards.render import Card
from bot.makers.campaigns import CampaignMaker
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.outbox.policy import Later
from tests.unit.bot.builders import CATALOGUE, buttons_of, words_of
from tests.unit.bot.fakes import FakePassages
from tests.unit.hr.campaigns.builders import HR, LONE, NORA, House, leaders


class Post:
    """A house, and what makes its cards."""

    def __init__(self, **house: object) -> None:
        self.house = House(**house)  # type: ignore[arg-type]
        self.passages = FakePassages()
        self.maker = CampaignMaker(
            service=self.house.service, passages=self.passages, catalogue=CATALOGUE, clock=self.house.clock
        )

    async def made(self, campaign_id: str, kind: MessageKind = MessageKind.CAMPAIGN) -> list[Card | Why | Later]:
        found = await self.house.messages(campaign_id, kind)
        return [await self.card(message) for message in found]

    async def card(self, message: OutboxMessage) -> Card | Why | Later:
        async with self.house.storage.unit() as unit:
            return await self.maker.card(unit, message)


async def test_one_card_is_built_for_all_recipients() -> None:
    post = Post()
    campaign = await post.house.sent(acknowledgement=True, source="mus-og-lus")
    made = await post.made(campaign.id)
    assert len(made) == 4
    assert all(card is made[0] for card in made)
    assert len(post.passages.asked) == 1


async def test_the_card_has_title_text_source_deadline_and_its_button() -> None:
    post = Post()
    campaign = await post.house.sent(acknowledgement=True, source="mus-og-lus")
    (card, *_) = await post.made(campaign.id)
    assert isinstance(card, Card)
    assert "Book samtaler med dine medarbejdere." in words_of(card)
    assert "Læs mere: Opfølgning på sygefravær: dag 1, 3 og 10" in words_of(card)
    assert buttons_of(card)["Kvittér"]["campaign_id"] == campaign.id


async def test_a_reminder_says_that_it_comes_again_and_only_to_who_is_missing() -> None:
    post = Post()
    campaign = await post.house.sent(acknowledgement=True)
    await post.house.deliver()
    await post.house.service.sending.remind(NORA, campaign.id)
    async with post.house.storage.unit() as unit:  # by another way than the service, which would cancel the message
        await unit.campaigns.acknowledge(campaign.id, "l0", at=post.house.clock.now())
        await unit.commit()
    first, *others = await post.made(campaign.id, MessageKind.CAMPAIGN_REMINDER)
    assert first is Why.CHANGED
    assert all(isinstance(card, Card) and "Du har ikke kvitteret" in words_of(card) for card in others)


async def test_who_has_left_gets_nothing() -> None:
    post = Post()
    campaign = await post.house.sent()
    post.house.staffed((*HR, *leaders(3)))
    post.maker._service = post.house.service
    *_, last = await post.made(campaign.id)
    assert last is Why.NOT_ENTITLED


async def test_what_was_taken_back_shows_nothing_of_the_mistake() -> None:
    post = Post()
    campaign = await post.house.sent()
    await post.house.deliver()
    await post.house.service.sending.withdraw(NORA, campaign.id)
    await post.house.service.chores.queue_due()
    made = await post.made(campaign.id, MessageKind.CAMPAIGN_WITHDRAWAL)
    assert len(made) == 4
    assert all(isinstance(card, Card) and "Trukket tilbage" in words_of(card) for card in made)
    assert not any(isinstance(card, Card) and "MUS" in words_of(card) for card in made)


async def test_who_may_approve_gets_the_preview_until_somebody_has() -> None:
    post = Post(approval_size=3)
    view = await post.house.draft()
    await post.house.service.sending.send(NORA, view.campaign.id)
    for card in await post.made(view.campaign.id, MessageKind.CAMPAIGN_NOTICE):
        assert isinstance(card, Card)
        assert "Godkend" in buttons_of(card)
    await post.house.service.sending.approve(LONE, view.campaign.id)
    made = await post.made(view.campaign.id, MessageKind.CAMPAIGN_NOTICE)
    assert made[:2] == [Why.CHANGED, Why.CHANGED]
    assert isinstance(made[2], Card)
    assert "er godkendt" in words_of(made[2])


async def test_the_writer_is_told_how_many_were_put_off_and_how_it_ended() -> None:
    post = Post()
    await post.house.sent()
    campaign = await post.house.sent()
    post.house.later(days=7)
    await post.house.deliver()
    await post.house.service.chores.queue_due()
    deferred, finished = await post.made(campaign.id, MessageKind.CAMPAIGN_NOTICE)
    assert isinstance(deferred, Card)
    assert isinstance(finished, Card)
    assert "4 fik allerede en påmindelse i denne uge." in words_of(deferred)
    assert "Din påmindelse er færdig." in words_of(finished)


@pytest.mark.parametrize("deed", ["cancel", "withdraw"])
async def test_the_writer_is_told_when_a_colleague_stops_a_campaign_and_nobody_of_his_own_deed(deed: str) -> None:
    for by, told in ((LONE, 1), (NORA, 0)):
        post = Post()
        campaign = await post.house.sent()
        await getattr(post.house.service.sending, deed)(by, campaign.id)
        made = await post.made(campaign.id, MessageKind.CAMPAIGN_NOTICE)
        assert len(made) == told
        assert all(isinstance(card, Card) and "En kollega i HR har" in words_of(card) for card in made)


@pytest.mark.parametrize("kind", [MessageKind.CAMPAIGN, MessageKind.CAMPAIGN_NOTICE])
async def test_no_word_leaves_about_a_campaign_that_is_gone_or_to_who_is_not_in_hr(kind: MessageKind) -> None:
    post = Post()
    campaign = await post.house.sent()
    (message, *_) = await post.house.messages(campaign.id)
    now = post.house.clock.now()
    word = OutboxMessage(
        id="w", kind=kind, key="w", recipient_id="l0", subject_id="f" * 32, due_at=now, not_before=now, created_at=now
    )
    assert await post.card(word) is Why.CHANGED
    if kind is MessageKind.CAMPAIGN_NOTICE:
        assert message.subject_id is not None
        other = OutboxMessage(
            id="v",
            kind=kind,
            key="v",
            recipient_id="l0",
            subject_id=message.subject_id,
            step_key="finished",
            due_at=now,
            not_before=now,
            created_at=now,
        )
        assert await post.card(other) is Why.NOT_ENTITLED
