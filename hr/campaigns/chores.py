"""What happens to campaigns by itself: they are sent when their time comes, taken back, brought to their end, and deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hr.campaigns.desk import Desk, new_id
from hr.campaigns.fan_out import fan_out
from hr.campaigns.model import WITHDRAWAL, Campaign, CampaignState
from hr.campaigns.rules import needs_approval
from hr.campaigns.sending import APPROVE
from hr.outbox.model import MessageKind, OutboxMessage

DEFERRED: Final = "deferred"
FINISHED: Final = "finished"
EMPTY: Final = "empty"
"""Words to HR."""

TAKEN_BACK: Final = 250
"""Cards that one transaction queues to be taken back."""

CLOSED: Final = 20


class Chores:
    """The worker's part. Any number of workers may do it at the same time."""

    def __init__(self, desk: Desk, *, retention_days: int) -> None:
        self._desk = desk
        self._retention = timedelta(days=retention_days)

    async def queue_due(self) -> int:
        """Do all that is due; how many steps of it. 0 when nothing is left for now."""
        done = 0
        while await self._send_next():
            done += 1
        while await self._take_back():
            done += 1
        while closed := await self._close():
            done += closed
        return done

    async def delete_expired(self, *, limit: int = 10) -> int:
        """Delete campaigns of which nothing is to come and that are old enough, with recipients and messages; how many."""
        total, deleted = 0, limit
        while deleted >= limit:
            deleted = await self._delete(limit)
            total += deleted
        return total

    async def _send_next(self) -> bool:
        """Freeze the recipients of one campaign and queue their messages: all of it, or nothing."""
        desk = self._desk
        async with desk.new_unit() as unit:
            campaign = await unit.campaigns.due(desk.clock.now())
            if campaign is None:
                return False
            people = await desk.members(campaign)
            if not people:
                changed = desk.changed(campaign, CampaignState.CANCELLED)
                await unit.outbox.add(desk.notices(changed, EMPTY, [campaign.composer_id]))
            elif needs_approval(
                len(people), approval_size=desk.approval_size, approver_id=campaign.approver_id
            ):  # the audience has grown since
                changed = desk.changed(campaign, CampaignState.WAITING_APPROVAL)
                to = [person.id for person in await desk.approvers(campaign)]
                await unit.outbox.add(desk.notices(changed, APPROVE, to))
            else:
                queued = await fan_out(unit, desk, campaign, [person.id for person in people])
                changed = desk.changed(
                    campaign,
                    CampaignState.SENDING,
                    size=queued.size,
                    frozen_at=desk.clock.now(),
                    closing=True,
                )
                if queued.deferred:
                    await unit.outbox.add(desk.notices(changed, DEFERRED, [campaign.composer_id]))
            await unit.campaigns.save(changed)
            await unit.commit()
        return True

    async def _take_back(self) -> bool:
        """Queue what takes the place of cards that have arrived; also of those that were just arriving at the withdrawal."""
        desk = self._desk
        async with desk.new_unit() as unit:
            campaign = await unit.campaigns.withdrawing()
            if campaign is None:
                return False
            arrived = await unit.campaigns.arrived(campaign.id, limit=TAKEN_BACK)
            if not arrived:
                return False
            now = desk.clock.now()
            rows = [
                OutboxMessage(
                    id=new_id(),
                    kind=MessageKind.CAMPAIGN_WITHDRAWAL,
                    key=f"{WITHDRAWAL}{one.message_id}",
                    recipient_id=one.person_id,
                    subject_id=campaign.id,
                    replaces=one.activity_id,
                    bulk=True,
                    due_at=now,  # at any hour: it rings nowhere, and the wrong text must not stand until morning
                    not_before=now,
                    created_at=now,
                )
                for one in arrived
            ]
            await unit.outbox.add(rows)
            await unit.commit()
        return True

    async def _close(self) -> int:
        """Bring campaigns to their end of which nothing is on its way any more, and tell who wrote them."""
        desk = self._desk
        async with desk.new_unit() as unit:
            found = await unit.campaigns.closed(limit=CLOSED)
            for campaign in found:
                changed = self._closed(campaign)
                await unit.campaigns.save(changed)
                await unit.outbox.add(desk.notices(changed, FINISHED, [campaign.composer_id]))
            if found:
                await unit.commit()
        return len(found)

    def _closed(self, campaign: Campaign) -> Campaign:
        state = CampaignState.DONE if campaign.state is CampaignState.SENDING else campaign.state
        return self._desk.changed(campaign, state, closing=False)

    async def _delete(self, limit: int) -> int:
        desk = self._desk
        async with desk.new_unit() as unit:
            found = await unit.campaigns.expired(desk.clock.now() - self._retention, limit=limit)
            for campaign_id in found:
                await unit.outbox.delete_about(campaign_id)
                await unit.campaigns.delete(campaign_id)
            if found:
                await unit.commit()
        return len(found)
