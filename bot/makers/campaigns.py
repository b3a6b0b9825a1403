"""The messages of HR's reminders. Thousands leave in a row, so a card is made once and serves everyone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Final, Protocol
from uuid import uuid4

from adaptive_cards.campaigns.compose import draft_card
from adaptive_cards.campaigns.progress import progress_card, word_card
from adaptive_cards.campaigns.recipient import message_card, withdrawn_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from hr.campaigns.chores import DEFERRED, FINISHED
from hr.campaigns.model import Campaign
from hr.campaigns.sending import APPROVE
from hr.campaigns.service import CampaignService
from hr.clock import Clock
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.outbox.policy import Later
from hr.ports import UnitOfWork
from knowledge.models import Citation

CAMPAIGN_KINDS: Final = (
    MessageKind.CAMPAIGN,
    MessageKind.CAMPAIGN_REMINDER,
    MessageKind.CAMPAIGN_WITHDRAWAL,
    MessageKind.CAMPAIGN_NOTICE,
)
"""What `CampaignMaker` makes."""

CARDS_KEPT: Final = 32


class FindsPassages(Protocol):
    """Where the source comes from that a card names."""

    def find(self, document_id: str, section: str | None, as_of: date) -> Citation | None:
        """The passage, or None."""
        ...


def _new_token() -> str:
    return uuid4().hex


class CampaignMaker:
    """Answers `bot.courier.Maker` for `CAMPAIGN_KINDS`. The card of a recipient costs one statement, but for the first of each version."""

    def __init__(
        self,
        *,
        service: CampaignService,
        passages: FindsPassages,
        catalogue: Catalogue,
        clock: Clock,
        new_token: Callable[[], str] = _new_token,
    ) -> None:
        self._service = service
        self._passages = passages
        self._texts: Texts = catalogue["da"]
        self._clock = clock
        self._new_token = new_token
        self._cards: dict[tuple[str, int, bool, date], Card] = {}
        self._withdrawn = render(
            withdrawn_card(texts=self._texts), summary=self._texts.say("campaigns.summaries.withdrawn")
        )

    async def weekend_duty(self, unit: UnitOfWork, message: OutboxMessage) -> bool:
        """Campaigns keep the working days."""
        del unit, message
        return False

    async def card(self, unit: UnitOfWork, message: OutboxMessage) -> Card | Why | Later:
        """The card by the facts of this moment, or why it must not leave."""
        match message.kind:
            case MessageKind.CAMPAIGN_WITHDRAWAL:
                return self._withdrawn
            case MessageKind.CAMPAIGN_NOTICE:
                return await self._notice(unit, message)
            case _:
                version = await self._service.receiving.allowed(unit, message)
                return await self._message(unit, message, version) if isinstance(version, int) else version

    async def _message(self, unit: UnitOfWork, message: OutboxMessage, version: int) -> Card | Why:
        campaign_id = message.subject_id or ""
        reminder = message.kind is MessageKind.CAMPAIGN_REMINDER
        key = (campaign_id, version, reminder, self._clock.today())
        card = self._cards.get(key)
        if card is None:
            campaign = await unit.campaigns.find(campaign_id)
            if campaign is None:
                return Why.CHANGED
            built = message_card(
                texts=self._texts, campaign=campaign, source=await self._source(campaign), reminder=reminder
            )
            card = render(built, summary=self._texts.say("campaigns.summaries.message"))
            while len(self._cards) >= CARDS_KEPT:
                self._cards.pop(next(iter(self._cards)))
            self._cards[key] = card
        return card

    async def _notice(self, unit: UnitOfWork, message: OutboxMessage) -> Card | Why:
        campaign = await self._service.receiving.for_hr(unit, message)
        if isinstance(campaign, Why):
            return campaign
        texts, token, what = self._texts, self._new_token(), message.step_key or ""
        if what == APPROVE:
            view = await self._service.composing.view(unit, message.recipient_id, campaign)
            card = draft_card(
                texts=texts,
                view=view,
                source=await self._source(campaign),
                token=token,
                approval_size=self._service.approval_size,
                notice=texts.say("campaigns.words.approve"),
            )
            return render(card, summary=texts.say("campaigns.summaries.draft"))
        if what in {DEFERRED, FINISHED}:
            standing = await self._service.progress.view(unit, message.recipient_id, campaign)
            notice = (
                texts.say("campaigns.words.deferred", count=standing.deferred)
                if what == DEFERRED
                else texts.say("campaigns.words.finished")
            )
            shown = progress_card(texts=texts, view=standing, token=token, notice=notice)
            return render(shown, summary=texts.say("campaigns.summaries.progress"))
        return render(
            word_card(texts=texts, campaign=campaign, what=what), summary=texts.say("campaigns.summaries.word")
        )

    async def _source(self, campaign: Campaign) -> Citation | None:
        if campaign.source is None:
            return None
        # Opening a new version of the index reads files.
        return await asyncio.to_thread(self._passages.find, campaign.source, None, self._clock.today())
