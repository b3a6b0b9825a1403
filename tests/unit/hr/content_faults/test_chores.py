"""A fault of HR's is told once to those who can mend it, and what told of it is replaced when it is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from adaptive_cards.render import Card
from bot.makers.content_faults import ContentFaultMaker
from hr.clock import COPENHAGEN
from hr.content_faults.chores import GRACE, FaultChores
from hr.live_file import ContentFault
from hr.outbox.model import MessageKind, MessageState, OutboxMessage, Why
from hr.people import FileDirectory, Person, Role
from hr.send_window import SendWindow
from hr.storage.memory import MemoryStorage
from hr.workdays import ClosedDays, MunicipalCalendar
from tests.unit.bot.builders import CATALOGUE, words_of
from tests.unit.hr.campaigns.builders import PlayedClock

FAULT = ContentFault(file="journeys.toml", line=14, reason="title: Field required")
PEOPLE_FAULT = ContentFault(file="people.toml", line=3, reason="email: '…' is already used by '…'")
DOCUMENT = ContentFault(file="hr-ferie.md", line=None, reason="is empty")
EVENING = datetime(2026, 3, 2, 22, 0, tzinfo=COPENHAGEN)
NEXT_MORNING = datetime(2026, 3, 3, 7, 30, tzinfo=COPENHAGEN)


def person(key: str, *roles: Role) -> Person:
    return Person(
        id=key, key=key, name=key.title(), initials=key[:2].upper(), email=f"{key}@x.dk", roles=frozenset(roles)
    )


STAFF = (
    person("nora", Role.HR),
    person("lone", Role.HR_LEAD),
    person("ivan", Role.OPERATOR),
    person("ditte", Role.LEADER),
)


@dataclass(slots=True)
class File:
    fault: ContentFault | None = None


@dataclass(slots=True)
class Desk:
    """A file, documents, a worker's round, and a wire that takes everything."""

    clock: PlayedClock = field(default_factory=PlayedClock)
    storage: MemoryStorage = field(default_factory=MemoryStorage)
    file: File = field(default_factory=File)
    documents: Sequence[ContentFault] | None = ()
    staff: tuple[Person, ...] = STAFF

    def chores(self, file: File | None = None) -> FaultChores:
        return FaultChores(
            new_unit=self.storage.unit,
            directory=FileDirectory(self.staff),
            files=[file or self.file],
            documents=lambda: self.documents,
            people_file="people.toml",
            window=SendWindow.parse("07:30-16:30", COPENHAGEN),
            calendar=lambda: MunicipalCalendar(ClosedDays()),
            clock=self.clock,
        )

    async def follow(self, **later: float) -> int:
        self.clock.moment += timedelta(**later)
        return await self.chores().follow()

    async def messages(self, fault: ContentFault = FAULT) -> tuple[OutboxMessage, ...]:
        async with self.storage.unit() as unit:
            return await unit.outbox.about(fault.id, kinds=[MessageKind.CONTENT_FAULT])

    async def card(self, message: OutboxMessage) -> Card | Why:
        maker = ContentFaultMaker(facts=self.chores(), catalogue=CATALOGUE)
        async with self.storage.unit() as unit:
            return await maker.card(unit, message)

    async def deliver(self, state: MessageState = MessageState.SENT) -> list[Card]:
        """Send what is due; what may not leave ends as the dispatcher would end it."""
        now, cards = self.clock.now(), []
        async with self.storage.unit() as unit:
            batch = await unit.outbox.claim(now, lease="w", lease_now=now, lease_seconds=60, limit=99)
            await unit.commit()
        for message in batch:
            async with self.storage.unit() as unit:
                assert await unit.outbox.begin(message.id, lease="w", lease_now=now, lease_seconds=60)
                await unit.commit()
            made = await self.card(message)
            ended = replace(message, state=MessageState.CANCELLED, why=made if isinstance(made, Why) else None)
            if isinstance(made, Card):
                cards.append(made)
                ended = replace(message, state=state, activity_id=f"card-{message.recipient_id}", sent_at=now)
            if state is not MessageState.SENDING:
                async with self.storage.unit() as unit:
                    assert await unit.outbox.settle(ended, lease="w")
                    await unit.commit()
        return cards


async def test_a_new_fault_is_told_to_hr_and_to_nobody_else() -> None:
    desk = Desk(file=File(FAULT))
    assert await desk.follow() == 1
    assert {one.recipient_id for one in await desk.messages()} == {"nora", "lone"}


async def test_it_says_the_file_the_line_and_the_remedy_in_danish() -> None:
    desk = Desk(file=File(FAULT))
    await desk.follow()
    desk.clock.moment += GRACE
    said = words_of((await desk.deliver())[0])
    assert "Linje 14 i journeys.toml" in said
    assert "Feltet title mangler." in said
    assert "Sådan retter du: Skriv det ind i posten." in said
    assert "den sidste gode udgave" in said
    assert FAULT.reason not in said


async def test_however_often_workers_look_it_is_told_once() -> None:
    desk = Desk(file=File(FAULT))
    for _ in range(3):
        await desk.follow(seconds=5)
    desk.file.fault = replace(FAULT, line=15)
    await desk.follow(seconds=5)
    assert len(await desk.messages()) == 2
    async with desk.storage.unit() as unit:
        (known,) = await unit.insight.open_faults()
    assert known.fault.line == 15


async def test_operators_are_told_of_the_people_file_too() -> None:
    desk = Desk(file=File(PEOPLE_FAULT))
    await desk.follow()
    assert {one.recipient_id for one in await desk.messages(PEOPLE_FAULT)} == {"nora", "lone", "ivan"}


async def test_when_it_is_mended_the_same_card_says_so() -> None:
    desk = Desk(file=File(FAULT))
    await desk.follow()
    desk.clock.moment += GRACE
    await desk.deliver()
    desk.file.fault = None
    assert await desk.follow(seconds=30) == 1
    (new,) = [one for one in await desk.messages() if one.replaces == "card-nora"]
    card = await desk.card(new)
    assert isinstance(card, Card)
    assert "Rettet" in words_of(card)
    assert "Filen er i brug, som den er nu." in words_of(card)
    assert await desk.follow(seconds=30) == 0


async def test_a_file_with_another_fault_is_not_said_to_be_in_use() -> None:
    desk = Desk(file=File(FAULT))
    await desk.follow()
    desk.clock.moment += GRACE
    await desk.deliver()
    desk.file.fault = replace(FAULT, line=20, reason="what: Field required")
    await desk.follow(seconds=30)
    (new,) = [one for one in await desk.messages() if one.replaces == "card-nora"]
    card = await desk.card(new)
    assert isinstance(card, Card)
    assert "Filen har en fejl mere." in words_of(card)


async def test_who_mends_it_at_once_is_spared_the_message() -> None:
    desk = Desk(file=File(FAULT))
    await desk.follow()
    desk.file.fault = None
    await desk.follow(seconds=12)
    desk.clock.moment += timedelta(minutes=1)
    assert await desk.deliver() == []


async def test_a_fault_of_the_evening_is_told_in_the_morning_and_not_at_all_when_mended_by_then() -> None:
    desk = Desk(file=File(FAULT))
    desk.clock.moment = EVENING
    await desk.follow()
    assert {one.not_before for one in await desk.messages()} == {NEXT_MORNING}
    desk.file.fault = None
    await desk.follow(minutes=5)
    desk.clock.moment = NEXT_MORNING
    assert await desk.deliver() == []


async def test_the_same_fault_made_again_is_told_again() -> None:
    desk = Desk(file=File(FAULT))
    await desk.follow()
    desk.clock.moment += GRACE
    await desk.deliver()
    desk.file.fault = None
    await desk.follow(minutes=5)
    await desk.deliver()
    desk.file.fault = FAULT
    await desk.follow(minutes=5)
    desk.clock.moment += GRACE
    assert ["Feltet title mangler." in words_of(card) for card in await desk.deliver()] == [True, True]


async def test_a_worker_that_has_not_looked_yet_does_not_take_back_what_another_saw() -> None:
    desk = Desk(file=File(FAULT))
    await desk.follow()
    desk.clock.moment += timedelta(seconds=2)
    assert await desk.chores(File(None)).follow() == 0
    assert len(await desk.messages()) == 2


async def test_a_card_that_is_just_leaving_is_waited_for_before_it_is_taken_back() -> None:
    desk = Desk(file=File(FAULT))
    await desk.follow()
    desk.clock.moment += GRACE
    await desk.deliver(MessageState.SENDING)
    desk.file.fault = None
    assert await desk.follow() == 0
    async with desk.storage.unit() as unit:
        assert len(await unit.insight.open_faults()) == 1


@pytest.mark.parametrize(("documents", "open_after"), [(None, 1), ((), 0)])
async def test_a_document_counts_as_mended_only_when_a_build_says_so(
    documents: Sequence[ContentFault] | None, open_after: int
) -> None:
    desk = Desk(documents=(DOCUMENT,))
    await desk.follow()
    desk.documents = documents
    await desk.follow(minutes=1)
    async with desk.storage.unit() as unit:
        assert len(await unit.insight.open_faults()) == open_after


async def test_who_has_left_hr_meanwhile_gets_nothing() -> None:
    desk = Desk(file=File(FAULT))
    await desk.follow()
    desk.staff = (person("nora", Role.EMPLOYEE),)
    (message,) = [one for one in await desk.messages() if one.recipient_id == "nora"]
    assert await desk.card(message) is Why.NOT_ENTITLED


async def test_it_keeps_hrs_hours() -> None:
    desk = Desk(file=File(FAULT))
    await desk.follow()
    maker = ContentFaultMaker(facts=desk.chores(), catalogue=CATALOGUE)
    (message, *_) = await desk.messages()
    async with desk.storage.unit() as unit:
        assert not await maker.weekend_duty(unit, message)
