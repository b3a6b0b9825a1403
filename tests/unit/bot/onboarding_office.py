"""Onboarding over memory: the real use cases and handlers, and a day that can be moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from adaptive_cards.actions import Action, parse_action
from adaptive_cards.render import Card
from bot.benchmark_office import MovableClock
from bot.handlers.onboarding.desk import OnboardingDesk
from bot.handlers.onboarding.press import OnboardingPress
from bot.handlers.onboarding.typed import OnboardingTyped
from bot.makers.onboarding import OnboardingMaker
from bot.settings import SAMPLE_CONTENT
from hr.clock import COPENHAGEN
from hr.onboarding.content import load_items
from hr.onboarding.model import CommonEvent, EventKind, Journey
from hr.onboarding.service import OnboardingService
from hr.outbox.model import MessageKind, MessageState, Why
from hr.people import FileDirectory
from hr.send_window import SendWindow
from hr.storage.memory import MemoryStorage
from hr.workdays import ClosedDays, MunicipalCalendar
from tests.unit.bot.builders import CATALOGUE, asked, buttons_of, pressed
from tests.unit.bot.fakes import FakeAnswering, FakeTurn

PEOPLE = FileDirectory.load(SAMPLE_CONTENT / "people.sample.toml")
ELIAS, SIGNE, DITTE, CHIEF, ROSA, MENTOR, HR, OTHER_HR, AMR, TR = (
    PEOPLE.by_key(key).id
    for key in ("new_employee", "new_leader", "leader", "chief", "employee", "mentor", "hr", "other_hr", "amr", "tr")
)
TUESDAY = date(2026, 12, 1)
EVENT = CommonEvent(
    id="welcome", kind=EventKind.WELCOME, on=date(2027, 3, 4), at=time(9, 30), place="Eksempelhuset", places=1
)
MEETING = CommonEvent(
    id="meeting", kind=EventKind.WELCOME_MEETING, on=date(2027, 3, 11), at=time(13), place="Eksempelsalen", places=5
)
LEADER_DAY = CommonEvent(
    id="lederdag", kind=EventKind.LEADER_DAY, on=date(2027, 6, 3), at=time(9), place="Eksempelhallen"
)


class Office:
    """The real use cases over memory. `on` is the day."""

    def __init__(self) -> None:
        self.storage = MemoryStorage()
        self.content = SimpleNamespace(items=load_items(SAMPLE_CONTENT / "journeys.toml"), events=())
        self.clock = MovableClock(moment=datetime(2026, 12, 1, 9, tzinfo=COPENHAGEN))
        hours: Any = SimpleNamespace(
            calendar=MunicipalCalendar(ClosedDays()),
            absence=SimpleNamespace(parameters=SimpleNamespace(send_time=time(8))),
        )
        self.service = OnboardingService(
            new_unit=self.storage.unit,
            directory=PEOPLE,
            content=self.content,
            hours=hours,
            window=SendWindow.parse("07:30-16:30", COPENHAGEN),
            clock=self.clock,
        )
        desk = OnboardingDesk(service=self.service, clock=self.clock)
        self.answering = FakeAnswering()
        self.typed = OnboardingTyped(desk=desk, catalogue=CATALOGUE, otherwise=self.answering)
        self._press = OnboardingPress(desk=desk, catalogue=CATALOGUE, otherwise=self.answering)
        self._maker = OnboardingMaker(facts=self.service, catalogue=CATALOGUE)

    def on(self, day: date) -> None:
        """Move the clock to nine o'clock on that day."""
        self.clock.moment = datetime(day.year, day.month, day.day, 9, tzinfo=COPENHAGEN)

    async def write(self, text: str, by: str) -> FakeTurn:
        turn = FakeTurn()
        await self.typed(asked(text, by), turn)
        return turn

    async def press(self, action: Action, by: str) -> Card:
        turn = FakeTurn()
        await self._press(pressed(action, by), turn)
        return turn.card

    async def press_button(self, card: Card, title: str, by: str, **inputs: str) -> Card:
        return await self.press(parse_action({**buttons_of(card)[title], **inputs}), by)

    async def starts(self, by: str = ELIAS, *, track: str = "new_employee", on: date = TUESDAY) -> Card:
        """A person starts a plan for themselves."""
        form = (await self.write("jeg er ny her", by)).card
        return await self.press_button(form, "Start planen", by, track=track, start_on=on.isoformat())

    async def journey(self, person_id: str = ELIAS) -> Journey:
        """The latest journey of a person, ended or not."""
        async with self.storage.unit() as unit:
            return (await unit.journeys.of_person(person_id))[0]

    async def morning(self) -> list[tuple[str, MessageKind, Card]]:
        """What the worker queues and sends as of now: recipient, kind, card."""
        await self.service.queue_due()
        sent: list[tuple[str, MessageKind, Card]] = []
        now, lease = self.clock.now() + timedelta(hours=5), uuid4().hex
        async with self.storage.unit() as unit:
            claimed = await unit.outbox.claim(now, lease=lease, lease_now=now, lease_seconds=60, limit=500)
            for message in claimed:
                made = await self._maker.card(unit, message)
                done = MessageState.CANCELLED if isinstance(made, Why) else MessageState.SENT
                await unit.outbox.settle(replace(message, state=done, sent_at=now), lease=lease)
                if isinstance(made, Card):
                    sent.append((message.recipient_id, message.kind, made))
            await unit.commit()
        return sent

    async def forget_messages(self) -> None:
        """What retention does with the outbox after a month."""
        async with self.storage.unit() as unit:
            await unit.outbox.forget_before(self.clock.now() - timedelta(days=30))
            await unit.commit()
