"""What HR is shown is counted alike, and forgotten alike, in every storage."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from hr.feedback.model import Rating, Reaction, UnansweredQuestion
from hr.insight.model import Outcome
from hr.insight.service import OVERVIEW
from hr.live_file import ContentFault
from hr.ports import Storage
from privacy.redaction import redact
from tests.unit.hr.insight.builders import NORA, House

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
FAULT = ContentFault(file="absence.toml", line=12, reason="not valid TOML")


async def test_questions_are_counted_by_day_outcome_and_topic(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.insight.count(TODAY - timedelta(days=1), Outcome.ANSWERED)
        await unit.insight.count(TODAY, Outcome.ANSWERED)
        await unit.insight.count(TODAY, Outcome.ANSWERED)
        await unit.insight.count(TODAY, Outcome.WITHHELD, topic="Barsel")
        await unit.commit()
    async with storage.unit() as unit:
        found = await unit.insight.counts(since=TODAY)
    assert [(one.outcome, one.topic, one.count) for one in found] == [
        (Outcome.ANSWERED, "", 2),
        (Outcome.WITHHELD, "Barsel", 1),
    ]


async def test_a_fault_opens_once_and_again_after_it_was_mended(storage: Storage) -> None:
    later = NOW + timedelta(hours=1)
    async with storage.unit() as unit:
        assert await unit.insight.open_fault(FAULT, at=NOW)
        assert not await unit.insight.open_fault(ContentFault(file=FAULT.file, line=14, reason=FAULT.reason), at=later)
        (known,) = await unit.insight.open_faults()
        assert (known.fault.line, known.since) == (14, NOW)
        assert await unit.insight.mend(FAULT.id, at=later)
        assert not await unit.insight.mend(FAULT.id, at=later)
        assert await unit.insight.open_faults() == ()
        assert await unit.insight.open_fault(FAULT, at=later)
        found = await unit.insight.fault(FAULT.id)
        assert found is not None
        assert (found.fault, found.since, found.mended_at) == (FAULT, later, None)
        assert await unit.insight.fault("0" * 32) is None


async def test_old_counts_and_mended_faults_are_forgotten_and_a_lasting_fault_is_not(storage: Storage) -> None:
    lasting = ContentFault(file="topics.toml", reason="no [[topics]] table")
    async with storage.unit() as unit:
        await unit.insight.count(TODAY - timedelta(days=200), Outcome.NOT_FOUND)
        await unit.insight.count(TODAY, Outcome.NOT_FOUND)
        for fault in (FAULT, lasting):
            await unit.insight.open_fault(fault, at=NOW - timedelta(days=300))
        await unit.insight.mend(FAULT.id, at=NOW - timedelta(days=299))
        assert await unit.insight.forget_before(NOW - timedelta(days=183)) == 2
        assert len(await unit.insight.counts(since=date(2020, 1, 1))) == 1
        assert [one.fault for one in await unit.insight.open_faults()] == [lasting]
        assert await unit.insight.fault(FAULT.id) is None


async def test_ratings_and_unanswered_questions_are_deleted_when_kept_long_enough(storage: Storage) -> None:
    limit = NOW - timedelta(days=183)
    async with storage.unit() as unit:
        for answer, given_at in (("old", limit - timedelta(seconds=1)), ("kept", limit)):
            await unit.ratings.add(
                Rating(answer_id=answer, person_id="p", reaction=Reaction.DISLIKE, given_at=given_at)
            )
            await unit.unanswered.add(
                UnansweredQuestion(text=redact(answer), reason="no_source", language="da", asked_on=given_at.date())
            )
        assert await unit.ratings.forget_before(limit) == 1
        assert await unit.unanswered.forget_before(limit.date() + timedelta(days=1)) == 2
        assert [rating.answer_id for rating in await unit.ratings.list()] == ["kept"]
        assert await unit.unanswered.list() == ()


async def test_a_weekly_digest_is_queued_once_a_week_by_however_many_workers(storage: Storage) -> None:
    house = await House(storage=storage).with_news()
    queued = await asyncio.gather(*(house.service().queue_digests() for _ in range(4)))
    assert sum(queued) == 3
    house.clock.moment += timedelta(days=7)
    assert [await house.service().queue_digests(), await house.service().queue_digests()] == [3, 0]
    assert len(await house.queued()) == 6


async def test_the_overview_is_the_same_and_leaves_its_trace(storage: Storage) -> None:
    house = House(storage=storage)
    await house.ask("Er ferie fri?", "Er ferie betalt?", "Er ferie planlagt?", answered=2, withheld=3)
    await house.dislike(3)
    found = await house.service().overview(NORA)
    assert [(one.topic, one.count) for one in found.unanswered.groups] == [("Barsel", 3), ("Ferie", 3)]
    assert (found.questions, [one.count for one in found.disliked]) == (8, [3])
    async with storage.unit() as unit:
        (entry,) = await unit.audit.entries(case_id=OVERVIEW, limit=10)
        assert entry.entry.actor_id == NORA
    house.clock.moment += timedelta(days=400)
    assert await house.service().delete_expired() == 3 + 3 + 2
