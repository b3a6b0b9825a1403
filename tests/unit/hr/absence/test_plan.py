"""Which steps a case has and when: the date table, counting, partial return, return, correction, reopening."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hr.absence.model import AbsenceCase, CaseState, EndReason, StepKind, StepState
from hr.absence.plan import guide_limit, model_for, plan, replan, shifted, status, title_of
from hr.absence.timeline import DayKind, Shift
from hr.absence.views import StepStatus
from hr.workdays import ClosedDays, EveryDay, MunicipalCalendar
from tests.unit.hr.absence.builders import (
    a_case,
    a_step,
    content_with,
    keys,
    local,
    the_calendar,
    the_content,
    the_step,
    with_step,
)

MONDAY = date(2026, 9, 7)
FIRST_DAYS = st.dates(date(2020, 1, 1), date(2034, 12, 31))
ONCE = ("A01", "A03", "A10", "A18", "A28", "A30", "A35", "A56", "A90")


def replanned(case: AbsenceCase, today: date, *, new_generation: bool = False) -> AbsenceCase:
    return replan(case, the_content(), the_calendar(), today, new_generation=new_generation)


@pytest.mark.parametrize(
    ("first_day", "model", "contacts", "four_weeks", "five_weeks"),
    [
        (date(2025, 4, 30), "1-5-14", ["2025-04-30", "2025-05-05", "2025-05-13"], "2025-05-28", "2025-06-04"),
        (date(2025, 5, 1), "1-3-10", ["2025-05-01", "2025-05-05", "2025-05-12"], "2025-05-28", "2025-06-04"),
        (date(2025, 12, 15), "1-3-10", ["2025-12-15", "2025-12-17", "2025-12-29"], "2026-01-12", "2026-01-19"),
        (date(2026, 3, 31), "1-3-10", ["2026-03-31", "2026-04-07", "2026-04-09"], "2026-04-28", "2026-05-05"),
    ],
)
def test_every_row_of_the_date_table(
    first_day: date, model: str, contacts: list[str], four_weeks: str, five_weeks: str
) -> None:
    case = a_case(first_day)
    assert model_for(the_content(), first_day).id == model
    assert [the_step(case, key).due_on.isoformat() for key in ("A01", "A03", "A10")] == contacts
    assert the_step(case, "A28").due_on.isoformat() == four_weeks
    assert the_step(case, "A35").due_on.isoformat() == five_weeks


def test_a_limit_on_kristi_himmelfart_is_moved_back_and_says_so() -> None:
    step = the_step(a_case(date(2025, 5, 1)), "A28")
    assert (step.nominal_on, step.due_on) == (date(2025, 5, 29), date(2025, 5, 28))
    assert shifted(step)
    assert step.day == 29


def test_the_fifth_of_june_counts_as_closed_only_while_hr_says_so() -> None:
    assert the_step(a_case(date(2025, 5, 1)), "A35").due_on == date(2025, 6, 4)
    open_then = MunicipalCalendar(ClosedDays())
    assert the_step(a_case(date(2025, 5, 1), calendar=open_then), "A35").due_on == date(2025, 6, 5)


def test_the_days_of_the_whole_course() -> None:
    case = a_case(MONDAY)
    assert {step.key: (step.day, (step.nominal_on - MONDAY).days) for step in case.steps} == {
        "A01": (1, 0),
        "A03": (3, 2),
        "A10": (10, 9),
        "A18": (18, 17),
        "A28": (29, 28),
        "A30": (30, 29),
        "A35": (36, 35),
        "A42-1": (43, 42),
        "A56": (56, 55),
        "A90": (90, 89),
    }


def test_the_old_model_has_its_own_days_in_the_titles() -> None:
    content = the_content()
    titles = [title_of(step, content.rules[step.rule]) for step in a_case(date(2025, 4, 30)).steps[:3]]
    assert titles == ["Kontakt på dag 1", "Kontakt på dag 5", "Kontakt på dag 14"]


def test_the_models_change_between_30_april_and_1_may_2025() -> None:
    content = the_content()
    assert model_for(content, date(1990, 1, 1)).id == "1-5-14"
    assert model_for(content, date(2025, 4, 30)).id == "1-5-14"
    assert model_for(content, date(2025, 5, 1)).id == "1-3-10"
    assert model_for(content, date(2060, 1, 1)).id == "1-3-10"


def test_a_unit_with_weekend_duty_moves_nothing_but_limits_of_the_law() -> None:
    case = a_case(date(2025, 5, 1), calendar=EveryDay(), office_calendar=the_calendar())
    assert [step.key for step in case.steps if shifted(step)] == ["A28", "A35"]
    usual = a_case(date(2025, 5, 1))
    assert all(the_step(case, key).due_on == the_step(usual, key).due_on for key in ("A28", "A35"))
    today = date(2025, 5, 1)
    assert replan(case, the_content(), EveryDay(), today, new_generation=False, office_calendar=the_calendar()) == case


def test_hr_can_switch_moving_off() -> None:
    case = a_case(date(2025, 5, 1), content=content_with(shift_local=Shift.NONE, shift_legal=Shift.NONE))
    assert not any(shifted(step) for step in case.steps)


def test_counting_in_working_days_concerns_the_local_model_only() -> None:
    counted = a_case(date(2025, 12, 19), content=content_with(day_kind=DayKind.WORKING))
    calendar_days = a_case(date(2025, 12, 19))
    assert the_step(counted, "A03").due_on == date(2025, 12, 23)
    assert the_step(counted, "A10").due_on == date(2026, 1, 8)
    for key in ("A18", "A28", "A30", "A35", "A56"):
        assert the_step(counted, key).due_on == the_step(calendar_days, key).due_on


@given(first_day=FIRST_DAYS)
def test_no_date_falls_on_a_day_off_and_none_moves_the_wrong_way(first_day: date) -> None:
    calendar = the_calendar()
    case = a_case(first_day, today=first_day + timedelta(days=200))
    for step in case.steps:
        assert calendar.is_working_day(step.due_on)
        if step.kind is StepKind.LAW:
            assert step.due_on <= step.nominal_on
        else:
            assert step.due_on >= step.nominal_on
        assert abs(step.due_on - step.nominal_on) <= timedelta(days=6)


@given(first_day=FIRST_DAYS)
def test_the_steps_of_a_course_keep_their_order(first_day: date) -> None:
    case = a_case(first_day)
    nominal = [the_step(case, key).nominal_on for key in ONCE]
    assert nominal == sorted(nominal)
    assert [(step.due_on, step.key) for step in case.steps] == sorted((step.due_on, step.key) for step in case.steps)
    assert the_step(case, "A18").due_on <= the_step(case, "A28").due_on


@given(first_day=FIRST_DAYS, age=st.integers(0, 400))
def test_planning_again_without_news_changes_nothing(first_day: date, age: int) -> None:
    case = a_case(first_day, today=first_day + timedelta(days=age))
    assert replanned(case, first_day + timedelta(days=age)) == case


@given(first_day=FIRST_DAYS, ages=st.lists(st.integers(0, 500), min_size=1, max_size=8))
def test_there_is_always_one_contact_to_come_while_the_employee_is_away(first_day: date, ages: list[int]) -> None:
    case = a_case(first_day)
    for age in sorted(ages):
        today = first_day + timedelta(days=age)
        case = replanned(case, today)
        repeated = [step for step in case.open_steps if step.rule == "A42"]
        assert len([step for step in repeated if step.due_on > today]) == 1
        assert len([step for step in repeated if step.due_on <= today]) <= 1


# --- Repeated contact ---------------------------------------------------------------------------------------------------------


def test_the_contact_beside_the_status_after_eight_weeks_is_left_out() -> None:
    case = a_case(MONDAY, today=MONDAY + timedelta(days=60))
    assert [step.key for step in case.steps if step.rule == "A42"] == ["A42-1", "A42-3"]


def test_an_unanswered_contact_lapses_when_the_next_one_is_due() -> None:
    early = a_case(MONDAY, today=MONDAY + timedelta(days=43))
    assert the_step(early, "A42-1").open
    late = replanned(early, MONDAY + timedelta(days=70))
    assert the_step(late, "A42-1").state is StepState.LAPSED
    assert the_step(late, "A42-3").open
    assert the_step(late, "A42-4").open


def test_a_contact_made_early_is_followed_by_the_next_one() -> None:
    case = with_step(a_case(MONDAY), "A42-1", state=StepState.DONE, done_at=local(2026, 10, 1))
    case = replanned(case, date(2026, 10, 1))
    assert the_step(case, "A42-1").state is StepState.DONE
    assert the_step(case, "A42-3").due_on == MONDAY + timedelta(days=70)


# --- Partial return -----------------------------------------------------------------------------------------------------------


def test_partly_back_the_plan_takes_the_place_of_the_repeated_contact_and_the_limits_stay() -> None:
    partial_from = MONDAY + timedelta(days=20)
    case = replace(a_case(MONDAY), state=CaseState.PARTIAL, partial_from=partial_from)
    case = replanned(case, partial_from, new_generation=True)
    assert the_step(case, "A42-1").state is StepState.LAPSED
    assert the_step(case, "D01-1").due_on == partial_from + timedelta(days=15)  # Sunday 11 October 2026
    assert the_step(case, "A28").open
    assert the_step(case, "A35").open


def test_partly_back_from_a_day_ahead_the_contacts_before_it_stay() -> None:
    partial_from = MONDAY + timedelta(days=49)
    case = replace(a_case(MONDAY), state=CaseState.PARTIAL, partial_from=partial_from)
    case = replanned(case, MONDAY + timedelta(days=40))
    assert the_step(case, "A42-1").open
    assert replanned(case, partial_from).step("A42-1") == replace(the_step(case, "A42-1"), state=StepState.LAPSED)


def test_away_altogether_again_the_contact_comes_back() -> None:
    partial_from = MONDAY + timedelta(days=20)
    case = replanned(replace(a_case(MONDAY), state=CaseState.PARTIAL, partial_from=partial_from), partial_from)
    case = replanned(replace(case, state=CaseState.ACTIVE, partial_from=None), partial_from + timedelta(days=3))
    assert the_step(case, "A42-1").state is StepState.WAITING
    assert the_step(case, "D01-1").state is StepState.LAPSED


def test_a_second_partial_period_does_not_take_the_answers_of_the_first() -> None:
    first, second = MONDAY + timedelta(days=20), MONDAY + timedelta(days=100)
    case = replanned(replace(a_case(MONDAY), state=CaseState.PARTIAL, partial_from=first), first)
    case = with_step(case, "D01-1", state=StepState.DONE, done_at=local(2026, 10, 12))
    case = replanned(replace(case, partial_from=second), second)
    assert the_step(case, "D01-1").state is StepState.DONE
    assert the_step(case, "D01-2").nominal_on == second + timedelta(days=14)
    assert replanned(case, second) == case


# --- The end ------------------------------------------------------------------------------------------------------------------


def returned(case: AbsenceCase, day: date) -> AbsenceCase:
    closed = replace(
        case, state=CaseState.CLOSED, end_reason=EndReason.WELL, return_day=day, closed_at=local(2026, 9, 7)
    )
    return replanned(closed, MONDAY + timedelta(days=5), new_generation=True)


def test_back_at_work_only_the_talk_is_left() -> None:
    case = returned(a_case(MONDAY), MONDAY + timedelta(days=7))
    assert keys(case) == ["R01"]
    assert the_step(case, "A10").state is StepState.LAPSED
    assert the_step(case, "R01").due_on == MONDAY + timedelta(days=7)


def test_the_talk_on_a_day_off_moves_forward() -> None:
    step = the_step(returned(a_case(MONDAY), date(2026, 9, 12)), "R01")
    assert (step.nominal_on, step.due_on) == (date(2026, 9, 12), date(2026, 9, 14))


def test_a_limit_of_the_law_before_the_return_stays_and_one_after_it_lapses() -> None:
    case = returned(a_case(MONDAY), MONDAY + timedelta(days=30))
    assert keys(case) == ["A28", "R01"]
    assert keys(returned(a_case(MONDAY), the_step(a_case(MONDAY), "A28").due_on)) == ["R01"]


def test_after_another_end_nothing_is_left() -> None:
    case = replace(a_case(MONDAY), state=CaseState.CLOSED, end_reason=EndReason.ENDED, closed_at=local(2026, 9, 9))
    case = replanned(case, MONDAY + timedelta(days=2))
    assert keys(case) == []
    assert {step.state for step in case.steps} == {StepState.LAPSED}
    assert plan(case, the_content(), the_calendar(), MONDAY) == ()


def test_a_reopened_case_goes_on_where_it_was() -> None:
    before = with_step(a_case(MONDAY), "A03", state=StepState.DONE, done_at=local(2026, 9, 9))
    closed = returned(before, MONDAY + timedelta(days=7))
    reopened = replace(closed, state=CaseState.ACTIVE, end_reason=None, return_day=None, closed_at=None)
    case = replanned(reopened, MONDAY + timedelta(days=9), new_generation=True)
    assert the_step(case, "A03").state is StepState.DONE
    assert the_step(case, "A10").state is StepState.WAITING
    assert the_step(case, "R01").state is StepState.LAPSED
    assert case.generation == before.generation + 2


def test_a_second_return_asks_for_its_own_talk() -> None:
    closed = returned(a_case(MONDAY), MONDAY + timedelta(days=7))
    closed = with_step(closed, "R01", state=StepState.DONE, done_at=local(2026, 9, 14))
    again = returned(closed, MONDAY + timedelta(days=21))
    assert keys(again) == ["R01-2"]
    assert the_step(again, "R01").state is StepState.DONE


# --- Correction ---------------------------------------------------------------------------------------------------------------


def test_a_corrected_first_day_moves_every_date_and_keeps_what_is_done() -> None:
    case = with_step(a_case(MONDAY), "A01", state=StepState.DONE, done_at=local(2026, 9, 7, 14))
    case = with_step(case, "A03", state=StepState.ATTEMPTED, attempts=1, nudges=2)
    corrected = replanned(replace(case, first_day=date(2026, 9, 3)), MONDAY, new_generation=True)
    assert the_step(corrected, "A01").state is StepState.DONE
    assert the_step(corrected, "A01").done_at == local(2026, 9, 7, 14)
    assert the_step(corrected, "A28").due_on == date(2026, 10, 1)
    attempted = the_step(corrected, "A03")
    assert (attempted.state, attempted.attempts, attempted.nudges) == (StepState.ATTEMPTED, 1, 0)
    assert corrected.generation == case.generation + 1


def test_a_correction_across_the_first_of_may_chooses_the_other_model() -> None:
    case = with_step(a_case(date(2025, 5, 1)), "A03", state=StepState.DONE, done_at=local(2025, 5, 5))
    corrected = replanned(replace(case, first_day=date(2025, 4, 30)), date(2025, 5, 6), new_generation=True)
    assert corrected.model_id == "1-5-14"
    assert (the_step(corrected, "A03").day, the_step(corrected, "A03").state) == (5, StepState.DONE)
    assert the_step(corrected, "A10").due_on == date(2025, 5, 13)


def test_done_steps_stay_when_hr_removes_the_step_and_open_ones_lapse() -> None:
    content = the_content()
    fewer = replace(content, rules={key: rule for key, rule in content.rules.items() if key not in {"A18", "A30"}})
    case = with_step(a_case(MONDAY), "A18", state=StepState.DONE, done_at=local(2026, 9, 24))
    after = replan(case, fewer, the_calendar(), MONDAY, new_generation=False)
    assert the_step(after, "A18").state is StepState.DONE
    assert the_step(after, "A30").state is StepState.LAPSED


def test_reminders_are_worked_out_anew_for_dates_that_moved_only() -> None:
    reminder = local(2026, 9, 9, 8, 30)
    case = with_step(a_case(MONDAY), "A03", next_nudge_at=reminder)
    assert the_step(replanned(case, MONDAY), "A03").next_nudge_at == reminder
    moved = replanned(replace(case, first_day=date(2026, 9, 4)), MONDAY)
    assert the_step(moved, "A03").next_nudge_at is None
    assert the_step(replanned(case, MONDAY, new_generation=True), "A03").next_nudge_at is None


def test_a_reminder_put_off_past_a_limit_that_came_nearer_is_not_kept() -> None:
    snoozed = with_step(
        a_case(MONDAY), "A28", state=StepState.SNOOZED, snoozes=1, next_nudge_at=local(2026, 10, 5, 8, 30)
    )
    assert the_step(replanned(snoozed, MONDAY), "A28").state is StepState.SNOOZED
    corrected = replanned(replace(snoozed, first_day=date(2026, 9, 1)), MONDAY)
    step = the_step(corrected, "A28")
    assert (step.state, step.next_nudge_at, step.snoozes) == (StepState.WAITING, None, 1)


@given(
    first_day=FIRST_DAYS,
    moves=st.lists(st.integers(-40, 40), min_size=1, max_size=4),
    done=st.sets(st.sampled_from(ONCE)),
)
def test_no_correction_loses_a_done_step_or_its_moment(first_day: date, moves: list[int], done: set[str]) -> None:
    moment = datetime.combine(first_day, datetime.min.time(), tzinfo=UTC)
    case = a_case(first_day)
    for key in done:
        case = with_step(case, key, state=StepState.DONE, done_at=moment)
    for move in moves:
        case = replanned(replace(case, first_day=case.first_day + timedelta(days=move)), first_day, new_generation=True)
    assert {step.key for step in case.steps if step.state is StepState.DONE} == done
    assert all(the_step(case, key).done_at == moment for key in done)
    fresh = {step.key: step.due_on for step in plan(case, the_content(), the_calendar(), first_day)}
    assert {step.key: step.due_on for step in case.steps if step.open} == {
        key: due_on for key, due_on in fresh.items() if key not in done
    }


# --- How a step stands --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "stands"),
    [
        (date(2026, 9, 8), StepStatus.UPCOMING),
        (date(2026, 9, 9), StepStatus.DUE),
        (date(2026, 9, 10), StepStatus.OVERDUE),
    ],
)
def test_a_step_is_upcoming_then_due_then_overdue(today: date, stands: StepStatus) -> None:
    step = a_step(StepKind.LOCAL, date(2026, 9, 9))
    assert status(step, today) is stands
    assert status(replace(step, state=StepState.DONE), today) is None


def test_the_limit_of_a_guide_is_moved_back_like_the_law() -> None:
    content = the_content()
    injury, talk = content.guides["arbejdsulykke"], content.guides["omsorgssamtale"]
    assert guide_limit(injury, date(2026, 3, 20), content.parameters, the_calendar()) == date(2026, 4, 1)
    assert guide_limit(talk, MONDAY, content.parameters, the_calendar()) is None
