"""Thousands of people who get a reminder of HR's in the municipality of `tests.faults.world`, and a look at its numbers all along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from bot.settings import SAMPLE_CONTENT
from hr.absence.content import LiveContent
from hr.campaigns.composing import Written
from hr.campaigns.content import LiveCampaigns
from hr.campaigns.model import Audience, Campaign, CampaignState
from hr.campaigns.service import CampaignService
from hr.campaigns.views import Counts, NotReached
from hr.outbox.dispatcher import LEASE_SECONDS
from hr.outbox.model import MessageKind, MessageState
from hr.storage.tables import outbox
from tests.faults.world import WINDOW, World

AREA: Final = "Hele huset"
EVERYBODY: Final = Audience(areas=frozenset({AREA}))
HR_ID: Final = str(UUID(int=(0x5A3E0C10_0000_4000_8000 << 48) + (1 << 40)))
HR_CHAT: Final = "a:hr"
ANYBODY: Final = "1000000"
"""So many recipients need nobody's approval."""

LOOK_SECONDS: Final = 0.5
LIVES_SECONDS: Final = 5.0
"""A message that has been on its way for so long is a dead worker's, where Teams answers at once."""

_IN_ONE_UNIT: Final = 500
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """One of those whom a campaign is for. They are reached in the order of their numbers."""

    number: int

    @property
    def id(self) -> str:
        return str(UUID(int=(0x5A3E0C10_0000_4000_9000 << 48) + self.number))

    @property
    def conversation(self) -> str:
        return f"a:employee-{self.number:05d}"

    @property
    def name(self) -> str:
        """As HR sees it."""
        return f"Ansat {self.number:05d}"

    @property
    def entry(self) -> str:
        """The employee in the people file."""
        letters = "".join(_LETTERS[self.number // 26**place % 26] for place in (3, 2, 1, 0))
        return (
            f'[[people]]\nkey = "employee_{self.number}"\nid = "{self.id}"\nname = "{self.name}"\n'
            f'initials = "{letters}"\nemail = "ansat{self.number}@kompas.example"\nroles = ["employee"]\narea = "{AREA}"\n'
        )


_HR_ENTRY: Final = (
    f'[[people]]\nkey = "hr_one"\nid = "{HR_ID}"\nname = "Hanne Rask"\n'
    'initials = "HR"\nemail = "hr@kompas.example"\nroles = ["hr"]\n'
)


@dataclass(slots=True, kw_only=True)
class Mailing:
    """A world in which HR writes to everybody of one area. `looks` are the numbers as somebody saw them who looked all along."""

    office: World
    staff: tuple[Employee, ...] = ()
    campaign_id: str = ""
    looks: list[Counts] = field(default_factory=list)

    @property
    def conversations(self) -> tuple[str, ...]:
        return tuple(one.conversation for one in self.staff)

    @property
    def service(self) -> CampaignService:
        """The use cases as the bot offers them, on the same day as the workers."""
        content = LiveContent(SAMPLE_CONTENT)
        return CampaignService(
            new_unit=self.office.storage.unit,
            directory=self.office.directory(),
            content=LiveCampaigns(SAMPLE_CONTENT),
            documents=frozenset,
            window=WINDOW,
            calendar=lambda: content.calendar,
            clock=self.office.clock(),
            approval_size=int(ANYBODY),
            retention_days=400,
        )

    async def hire(self, count: int) -> None:
        """That many employees in the people file, each with a chat; and somebody in HR."""
        self.staff = tuple(Employee(number=number) for number in range(count))
        self.employ(self.staff)
        chats = [(one.id, one.conversation) for one in self.staff] + [(HR_ID, HR_CHAT)]
        for start in range(0, len(chats), _IN_ONE_UNIT):
            async with self.office.storage.unit() as unit:
                for person_id, chat in chats[start : start + _IN_ONE_UNIT]:
                    await unit.conversations.save(self.office.reference(person_id, chat))
                await unit.commit()

    def employ(self, staff: Iterable[Employee]) -> None:
        """These are the employees in the people file from now on; a program that runs has read it already."""
        self.office.others = "\n".join([_HR_ENTRY, *(one.entry for one in staff)])
        self.office.write_people()

    async def send(self, audience: Audience = EVERYBODY) -> None:
        """HR writes to all of the area, or to others, and presses Send."""
        service = self.service
        written = Written(title="Nu begynder MUS", text="Book samtaler i god tid.", audience=audience)
        self.campaign_id = (await service.composing.save(HR_ID, written)).campaign.id
        await service.sending.send(HR_ID, self.campaign_id)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Somebody looks at the numbers all along; each look must add up."""
        watch = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watch.cancel()
            ends = await asyncio.gather(watch, return_exceptions=True)
            for end in ends:
                if isinstance(end, Exception):
                    raise end

    async def _watch(self) -> None:
        service = self.service
        while True:
            state = (await service.composing.campaign(HR_ID, self.campaign_id)).state
            if state not in {CampaignState.DRAFT, CampaignState.SCHEDULED}:
                view = await service.progress.show(HR_ID, self.campaign_id)
                assert view.counts.total == view.campaign.size == len(self.staff), str(view.counts)
                assert view.counts.reached >= max((look.reached for look in self.looks), default=0)
                self.looks.append(view.counts)
            await asyncio.sleep(LOOK_SECONDS)

    async def until_taken_back(self, *, seconds: float) -> None:
        """Wait until a withdrawn campaign is at its end. Raises TimeoutError with how things stand."""
        await self._until(lambda campaign: not campaign.closing, seconds)

    async def until_done(self, *, seconds: float) -> Counts:
        """Wait until the campaign is at its end; the numbers then. Raises TimeoutError with how things stand."""
        await self._until(lambda campaign: campaign.state is CampaignState.DONE, seconds)
        return (await self.service.progress.show(HR_ID, self.campaign_id)).counts

    async def _until(self, ended: Callable[[Campaign], bool], seconds: float) -> None:
        service, campaign = self.service, None
        try:
            async with asyncio.timeout(seconds):
                while campaign is None or not ended(campaign):
                    await asyncio.sleep(LOOK_SECONDS)
                    campaign = await service.composing.campaign(HR_ID, self.campaign_id)
        except TimeoutError:
            counts = (await service.progress.show(HR_ID, self.campaign_id)).counts
            raise TimeoutError(f"after {seconds:.0f} s: {counts}\n{self.office.logs()}") from None

    async def missed(self) -> dict[NotReached, set[str]]:
        """Who was not reached, by the reason that HR sees; as conversations."""
        chats = {key: one.conversation for one in self.staff for key in (one.name, one.id)}
        found: dict[NotReached, set[str]] = {reason: set() for reason in NotReached}
        for one in await self.service.progress.missed(HR_ID, self.campaign_id):
            found[one.reason].add(chats[one.name])
        return found

    async def on_their_way(self) -> set[str]:
        """The conversations of messages that are marked as being sent."""
        return await self._sending()

    async def left_by_the_dead(self) -> set[str]:
        """The same of those that a worker which was killed LIVES_SECONDS ago left so, beside workers that live."""
        begun = datetime.now(UTC) - timedelta(seconds=LIVES_SECONDS)  # noqa: TID251 - leases go by the machine's clock
        return await self._sending(outbox.c.lease_until < begun + timedelta(seconds=LEASE_SECONDS))

    async def _sending(self, *wanted: ColumnElement[bool]) -> set[str]:
        about = and_(outbox.c.subject_id == self.campaign_id, outbox.c.kind == MessageKind.CAMPAIGN.value)
        chosen = select(outbox.c.recipient_id).where(about, outbox.c.state == MessageState.SENDING.value, *wanted)
        chats = {one.id: one.conversation for one in self.staff}
        async with self.office.connection() as connection:
            return {chats[row.recipient_id] for row in await connection.execute(chosen)}
