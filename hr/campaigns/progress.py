"""How a campaign stands: how many it has reached, who it has not, and who has acknowledged."""

from __future__ import annotations

from collections.abc import Sequence

from hr.audit.model import AuditEntry, Deed, Purpose
from hr.campaigns.access import may
from hr.campaigns.desk import Desk
from hr.campaigns.model import FROZEN, Campaign
from hr.campaigns.views import Missed, ProgressView, RecipientRow, counts_of, not_reached
from hr.errors import CampaignMovedOnError
from hr.outbox.model import MessageKind, MessageState
from hr.policy import Operation
from hr.ports import UnitOfWork

LISTED = 50
"""Campaigns that a list shows at most."""


class Progress:
    """For HR. All raise CampaignNotFoundError or NotInHrError for anybody else."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def listing(self, person_id: str) -> tuple[Campaign, ...]:
        """The campaigns, the last changed first."""
        await self._desk.in_hr(person_id, Operation.SEE_CAMPAIGNS)
        async with self._desk.new_unit() as unit:
            return await unit.campaigns.latest(limit=LISTED)

    async def show(self, person_id: str, campaign_id: str) -> ProgressView:
        """The numbers of a campaign as of now. Raises CampaignMovedOnError for one that has not been sent."""
        async with self._desk.new_unit() as unit:
            campaign = await self._desk.found(unit, person_id, campaign_id, Operation.SEE_CAMPAIGNS)
            if campaign.state not in FROZEN:
                raise CampaignMovedOnError
            return await self.view(unit, person_id, campaign)

    async def view(self, unit: UnitOfWork, person_id: str, campaign: Campaign) -> ProgressView:
        """The numbers as they stand in `unit`; without names for whoever may not see them."""
        desk, campaign_id = self._desk, campaign.id
        person = await desk.directory.find(person_id)
        names = may(person, Operation.SEE_UNACKNOWLEDGED, campaign) and campaign.acknowledgement
        missing = await unit.campaigns.unacknowledged(campaign_id) if campaign.acknowledgement else ()
        return ProgressView(
            campaign=campaign,
            counts=counts_of(await unit.outbox.counts_about(campaign_id, kind=MessageKind.CAMPAIGN)),
            reminders=counts_of(await unit.outbox.counts_about(campaign_id, kind=MessageKind.CAMPAIGN_REMINDER)),
            acknowledged=await unit.campaigns.acknowledged(campaign_id),
            deferred=await unit.campaigns.deferred(campaign_id),
            composer=await desk.name(campaign.composer_id),
            approver=await desk.name(campaign.approver_id),
            missing=len(missing),
            taken_back=counts_of(await unit.outbox.counts_about(campaign_id, kind=MessageKind.CAMPAIGN_WITHDRAWAL)),
            unacknowledged=await self._names(missing) if names else None,
            deeds=await desk.deeds(person_id, campaign),
        )

    async def missed(self, person_id: str, campaign_id: str) -> tuple[Missed, ...]:
        """Who was not reached, and why: HR must be able to tell them another way."""
        async with self._desk.new_unit() as unit:
            await self._desk.found(unit, person_id, campaign_id, Operation.SEE_CAMPAIGNS)
            rows = await unit.outbox.about(campaign_id, kinds=[MessageKind.CAMPAIGN])
        found = [(row.recipient_id, reason) for row in rows if (reason := not_reached(row.state, row.why)) is not None]
        named = [Missed(name=await self._desk.name(one) or one, reason=reason) for one, reason in found]
        return tuple(sorted(named, key=lambda one: (one.reason, one.name)))

    async def rows(self, person_id: str, campaign_id: str) -> tuple[ProgressView, tuple[RecipientRow, ...] | None]:
        """For an export: the numbers, and a line for each recipient of a mandatory campaign, which the audit log keeps.

        `person_id` is who in HR asked for it. Raises NotInHrError, CampaignNotFoundError.
        """
        desk = self._desk
        await desk.in_hr(person_id, Operation.EXPORT_CAMPAIGN)
        async with desk.new_unit() as unit:
            campaign = await desk.found(unit, person_id, campaign_id, Operation.EXPORT_CAMPAIGN)
            view = await self.view(unit, person_id, campaign)
            if not campaign.mandatory:
                return view, None
            looked = AuditEntry(
                at=desk.clock.now(),
                actor_id=person_id.lower(),
                deed=Deed.EXPORTED,
                purpose=Purpose.CAMPAIGN,
                case_id=campaign_id,
            )
            await unit.audit.record([looked])
            sent = {row.recipient_id: row for row in await unit.outbox.about(campaign_id, kinds=[MessageKind.CAMPAIGN])}
            recipients = await unit.campaigns.recipients(campaign_id)
            await unit.commit()
        people = {person.id: person for person in await desk.directory.everyone()}
        found: list[RecipientRow] = []
        for one in recipients:
            person, row = people.get(one.person_id), sent.get(one.person_id)
            found.append(
                RecipientRow(
                    name=person.name if person is not None else "",
                    initials=person.initials if person is not None else one.person_id,
                    state=not_reached(row.state, row.why) if row is not None else None,
                    reached=row is not None and row.state is MessageState.SENT,
                    reached_at=row.sent_at if row is not None else None,
                    acknowledged_at=one.acknowledged_at,
                )
            )
        return view, tuple(sorted(found, key=lambda one: (one.name, one.initials)))

    async def all(self) -> tuple[Campaign, ...]:
        """For the operator's list."""
        async with self._desk.new_unit() as unit:
            return await unit.campaigns.latest(limit=LISTED)

    async def _names(self, person_ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(sorted([await self._desk.name(one) or one for one in person_ids]))
