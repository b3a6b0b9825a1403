"""What is kept of a question for HR."""

from __future__ import annotations

from datetime import date

import pytest

from hr.clock import FixedClock
from hr.insight.model import Outcome
from hr.insight.noting import Notes
from hr.storage.memory import MemoryStorage
from tests.unit.hr.insight.builders import FakeTopics

TODAY = date(2026, 11, 23)


class Notebook:
    """Notes over a storage in memory."""

    def __init__(self, *, topics: bool = True) -> None:
        self.storage = MemoryStorage()
        self.notes = Notes(
            new_unit=self.storage.unit, clock=FixedClock.on(TODAY), topics=FakeTopics() if topics else None
        )

    async def note(self, text: str) -> bool:
        return await self.notes.unanswered(text, reason="thin_source", language="da")

    async def kept(self) -> tuple[list[str], list[tuple[Outcome, str, int]]]:
        async with self.storage.unit() as unit:
            texts = [str(one.text) for one in await unit.unanswered.list()]
            return texts, [(one.outcome, one.topic, one.count) for one in await unit.insight.counts(since=TODAY)]


async def test_of_an_answered_question_there_is_a_count_and_nothing_else() -> None:
    book = Notebook()
    await book.notes.answered()
    await book.notes.answered()
    assert await book.kept() == ([], [(Outcome.ANSWERED, "", 2)])


@pytest.mark.parametrize("text", ["Hvad er reglerne ved stress?", "Hvem betaler for kaffen?"])
async def test_a_question_about_a_topic_is_kept_for_hr_also_about_health(text: str) -> None:
    book = Notebook()
    assert await book.note(text)
    assert await book.kept() == ([text], [(Outcome.NOT_FOUND, "", 1)])


async def test_of_one_that_points_at_somebody_the_topic_alone_is_kept() -> None:
    book = Notebook()
    assert not await book.note("Må Oksana holde ferie i juli?")
    assert not await book.note("Må min kollega bruge printeren?")
    assert await book.kept() == ([], [(Outcome.WITHHELD, "", 1), (Outcome.WITHHELD, "Ferie", 1)])


async def test_without_topics_it_is_counted_all_the_same() -> None:
    book = Notebook(topics=False)
    assert not await book.note("Må Oksana holde ferie i juli?")
    assert await book.kept() == ([], [(Outcome.WITHHELD, "", 1)])


async def test_of_what_the_guard_refuses_nothing_is_kept() -> None:
    book = Notebook()
    assert not await book.note("Mette er syg med stress")
    assert await book.kept() == ([], [])
