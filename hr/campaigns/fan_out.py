"""From one campaign to a row of the outbox for each of its recipients, in the unit that freezes them.

Thousands of rows are made in portions, and others get their turn between two of them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hr.campaigns.desk import Desk, new_id
from hr.campaigns.model import Campaign, Recipient
from hr.campaigns.rules import APART, clear_of, in_week_after, week_of
from hr.outbox.model import MessageKind, OutboxMessage
from hr.ports import UnitOfWork

PORTION: Final = 250
"""Rows that are made and handed over at once: the event loop belongs to others after each."""

WEEKS: Final = 60
"""So many weeks ahead a place is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FanOut:
    """What was queued: the frozen number, and how many of them have to wait for another week."""

    size: int
    deferred: int


async def fan_out(unit: UnitOfWork, desk: Desk, campaign: Campaign, people: Sequence[str]) -> FanOut:
    """Keep the recipients and queue their messages. Each person gets one campaign a week; none near a reminder about absence."""
    first = desk.leaves_at(campaign, desk.clock.now())
    nudges = await nudges_near(unit, first)
    size, deferred = 0, 0
    async for person_ids, at in _by_week(unit, desk, campaign, people, first):
        late = at != first
        rows = [
            _row(desk, campaign, one, at=at, nudges=() if late else nudges.get(one, ()), kind=MessageKind.CAMPAIGN)
            for one in person_ids
        ]
        await unit.outbox.add(rows)
        size += len(rows)
        deferred += len(rows) if late else 0
        await asyncio.sleep(0)
    return FanOut(size=size, deferred=deferred)


async def fan_out_reminder(unit: UnitOfWork, desk: Desk, campaign: Campaign, people: Sequence[str]) -> FanOut:
    """Queue the campaign's next reminder to these of its recipients. `campaign.rounds` is the number of this one."""
    at = desk.next_open(desk.clock.now())
    nudges = await nudges_near(unit, at)
    size, deferred, left = 0, 0, list(people)
    for late in range(WEEKS):
        if not left:
            break
        moved: set[str] = set()
        for portion in _portions(left):
            free = await unit.campaigns.move(campaign.id, portion, week=week_of(at, desk.window.zone))
            rows = [
                _row(desk, campaign, one, at=at, nudges=nudges.get(one, ()), kind=MessageKind.CAMPAIGN_REMINDER)
                for one in sorted(free)
            ]
            size += await unit.outbox.add(rows)
            deferred += len(rows) if late else 0
            moved |= free
            await asyncio.sleep(0)
        left = [one for one in left if one not in moved]
        at, nudges = in_week_after(at, window=desk.window, calendar=desk.calendar), {}
    return FanOut(size=size, deferred=deferred)


async def nudges_near(unit: UnitOfWork, at: datetime) -> Mapping[str, Sequence[datetime]]:
    """By person, the reminders about absence that a message at this moment would come too near to."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for person_id, moment in await unit.campaigns.nudges(after=at - APART, before=at + 2 * APART):
        found[person_id].append(moment)
    return found


async def _by_week(
    unit: UnitOfWork, desk: Desk, campaign: Campaign, people: Sequence[str], first: datetime
) -> AsyncIterator[tuple[Sequence[str], datetime]]:
    """Portions of people whose week is kept for this campaign, and when theirs may leave."""
    left, at = list(people), first
    for ahead in range(WEEKS + 1):
        # Whoever has no week free for so long is a recipient all the same, and waits for one.
        week = week_of(at, desk.window.zone) if ahead < WEEKS else None
        waiting: list[str] = []
        for portion in _portions(left):
            kept = await unit.campaigns.add_recipients(
                [Recipient(campaign_id=campaign.id, person_id=one, week=week, deferred=at != first) for one in portion]
            )
            yield [one for one in portion if one in kept], at
            waiting += [one for one in portion if one not in kept]
        if not waiting:
            return
        left, at = waiting, in_week_after(at, window=desk.window, calendar=desk.calendar)


def _portions(people: Sequence[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(people)
    return (ordered[start : start + PORTION] for start in range(0, len(ordered), PORTION))


def _row(
    desk: Desk,
    campaign: Campaign,
    person_id: str,
    *,
    at: datetime,
    nudges: Sequence[datetime],
    kind: MessageKind,
) -> OutboxMessage:
    part = f":{campaign.rounds}" if kind is MessageKind.CAMPAIGN_REMINDER else ""
    not_before = clear_of(at, nudges, window=desk.window, calendar=desk.calendar) if nudges else at
    return OutboxMessage(
        id=new_id(),
        kind=kind,
        key=f"{kind.value.replace('_', '-')}:{campaign.id}{part}:{person_id}",
        recipient_id=person_id,
        subject_id=campaign.id,
        bulk=True,
        due_at=at,
        not_before=not_before,
        created_at=desk.clock.now(),
    )
