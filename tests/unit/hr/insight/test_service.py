"""HR's overview: who sees it, what is in it, the weekly word, and how long it lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hr.audit.model import SYSTEM, Deed, Purpose
from hr.errors import NotInHrError
from hr.insight.model import Insight, Outcome, Review
from hr.insight.service import OVERVIEW, PERIOD_DAYS, Rules
from hr.live_file import ContentFault
from hr.outbox.model import Why
from tests.unit.hr.campaigns.builders import HR
from tests.unit.hr.insight.builders import CHIEF, CONTENT, FAULT, LEADER, LONE, MONDAY, NORA, FakeContent, House

TODAY = date(2026, 11, 23)
HOLIDAYS = ("Kan feriefridage udbetales?", "Hvornår er ferieåret slut?", "Kan ferie overføres?")


@pytest.mark.parametrize("who", [LEADER, "stranger", SYSTEM])
async def test_nobody_outside_hr_sees_it(who: str) -> None:
    with pytest.raises(NotInHrError):
        await House().service().overview(who)


@pytest.mark.parametrize("who", [NORA, CHIEF, NORA.upper()])
async def test_hr_sees_what_was_asked_by_topic_and_the_small_groups_in_a_sum(who: str) -> None:
    house = House()
    await house.ask(*HOLIDAYS, "Hvad er barsel?", answered=5, withheld=1)
    found = await house.service().overview(who)
    assert (found.answered, found.questions) == (5, 10)
    assert [(group.topic, group.count, group.texts) for group in found.unanswered.groups] == [("Ferie", 3, HOLIDAYS)]
    assert found.unanswered.others == 2


async def test_each_look_is_in_the_audit_log_and_no_refusal_is() -> None:
    house = House()
    service = house.service()
    await service.overview(NORA)
    await service.export()
    with pytest.raises(NotInHrError):
        await service.overview(LEADER)
    async with house.storage.unit() as unit:
        entries = [one.entry for one in await unit.audit.entries(limit=10)]
    assert [(one.actor_id, one.deed, one.purpose, one.case_id) for one in entries] == [
        (NORA, Deed.VIEWED, Purpose.HR_OVERVIEW, OVERVIEW),
        (SYSTEM, Deed.VIEWED, Purpose.HR_OVERVIEW, OVERVIEW),
    ]


async def test_it_looks_back_on_ninety_days_today_included() -> None:
    house = House()
    first = TODAY - timedelta(days=PERIOD_DAYS - 1)
    await house.ask(*HOLIDAYS, on=first)
    await house.ask("Er ferie altid fri?", on=first - timedelta(days=1), answered=1)
    await house.dislike(3, at=MONDAY)
    found = await house.service().overview(NORA)
    assert (found.since, found.until, found.answered, found.unanswered.total) == (first, TODAY, 0, 3)
    assert [(one.title, one.count) for one in found.disliked] == [("Frister for ferie", 3)]
    assert (await house.service().export(days=PERIOD_DAYS + 1)).unanswered.total == 4


async def test_texts_near_or_past_their_review_are_in_it_of_documents_and_of_follow_up() -> None:
    house = House(content=FakeContent(CONTENT))
    house.library.found = [
        Review(title="Gammel", file="gammel.md", due=TODAY - timedelta(days=1)),
        Review(title="Fjern", file="fjern.md", due=TODAY + timedelta(days=61)),
    ]
    assert [one.title for one in (await house.service().overview(NORA)).reviews] == ["Gammel"]
    house.clock.moment = MONDAY.replace(year=2027, month=2)
    titles = [(one.title, one.file) for one in (await house.service().overview(NORA)).reviews]
    assert ("Gammel", "gammel.md") in titles
    assert any("Mulighedserklæring" in title and file == "absence.toml" for title, file in titles)


async def test_faults_of_hrs_files_that_last_are_in_it() -> None:
    house = House()
    mended, lasting = ContentFault(file="a.toml", reason="x"), ContentFault(file="b.toml", line=3, reason="y")
    async with house.storage.unit() as unit:
        await unit.insight.open_fault(mended, at=MONDAY)
        await unit.insight.mend(mended.id, at=MONDAY)
        await unit.insight.open_fault(lasting, at=MONDAY)
        await unit.commit()
    found = await house.service().overview(NORA)
    assert [one.fault for one in found.faults] == [lasting]
    assert found.has_news


# the weekly word


async def test_everybody_in_hr_gets_one_message_a_week_however_often_and_by_whomever_it_is_queued() -> None:
    house = await House().with_news()
    first, second = house.service(), house.service()
    assert [await first.queue_digests(), await first.queue_digests(), await second.queue_digests()] == [3, 0, 0]
    house.clock.moment += timedelta(days=2)
    assert await house.service().queue_digests() == 0
    house.clock.moment = MONDAY + timedelta(days=7)
    assert await second.queue_digests() == 3
    keys = [one.key for one in await house.queued()]
    assert len(set(keys)) == 6
    assert f"hr-digest:2026-W48:{NORA}" in keys


@pytest.mark.parametrize(
    ("local", "queued"),
    [
        ("2026-11-22T12:00", 0),  # Sunday
        ("2026-11-23T07:45", 0),  # before HR's time of sending
        ("2026-11-23T08:30", 3),
        ("2026-11-25T15:00", 3),  # the worker stood still
        ("2026-04-06T09:00", 0),  # Easter Monday
        ("2026-04-07T08:30", 3),
    ],
)
async def test_it_is_queued_on_the_first_working_day_at_hrs_time(local: str, queued: int) -> None:
    house = await House().with_news()
    house.clock.moment = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Copenhagen"))
    assert await house.service().queue_digests() == queued


async def test_after_hours_it_waits_for_the_morning() -> None:
    house = await House().with_news()
    house.clock.moment = MONDAY.replace(hour=17)
    await house.service().queue_digests()
    assert {one.not_before for one in await house.queued()} == {MONDAY.replace(day=24, hour=7, minute=30)}


async def test_a_setting_switches_it_off() -> None:
    house = await House(rules=Rules(smallest=3, retention_days=183, digest=False)).with_news()
    assert await house.service().queue_digests() == 0


async def told(house: House, *, to: str = NORA) -> Insight | Why:
    service = house.service()
    await service.queue_digests()
    message = next(one for one in await house.queued() if one.recipient_id == to)
    async with house.storage.unit() as unit:
        return await service.digest(unit, message)


async def test_it_tells_of_the_week_before_and_of_nothing_later() -> None:
    house = House()
    await house.ask(*HOLIDAYS, on=date(2026, 11, 16), answered=2)
    await house.ask("Er ferie betalt?", on=date(2026, 11, 15), answered=4)
    await house.ask("Er ferie planlagt?", on=TODAY, answered=8)
    await house.dislike(2, at=MONDAY - timedelta(days=3))
    await house.dislike(3, at=MONDAY)
    found = await told(house)
    assert isinstance(found, Insight)
    assert (found.since, found.until) == (date(2026, 11, 16), date(2026, 11, 22))
    assert (found.answered, found.unanswered.total, found.disliked, found.disliked_others) == (2, 3, (), 2)


async def test_where_there_is_nothing_to_do_nothing_is_queued() -> None:
    house = House()
    await house.ask("Er ferie betalt?", on=date(2026, 11, 17), answered=9)
    assert await house.service().queue_digests() == 0
    assert await house.queued() == []


async def test_where_there_is_nothing_left_to_do_when_it_leaves_nothing_is_told() -> None:
    house = await House().with_news()
    service = house.service()
    assert await service.queue_digests() == 3
    (message, *_) = await house.queued()
    async with house.storage.unit() as unit:
        assert isinstance(await service.digest(unit, message), Insight)
        await unit.insight.mend(FAULT.id, at=MONDAY)
        assert await service.digest(unit, message) is Why.CHANGED


async def test_who_has_left_hr_is_not_told_and_an_old_word_is_not_sent_in_another_week() -> None:
    house = House()
    await house.ask(*HOLIDAYS)
    service = house.service()
    await service.queue_digests()
    message = next(one for one in await house.queued() if one.recipient_id == LONE)
    house.people = [one for one in HR if one.id != LONE]
    async with house.storage.unit() as unit:
        assert await house.service().digest(unit, message) is Why.NOT_ENTITLED
        house.clock.moment += timedelta(days=7)
        assert await service.digest(unit, message) is Why.CHANGED


# retention


async def test_what_was_kept_long_enough_is_deleted_and_the_rest_is_not() -> None:
    house = House()
    limit = TODAY - timedelta(days=183)
    await house.ask("Er ferie gammel?", on=limit - timedelta(days=1), answered=1)
    await house.ask("Er ferie ny?", on=limit, answered=1)
    await house.dislike(1, at=MONDAY - timedelta(days=184))
    await house.dislike(1, at=MONDAY - timedelta(days=183))
    assert await house.service().delete_expired() == 3
    assert await house.service().delete_expired() == 0
    async with house.storage.unit() as unit:
        assert [one.text for one in await unit.unanswered.list()] == ["Er ferie ny?"]
        assert [one.day for one in await unit.insight.counts(since=date(2020, 1, 1))] == [limit]
        assert len(await unit.ratings.list()) == 1


async def test_counts_of_other_outcomes_are_not_taken_for_unanswered_questions() -> None:
    house = House(rules=replace(House().rules, smallest=2))
    async with house.storage.unit() as unit:
        for outcome in (Outcome.NOT_FOUND, Outcome.NOT_FOUND, Outcome.NOT_FOUND):
            await unit.insight.count(TODAY, outcome)
        await unit.commit()
    assert (await house.service().overview(NORA)).questions == 0
