"""Writing a campaign: from a template or freely, until it is complete and its number of recipients is known."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hr.campaigns.audience import areas_of, by_handle, handle_key
from hr.campaigns.desk import Desk, new_id
from hr.campaigns.model import FROZEN, Audience, Campaign, Group, Template
from hr.campaigns.rules import (
    Deed,
    date_faults,
    faults_of,
    in_week_after,
    needs_approval,
    week_of,
)
from hr.campaigns.views import DraftView
from hr.errors import CampaignFault, CampaignMovedOnError, InvalidCampaignError
from hr.people import Person
from hr.policy import Operation
from hr.ports import UnitOfWork
from privacy.guard import inspect


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A campaign as somebody wrote it. `send_at` None: as soon as it is sent. `source` is the id of a document."""

    title: str
    text: str
    audience: Audience
    source: str | None = None
    acknowledgement: bool = False
    mandatory: bool = False
    deadline: date | None = None
    send_at: datetime | None = None
    template: str | None = None


class Composing:
    """Drafts. All of it raises NotInHrError or CampaignNotFoundError for whoever may not."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def templates(self, person_id: str) -> tuple[Template, ...]:
        """What one can begin with."""
        await self._desk.in_hr(person_id, Operation.COMPOSE)
        return self._desk.content.templates

    async def areas(self) -> tuple[str, ...]:
        """The parts of the municipality that one can choose."""
        return areas_of(await self._desk.directory.everyone())

    async def documents(self) -> frozenset[str]:
        """The ids of the documents that a campaign can refer to."""
        return await asyncio.to_thread(self._desk.documents)

    async def audience(
        self, *, groups: Iterable[Group] = (), areas: Collection[str] = (), handles: Collection[str] = ()
    ) -> Audience:
        """Whom somebody chose. Raises InvalidCampaignError, with the initials and addresses that nobody has."""
        everyone = await self._desk.directory.everyone()
        people = by_handle(everyone)
        unknown = tuple(handle for handle in handles if handle_key(handle) not in people)
        faults = [CampaignFault.UNKNOWN_AREA] if set(areas) - set(areas_of(everyone)) else []
        faults += [CampaignFault.UNKNOWN_PEOPLE] if unknown else []
        if faults:
            raise InvalidCampaignError(tuple(faults), unknown=unknown)
        found = frozenset(people[handle_key(handle)].id for handle in handles)
        return Audience(groups=frozenset(groups), areas=frozenset(areas), people=found)

    async def save(
        self,
        person_id: str,
        written: Written,
        *,
        campaign_id: str | None = None,
        version: int | None = None,
        token: str | None = None,
    ) -> DraftView:
        """Keep a new draft, or another version of one, `version` being the one that was open. A token that was used keeps nothing twice.

        Raises InvalidCampaignError, with all faults, and CampaignMovedOnError for one that is no draft any more.
        """
        desk = self._desk
        await desk.in_hr(person_id, Operation.COMPOSE)
        await self.check(written)
        now = desk.clock.now()
        async with desk.new_unit() as unit:
            if token is not None and not await unit.used_actions.claim(token, at=now):
                return await self._again(unit, person_id, campaign_id or _id_by(person_id, token))
            if campaign_id is None:
                campaign = Campaign(
                    id=_id_by(person_id, token) if token is not None else new_id(),
                    composer_id=person_id.lower(),
                    created_at=now,
                    changed_at=now,
                    **_fields(written),
                )
                await unit.campaigns.add(campaign)
            else:
                kept = await desk.for_deed(unit, person_id, campaign_id, Deed.EDIT)
                if version is not None and version != kept.version:
                    raise InvalidCampaignError((CampaignFault.CHANGED_MEANWHILE,))
                changed = replace(
                    kept,
                    version=kept.version + 1,
                    composer_id=person_id.lower(),  # who changed it last cannot approve it either
                    approver_id=None,
                    changed_at=now,
                    **_fields(written),
                )
                campaign = replace(changed, template=written.template or kept.template)
                await unit.campaigns.save(campaign)
            view = await self.view(unit, person_id, campaign)
            await unit.commit()
        return view

    async def _again(self, unit: UnitOfWork, person_id: str, campaign_id: str) -> DraftView:
        """What the same press has made already."""
        campaign = await self._desk.found(unit, person_id, campaign_id, Operation.SEE_CAMPAIGNS)
        if campaign.state in FROZEN:
            raise CampaignMovedOnError(again=True)
        return await self.view(unit, person_id, campaign)

    async def trial(self, person_id: str, campaign_id: str, *, token: str) -> Campaign:
        """The campaign, for the card that somebody sends to himself. Raises CampaignMovedOnError for the same press once more."""
        desk = self._desk
        async with desk.new_unit() as unit:
            campaign = await desk.found(unit, person_id, campaign_id, Operation.COMPOSE)
            if not await unit.used_actions.claim(f"try-{token}", at=desk.clock.now()):
                raise CampaignMovedOnError(again=True)
            await unit.commit()
        return campaign

    async def show(self, person_id: str, campaign_id: str) -> DraftView:
        """A campaign that has not been sent, with the number of recipients as of now."""
        async with self._desk.new_unit() as unit:
            campaign = await self._desk.found(unit, person_id, campaign_id, Operation.SEE_CAMPAIGNS)
            return await self.view(unit, person_id, campaign)

    async def campaign(self, person_id: str, campaign_id: str) -> Campaign:
        """The campaign alone, such as for the card that its recipients get."""
        async with self._desk.new_unit() as unit:
            return await self._desk.found(unit, person_id, campaign_id, Operation.SEE_CAMPAIGNS)

    async def delete(self, person_id: str, campaign_id: str) -> None:
        """Delete a draft."""
        async with self._desk.new_unit() as unit:
            await self._desk.for_deed(unit, person_id, campaign_id, Deed.DELETE)
            await unit.outbox.delete_about(campaign_id)
            await unit.campaigns.delete(campaign_id)
            await unit.commit()

    async def has_approver(self, person_id: str) -> bool:
        """Whether anybody else in HR could approve what this person writes."""
        now = self._desk.clock.now()
        nothing = Written(title="", text="", audience=Audience())
        mine = replace(unsaved(nothing, now), composer_id=person_id.lower())
        return bool(await self._desk.approvers(mine))

    async def people(self, campaign: Campaign) -> tuple[Person, ...]:
        """The people of a draft's list who are still known."""
        everyone = await self._desk.directory.everyone()
        return tuple(person for person in everyone if person.id in campaign.audience.people)

    async def view(self, unit: UnitOfWork, person_id: str, campaign: Campaign) -> DraftView:
        """The draft as it stands in `unit`."""
        desk, now = self._desk, self._desk.clock.now()
        people = await desk.members(campaign)
        leaves_at = desk.leaves_at(campaign, now)
        taken = await self._taken(unit, campaign, leaves_at, now)
        return DraftView(
            campaign=campaign,
            count=len(people),
            deferred=sum(person.id in taken for person in people),
            deferred_to=in_week_after(leaves_at, window=desk.window, calendar=desk.calendar),
            leaves_at=leaves_at,
            needs_approval=needs_approval(
                len(people), approval_size=desk.approval_size, approver_id=campaign.approver_id
            ),
            composer=await desk.name(campaign.composer_id),
            approver=await desk.name(campaign.approver_id),
            waits=leaves_at > max(campaign.send_at or now, now),
            own=campaign.composer_id == person_id.lower(),
            deeds=await desk.deeds(person_id, campaign),
        )

    async def _taken(self, unit: UnitOfWork, campaign: Campaign, leaves_at: datetime, now: datetime) -> frozenset[str]:
        """Whose week is taken, and whose will be: by what is planned to be sent earlier in the same week."""
        desk, zone = self._desk, self._desk.window.zone
        week = week_of(leaves_at, zone)
        earlier = [
            one
            for one in await unit.campaigns.planned(before=leaves_at)
            if one.id != campaign.id and week_of(desk.leaves_at(one, now), zone) == week
        ]
        planned = {person.id for one in earlier for person in await desk.members(one)}
        return await unit.campaigns.taken(week) | planned

    async def check(self, written: Written) -> None:
        """Raises InvalidCampaignError with all that is wrong."""
        desk = self._desk
        now, zone = desk.clock.now(), desk.window.zone
        faults = list(
            faults_of(
                title=written.title,
                text=written.text,
                audience=written.audience,
                deadline=written.deadline,
                send_at=written.send_at,
                now=now,
                zone=zone,
            )
        )
        if written.source is not None and written.source not in await self.documents():
            faults.append(CampaignFault.UNKNOWN_SOURCE)
        texts = (written.title, written.text)
        if not faults and any([await asyncio.to_thread(inspect, text) is not None for text in texts]):
            faults.append(CampaignFault.PRIVATE)
        if faults:
            raise InvalidCampaignError(tuple(faults))


def _id_by(person_id: str, token: str) -> str:
    """The id of what a press makes: the same press makes the same."""
    return hashlib.sha256(f"{person_id.lower()}:{token}".encode()).hexdigest()[:32]


def ready_faults(campaign: Campaign, *, count: int, now: datetime, zone: ZoneInfo) -> tuple[CampaignFault, ...]:
    """Why a draft cannot be sent at this moment."""
    nobody = () if count else (CampaignFault.NO_RECIPIENTS,)
    return (*nobody, *date_faults(deadline=campaign.deadline, send_at=campaign.send_at, now=now, zone=zone))


def _fields(written: Written) -> dict[str, Any]:
    return {
        "title": written.title.strip(),
        "text": written.text.strip(),
        "audience": written.audience,
        "source": written.source,
        "acknowledgement": written.acknowledgement,
        "mandatory": written.mandatory and written.acknowledgement,
        "deadline": written.deadline,
        "send_at": written.send_at,
        "template": written.template,
    }


def unsaved(written: Written, now: datetime) -> Campaign:
    """The campaign that would come of it, to ask whom it is for."""
    return Campaign(id="", composer_id="", created_at=now, changed_at=now, **_fields(written))
