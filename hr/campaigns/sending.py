"""From a draft to messages on their way, and what can still be done with those: approve, pause, cancel, withdraw, call to mind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from hr.campaigns.composing import ready_faults
from hr.campaigns.desk import SENT_OUT, Desk
from hr.campaigns.fan_out import FanOut, fan_out_reminder
from hr.campaigns.model import FROZEN, Campaign, CampaignState
from hr.campaigns.rules import Deed, needs_approval, week_of
from hr.errors import CampaignFault, CampaignMovedOnError, InvalidCampaignError
from hr.outbox.model import MessageKind, MessageState
from hr.ports import UnitOfWork

HELD_UNTIL: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""Where the messages of a paused campaign wait."""

REMIND_GAP: Final = timedelta(days=1)
"""Nobody is reminded more often than this."""

_UNDER_WAY: Final = frozenset({MessageState.PENDING, MessageState.SENDING})

APPROVE: Final = "approve"
GIVEN_BACK: Final = "given_back"
APPROVED: Final = "approved"
"""Words to HR."""


class Sending:
    """Deeds of HR. All raise CampaignNotFoundError for whoever may not, and CampaignMovedOnError where the campaign has moved on.

    `token` is that of the pressed button: with one that was used nothing happens (CampaignMovedOnError).
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def send(
        self, person_id: str, campaign_id: str, *, version: int | None = None, token: str | None = None
    ) -> Campaign:
        """Send a draft, now or when its time comes; one for many waits for somebody else's approval. Raises InvalidCampaignError.

        `version` is the one that the person saw.
        """
        desk = self._desk
        async with desk.new_unit() as unit:
            await self._once(unit, token)
            campaign = await desk.for_deed(unit, person_id, campaign_id, Deed.SEND, version=version)
            people = await desk.members(campaign)
            self._ready(campaign, len(people))
            if needs_approval(len(people), approval_size=desk.approval_size, approver_id=None):
                changed = desk.changed(campaign, CampaignState.WAITING_APPROVAL, approver_id=None)
                to = [person.id for person in await desk.approvers(campaign)]
                await unit.outbox.add(desk.notices(changed, APPROVE, to))
            else:
                changed = self._scheduled(campaign)
            await unit.campaigns.save(changed)
            await unit.commit()
        return changed

    async def approve(
        self, person_id: str, campaign_id: str, *, version: int | None = None, token: str | None = None
    ) -> Campaign:
        """Let somebody else's campaign go out. Raises InvalidCampaignError when its dates have passed meanwhile."""
        desk = self._desk
        async with desk.new_unit() as unit:
            await self._once(unit, token)
            campaign = await desk.for_deed(unit, person_id, campaign_id, Deed.APPROVE, version=version)
            self._ready(campaign, len(await desk.members(campaign)), late=True)
            changed = self._scheduled(campaign, approver_id=person_id.lower())
            await unit.outbox.add(desk.notices(changed, APPROVED, [campaign.composer_id]))
            await unit.campaigns.save(changed)
            await unit.commit()
        return changed

    async def give_back(self, person_id: str, campaign_id: str, *, token: str | None = None) -> Campaign:
        """Not so: back to the one who wrote it."""
        desk = self._desk
        async with desk.new_unit() as unit:
            await self._once(unit, token)
            campaign = await desk.for_deed(unit, person_id, campaign_id, Deed.GIVE_BACK)
            changed = desk.changed(campaign, CampaignState.DRAFT, version=campaign.version + 1)
            await unit.outbox.add(desk.notices(changed, GIVEN_BACK, [campaign.composer_id]))
            await unit.campaigns.save(changed)
            await unit.commit()
        return changed

    async def recall(self, person_id: str, campaign_id: str, *, token: str | None = None) -> Campaign:
        """Back to a draft before anything was sent; an approval goes too."""
        desk = self._desk
        async with desk.new_unit() as unit:
            await self._once(unit, token)
            campaign = await desk.for_deed(unit, person_id, campaign_id, Deed.RECALL)
            changed = desk.changed(campaign, CampaignState.DRAFT, version=campaign.version + 1, approver_id=None)
            await unit.campaigns.save(changed)
            await unit.commit()
        return changed

    async def pause(self, person_id: str, campaign_id: str, *, token: str | None = None) -> Campaign:
        """Hold what has not left."""
        desk = self._desk
        async with desk.new_unit() as unit:
            await self._once(unit, token)
            campaign = await desk.for_deed(unit, person_id, campaign_id, Deed.PAUSE)
            changed = desk.changed(campaign, CampaignState.PAUSED)
            await unit.campaigns.save(changed)
            await unit.outbox.hold_about(campaign_id, kinds=SENT_OUT, until=HELD_UNTIL)
            await unit.commit()
        return changed

    async def resume(self, person_id: str, campaign_id: str, *, token: str | None = None) -> Campaign:
        """Let what was held leave, at once where its time has come."""
        desk = self._desk
        async with desk.new_unit() as unit:
            await self._once(unit, token)
            campaign = await desk.for_deed(unit, person_id, campaign_id, Deed.RESUME)
            changed = desk.changed(campaign, CampaignState.SENDING, closing=True)
            await unit.campaigns.save(changed)
            await unit.outbox.release_about(campaign_id, kinds=SENT_OUT, now=desk.clock.now())
            await unit.commit()
        return changed

    async def cancel(self, person_id: str, campaign_id: str, *, token: str | None = None) -> Campaign:
        """What has not left never will."""
        return await self._stop(person_id, campaign_id, Deed.CANCEL, CampaignState.CANCELLED, token)

    async def withdraw(self, person_id: str, campaign_id: str, *, token: str | None = None) -> Campaign:
        """The same, and what has arrived is taken back as well: by the chores, for some of it may just be arriving."""
        return await self._stop(person_id, campaign_id, Deed.WITHDRAW, CampaignState.WITHDRAWN, token)

    async def remind(self, person_id: str, campaign_id: str, *, token: str | None = None) -> FanOut:
        """Once more to those whom it has reached and who have not acknowledged. Raises InvalidCampaignError after the deadline,
        for a campaign that asks for no acknowledgement, and when nobody is missing."""
        desk = self._desk
        async with desk.new_unit() as unit:
            await self._once(unit, token)
            campaign = await desk.for_deed(unit, person_id, campaign_id, Deed.REMIND)
            if campaign.deadline is not None and campaign.deadline < desk.clock.today():
                raise InvalidCampaignError((CampaignFault.DEADLINE_PAST,))
            since = desk.clock.now() - REMIND_GAP
            reminded = await unit.outbox.about(campaign_id, kinds=[MessageKind.CAMPAIGN_REMINDER])
            recently = {one.recipient_id for one in reminded if one.state in _UNDER_WAY or one.created_at > since}
            people = [one for one in await unit.campaigns.unacknowledged(campaign_id) if one not in recently]
            if not campaign.acknowledgement or not people:
                raise InvalidCampaignError((CampaignFault.NO_RECIPIENTS,))
            changed = desk.changed(campaign, campaign.state, rounds=campaign.rounds + 1, closing=True)
            await unit.campaigns.save(changed)
            queued = await fan_out_reminder(unit, desk, changed, people)
            await unit.commit()
        return queued

    async def _stop(
        self, person_id: str, campaign_id: str, deed: Deed, state: CampaignState, token: str | None
    ) -> Campaign:
        desk = self._desk
        async with desk.new_unit() as unit:
            await self._once(unit, token)
            campaign = await desk.for_deed(unit, person_id, campaign_id, deed)
            changed = desk.changed(campaign, state, closing=campaign.state in FROZEN)
            await unit.campaigns.save(changed)
            await unit.outbox.cancel_about(campaign_id, kinds=SENT_OUT)
            if campaign.composer_id != person_id.lower():
                await unit.outbox.add(desk.notices(changed, state.value, [campaign.composer_id]))
            if campaign.state in FROZEN:
                await unit.campaigns.free_weeks(campaign_id, after=week_of(desk.clock.now(), desk.window.zone))
            await unit.commit()
        return changed

    async def _once(self, unit: UnitOfWork, token: str | None) -> None:
        """Comes first: the same press that arrives twice is no news of another's deed. Undone with the unit where nothing comes of it."""
        if token is not None and not await unit.used_actions.claim(token, at=self._desk.clock.now()):
            raise CampaignMovedOnError(again=True)

    def _ready(self, campaign: Campaign, count: int, *, late: bool = False) -> None:
        """Raises InvalidCampaignError. `late`: whoever approves after the time of sending lets it go out at once."""
        faults = ready_faults(campaign, count=count, now=self._desk.clock.now(), zone=self._desk.window.zone)
        if late:
            faults = tuple(fault for fault in faults if fault is not CampaignFault.SEND_PAST)
        if faults:
            raise InvalidCampaignError(faults)

    def _scheduled(self, campaign: Campaign, **values: object) -> Campaign:
        send_at = campaign.send_at or self._desk.clock.now()
        return self._desk.changed(campaign, CampaignState.SCHEDULED, send_at=send_at, **values)
