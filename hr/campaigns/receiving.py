"""What a recipient sees and does, and what must be known before a message leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hr.campaigns.access import may, may_acknowledge
from hr.campaigns.desk import Desk
from hr.campaigns.model import Campaign, CampaignState
from hr.campaigns.rules import in_week_after, must_wait, week_of
from hr.errors import CampaignNotFoundError
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.outbox.policy import Later
from hr.policy import Operation
from hr.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A campaign as one of its recipients has it."""

    campaign: Campaign
    acknowledged_on: date | None
    withdrawn: bool = False


class Receiving:
    """For recipients, and for the maker of the messages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def acknowledge(self, person_id: str, campaign_id: str) -> Received:
        """Keep that a frozen recipient has acknowledged, once. Raises CampaignNotFoundError for anybody else, and for what asks for none."""
        desk, now = self._desk, self._desk.clock.now()
        async with desk.new_unit() as unit:
            recipient = await unit.campaigns.recipient(campaign_id, person_id.lower())
            campaign = await unit.campaigns.find(campaign_id)
            if recipient is None or not may_acknowledge(recipient) or campaign is None or not campaign.acknowledgement:
                raise CampaignNotFoundError
            if campaign.state is CampaignState.WITHDRAWN:
                return Received(campaign=campaign, acknowledged_on=None, withdrawn=True)
            at = recipient.acknowledged_at
            if await unit.campaigns.acknowledge(campaign_id, recipient.person_id, at=now):
                kinds = [MessageKind.CAMPAIGN_REMINDER]
                await unit.outbox.cancel_about(campaign_id, kinds=kinds, recipient_id=recipient.person_id)
                week = week_of(now, desk.window.zone)
                await unit.campaigns.free_later(campaign_id, recipient.person_id, after=week)
                await unit.commit()
                at = now
        return Received(campaign=campaign, acknowledged_on=self._day(at or now))

    async def allowed(self, unit: UnitOfWork, message: OutboxMessage) -> int | Why | Later:
        """Whether a message may leave now, by one statement: the version of the campaign that it shows, or why not.

        A message that was held up into another week takes that week, unless another campaign has it.
        """
        desk, now = self._desk, self._desk.clock.now()
        campaign_id, person_id = message.subject_id or "", message.recipient_id
        if await desk.directory.find(person_id) is None:
            return Why.NOT_ENTITLED
        standing = await unit.campaigns.standing(campaign_id, person_id, now=now)
        if standing is None:
            return Why.CHANGED
        zone = desk.window.zone
        verdict = must_wait(standing, now=now, reminder=message.kind is MessageKind.CAMPAIGN_REMINDER, zone=zone)
        if verdict is not None:
            return verdict
        week = week_of(now, zone)
        if standing.week != week and not await unit.campaigns.move(campaign_id, [person_id], week=week):
            return Later(at=in_week_after(now, window=desk.window, calendar=desk.calendar))
        return standing.version

    async def campaign(self, unit: UnitOfWork, campaign_id: str) -> Campaign | None:
        """What a card shows; asked once a version."""
        return await unit.campaigns.find(campaign_id)

    async def for_hr(self, unit: UnitOfWork, message: OutboxMessage) -> Campaign | Why:
        """The campaign that a word to HR is about, or why it must not leave."""
        campaign = await unit.campaigns.find(message.subject_id or "")
        if campaign is None:
            return Why.CHANGED
        person = await self._desk.directory.find(message.recipient_id)
        approving = message.step_key == "approve"
        if not may(person, Operation.APPROVE_CAMPAIGN if approving else Operation.SEE_CAMPAIGNS, campaign):
            return Why.NOT_ENTITLED
        if approving and campaign.state is not CampaignState.WAITING_APPROVAL:
            return Why.CHANGED
        return campaign

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._desk.window.zone).date()
