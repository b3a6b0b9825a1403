"""HR's reminders and their recipients in memory."""

# ruff: noqa: D102 - `hr.campaigns.ports` says what each method promises

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from hr.absence.model import Step
from hr.campaigns.model import WITHDRAWAL, Campaign, CampaignState, Recipient, Standing
from hr.campaigns.ports import Arrived
from hr.campaigns.rules import APART
from hr.outbox.model import MessageKind, MessageState, OutboxMessage
from hr.storage.memory.session import Session

_STANDS_STILL: Final = frozenset(
    {CampaignState.DRAFT, CampaignState.DONE, CampaignState.CANCELLED, CampaignState.WITHDRAWN}
)
_WAITS_FOR_SOMEBODY: Final = frozenset({CampaignState.PAUSED, CampaignState.WAITING_APPROVAL})
_UNDER_WAY: Final = frozenset({MessageState.PENDING, MessageState.SENDING})
_REACHING: Final = frozenset({MessageState.SENDING, MessageState.SENT, MessageState.UNKNOWN})
_TAKEN_BACK: Final = frozenset({MessageKind.CAMPAIGN, MessageKind.CAMPAIGN_REMINDER})
_ON_THE_WAY: Final = _TAKEN_BACK | {MessageKind.CAMPAIGN_WITHDRAWAL}
_FORGOTTEN: Final = timedelta(days=1)


class MemoryCampaigns:
    """Answers `hr.campaigns.ports.Campaigns`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, campaign: Campaign) -> None:
        self._session.open().campaigns[campaign.id] = campaign

    async def find(self, campaign_id: str, *, lock: bool = False) -> Campaign | None:
        del lock  # one unit at a time
        return self._session.open().campaigns.get(campaign_id)

    async def save(self, campaign: Campaign) -> None:
        rows = self._session.open().campaigns
        if campaign.id in rows:
            rows[campaign.id] = campaign

    async def delete(self, campaign_id: str) -> bool:
        rows = self._session.open()
        for key in [key for key in rows.campaign_recipients if key[0] == campaign_id]:
            del rows.campaign_recipients[key]
        return rows.campaigns.pop(campaign_id, None) is not None

    async def latest(self, *, limit: int) -> tuple[Campaign, ...]:
        by_id = sorted(self._session.open().campaigns.values(), key=lambda one: one.id)
        return tuple(sorted(by_id, key=lambda one: one.changed_at, reverse=True)[:limit])

    async def due(self, now: datetime) -> Campaign | None:
        waiting = [
            (one.send_at, one.id, one)
            for one in self._session.open().campaigns.values()
            if one.state is CampaignState.SCHEDULED and one.send_at is not None and one.send_at <= now
        ]
        return min(waiting, key=lambda row: row[:2])[2] if waiting else None

    async def planned(self, *, before: datetime) -> tuple[Campaign, ...]:
        found = [
            (one.send_at, one.id, one)
            for one in self._session.open().campaigns.values()
            if one.state is CampaignState.SCHEDULED and one.send_at is not None and one.send_at < before
        ]
        return tuple(one for _, _, one in sorted(found, key=lambda row: row[:2]))

    async def withdrawing(self) -> Campaign | None:
        found = [one for one in self._closing() if one.state is CampaignState.WITHDRAWN]
        return found[0] if found else None

    async def closed(self, *, limit: int) -> tuple[Campaign, ...]:
        found = [
            one
            for one in self._closing()
            if one.state is not CampaignState.PAUSED
            and not any(row.kind in _ON_THE_WAY and row.state in _UNDER_WAY for row in self._about(one.id))
            and not (one.state is CampaignState.WITHDRAWN and await self.arrived(one.id, limit=1))
        ]
        return tuple(found[:limit])

    async def add_recipients(self, added: Sequence[Recipient]) -> frozenset[str]:
        rows = self._session.open().campaign_recipients
        taken = {(one.person_id, one.week) for one in rows.values() if one.week is not None}
        kept: set[str] = set()
        for one in added:
            key = (one.campaign_id, one.person_id)
            if key not in rows and (one.person_id, one.week) not in taken:
                rows[key] = one
                taken |= {(one.person_id, one.week)} if one.week is not None else set()
                kept.add(one.person_id)
        return frozenset(kept)

    async def move(self, campaign_id: str, person_ids: Collection[str], *, week: date) -> frozenset[str]:
        rows = self._session.open().campaign_recipients
        taken = {one.person_id for one in rows.values() if one.week == week and one.campaign_id != campaign_id}
        wanted = [key for key in rows if key[0] == campaign_id and key[1] in set(person_ids) - taken]
        for key in wanted:
            rows[key] = replace(rows[key], week=week)
        return frozenset(person_id for _, person_id in wanted)

    async def free_weeks(self, campaign_id: str, *, after: date) -> int:
        rows = self._session.open().campaign_recipients
        reached = {
            row.recipient_id for row in self._about(campaign_id) if row.kind in _TAKEN_BACK and row.state in _REACHING
        }
        wanted = [
            key
            for key, one in rows.items()
            if key[0] == campaign_id and one.week is not None and (one.person_id not in reached or one.week > after)
        ]
        for key in wanted:
            rows[key] = replace(rows[key], week=None)
        return len(wanted)

    async def free_later(self, campaign_id: str, person_id: str, *, after: date) -> None:
        rows = self._session.open().campaign_recipients
        found = rows.get((campaign_id, person_id))
        if found is not None and found.week is not None and found.week > after:
            rows[campaign_id, person_id] = replace(found, week=None)

    async def taken(self, week: date) -> frozenset[str]:
        rows = self._session.open().campaign_recipients.values()
        return frozenset(one.person_id for one in rows if one.week == week)

    async def recipient(self, campaign_id: str, person_id: str) -> Recipient | None:
        return self._session.open().campaign_recipients.get((campaign_id, person_id))

    async def recipients(self, campaign_id: str) -> tuple[Recipient, ...]:
        rows = self._session.open().campaign_recipients
        return tuple(rows[key] for key in sorted(rows) if key[0] == campaign_id)

    async def acknowledge(self, campaign_id: str, person_id: str, *, at: datetime) -> bool:
        rows = self._session.open().campaign_recipients
        found = rows.get((campaign_id, person_id))
        if found is None or found.acknowledged_at is not None:
            return False
        rows[campaign_id, person_id] = replace(found, acknowledged_at=at)
        return True

    async def acknowledged(self, campaign_id: str) -> int:
        return sum(one.acknowledged_at is not None for one in await self.recipients(campaign_id))

    async def deferred(self, campaign_id: str) -> int:
        return sum(one.deferred for one in await self.recipients(campaign_id))

    async def unacknowledged(self, campaign_id: str) -> tuple[str, ...]:
        reached = {
            row.recipient_id
            for row in self._about(campaign_id)
            if row.kind is MessageKind.CAMPAIGN and row.state is MessageState.SENT
        }
        return tuple(
            one.person_id
            for one in await self.recipients(campaign_id)
            if one.acknowledged_at is None and one.person_id in reached
        )

    async def standing(self, campaign_id: str, person_id: str, *, now: datetime) -> Standing | None:
        campaign, found = await self.find(campaign_id), await self.recipient(campaign_id, person_id)
        if campaign is None or found is None:
            return None
        sent = [at for at in self._sent(person_id) if at > now - APART]
        queued = [
            row.not_before
            for row in self._queued(person_id)
            if row.not_before < now + APART and row.due_at > now - _FORGOTTEN
        ]
        coming = [at for at in self._coming(person_id, now.date()) if now - _FORGOTTEN < at < now + APART]
        ahead = [max(min(moments), now) for moments in (queued, coming) if moments]
        return Standing(
            state=campaign.state,
            version=campaign.version,
            acknowledgement=campaign.acknowledgement,
            deadline=campaign.deadline,
            frozen_at=campaign.frozen_at,
            week=found.week,
            acknowledged_at=found.acknowledged_at,
            nudged_at=(*([max(sent)] if sent else []), *ahead),
        )

    async def nudges(self, *, after: datetime, before: datetime) -> tuple[tuple[str, datetime], ...]:
        rows, day = self._session.open(), after.date()
        found = [(row.recipient_id, at) for row in self._nudges() for at in [row.sent_at or row.not_before]]
        for case in rows.cases.values():
            at = _next_nudge(case.steps)
            if at is not None:
                found.append((case.owner_id, at))
                away = rows.away.get(case.owner_id)
                if away is not None and away.deputy_id is not None and away.from_day <= day <= away.to_day:
                    found.append((away.deputy_id, at))
        return tuple((person_id, at) for person_id, at in found if after < at < before)

    async def arrived(self, campaign_id: str, *, limit: int) -> tuple[Arrived, ...]:
        replaced = {row.key for row in self._about(campaign_id)}
        found = [
            Arrived(message_id=row.id, person_id=row.recipient_id, activity_id=row.activity_id)
            for row in self._about(campaign_id)
            if row.kind in _TAKEN_BACK
            and row.state is MessageState.SENT
            and row.activity_id is not None
            and f"{WITHDRAWAL}{row.id}" not in replaced
        ]
        return tuple(found[:limit])

    async def expired(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        over = [
            one
            for one in self._session.open().campaigns.values()
            if ((one.state in _STANDS_STILL and not one.closing) or one.state in _WAITS_FOR_SOMEBODY)
            and one.changed_at < moment
        ]
        return tuple(one.id for one in sorted(over, key=lambda one: (one.changed_at, one.id))[:limit])

    def _closing(self) -> list[Campaign]:
        rows = self._session.open().campaigns
        return [rows[key] for key in sorted(rows) if rows[key].closing]

    def _about(self, campaign_id: str) -> Iterator[OutboxMessage]:
        return (row for row in self._session.open().outbox.values() if row.subject_id == campaign_id)

    def _nudges(self) -> Iterator[OutboxMessage]:
        states = _UNDER_WAY | {MessageState.SENT}
        rows = self._session.open().outbox.values()
        return (row for row in rows if row.kind is MessageKind.NUDGE and row.state in states)

    def _sent(self, person_id: str) -> list[datetime]:
        return [
            row.sent_at
            for row in self._nudges()
            if row.recipient_id == person_id and row.state is MessageState.SENT and row.sent_at is not None
        ]

    def _queued(self, person_id: str) -> list[OutboxMessage]:
        return [row for row in self._nudges() if row.recipient_id == person_id and row.state in _UNDER_WAY]

    def _coming(self, person_id: str, day: date) -> list[datetime]:
        rows = self._session.open()
        owners = {person_id} | {
            away.leader_id
            for away in rows.away.values()
            if away.deputy_id == person_id and away.from_day <= day <= away.to_day
        }
        found = [_next_nudge(case.steps) for case in rows.cases.values() if case.owner_id in owners]
        return [at for at in found if at is not None]


def _next_nudge(steps: Sequence[Step]) -> datetime | None:
    return min((step.next_nudge_at for step in steps if step.next_nudge_at is not None), default=None)
