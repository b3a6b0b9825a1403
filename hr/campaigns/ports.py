"""What campaigns ask of the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from hr.campaigns.model import Campaign, Recipient, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message of a campaign that has arrived, and whose card nothing has taken the place of yet."""

    message_id: str
    person_id: str
    activity_id: str


class Campaigns(Protocol):
    """Campaigns and their frozen recipients. No two campaigns take the same week of the same person."""

    async def add(self, campaign: Campaign) -> None:
        """Keep a new campaign."""
        ...

    async def find(self, campaign_id: str, *, lock: bool = False) -> Campaign | None:
        """One campaign. With `lock` nobody else can change it until this unit ends (PostgreSQL: a row lock)."""
        ...

    async def save(self, campaign: Campaign) -> None:
        """Put the campaign in the place of what is kept. One that is not kept is not added."""
        ...

    async def delete(self, campaign_id: str) -> bool:
        """Delete the campaign and its recipients; whether there was one. Its messages in the outbox are the caller's to delete."""
        ...

    async def latest(self, *, limit: int) -> tuple[Campaign, ...]:
        """Up to `limit` campaigns, the last changed first."""
        ...

    async def due(self, now: datetime) -> Campaign | None:
        """A scheduled campaign whose time has come, the earliest first, locked for this unit; on PostgreSQL one that nobody else has locked."""
        ...

    async def planned(self, *, before: datetime) -> tuple[Campaign, ...]:
        """The scheduled campaigns whose time comes before this moment, the earliest first."""
        ...

    async def withdrawing(self) -> Campaign | None:
        """A withdrawn campaign that is `closing`, locked as in `due`."""
        ...

    async def closed(self, *, limit: int) -> tuple[Campaign, ...]:
        """Up to `limit` campaigns that are `closing` though no message about them is on its way any more, locked as in `due`.

        A paused one is none of them, nor is a withdrawn one as long as `arrived` finds something.
        """
        ...

    async def add_recipients(self, recipients: Sequence[Recipient]) -> frozenset[str]:
        """Keep those whose week no other campaign has taken; who they are. The others are not kept."""
        ...

    async def move(self, campaign_id: str, person_ids: Collection[str], *, week: date) -> frozenset[str]:
        """Let the campaign take another week of these recipients, of whom no other campaign has it; of whom it did."""
        ...

    async def free_weeks(self, campaign_id: str, *, after: date) -> int:
        """Give the weeks back of those whom the campaign has not reached, and is not just reaching, and all weeks after this one; how many."""
        ...

    async def free_later(self, campaign_id: str, person_id: str, *, after: date) -> None:
        """Give the week of one recipient back if it comes after this one."""
        ...

    async def taken(self, week: date) -> frozenset[str]:
        """Whose week is taken."""
        ...

    async def recipient(self, campaign_id: str, person_id: str) -> Recipient | None:
        """One of the frozen recipients."""
        ...

    async def recipients(self, campaign_id: str) -> tuple[Recipient, ...]:
        """All of them, by `person_id`."""
        ...

    async def acknowledge(self, campaign_id: str, person_id: str, *, at: datetime) -> bool:
        """Keep that a recipient has acknowledged. False when it is known already, or he is none."""
        ...

    async def acknowledged(self, campaign_id: str) -> int:
        """How many have."""
        ...

    async def deferred(self, campaign_id: str) -> int:
        """For how many another campaign had the week of the sending."""
        ...

    async def unacknowledged(self, campaign_id: str) -> tuple[str, ...]:
        """Whom the campaign has reached and who has not acknowledged it, in order."""
        ...

    async def standing(self, campaign_id: str, person_id: str, *, now: datetime) -> Standing | None:
        """What must be known before a message leaves, by one statement; None when the person is no recipient of such a campaign."""
        ...

    async def nudges(self, *, after: datetime, before: datetime) -> tuple[tuple[str, datetime], ...]:
        """Whom reminders about absence reached between two moments, or are to: (person, moment), by one statement."""
        ...

    async def arrived(self, campaign_id: str, *, limit: int) -> tuple[Arrived, ...]:
        """Up to `limit` messages of a campaign that have arrived and that no withdrawal has been queued for, in order."""
        ...

    async def expired(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        """Ids of campaigns that have not changed since before `moment` and of which nothing is to come, or that wait for somebody
        for so long: what retention deletes."""
        ...
