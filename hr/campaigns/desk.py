"""What the use cases of campaigns share: who acts, what is allowed, and the words to HR."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol
from uuid import uuid4

from hr.campaigns.access import may
from hr.campaigns.audience import members
from hr.campaigns.model import Campaign, CampaignState, Template
from hr.campaigns.rules import Deed, possible
from hr.clock import Clock
from hr.errors import CampaignMovedOnError, CampaignNotFoundError, NotInHrError
from hr.outbox.model import MessageKind, OutboxMessage
from hr.people import Person
from hr.policy import HR_ROLES, Operation
from hr.ports import Directory, NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow
from hr.workdays import WorkCalendar

SENT_OUT: Final = (MessageKind.CAMPAIGN, MessageKind.CAMPAIGN_REMINDER)
"""What recipients get."""

_OPERATION: Final = {
    Deed.EDIT: Operation.COMPOSE,
    Deed.DELETE: Operation.COMPOSE,
    Deed.SEND: Operation.SEND_CAMPAIGN,
    Deed.RECALL: Operation.SEND_CAMPAIGN,
    Deed.APPROVE: Operation.APPROVE_CAMPAIGN,
    Deed.GIVE_BACK: Operation.APPROVE_CAMPAIGN,
    Deed.PAUSE: Operation.STOP_CAMPAIGN,
    Deed.RESUME: Operation.STOP_CAMPAIGN,
    Deed.CANCEL: Operation.STOP_CAMPAIGN,
    Deed.WITHDRAW: Operation.WITHDRAW_CAMPAIGN,
    Deed.REMIND: Operation.REMIND,
}


class Content(Protocol):
    """Where the templates are; `hr.campaigns.content.LiveCampaigns` knows."""

    @property
    def templates(self) -> tuple[Template, ...]:
        """HR's templates as they are now."""
        ...


def new_id() -> str:
    """An opaque id."""
    return uuid4().hex


class Desk:
    """The parts, and the questions that every use case asks of them. `documents` are the ids of the documents that a campaign can cite."""

    def __init__(
        self,
        *,
        new_unit: NewUnitOfWork,
        directory: Directory,
        content: Content,
        documents: Callable[[], frozenset[str]],
        window: SendWindow,
        calendar: Callable[[], WorkCalendar],
        clock: Clock,
        approval_size: int,
    ) -> None:
        self.new_unit = new_unit
        self.directory = directory
        self.content = content
        self.documents = documents
        self.window = window
        self.clock = clock
        self.approval_size = approval_size
        self._calendar = calendar

    @property
    def calendar(self) -> WorkCalendar:
        """HR's working days as they are now."""
        return self._calendar()

    def leaves_at(self, campaign: Campaign, now: datetime) -> datetime:
        """When the first message may leave."""
        return self.next_open(max(campaign.send_at or now, now))

    def next_open(self, moment: datetime) -> datetime:
        """The first moment from this one on that is inside the window."""
        return self.window.next_open(moment, self.calendar, send_time=self.window.start)

    async def in_hr(self, person_id: str, operation: Operation) -> Person:
        """The person, who may do this. Raises NotInHrError."""
        person = await self.directory.find(person_id)
        if person is None or not may(person, operation):
            raise NotInHrError
        return person

    async def found(
        self, unit: UnitOfWork, person_id: str, campaign_id: str, operation: Operation, *, lock: bool = False
    ) -> Campaign:
        """The campaign, with which the person may do this. Raises CampaignNotFoundError."""
        campaign = await unit.campaigns.find(campaign_id, lock=lock)
        if campaign is None or not may(await self.directory.find(person_id), operation, campaign):
            raise CampaignNotFoundError
        return campaign

    async def for_deed(
        self, unit: UnitOfWork, person_id: str, campaign_id: str, deed: Deed, *, version: int | None = None
    ) -> Campaign:
        """The campaign, locked, with which the person may do this now. Raises CampaignNotFoundError, CampaignMovedOnError."""
        campaign = await self.found(unit, person_id, campaign_id, _OPERATION[deed], lock=True)
        if not possible(campaign, deed) or (version is not None and version != campaign.version):
            raise CampaignMovedOnError
        return campaign

    async def deeds(self, person_id: str, campaign: Campaign) -> frozenset[Deed]:
        """What the person may do with the campaign as it is now."""
        person = await self.directory.find(person_id)
        return frozenset(deed for deed in Deed if possible(campaign, deed) and may(person, _OPERATION[deed], campaign))

    async def members(self, campaign: Campaign) -> tuple[Person, ...]:
        """Whom the campaign is for, as of now."""
        return members(campaign.audience, await self.directory.everyone())

    async def name(self, person_id: str | None) -> str:
        """What somebody is called; empty for one who has left."""
        person = await self.directory.find(person_id) if person_id else None
        return person.name if person is not None else ""

    async def approvers(self, campaign: Campaign) -> tuple[Person, ...]:
        """Everybody in HR but the one who wrote it."""
        found = {
            person.id: person
            for role in HR_ROLES
            for person in await self.directory.with_role(role)
            if may(person, Operation.APPROVE_CAMPAIGN, campaign)
        }
        return tuple(found.values())

    def changed(self, campaign: Campaign, state: CampaignState, **values: object) -> Campaign:
        """The campaign in another state from this moment on."""
        return replace(campaign, state=state, changed_at=self.clock.now(), **values)  # type: ignore[arg-type]

    def notices(self, campaign: Campaign, what: str, people: Iterable[str]) -> list[OutboxMessage]:
        """Word to some of HR about a campaign; the same word about the same version and round comes once."""
        now = self.clock.now()
        opens = self.next_open(now)
        return [
            OutboxMessage(
                id=new_id(),
                kind=MessageKind.CAMPAIGN_NOTICE,
                key=f"campaign-notice:{campaign.id}:{what}:{campaign.version}:{campaign.rounds}:{person_id}",
                recipient_id=person_id,
                subject_id=campaign.id,
                step_key=what,
                due_at=opens,
                not_before=opens,
                created_at=now,
            )
            for person_id in people
        ]
