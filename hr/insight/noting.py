"""What is kept of a question for HR: a count for each day, and the text of one without a source where that points at nobody."""

from __future__ import annotations

import asyncio

from hr.clock import Clock
from hr.feedback.model import UnansweredQuestion
from hr.insight.model import Outcome
from hr.insight.ports import LiveTopics
from hr.insight.rules import may_be_shown
from hr.insight.topics import topic_of
from hr.ports import NewUnitOfWork
from privacy.guard import inspect
from privacy.redaction import redact


class Notes:
    """Counts questions. All raise StorageError."""

    def __init__(self, *, new_unit: NewUnitOfWork, clock: Clock, topics: LiveTopics | None) -> None:
        """Without `topics` a withheld question is counted without one."""
        self._new_unit = new_unit
        self._clock = clock
        self._topics = topics

    async def answered(self) -> None:
        """A question had a source. Nothing of it is kept."""
        await self._count(Outcome.ANSWERED)

    async def unanswered(self, text: str, *, reason: str, language: str) -> bool:
        """Whether the text of a question without a source was kept, redacted. One that points at somebody is counted by its topic alone.

        Of what the guard would refuse not even that is kept, whatever the answerer made of it.
        """
        if await asyncio.to_thread(inspect, text) is not None:
            return False
        if not await asyncio.to_thread(may_be_shown, text):
            topic = topic_of(text, self._topics.value) if self._topics is not None else None
            await self._count(Outcome.WITHHELD, topic=topic or "")
            return False
        today = self._clock.today()
        async with self._new_unit() as unit:
            await unit.unanswered.add(
                UnansweredQuestion(text=redact(text), reason=reason, language=language, asked_on=today)
            )
            await unit.insight.count(today, Outcome.NOT_FOUND)
            await unit.commit()
        return True

    async def _count(self, outcome: Outcome, *, topic: str = "") -> None:
        async with self._new_unit() as unit:
            await unit.insight.count(self._clock.today(), outcome, topic=topic)
            await unit.commit()
