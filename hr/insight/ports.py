"""What HR's overview asks of the outside world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from hr.insight.model import KnownFault, Outcome, QuestionCount, Review
from hr.insight.topics import Topics
from hr.live_file import ContentFault


class InsightStore(Protocol):
    """Counts of questions, and faults that HR has been told of."""

    async def count(self, day: date, outcome: Outcome, *, topic: str = "") -> None:
        """Add one to the questions of a day."""
        ...

    async def counts(self, *, since: date) -> tuple[QuestionCount, ...]:
        """The counts from a day on, by (`day`, `outcome`, `topic`)."""
        ...

    async def open_fault(self, fault: ContentFault, *, at: datetime) -> bool:
        """True when this fault is not open already, exactly once among several who ask; its line is kept up to date."""
        ...

    async def mend(self, fault_id: str, *, at: datetime) -> bool:
        """True when this fault was open, exactly once."""
        ...

    async def fault(self, fault_id: str) -> KnownFault | None:
        """One fault, mended or not."""
        ...

    async def open_faults(self) -> tuple[KnownFault, ...]:
        """The faults that last, oldest first."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Forget counts of days before `moment` and faults mended before it; how many."""
        ...


class Library(Protocol):
    """The indexed documents. Reads files: not for the event loop."""

    def titles(self) -> dict[str, str]:
        """Titles by document id."""
        ...

    def reviews(self) -> Sequence[Review]:
        """The documents that have a day of review."""
        ...


class LiveTopics(Protocol):
    """HR's topics as they are now."""

    @property
    def value(self) -> Topics:
        """The topics."""
        ...
