"""What an edit of HR's does to cases that run, and what is shown of texts that have versions and reviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from hr.absence.model import SnoozeChoice, StepChange, StepKind, StepState
from hr.absence.timeline import StepRule
from hr.absence.views import NudgeView
from hr.errors import UnknownGuideError
from hr.outbox.model import MessageState, Why
from hr.workdays import ClosedDays, MunicipalCalendar
from tests.unit.hr.absence.builders import local, the_step
from tests.unit.hr.absence.service_builders import DITTE, MONDAY, VIGGO, Town, rule
from tests.unit.hr.absence.test_service_reminders import nudge

DAY = timedelta(days=1)
TUESDAY = MONDAY + DAY


def save(town: Town, *rules: StepRule, earlier: tuple[StepRule, ...] = ()) -> None:
    """HR saves a file with other steps, and versions before them."""
    kept = {**town.content.absence.rules, **{one.id: one for one in rules}}
    town.content.absence = replace(town.content.absence, rules=MappingProxyType(kept), earlier_rules=earlier)


def talk(days: int, **more: Any) -> StepRule:
    return rule("A28", StepKind.LAW, limit_days=days, **more)


async def follow(town: Town) -> None:
    while await town.service.follow_content(limit=2) >= 2:
        pass


# --- Versions and reviews -----------------------------------------------------------------------------------------------------


async def test_a_case_is_worded_and_dated_by_the_version_of_its_first_day() -> None:
    town = Town()
    old, new = talk(28, valid_to=MONDAY), talk(21, valid_from=TUESDAY, title="New talk", purpose="New words.")
    save(town, new, earlier=(old,))
    first = await town.case(label="AA")
    town.clock.set(TUESDAY, 12)
    second = await town.case(label="BB")
    draft = await town.service.draft(DITTE, label="CC", first_day=TUESDAY)
    assert next(view.title for view in draft.steps if view.step.key == "A28") == "New talk"
    shown = {view.case.id: view.step("A28") for view in (await town.service.overview(DITTE)).own}
    told = [
        (view.rule.purpose, (view.step.nominal_on - MONDAY).days) for view in map(shown.get, (first, second)) if view
    ]
    assert told == [("Why.", 28), ("New words.", 22)]
    corrected = await town.service.correct_first_day(DITTE, second, first_day=MONDAY, token=town.token())
    found = corrected.case.step("A28")
    assert found is not None
    assert (found.rule.purpose, found.step.nominal_on) == ("Why.", MONDAY + 28 * DAY)


async def test_a_limit_whose_review_is_overdue_is_reminded_of_without_the_words_on_the_law() -> None:
    town = Town()
    case = await town.case()
    for key in ("A01", "A03", "A10"):
        await town.service.change_step(DITTE, case, key, StepChange.DONE, token=town.token())
    limit = the_step(await town.case_of(case), "A28").due_on
    save(town, talk(28, review_by=MONDAY))
    queued = [message for day in range(29) for message in await town.morning(MONDAY + day * DAY)]
    assert [message.step_key for message in queued] == ["A28"] * 3
    found = await nudge(town, queued[-1])
    assert isinstance(found, NudgeView)
    assert found.step.rule.withheld
    assert (found.step.step.due_on, found.step.rule.avoid) == (limit, ("What is wrong with you?",))


async def test_a_guide_is_the_one_of_the_first_day_in_a_case_and_of_today_elsewhere() -> None:
    town = Town()
    case = await town.case()
    content = town.content.absence
    old = replace(content.guides["fast-track"], valid_to=MONDAY, review_by=MONDAY)
    new = replace(old, valid_from=TUESDAY, valid_to=None, title="New", limit_days=7, review_by=None)
    extra = replace(new, id="extra")
    ended = replace(content.guides["bisidder"], valid_to=MONDAY)
    guides = MappingProxyType({"fast-track": new, "bisidder": ended, "extra": extra})
    town.content.absence = replace(content, guides=guides, earlier_guides=(old,))
    town.clock.set(TUESDAY, 12)
    of_case = await town.service.guide(DITTE, "fast-track", case_id=case)
    assert of_case.guide.withheld
    assert of_case.limit_on == date(2026, 4, 1)  # 35 days on is Easter Monday
    assert (await town.service.guide(DITTE, "fast-track")).guide.title == "New"
    assert [view.guide.id for view in await town.service.guides()] == ["fast-track", "extra"]
    assert [view.guide.id for view in await town.service.guides(MONDAY)] == ["fast-track", "bisidder"]
    assert (await town.service.guide(DITTE, "extra", case_id=case)).guide.title == "New"
    with pytest.raises(UnknownGuideError):
        await town.service.guide(DITTE, "bisidder")


# --- Cases follow an edit -----------------------------------------------------------------------------------------------------


async def test_an_edited_limit_reaches_the_cases_that_run_and_what_is_done_stays() -> None:
    town = Town()
    running, done = await town.case(label="AA"), await town.case(label="BB", owner=VIGGO)
    await town.service.change_step(VIGGO, done, "A28", StepChange.DONE, token=town.token())
    before = await town.case_of(done)
    await follow(town)
    save(town, talk(21))
    await follow(town)
    step = the_step(await town.case_of(running), "A28")
    assert (step.due_on, step.next_nudge_at) == (MONDAY + 21 * DAY, local(2026, 3, 12, 8, 30))
    after = await town.case_of(done)
    assert [(step.key, step.state, step.done_at) for step in after.steps if step.key == "A28"] == [
        ("A28", StepState.DONE, the_step(before, "A28").done_at)
    ]


async def test_an_edit_made_while_no_worker_ran_is_followed_when_one_starts() -> None:
    town = Town()
    case = await town.case()
    save(town, talk(21))
    await follow(town)
    assert the_step(await town.case_of(case), "A28").due_on == MONDAY + 21 * DAY


async def test_a_version_for_later_cases_changes_no_case_that_runs() -> None:
    town = Town()
    case = await town.case()
    before = await town.case_of(case)
    save(town, talk(21, valid_from=TUESDAY), earlier=(talk(28, valid_to=MONDAY),))
    await follow(town)
    assert await town.case_of(case) == before


async def test_a_closed_day_moves_the_steps_that_run() -> None:
    town = Town()
    case = await town.case()
    await follow(town)
    contact = the_step(await town.case_of(case), "A03").due_on
    town.content.calendar = MunicipalCalendar(ClosedDays(single=frozenset({contact})))
    await follow(town)
    assert the_step(await town.case_of(case), "A03").due_on == contact + DAY


async def test_without_an_edit_nothing_is_looked_at_again() -> None:
    town = Town()
    await town.case(label="AA")
    await town.case(label="BB", owner=VIGGO)
    assert [await town.service.follow_content(limit=1) for _ in range(4)] == [1, 1, 0, 0]
    save(town, talk(28))
    assert [await town.service.follow_content(limit=5) for _ in range(2)] == [2, 0]


async def test_an_edit_sends_no_reminder_twice_and_loses_none() -> None:
    town, edited = Town(), Town()
    for each in (town, edited):
        await each.case()
    for day in range(40):
        for each in (town, edited):
            if each is edited:
                save(edited, rule("A10", StepKind.LOCAL, contact=True, purpose=f"Words of day {day}."))
                edited.clock.set(MONDAY + day * DAY, 8, 0)
                await follow(edited)
            await each.morning(MONDAY + day * DAY)
            await follow(each)
    keys = [sorted(message.key.split(":", 2)[2] for message in await each.outbox()) for each in (town, edited)]
    assert keys[0] == keys[1]
    assert len(set(keys[1])) == len(keys[1])


async def test_a_reminder_on_its_way_of_a_step_that_has_moved_is_withdrawn_and_others_leave() -> None:
    town = Town()
    case = await town.case()
    await follow(town)
    (message,) = await town.morning(TUESDAY)
    save(town, talk(21))
    await follow(town)
    assert isinstance(await nudge(town, message), NudgeView)
    town.content.absence = replace(
        town.content.absence,
        models=tuple(
            replace(model, contacts=tuple(replace(contact, day=contact.day + 3) for contact in model.contacts))
            for model in town.content.absence.models
        ),
    )
    await follow(town)
    (withdrawn,) = await town.outbox()
    assert (withdrawn.state, withdrawn.why) == (MessageState.CANCELLED, Why.CHANGED)
    step = the_step(await town.case_of(case), "A01")
    assert (step.due_on, step.next_nudge_at) == (date(2026, 3, 5), local(2026, 3, 5, 8, 30))


async def test_a_limit_that_an_edit_puts_in_the_past_is_told_of_once_more() -> None:
    town = Town()
    case = await town.case()
    await follow(town)
    for day in range(22):
        await town.morning(MONDAY + day * DAY)
    assert the_step(await town.case_of(case), "A28").nudges == 1
    save(town, talk(10))
    await follow(town)
    told = [message.step_key for day in range(22, 30) for message in await town.morning(MONDAY + day * DAY)]
    assert told.count("A28") == 1


async def test_what_was_put_off_stays_put_off() -> None:
    town = Town()
    case = await town.case()
    await town.service.snooze(DITTE, case, "A03", SnoozeChoice.DAY, day=MONDAY + 7 * DAY, token=town.token())
    before = the_step(await town.case_of(case), "A03")
    save(town, talk(21))
    await follow(town)
    assert the_step(await town.case_of(case), "A03") == before


async def test_a_step_taken_out_by_mistake_is_reminded_of_again_once_it_is_back() -> None:
    town = Town()
    case = await town.case()
    await follow(town)
    town.content.drop_rule("A28")
    await follow(town)
    assert the_step(await town.case_of(case), "A28").state is StepState.LAPSED
    save(town, talk(28))
    await follow(town)
    step = the_step(await town.case_of(case), "A28")
    assert (step.state, step.next_nudge_at) == (StepState.WAITING, local(2026, 3, 19, 8, 30))


async def test_a_case_that_ended_asks_for_nothing_new() -> None:
    town = Town()
    case = await town.case()
    await town.service.end(DITTE, case, token=town.token())
    before = await town.case_of(case)
    save(town, talk(21))
    await follow(town)
    assert await town.case_of(case) == before
