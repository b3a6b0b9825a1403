"""A municipality in which HR sends reminders, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hr.campaigns.composing import Written
from hr.campaigns.content import CAMPAIGNS_FILE, load_templates
from hr.campaigns.model import Audience, Campaign, Group, Template
from hr.campaigns.service import CampaignService
from hr.campaigns.views import DraftView, ProgressView
from hr.clock import COPENHAGEN
from hr.outbox.model import MessageKind, MessageState, OutboxMessage, Why
from hr.outbox.policy import Later, not_sent
from hr.people import FileDirectory, Person, Role
from hr.ports import Storage
from hr.send_window import SendWindow
from hr.storage.memory import MemoryStorage
from hr.workdays import ClosedDays, MunicipalCalendar

NORA, LONE, CHIEF = "hr-nora", "hr-lone", "hr-chief"
MONDAY = datetime(2027, 2, 1, 8, 0, tzinfo=UTC)
"""Nine o'clock in Denmark."""

WINDOW = SendWindow.parse("07:30-16:30", COPENHAGEN)
CALENDAR = MunicipalCalendar(ClosedDays())
TEMPLATES = load_templates(Path(__file__).resolve().parents[4] / "hr" / "content" / CAMPAIGNS_FILE)


def person(key: str, *roles: Role, area: str | None = None) -> Person:
    letters = "".join(char for char in key.upper() if char.isalpha())[:2]
    number = "".join(chr(ord("A") + int(char)) for char in key if char.isdigit())
    return Person(
        id=key,
        key=key.replace("-", "_"),
        name=key.replace("-", " ").title(),
        initials=f"{letters}{number}"[:5],
        email=f"{key}@kompas.example",
        roles=frozenset({Role.EMPLOYEE, *roles}),
        area=area,
    )


HR = (person(NORA, Role.HR), person(LONE, Role.HR), person(CHIEF, Role.HR_LEAD))


def leaders(count: int) -> tuple[Person, ...]:
    return tuple(
        person(f"l{number}", Role.LEADER, area="Skole" if number % 2 else "Velfærd") for number in range(count)
    )


@dataclass(slots=True)
class PlayedClock:
    """A clock that the test moves."""

    moment: datetime = MONDAY
    step: timedelta = timedelta()
    """How far it moves by itself between two looks."""

    def now(self) -> datetime:
        self.moment += self.step
        return self.moment

    def today(self) -> date:
        return self.moment.astimezone(COPENHAGEN).date()


@dataclass(slots=True)
class FakeContent:
    """The templates of the product."""

    templates: tuple[Template, ...] = TEMPLATES


def written(**changes: Any) -> Written:
    values: dict[str, Any] = {
        "title": "Nu begynder MUS",
        "text": "Book samtaler med dine medarbejdere.",
        "audience": Audience(groups=frozenset({Group.LEADERS})),
    }
    return Written(**{**values, **changes})


@dataclass(slots=True)
class House:
    """The service over a storage, and the hands of a worker."""

    people: Sequence[Person] = field(default_factory=lambda: (*HR, *leaders(4)))
    storage: Storage = field(default_factory=MemoryStorage)
    clock: PlayedClock = field(default_factory=PlayedClock)
    approval_size: int = 100
    service: CampaignService = field(init=False)

    def __post_init__(self) -> None:
        self.service = self.another()

    def another(self) -> CampaignService:
        """The service of another process on the same database."""
        return CampaignService(
            new_unit=self.storage.unit,
            directory=FileDirectory(tuple(self.people)),
            content=FakeContent(),
            documents=lambda: frozenset({"mus-og-lus"}),
            window=WINDOW,
            calendar=lambda: CALENDAR,
            clock=self.clock,
            approval_size=self.approval_size,
            retention_days=400,
        )

    def staffed(self, people: Sequence[Person]) -> None:
        """Other people from now on."""
        self.people = people
        self.service = self.another()

    async def draft(self, by: str = NORA, **changes: Any) -> DraftView:
        return await self.service.composing.save(by, written(**changes))

    async def sent(self, by: str = NORA, **changes: Any) -> Campaign:
        """A campaign whose recipients are frozen and whose messages are queued."""
        view = await self.draft(by, **changes)
        await self.service.sending.send(by, view.campaign.id)
        await self.service.chores.queue_due()
        return await self.campaign(view.campaign.id)

    async def campaign(self, campaign_id: str) -> Campaign:
        async with self.storage.unit() as unit:
            found = await unit.campaigns.find(campaign_id)
        assert found is not None
        return found

    async def messages(self, campaign_id: str, *kinds: MessageKind) -> tuple[OutboxMessage, ...]:
        async with self.storage.unit() as unit:
            return await unit.outbox.about(campaign_id, kinds=kinds or (MessageKind.CAMPAIGN,))

    async def notices(self, campaign_id: str) -> list[tuple[str, str | None]]:
        found = await self.messages(campaign_id, MessageKind.CAMPAIGN_NOTICE)
        return [(one.recipient_id, one.step_key) for one in found]

    async def deliver(
        self, fate: Callable[[OutboxMessage], tuple[MessageState, Why | None]] | None = None, *, limit: int = 10_000
    ) -> int:
        """Send what is due, as the dispatcher would with `fate` for the wire; how many left or ended."""
        async with self.storage.unit() as unit:
            batch = await unit.outbox.claim(
                self.clock.now(), lease="w", lease_now=self.clock.now(), lease_seconds=60, limit=limit
            )
            await unit.commit()
        done = 0
        for message in batch:
            done += await self._one(message, fate)
        return done

    async def _one(
        self, message: OutboxMessage, fate: Callable[[OutboxMessage], tuple[MessageState, Why | None]] | None
    ) -> bool:
        now = self.clock.now()
        async with self.storage.unit() as unit:
            if not await unit.outbox.begin(message.id, lease="w", lease_now=now, lease_seconds=60):
                return False
            verdict: object = None
            if message.kind in {MessageKind.CAMPAIGN, MessageKind.CAMPAIGN_REMINDER}:
                verdict = await self.service.receiving.allowed(unit, message)
            if isinstance(verdict, Why):
                await unit.outbox.settle(not_sent(message, verdict), lease="w")
                await unit.commit()
                return True
            if not isinstance(verdict, Later):
                state, why = fate(message) if fate is not None else (MessageState.SENT, None)
                sent = state is MessageState.SENT
                changed = replace(
                    message,
                    state=state,
                    why=why,
                    sent_at=now if sent else None,
                    activity_id=f"activity-{message.id}" if sent else None,
                )
                await unit.outbox.settle(changed, lease="w")
                await unit.commit()
                return True
        async with self.storage.unit() as unit:
            await unit.outbox.settle(not_sent(message, verdict), lease="w")
            await unit.commit()
        return False

    async def progress(self, campaign_id: str, by: str = NORA) -> ProgressView:
        return await self.service.progress.show(by, campaign_id)

    def later(self, **span: float) -> None:
        self.clock.moment += timedelta(**span)
