"""A municipality whose HR looks at how Kompas is used, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self

from hr.absence.content import load_absence
from hr.absence.timeline import AbsenceContent
from hr.feedback.model import Rating, Reaction, UnansweredQuestion
from hr.insight.model import Outcome, Review
from hr.insight.service import InsightService, Rules
from hr.insight.topics import Topic, Topics
from hr.live_file import ContentFault
from hr.outbox.model import MessageKind, OutboxMessage
from hr.people import FileDirectory, Person, Role
from hr.ports import Storage
from hr.storage.memory import MemoryStorage
from hr.workdays import WorkCalendar
from privacy.redaction import redact
from tests.unit.hr.campaigns.builders import CALENDAR, CHIEF, HR, LONE, NORA, WINDOW, PlayedClock, person

__all__ = ["CHIEF", "FAULT", "LEADER", "LONE", "MONDAY", "NORA", "House"]

CONTENT = load_absence(Path(__file__).resolve().parents[4] / "hr" / "content")
LEADER = "leader"
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Nine o'clock in Denmark, in week 48."""

FAULT = ContentFault(file="ferie.toml", line=3, reason="not valid TOML")
SUNDAY = date(2026, 11, 22)


@dataclass(slots=True)
class FakeTopics:
    """Two topics."""

    value: Topics = (Topic(name="Ferie", words=("ferie",)), Topic(name="Barsel", words=("barsel",)))


@dataclass(slots=True)
class FakeLibrary:
    """Answers `hr.insight.ports.Library`."""

    found: Sequence[Review] = ()

    def titles(self) -> dict[str, str]:
        return {"ferie": "Frister for ferie"}

    def reviews(self) -> Sequence[Review]:
        return self.found


@dataclass(frozen=True, slots=True)
class FakeContent:
    """HR's follow-up without days of review, unless the test brings them."""

    absence: AbsenceContent = field(
        default_factory=lambda: replace(CONTENT, rules={}, guides={}, earlier_rules=(), earlier_guides=())
    )
    calendar: WorkCalendar = CALENDAR


@dataclass(slots=True)
class House:
    """The service over a storage, and the hands of whoever asks, rates and sends."""

    people: Sequence[Person] = field(default_factory=lambda: (*HR, person(LEADER, Role.LEADER)))
    storage: Storage = field(default_factory=MemoryStorage)
    clock: PlayedClock = field(default_factory=lambda: PlayedClock(MONDAY))
    library: FakeLibrary = field(default_factory=FakeLibrary)
    content: FakeContent = field(default_factory=FakeContent)
    rules: Rules = field(default_factory=lambda: Rules(smallest=3, retention_days=183))

    def service(self) -> InsightService:
        """The service, as each process makes one of its own."""
        return InsightService(
            new_unit=self.storage.unit,
            directory=FileDirectory(tuple(self.people)),
            topics=FakeTopics(),
            library=self.library,
            content=self.content,
            window=WINDOW,
            clock=self.clock,
            rules=self.rules,
        )

    async def ask(self, *texts: str, on: date = SUNDAY, answered: int = 0, withheld: int = 0) -> None:
        """Questions without an answer, with one, and without a text."""
        async with self.storage.unit() as unit:
            for text in texts:
                await unit.unanswered.add(
                    UnansweredQuestion(text=redact(text), reason="thin_source", language="da", asked_on=on)
                )
            for _ in range(answered):
                await unit.insight.count(on, Outcome.ANSWERED)
            for _ in range(withheld):
                await unit.insight.count(on, Outcome.WITHHELD, topic="Barsel")
            await unit.commit()

    async def dislike(self, count: int, *, at: datetime = MONDAY - timedelta(days=1)) -> None:
        """That many people do not like an answer from the document on holidays."""
        async with self.storage.unit() as unit:
            for number in range(count):
                await unit.ratings.add(
                    Rating(
                        answer_id=f"answer-{number}-{at.isoformat()}",
                        person_id=f"person-{number}",
                        reaction=Reaction.DISLIKE,
                        given_at=at,
                        document_ids=("ferie",),
                    )
                )
            await unit.commit()

    async def with_news(self) -> Self:
        """A fault of one of HR's files, which lasts."""
        async with self.storage.unit() as unit:
            await unit.insight.open_fault(FAULT, at=MONDAY)
            await unit.commit()
        return self

    async def queued(self) -> list[OutboxMessage]:
        """What lies in the outbox for HR."""
        now = self.clock.now() + timedelta(days=30)
        async with self.storage.unit() as unit:
            found = await unit.outbox.claim(now, lease="test", lease_now=now, lease_seconds=1, limit=100)
        return [one for one in found if one.kind is MessageKind.HR_DIGEST]
