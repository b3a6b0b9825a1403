"""The course of a case through the use cases: creation, steps, return, relapse, correction, the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest

from hr.absence.model import CaseState, EndReason, ReminderLevel, SnoozeChoice, StepChange, StepKind, StepState
from hr.absence.views import StepStatus
from hr.audit.model import Deed
from hr.errors import (
    CaseNotFoundError,
    DayFault,
    InvalidDayError,
    LabelRefusedError,
    OutdatedError,
    SnoozeRefusal,
    SnoozeRefusedError,
    UnknownGuideError,
)
from hr.outbox.model import MessageState
from tests.unit.hr.absence.service_builders import DITTE, MONDAY, Town, rule

DAY = timedelta(days=1)
ALL = ("A01", "A03", "A10", "A28", "A42-1")


async def step_of(town: Town, case: str, key: str) -> tuple[StepState, date]:
    step = (await town.case_of(case)).step(key)
    assert step is not None
    return step.state, step.due_on


async def change(town: Town, case: str, step: str, what: StepChange) -> None:
    await town.service.change_step(DITTE, case, step, what, token=town.token())


async def test_a_case_is_created_with_the_steps_of_its_model() -> None:
    town = Town()
    created = await town.service.create(DITTE, label="mh", first_day=MONDAY, token=town.token())
    case = created.case.case
    assert (case.label, case.model_id, case.generation, case.state) == ("MH", "1-3-10", 1, CaseState.ACTIVE)
    assert [step.key for step in case.steps] == ["A01", "A03", "A10", "A28", "A42-1"]
    assert created.frequency is None
    assert [entry.deed for entry in await town.log()] == [Deed.CREATED]


async def test_the_first_day_chooses_the_model() -> None:
    town = Town()
    town.clock.set(date(2025, 5, 2))
    draft = await town.service.draft(DITTE, label="MH", first_day=date(2025, 4, 30))
    assert draft.model.id == "1-5-14"
    assert [view.title for view in draft.steps][:3] == ["A01 on day 1", "A03 on day 5", "A10 on day 14"]


async def test_a_name_becomes_initials_before_anything_is_kept() -> None:
    town = Town()
    case = await town.case(label="Mette Hansen")
    assert (await town.case_of(case)).label == "MH"
    assert (await town.service.draft(DITTE, label="Mette Hansen", first_day=MONDAY)).label == "MH"


@pytest.mark.parametrize("label", ["", "010190-1234", "MH depression"])
async def test_a_label_that_may_not_be_kept_is_refused_without_being_repeated(label: str) -> None:
    town = Town()
    with pytest.raises(LabelRefusedError) as refused:
        await town.service.create(DITTE, label=label, first_day=MONDAY, token=town.token())
    assert not label or label not in str(refused.value)
    assert (await town.service.overview(DITTE)).own == ()


@pytest.mark.parametrize(
    ("first_day", "reason"),
    [(MONDAY + DAY, DayFault.FUTURE), (MONDAY - timedelta(days=366), DayFault.TOO_OLD)],
)
async def test_an_impossible_first_day_is_refused(first_day: date, reason: DayFault) -> None:
    town = Town()
    case = await town.case()
    for attempt in (
        town.service.draft(DITTE, label="MH", first_day=first_day),
        town.service.create(DITTE, label="MH", first_day=first_day, token=town.token()),
        town.service.correct_first_day(DITTE, case, first_day=first_day, token=town.token()),
    ):
        with pytest.raises(InvalidDayError) as refused:
            await attempt
        assert refused.value.reason is reason


async def test_a_draft_tells_of_a_case_with_the_same_label_and_of_one_that_may_go_on() -> None:
    town = Town()
    ended = await town.case(label="MH", first_day=MONDAY - 4 * DAY)
    await town.service.report_return(DITTE, ended, day=MONDAY, token=town.token())
    town.clock.set(MONDAY + 7 * DAY)
    draft = await town.service.draft(DITTE, label="mh", first_day=MONDAY + 7 * DAY)
    assert draft.relapse_of is not None
    assert draft.relapse_of.id == ended
    assert not draft.same_label
    town.clock.set(MONDAY + 8 * DAY)
    assert (await town.service.draft(DITTE, label="MH", first_day=MONDAY + 8 * DAY)).relapse_of is None
    await town.case(label="MH")
    assert (await town.service.draft(DITTE, label="MH", first_day=MONDAY + 8 * DAY)).same_label


async def test_a_late_start_is_caught_up_in_one_go() -> None:
    town = Town()
    case = await town.case(first_day=MONDAY - 31 * DAY)
    await town.service.catch_up(DITTE, case, done=("A01", "A42-1", "Z99"), offered=ALL, token=town.token())
    kept = await town.case_of(case)
    assert {step.key: step.state for step in kept.steps} == {
        "A01": StepState.DONE,
        "A03": StepState.SKIPPED,
        "A10": StepState.SKIPPED,
        "A28": StepState.WAITING,
        "A42-1": StepState.WAITING,
    }


@pytest.mark.parametrize(
    ("done", "state"), [((), StepState.WAITING), (("A28",), StepState.SKIPPED), (("A18",), StepState.DONE)]
)
async def test_an_invitation_to_a_talk_that_is_still_ahead_is_not_skipped(
    done: tuple[str, ...], state: StepState
) -> None:
    town = Town()
    rules = {**town.content.absence.rules, "A18": rule("A18", StepKind.GOOD, day=18)}
    town.content.absence = replace(town.content.absence, rules=MappingProxyType(rules))
    case = await town.case(first_day=MONDAY - 31 * DAY)
    await town.service.catch_up(DITTE, case, done=done, offered=(*ALL, "A18"), token=town.token())
    assert (await step_of(town, case, "A18"))[0] is state
    assert (await step_of(town, case, "A10"))[0] is StepState.SKIPPED


async def test_a_done_step_is_done_and_comes_back_when_it_is_undone() -> None:
    town = Town()
    case = await town.case()
    await change(town, case, "A03", StepChange.DONE)
    step = (await town.case_of(case)).step("A03")
    assert step is not None
    assert (step.state, step.done_at, step.next_nudge_at) == (StepState.DONE, town.clock.now(), None)
    await change(town, case, "A03", StepChange.UNDO)
    step = (await town.case_of(case)).step("A03")
    assert step is not None
    assert (step.state, step.done_at) == (StepState.WAITING, None)
    assert step.next_nudge_at is not None
    assert step.next_nudge_at > town.clock.now()


async def test_a_step_that_does_not_apply_is_skipped() -> None:
    town = Town()
    case = await town.case()
    await change(town, case, "A28", StepChange.SKIP)
    assert (await step_of(town, case, "A28"))[0] is StepState.SKIPPED


async def test_no_answer_is_asked_about_on_the_next_working_day_and_twice_at_most() -> None:
    town = Town()
    case = await town.case()
    asked = []
    for day in range(5):
        town.clock.set(MONDAY + day * DAY)
        step = (await town.case_of(case)).step("A01")
        assert step is not None
        if step.open and day < 3:
            await change(town, case, "A01", StepChange.NO_ANSWER)
        asked += [
            message.due_at.date()
            for message in await town.morning(MONDAY + (day + 1) * DAY)
            if message.step_key == "A01"
        ]
    assert asked == [MONDAY + DAY, MONDAY + 2 * DAY]
    assert (await step_of(town, case, "A01"))[0] is StepState.ATTEMPTED


async def test_steps_that_repeat_go_on_when_one_is_done_or_skipped() -> None:
    town = Town()
    case = await town.case()
    await change(town, case, "A42-1", StepChange.DONE)
    assert (await step_of(town, case, "A42-2"))[0] is StepState.WAITING
    await change(town, case, "A42-2", StepChange.SKIP)
    assert (await step_of(town, case, "A42-3"))[0] is StepState.WAITING
    await change(town, case, "A42-1", StepChange.UNDO)
    assert (await step_of(town, case, "A42-1"))[0] is StepState.WAITING


async def test_a_reminder_is_put_off_three_times_and_no_more() -> None:
    town = Town()
    case = await town.case()
    for _ in range(3):
        done = await town.service.snooze(DITTE, case, "A10", SnoozeChoice.TOMORROW, token=town.token())
        assert done.case.step("A10") is not None
    assert (await step_of(town, case, "A10"))[0] is StepState.SNOOZED
    with pytest.raises(SnoozeRefusedError):
        await town.service.snooze(DITTE, case, "A10", SnoozeChoice.TOMORROW, token=town.token())
    with pytest.raises(SnoozeRefusedError):
        await town.service.snooze(DITTE, case, "A28", SnoozeChoice.DAY, day=date(2026, 3, 31), token=town.token())


async def test_a_return_closes_the_case_and_asks_for_the_talk() -> None:
    town = Town()
    case = await town.case()
    done = await town.service.report_return(DITTE, case, day=MONDAY + 3 * DAY, token=town.token())
    kept = done.case.case
    assert (kept.state, kept.end_reason, kept.return_day) == (CaseState.CLOSED, EndReason.WELL, MONDAY + 3 * DAY)
    assert kept.closed_at == town.clock.now()
    assert [step.key for step in kept.open_steps] == ["R01"]
    assert kept.listed
    assert (await town.log())[-1].deed is Deed.CLOSED
    await change(town, case, "R01", StepChange.DONE)
    assert (await town.service.overview(DITTE)).own == ()


@pytest.mark.parametrize(
    ("day", "reason"),
    [(MONDAY - 2 * DAY, DayFault.BEFORE_FIRST_DAY), (MONDAY + 366 * DAY, DayFault.TOO_FAR)],
)
async def test_an_impossible_day_of_return_is_refused(day: date, reason: DayFault) -> None:
    town = Town()
    case = await town.case(first_day=MONDAY - DAY)
    for report in (town.service.report_return, town.service.report_partial):
        with pytest.raises(InvalidDayError) as refused:
            await report(DITTE, case, day=day, token=town.token())
        assert refused.value.reason is reason
    assert (await town.case_of(case)).state is CaseState.ACTIVE


async def test_a_partial_return_changes_which_steps_there_are() -> None:
    town = Town()
    case = await town.case()
    await town.service.report_partial(DITTE, case, day=MONDAY, token=town.token())
    kept = await town.case_of(case)
    assert (kept.state, kept.partial_from) == (CaseState.PARTIAL, MONDAY)
    assert "D01-1" in {step.key for step in kept.open_steps}
    assert "A42-1" not in {step.key for step in kept.open_steps}
    town.clock.set(MONDAY + 3 * DAY)
    with pytest.raises(InvalidDayError):
        await town.service.correct_first_day(DITTE, case, first_day=MONDAY + DAY, token=town.token())


async def test_the_end_for_another_reason_leaves_nothing_to_do() -> None:
    town = Town()
    case = await town.case()
    kept = (await town.service.end(DITTE, case, token=town.token())).case.case
    assert (kept.state, kept.end_reason, kept.return_day) == (CaseState.CLOSED, EndReason.ENDED, None)
    assert {step.state for step in kept.steps} == {StepState.LAPSED}
    assert not kept.listed


async def test_a_case_goes_on_after_a_relapse_within_the_gap() -> None:
    town = Town()
    case = await town.case()
    await change(town, case, "A01", StepChange.DONE)
    await town.service.report_return(DITTE, case, day=MONDAY + DAY, token=town.token())
    town.clock.set(MONDAY + 8 * DAY)
    kept = (await town.service.reopen(DITTE, case, token=town.token())).case.case
    assert (kept.state, kept.generation, kept.first_day) == (CaseState.ACTIVE, 2, MONDAY)
    assert (kept.return_day, kept.end_reason, kept.closed_at) == (None, None, None)
    assert {step.key for step in kept.open_steps} == {"A03", "A10", "A28", "A42-1"}
    assert (await town.log())[-1].deed is Deed.REOPENED


async def test_a_case_that_ended_longer_ago_does_not_go_on() -> None:
    town = Town()
    case = await town.case()
    await town.service.report_return(DITTE, case, day=MONDAY + DAY, token=town.token())
    town.clock.set(MONDAY + 9 * DAY)
    assert not (await town.service.view(DITTE, case)).reopenable
    town.clock.set(MONDAY + 16 * DAY)
    with pytest.raises(OutdatedError):
        await town.service.reopen(DITTE, case, token=town.token())


async def test_a_relapse_within_the_gap_may_be_told_late() -> None:
    town = Town()
    case = await town.case(label="MH")
    await town.service.report_return(DITTE, case, day=MONDAY + DAY, token=town.token())
    town.clock.set(MONDAY + 10 * DAY)
    draft = await town.service.draft(DITTE, label="MH", first_day=MONDAY + 4 * DAY)
    assert draft.relapse_of is not None
    again = await town.service.reopen(DITTE, draft.relapse_of.id, token=town.token())
    assert again.case.case.state is CaseState.ACTIVE


async def test_an_absence_that_begins_after_the_gap_is_a_new_one_however_soon_it_is_told() -> None:
    town = Town()
    case = await town.case(label="MH")
    await town.service.report_return(DITTE, case, day=MONDAY + DAY, token=town.token())
    town.clock.set(MONDAY + 9 * DAY)
    assert (await town.service.draft(DITTE, label="MH", first_day=MONDAY + 9 * DAY)).relapse_of is None


async def test_who_is_partly_back_by_mistake_is_wholly_away_again() -> None:
    town = Town()
    case = await town.case()
    town.clock.set(MONDAY + 20 * DAY)
    partly = await town.service.report_partial(DITTE, case, day=MONDAY + 20 * DAY, token=town.token())
    assert {step.step.key for step in partly.case.open_steps} >= {"D01-1", "A28"}
    whole = (await town.service.report_wholly_away(DITTE, case, token=town.token())).case.case
    assert (whole.state, whole.partial_from) == (CaseState.ACTIVE, None)
    assert {step.key for step in whole.open_steps} == {"A01", "A03", "A10", "A28", "A42-1"}
    with pytest.raises(OutdatedError):
        await town.service.report_wholly_away(DITTE, case, token=town.token())


async def test_what_leads_up_to_a_limit_of_the_law_is_not_put_off_past_it() -> None:
    town = Town()
    case = await town.case()
    town.clock.set(MONDAY + 10 * DAY)
    limit = (await step_of(town, case, "A28"))[1]
    with pytest.raises(SnoozeRefusedError) as refused:
        await town.service.snooze(DITTE, case, "A10", SnoozeChoice.DAY, token=town.token(), day=limit + 3 * DAY)
    assert (refused.value.reason, refused.value.limit) == (SnoozeRefusal.PAST_LIMIT, limit)
    await change(town, case, "A28", StepChange.DONE)
    await town.service.snooze(DITTE, case, "A10", SnoozeChoice.DAY, token=town.token(), day=limit + 3 * DAY)


async def test_the_talk_on_being_back_is_overdue_only_after_its_last_day() -> None:
    town = Town()
    case = await town.case()
    await town.service.report_return(DITTE, case, day=MONDAY + DAY, token=town.token())
    found = []
    for day in range(5):
        town.clock.set(MONDAY + day * DAY)
        (talk,) = (await town.service.view(DITTE, case)).open_steps
        found.append(talk.status)
    assert found == [StepStatus.UPCOMING, *[StepStatus.DUE] * 4]
    town.clock.set(MONDAY + 7 * DAY)
    (talk,) = (await town.service.view(DITTE, case)).open_steps
    assert (talk.status, talk.last_on) == (StepStatus.OVERDUE, MONDAY + 4 * DAY)


async def test_another_first_day_moves_all_dates_and_keeps_what_is_done() -> None:
    town = Town()
    case = await town.case()
    await change(town, case, "A01", StepChange.DONE)
    kept = (await town.service.correct_first_day(DITTE, case, first_day=MONDAY - 3 * DAY, token=town.token())).case.case
    assert (kept.first_day, kept.generation) == (MONDAY - 3 * DAY, 2)
    assert (await step_of(town, case, "A01"))[0] is StepState.DONE
    assert (await step_of(town, case, "A10"))[1] == MONDAY + 7 * DAY
    assert (await step_of(town, case, "A28"))[1] == date(2026, 3, 27)


async def test_a_wrong_entry_is_gone_at_once_with_its_messages() -> None:
    town = Town()
    case = await town.case()
    await town.morning(MONDAY + DAY)
    await town.service.delete(DITTE, case, token=town.token())
    assert await town.kept(case) is None
    assert await town.outbox() == []
    assert (await town.log())[-1].deed is Deed.DELETED
    with pytest.raises(CaseNotFoundError):
        await town.service.view(DITTE, case)


async def test_the_hint_on_frequency_is_off_until_hr_sets_it() -> None:
    town = Town()
    for _ in range(4):
        await town.case(label="MH")
    created = await town.service.create(DITTE, label="MH", first_day=MONDAY, token=town.token())
    assert created.frequency is None


async def test_the_hint_counts_what_kompas_knows_and_what_the_leader_left_in() -> None:
    town = Town()
    town.content.set(freq_enabled=True)
    await town.case(label="MH", first_day=MONDAY - timedelta(days=200))
    await town.case(label="PJ")
    first = await town.case(label="MH")
    await town.case(label="MH")
    created = await town.service.create(DITTE, label="mh", first_day=MONDAY, token=town.token())
    assert created.frequency == 3
    await town.service.exclude_from_frequency(DITTE, first, token=town.token())
    await town.service.exclude_from_frequency(DITTE, created.case.case.id, token=town.token())
    assert (await town.service.create(DITTE, label="MH", first_day=MONDAY, token=town.token())).frequency is None


async def test_the_list_has_overdue_steps_first_and_then_the_nearest() -> None:
    town = Town()
    late = await town.case(label="A")
    town.clock.set(MONDAY + 2 * DAY)
    soon = await town.case(label="B")
    later = await town.case(label="C")
    await change(town, later, "A01", StepChange.DONE)
    assert [view.case.id for view in (await town.service.overview(DITTE)).own] == [late, soon, later]


async def test_a_step_whose_rule_hr_took_away_is_shown_no_more() -> None:
    town = Town()
    case = await town.case()
    town.content.drop_rule("A03")
    view = await town.service.view(DITTE, case)
    assert view.step("A03") is None
    assert await town.morning(MONDAY + 2 * DAY) != []
    assert not [message for message in await town.outbox() if message.step_key == "A03"]


async def test_guides_are_shown_with_and_without_a_case() -> None:
    town = Town()
    assert [view.guide.id for view in await town.service.guides()] == ["fast-track", "bisidder"]
    assert (await town.service.guide(DITTE, "fast-track")).limit_on is None
    assert (await town.service.guide(DITTE, "bisidder", case_id=await town.case())).limit_on is None
    with pytest.raises(UnknownGuideError):
        await town.service.guide(DITTE, "no-such-guide")


async def test_weekend_duty_gives_open_cases_new_dates_and_takes_old_reminders_back() -> None:
    town = Town()
    case = await town.case(first_day=MONDAY - 2 * DAY)
    queued = await town.morning(MONDAY + DAY)
    assert [message.step_key for message in queued] == ["A01", "A03"]
    view = await town.service.choose(DITTE, level=ReminderLevel.NORMAL, weekend_duty=True, token=town.token())
    assert view.preferences.weekend_duty
    kept = await town.case_of(case)
    assert kept.generation == 2
    assert (await step_of(town, case, "A01"))[1] == MONDAY - 2 * DAY
    assert (await step_of(town, case, "A28"))[
        1
    ] == MONDAY + 25 * DAY  # the Friday: other offices are closed on the Saturday
    assert {message.state for message in await town.outbox()} == {MessageState.CANCELLED}


async def test_who_chose_nothing_has_the_usual_settings() -> None:
    town = Town()
    view = await town.service.settings(DITTE)
    assert (view.preferences.level, view.preferences.weekend_duty, view.away) == (ReminderLevel.NORMAL, False, None)


async def test_operators_see_how_many_cases_run() -> None:
    town = Town()
    case = await town.case()
    await town.case()
    await town.service.end(DITTE, case, token=town.token())
    assert await town.service.open_cases() == 1


async def test_the_same_first_day_again_changes_no_date_and_no_reminder() -> None:
    town = Town()
    case = await town.case()
    await town.morning(MONDAY + DAY)
    kept = await town.case_of(case)
    await town.service.correct_first_day(DITTE, case, first_day=MONDAY, token=town.token())
    assert await town.case_of(case) == replace(kept, touched_at=town.clock.now())
    assert {message.state for message in await town.outbox()} == {MessageState.PENDING}


async def test_what_was_skipped_or_put_off_on_another_date_is_open_again_after_a_correction() -> None:
    town = Town()
    case = await town.case(first_day=MONDAY - 21 * DAY)
    await change(town, case, "A10", StepChange.SKIP)
    await change(town, case, "A03", StepChange.DONE)
    await town.service.snooze(DITTE, case, "A28", SnoozeChoice.TOMORROW, token=town.token())
    kept = (await town.service.correct_first_day(DITTE, case, first_day=MONDAY - DAY, token=town.token())).case.case
    states = {step.key: (step.state, step.next_nudge_at is not None) for step in kept.steps}
    assert states["A10"] == (StepState.WAITING, True)
    assert states["A28"] == (StepState.WAITING, True)
    assert states["A03"] == (StepState.DONE, False)


async def test_the_invitation_is_settled_with_the_talk_and_nothing_else_is() -> None:
    town = Town()
    rules = {
        **town.content.absence.rules,
        "A18": rule("A18", StepKind.GOOD, day=18),
        "A56": rule("A56", StepKind.GOOD, day=56),
    }
    town.content.absence = replace(town.content.absence, rules=MappingProxyType(rules))
    case = await town.case()
    await change(town, case, "A28", StepChange.DONE)
    found = {key: (await step_of(town, case, key))[0] for key in ("A01", "A18", "A28", "A42-1", "A56")}
    assert found == {
        "A01": StepState.WAITING,
        "A18": StepState.SKIPPED,
        "A28": StepState.DONE,
        "A42-1": StepState.WAITING,
        "A56": StepState.WAITING,
    }
