"""How campaigns become cards for HR."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol
from uuid import uuid4

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.campaigns.compose import choose_card, draft_card, list_card
from adaptive_cards.campaigns.form import SOURCES, FormView, form_card
from adaptive_cards.campaigns.progress import confirm_card, missed_card, progress_card
from adaptive_cards.campaigns.recipient import message_card, receipt_card, withdrawn_card
from adaptive_cards.feedback import notice_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Texts
from hr.campaigns.model import FROZEN, Campaign
from hr.campaigns.receiving import Received
from hr.campaigns.rules import Deed
from hr.campaigns.service import CampaignService
from hr.campaigns.views import DraftView
from hr.clock import Clock
from knowledge.models import Citation


class Passages(Protocol):
    """Where the source comes from that a card names."""

    def find(self, document_id: str, section: str | None, as_of: date) -> Citation | None:
        """The passage, or None."""
        ...


def fresh_token() -> str:
    """A new action token."""
    return uuid4().hex


class CampaignDesk:
    """The use cases, and the finished cards for one person at a time."""

    def __init__(
        self,
        *,
        service: CampaignService,
        passages: Passages | None,
        clock: Clock,
        new_token: Callable[[], str] = fresh_token,
    ) -> None:
        self.service = service
        self.clock = clock
        self.new_token = new_token
        self._passages = passages

    def note(self, texts: Texts, key: str, **values: object) -> Card:
        """One line; `key` is below `campaigns.say`."""
        text = texts.say(f"campaigns.say.{key}", **values)
        return self._made(texts, "note", notice_card(texts=texts, text=text))

    async def list(self, texts: Texts, person_id: str, *, start: int = 0, notice: str | None = None) -> Card:
        """All campaigns. Raises NotInHrError."""
        found = await self.service.progress.listing(person_id)
        return self._made(texts, "list", list_card(texts=texts, campaigns=found, start=start, notice=notice))

    async def choose(self, texts: Texts, person_id: str) -> Card:
        """The templates. Raises NotInHrError."""
        found = await self.service.composing.templates(person_id)
        return self._made(texts, "choose", choose_card(texts=texts, templates=found))

    def form(self, texts: Texts, form: FormView, *, notice: str | None = None) -> Card:
        """The form as it is filled."""
        return self._made(texts, "form", form_card(texts=texts, form=form, notice=notice))

    async def draft(self, texts: Texts, view: DraftView, *, notice: str | None = None) -> Card:
        """A campaign before it is sent."""
        card = draft_card(
            texts=texts,
            view=view,
            source=await self.source(view.campaign),
            token=self.new_token(),
            approval_size=self.service.approval_size,
            notice=notice,
        )
        return self._made(texts, "draft", card)

    async def shown(self, texts: Texts, person_id: str, campaign_id: str, *, notice: str | None = None) -> Card:
        """A campaign as it stands: before it is sent, or its numbers. Raises CampaignNotFoundError."""
        campaign = await self.service.composing.campaign(person_id, campaign_id)
        if campaign.state not in FROZEN:
            return await self.draft(texts, await self.service.composing.show(person_id, campaign_id), notice=notice)
        view = await self.service.progress.show(person_id, campaign_id)
        card = progress_card(texts=texts, view=view, token=self.new_token(), notice=notice)
        return self._made(texts, "progress", card)

    async def missed(self, texts: Texts, person_id: str, campaign_id: str, *, start: int) -> Card:
        """Who was not reached. Raises CampaignNotFoundError."""
        campaign = await self.service.composing.campaign(person_id, campaign_id)
        found = await self.service.progress.missed(person_id, campaign_id)
        return self._made(texts, "missed", missed_card(texts=texts, campaign=campaign, missed=found, start=start))

    async def confirm(self, texts: Texts, person_id: str, campaign_id: str, deed: Deed) -> Card:
        """The question before what cannot be undone. Raises CampaignNotFoundError."""
        campaign = await self.service.composing.campaign(person_id, campaign_id)
        view = await self.service.progress.show(person_id, campaign_id) if campaign.frozen_at is not None else None
        card = confirm_card(texts=texts, campaign=campaign, view=view, deed=deed, token=self.new_token())
        return self._made(texts, "confirm", card)

    async def trial(self, texts: Texts, campaign: Campaign) -> Card:
        """The card that recipients get, marked as a test."""
        card = message_card(texts=texts, campaign=campaign, source=await self.source(campaign), trial=True)
        return self._made(texts, "message", card)

    async def receipt(self, texts: Texts, received: Received, *, trial: bool = False) -> Card:
        """What becomes of a reminder that is acknowledged."""
        if received.withdrawn or received.acknowledged_on is None:
            return self._made(texts, "withdrawn", withdrawn_card(texts=texts))
        card = receipt_card(
            texts=texts,
            campaign=received.campaign,
            source=await self.source(received.campaign),
            on=received.acknowledged_on,
            trial=trial,
        )
        return self._made(texts, "message", card)

    async def sources(self) -> tuple[tuple[str, str], ...]:
        """The documents that a card could name today, by id and title in order; none when they are too many to choose from."""
        found = await self.service.composing.documents()
        if self._passages is None or len(found) > SOURCES:
            return ()
        return await asyncio.to_thread(self._titles, self._passages, sorted(found))

    def _titles(self, passages: Passages, document_ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
        today = self.clock.today()
        named = [(one, found.title) for one in document_ids if (found := passages.find(one, None, today)) is not None]
        return tuple(sorted(named, key=lambda pair: pair[1].casefold()))

    async def source(self, campaign: Campaign) -> Citation | None:
        """The document that the campaign names, as it is today."""
        if campaign.source is None or self._passages is None:
            return None
        return await asyncio.to_thread(self._passages.find, campaign.source, None, self.clock.today())

    @staticmethod
    def _made(texts: Texts, name: str, card: AdaptiveCard) -> Card:
        return render(card, summary=texts.say(f"campaigns.summaries.{name}"))
