"""When a step is reminded of, to whom, how often, and how it is put off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hr.absence.model import (
    AbsenceCase,
    Away,
    CaseState,
    EndReason,
    Preferences,
    ReminderLevel,
    SnoozeChoice,
    Step,
    StepKind,
    StepState,
)
from hr.absence.plan import replan
from hr.absence.reminders import (
    Decision,
    Drop,
    Postpone,
    Queue,
    decide,
    digest_due,
    is_legal_offer_hr,
    schedule,
    snooze_until,
    with_reminders,
)
from hr.clock import COPENHAGEN
from hr.errors import SnoozeRefusal, SnoozeRefusedError
from hr.workdays import EveryDay, WorkCalendar
from tests.unit.hr.absence.builders import (
    DEPUTY,
    HR_PERSON,
    OWNER,
    PARAMETERS,
    WINDOW,
    a_case,
    a_step,
    content_with,
    local,
    on_wall,
    the_calendar,
    the_content,
    the_step,
    with_step,
)

MONDAY = date(2026, 9, 7)
LONG_AGO = local(2020, 1, 1)
SEND_TIME = time(8, 30)


def every(step: Step, *, created_on: date = date(2020, 1, 1), **facts: Any) -> list[datetime]:
    """All ordinary reminders of a step, by the wall clock and without their zone."""
    found: list[datetime] = []
    after = facts.pop("after", LONG_AGO)
    while True:
        moment = schedule(
            step,
            **{
                "content": the_content(),
                "calendar": the_calendar(),
                "level": ReminderLevel.NORMAL,
                "after": after,
                "created_on": created_on,
                "zone": COPENHAGEN,
                **facts,
            },
        )
        if moment is None:
            return found
        assert moment > after
        assert len(found) < 50
        found.append(on_wall(moment).replace(tzinfo=None))
        after = moment


def days(moments: list[datetime]) -> list[str]:
    assert {moment.time() for moment in moments} <= {SEND_TIME}
    return [f"{moment:%m-%d}" for moment in moments]


# --- The ordinary reminders ---------------------------------------------------------------------------------------------------


def test_a_contact_is_reminded_of_on_its_day_the_next_and_the_third_working_day() -> None:
    assert days(every(a_step(StepKind.LOCAL, date(2026, 9, 10)))) == ["09-10", "09-11", "09-15"]
    assert days(every(a_step(StepKind.GOOD, date(2026, 9, 9)))) == ["09-09", "09-10", "09-14"]


def test_a_limit_is_reminded_of_seven_three_and_no_working_days_before_and_three_after() -> None:
    found = days(every(a_step(StepKind.LAW, date(2025, 5, 28))))  # Kristi himmelfart is the day after, 5 June is closed
    assert found == ["05-19", "05-23", "05-28", "05-30", "06-02", "06-03"]


def test_the_day_of_creation_is_quiet() -> None:
    step = a_step(StepKind.LOCAL, date(2026, 9, 10))
    assert days(every(step, created_on=date(2026, 9, 10))) == ["09-11", "09-15"]
    limit = a_step(StepKind.LAW, date(2026, 9, 10))
    assert days(every(limit, created_on=date(2026, 9, 10))) == ["09-11", "09-14", "09-15"]


def test_a_case_created_late_gets_no_row_of_late_reminders() -> None:
    assert every(a_step(StepKind.LOCAL, date(2026, 9, 9)), created_on=date(2026, 9, 10)) == []
    assert days(every(a_step(StepKind.LAW, date(2026, 9, 9)), created_on=date(2026, 9, 10))) == ["09-11", "09-14"]


@pytest.mark.parametrize(
    ("level", "contact", "limits"),
    [(ReminderLevel.NORMAL, 3, 6), (ReminderLevel.FEWER, 1, 6), (ReminderLevel.DEADLINES, 0, 6)],
)
def test_fewer_reminders_never_concern_limits_of_the_law(level: ReminderLevel, contact: int, limits: int) -> None:
    assert len(every(a_step(StepKind.LOCAL, MONDAY), level=level)) == contact
    assert len(every(a_step(StepKind.GOOD, MONDAY), level=level)) == contact
    assert len(every(a_step(StepKind.LAW, MONDAY), level=level)) == limits


@pytest.mark.parametrize("state", [StepState.DONE, StepState.SKIPPED, StepState.LAPSED])
def test_an_answered_step_is_not_reminded_of(state: StepState) -> None:
    assert every(a_step(StepKind.LAW, MONDAY, state=state)) == []


def test_an_unmoved_date_on_a_day_off_is_reminded_of_on_a_working_day() -> None:
    saturday = date(2026, 9, 12)
    assert days(every(a_step(StepKind.LOCAL, saturday))) == ["09-14", "09-15", "09-17"]
    assert days(every(a_step(StepKind.LAW, saturday)))[-4:] == ["09-11", "09-14", "09-15", "09-16"]


def test_a_unit_with_weekend_duty_is_reminded_on_weekends() -> None:
    assert days(every(a_step(StepKind.LOCAL, date(2026, 9, 12)), calendar=EveryDay())) == ["09-12", "09-13", "09-15"]


def test_half_past_eight_is_half_past_eight_on_both_sides_of_a_clock_change() -> None:
    found = every(a_step(StepKind.LOCAL, date(2027, 3, 26), nominal_on=date(2027, 3, 26)), calendar=EveryDay())
    assert days(found) == ["03-26", "03-27", "03-29"]


@given(day=st.dates(date(2020, 1, 1), date(2034, 12, 31)), kind=st.sampled_from(StepKind))
def test_no_reminder_is_set_outside_the_window_at_night_or_on_a_day_off(day: date, kind: StepKind) -> None:
    calendar = the_calendar()
    for wall in every(a_step(kind, day), after=datetime(2019, 1, 1, tzinfo=UTC)):
        moment = wall.replace(tzinfo=COPENHAGEN)
        assert wall.time() == SEND_TIME
        assert WINDOW.contains(moment, calendar)
        assert moment.astimezone(UTC).astimezone(COPENHAGEN).time() == SEND_TIME


# --- No answer ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("attempts", "again"), [(1, ["09-14"]), (2, ["09-14"]), (3, [])])
def test_after_no_answer_the_next_working_day_is_tried_at_most_twice(attempts: int, again: list[str]) -> None:
    step = a_step(StepKind.LOCAL, date(2026, 9, 10), state=StepState.ATTEMPTED, attempts=attempts)
    moment = schedule(
        step,
        content=the_content(),
        calendar=the_calendar(),
        level=ReminderLevel.NORMAL,
        after=local(2026, 9, 11, 10),
        created_on=MONDAY,
        zone=COPENHAGEN,
    )
    assert days([on_wall(moment).replace(tzinfo=None)] if moment else []) == again


def test_an_attempt_is_asked_about_once() -> None:
    case = with_step(
        a_case(MONDAY), "A03", state=StepState.ATTEMPTED, attempts=1, next_nudge_at=local(2026, 9, 10, 8, 30)
    )
    assert queued(decided(case, "A03", local(2026, 9, 10, 8, 30))).next_at is None


def test_a_limit_without_an_answer_keeps_its_own_reminders() -> None:
    case = with_step(
        a_case(MONDAY), "A28", state=StepState.ATTEMPTED, attempts=3, next_nudge_at=local(2026, 9, 30, 8, 30)
    )
    assert queued(decided(case, "A28", local(2026, 9, 30, 8, 30))).next_at == local(2026, 10, 5, 8, 30)


# --- What is done when a reminder is due --------------------------------------------------------------------------------------


def decided(
    case: AbsenceCase,
    key: str,
    now: datetime,
    *,
    level: ReminderLevel = ReminderLevel.NORMAL,
    away: Away | None = None,
    fallback_id: str | None = None,
    calendar: WorkCalendar | None = None,
    deputy_has_chat: bool = True,
) -> Decision:
    return decide(
        case,
        the_step(case, key),
        now=now,
        content=the_content(),
        calendar=calendar or the_calendar(),
        window=WINDOW,
        preferences=Preferences(person_id=OWNER, level=level),
        away=away,
        fallback_id=fallback_id,
        deputy_has_chat=deputy_has_chat,
    )


def queued(decision: Decision) -> Queue:
    assert isinstance(decision, Queue), decision
    return decision


def reminded(
    case: AbsenceCase, after: datetime, level: ReminderLevel = ReminderLevel.NORMAL, *, anew: bool = False
) -> AbsenceCase:
    return with_reminders(
        case, content=the_content(), calendar=the_calendar(), level=level, after=after, zone=COPENHAGEN, anew=anew
    )


def a_reminded_case() -> AbsenceCase:
    return reminded(a_case(MONDAY), local(2026, 9, 7))


def test_a_new_case_has_its_first_reminders() -> None:
    case = a_reminded_case()
    assert the_step(case, "A01").next_nudge_at == local(2026, 9, 8, 8, 30)
    assert the_step(case, "A03").next_nudge_at == local(2026, 9, 9, 8, 30)
    assert the_step(case, "A28").next_nudge_at == local(2026, 9, 24, 8, 30)


def test_a_reminder_goes_to_the_leader_at_once_and_the_next_one_is_set() -> None:
    decision = queued(decided(a_reminded_case(), "A03", local(2026, 9, 9, 8, 31)))
    assert decision == Queue(
        recipient_id=OWNER,
        due_at=local(2026, 9, 9, 8, 30),
        not_before=local(2026, 9, 9, 8, 31),
        next_at=local(2026, 9, 10, 8, 30),
    )


def test_missed_reminders_are_caught_up_by_one() -> None:
    decision = queued(decided(a_reminded_case(), "A28", local(2026, 10, 1, 9)))
    assert decision.due_at == local(2026, 9, 24, 8, 30)
    assert decision.next_at == local(2026, 10, 5, 8, 30)


def test_a_reminder_that_waited_for_the_morning_takes_the_place_of_that_days_own() -> None:
    decision = queued(decided(a_reminded_case(), "A03", local(2026, 9, 9, 20)))
    assert decision.not_before == local(2026, 9, 10, 8, 30)
    assert decision.next_at == local(2026, 9, 14, 8, 30)
    early = queued(decided(a_reminded_case(), "A03", local(2026, 9, 10, 6)))
    assert (early.not_before, early.next_at) == (local(2026, 9, 10, 7, 30), local(2026, 9, 14, 8, 30))


def test_what_is_not_due_yet_is_looked_at_again_then() -> None:
    assert decided(a_reminded_case(), "A03", local(2026, 9, 9, 8, 29)) == Postpone(next_at=local(2026, 9, 9, 8, 30))


@pytest.mark.parametrize("state", [StepState.DONE, StepState.SKIPPED, StepState.LAPSED])
def test_an_answered_step_is_dropped_even_when_a_reminder_was_set(state: StepState) -> None:
    case = with_step(a_reminded_case(), "A28", state=state)
    assert decided(case, "A28", local(2026, 9, 30)) == Drop()


def test_a_choice_of_fewer_reminders_counts_for_those_already_set() -> None:
    now = local(2026, 9, 9, 8, 30)
    case = a_reminded_case()
    assert decided(case, "A03", now, level=ReminderLevel.DEADLINES) == Drop()
    assert queued(decided(case, "A03", now, level=ReminderLevel.FEWER)).next_at is None
    assert decided(with_step(case, "A03", nudges=1), "A03", now, level=ReminderLevel.FEWER) == Drop()
    assert isinstance(decided(case, "A28", local(2026, 9, 24, 9), level=ReminderLevel.DEADLINES), Queue)


def test_who_puts_off_is_reminded_at_every_level() -> None:
    case = with_step(a_reminded_case(), "A03", state=StepState.SNOOZED, snoozes=1, nudges=1)
    assert isinstance(decided(case, "A03", local(2026, 9, 9, 9), level=ReminderLevel.DEADLINES), Queue)


HOLIDAY = Away(leader_id=OWNER, from_day=date(2026, 9, 8), to_day=date(2026, 9, 25))


def test_a_deputy_is_reminded_while_the_leader_is_away() -> None:
    away = replace(HOLIDAY, deputy_id=DEPUTY)
    assert queued(decided(a_reminded_case(), "A03", local(2026, 9, 9, 9), away=away)).recipient_id == DEPUTY
    assert queued(decided(a_reminded_case(), "A28", local(2026, 9, 24, 9), away=away)).recipient_id == DEPUTY


def test_limits_pass_by_a_deputy_whom_no_message_can_reach() -> None:
    away = replace(HOLIDAY, deputy_id=DEPUTY)
    now = local(2026, 9, 24, 9)
    unreached: dict[str, Any] = {"away": away, "deputy_has_chat": False}
    assert queued(decided(a_reminded_case(), "A28", now, **unreached)).recipient_id == OWNER
    assert queued(decided(a_reminded_case(), "A28", now, fallback_id=HR_PERSON, **unreached)).recipient_id == HR_PERSON
    assert queued(decided(a_reminded_case(), "A03", now, **unreached)).recipient_id == DEPUTY


def test_without_a_deputy_contacts_wait_for_the_first_working_day_back() -> None:
    decision = decided(a_reminded_case(), "A03", local(2026, 9, 9, 9), away=HOLIDAY)
    assert decision == Postpone(next_at=local(2026, 9, 28, 8, 30))


def test_without_a_deputy_limits_go_to_the_fallback_or_to_the_leader_all_the_same() -> None:
    now = local(2026, 9, 24, 9)
    assert queued(decided(a_reminded_case(), "A28", now, away=HOLIDAY)).recipient_id == OWNER
    with_fallback = decided(a_reminded_case(), "A28", now, away=HOLIDAY, fallback_id=HR_PERSON)
    assert queued(with_fallback).recipient_id == HR_PERSON


def test_a_period_that_is_over_or_not_begun_changes_nothing() -> None:
    later = replace(HOLIDAY, from_day=date(2026, 9, 10))
    assert queued(decided(a_reminded_case(), "A03", local(2026, 9, 9, 9), away=later)).recipient_id == OWNER
    over = replace(HOLIDAY, to_day=date(2026, 9, 8))
    assert queued(decided(a_reminded_case(), "A03", local(2026, 9, 9, 9), away=over)).recipient_id == OWNER


def test_a_reminder_that_leaves_on_the_first_day_away_is_for_the_deputy() -> None:
    away = replace(HOLIDAY, from_day=date(2026, 9, 10), deputy_id=DEPUTY)
    assert queued(decided(a_reminded_case(), "A03", local(2026, 9, 9, 18), away=away)).recipient_id == DEPUTY


def test_a_postponed_reminder_survives_another_plan() -> None:
    waiting = with_step(a_reminded_case(), "A03", next_nudge_at=local(2026, 9, 28, 8, 30))
    assert the_step(reminded(waiting, local(2026, 9, 16)), "A03").next_nudge_at == local(2026, 9, 28, 8, 30)


def test_a_plan_made_over_the_weekend_does_not_set_mondays_reminder_twice() -> None:
    monday = local(2026, 9, 14, 8, 30)
    case = reminded(a_case(date(2026, 9, 9)), local(2026, 9, 9))
    decision = queued(decided(case, "A03", local(2026, 9, 11, 17)))
    assert decision.not_before == monday
    case = with_step(case, "A03", next_nudge_at=decision.next_at)
    assert the_step(reminded(case, local(2026, 9, 12)), "A03").next_nudge_at == local(2026, 9, 16, 8, 30)


def test_a_reminder_that_is_due_survives_another_plan() -> None:
    case = a_reminded_case()
    assert reminded(case, local(2026, 9, 9, 10)) == case


def test_the_talk_after_the_return_is_reminded_of_like_a_contact() -> None:
    back = date(2026, 9, 17)
    case = replace(
        a_reminded_case(),
        state=CaseState.CLOSED,
        end_reason=EndReason.WELL,
        return_day=back,
        closed_at=local(2026, 9, 14),
    )
    now = local(2026, 9, 14)
    case = reminded(replan(case, the_content(), the_calendar(), date(2026, 9, 14), new_generation=True), now)
    assert {step.key: step.next_nudge_at for step in case.steps if step.next_nudge_at} == {
        "R01": local(2026, 9, 17, 8, 30)
    }
    assert days(every(the_step(case, "R01"), after=now)) == ["09-17", "09-18", "09-22"]


def test_the_talk_after_the_return_is_reminded_of_until_its_last_day_and_on_it() -> None:
    talk = a_step(StepKind.GOOD, date(2026, 9, 9), key="R01")
    last_day_a_week_on = content_with(return_talk_workdays=5)
    assert days(every(talk, content=last_day_a_week_on)) == ["09-09", "09-10", "09-14", "09-16"]
    assert days(every(talk, content=content_with(return_talk_workdays=2))) == ["09-09", "09-10", "09-11"]
    assert days(every(talk, content=last_day_a_week_on, level=ReminderLevel.FEWER)) == ["09-09"]


# --- No step without any reminder ---------------------------------------------------------------------------------------------


def test_a_step_whose_days_went_by_without_a_reminder_gets_one_at_the_next_send_time() -> None:
    case = a_case(MONDAY)
    assert the_step(reminded(case, local(2026, 9, 15)), "A03").next_nudge_at == local(2026, 9, 16, 8, 30)
    assert the_step(reminded(case, local(2026, 9, 18, 7)), "A03").next_nudge_at == local(2026, 9, 18, 8, 30)
    assert the_step(reminded(case, local(2026, 9, 19, 7)), "A03").next_nudge_at == local(2026, 9, 21, 8, 30)
    assert the_step(reminded(case, local(2026, 10, 20)), "A28").next_nudge_at == local(2026, 10, 21, 8, 30)


def test_a_step_that_was_reminded_of_and_one_of_before_the_case_get_no_such_reminder() -> None:
    once = with_step(a_case(MONDAY), "A03", nudges=1)
    assert the_step(reminded(once, local(2026, 9, 15)), "A03").next_nudge_at is None
    late = a_case(MONDAY, created_on=date(2026, 9, 10))
    assert the_step(reminded(late, local(2026, 9, 15)), "A03").next_nudge_at is None
    by_digest = reminded(a_case(MONDAY), local(2026, 9, 15), ReminderLevel.DEADLINES)
    assert the_step(by_digest, "A03").next_nudge_at is None


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (local(2026, 9, 28), local(2026, 9, 30, 8, 30)),  # three working days before the limit on 5 October are ahead
        (local(2026, 9, 30), local(2026, 10, 1, 8, 30)),
        (local(2026, 10, 1, 7), local(2026, 10, 2, 8, 30)),
        (local(2026, 10, 2), local(2026, 10, 5, 8, 30)),
        (local(2026, 10, 5), local(2026, 10, 6, 8, 30)),
    ],
)
def test_a_case_created_shortly_before_a_limit_is_reminded_of_it_on_the_next_working_day(
    now: datetime, first: datetime
) -> None:
    case = reminded(a_case(MONDAY, created_on=on_wall(now).date()), now)
    assert the_step(case, "A28").next_nudge_at == first


def test_the_reminder_shortly_before_a_limit_takes_no_other_ones_place() -> None:
    now = local(2026, 9, 30)
    case = reminded(a_case(MONDAY, created_on=date(2026, 9, 30)), now)
    ticks = [now + timedelta(minutes=30 * index) for index in range(48 * 14)]
    leaves = [f"{on_wall(queue.not_before):%m-%d}" for queue in sent_by_ticks(case, ticks)["A28"]]
    assert leaves == ["10-01", "10-05", "10-06", "10-07", "10-08"]


def test_a_limit_that_was_reminded_of_and_one_with_reminders_on_its_day_only_get_none_before_it() -> None:
    now = local(2026, 10, 1)
    once = with_step(a_case(MONDAY), "A28", nudges=1)
    assert the_step(reminded(once, now), "A28").next_nudge_at == local(2026, 10, 5, 8, 30)
    content = content_with(legal_reminders=(0, 1))
    case = with_reminders(
        a_case(MONDAY),
        content=content,
        calendar=the_calendar(),
        level=ReminderLevel.NORMAL,
        after=now,
        zone=COPENHAGEN,
    )
    assert the_step(case, "A28").next_nudge_at == local(2026, 10, 5, 8, 30)


@pytest.mark.parametrize("state", [StepState.ATTEMPTED, StepState.SNOOZED])
def test_a_new_generation_reminds_of_what_was_tried_or_put_off(state: StepState) -> None:
    before = with_step(a_case(MONDAY), "A03", state=state, attempts=3, snoozes=1, nudges=2, next_nudge_at=None)
    anew = replan(before, the_content(), the_calendar(), date(2026, 9, 15), new_generation=True)
    step = the_step(reminded(anew, local(2026, 9, 15), anew=True), "A03")
    assert (step.state, step.next_nudge_at) == (state, local(2026, 9, 16, 8, 30))


@pytest.mark.parametrize(("attempts", "first"), [(1, local(2026, 9, 22, 8, 30)), (3, local(2026, 9, 23, 8, 30))])
def test_a_limit_that_was_tried_and_has_come_nearer_is_reminded_of_by_its_new_day(
    attempts: int, first: datetime
) -> None:
    old = local(2026, 9, 30, 8, 30)
    case = with_step(a_case(MONDAY), "A28", state=StepState.ATTEMPTED, attempts=attempts, nudges=1, next_nudge_at=old)
    nearer = replace(case, first_day=date(2026, 8, 31))  # the limit is Monday 28 September
    anew = replan(nearer, the_content(), the_calendar(), date(2026, 9, 21), new_generation=True)
    assert the_step(reminded(anew, local(2026, 9, 21), anew=True), "A28").next_nudge_at == first


def test_a_limit_that_was_tried_is_not_asked_about_anew_once_its_reminders_are_used_up() -> None:
    tried = with_step(a_case(MONDAY), "A28", state=StepState.ATTEMPTED, attempts=1, nudges=6, next_nudge_at=None)
    assert the_step(reminded(tried, local(2026, 10, 20), anew=True), "A28").next_nudge_at is None


def test_an_attempt_is_asked_about_when_the_leader_wants_more_reminders_again() -> None:
    tried = with_step(a_case(MONDAY), "A03", state=StepState.ATTEMPTED, attempts=1, nudges=1)
    now = local(2026, 9, 18)
    assert the_step(reminded(tried, now, anew=True), "A03").next_nudge_at == local(2026, 9, 21, 8, 30)
    assert the_step(reminded(tried, now, ReminderLevel.FEWER, anew=True), "A03").next_nudge_at is None
    assert the_step(reminded(tried, now), "A03").next_nudge_at is None
    given_up = with_step(tried, "A03", attempts=3)
    assert the_step(reminded(given_up, now, anew=True), "A03").next_nudge_at is None


# --- Once, whenever the worker looks ------------------------------------------------------------------------------------------


def sent_by_ticks(case: AbsenceCase, ticks: list[datetime]) -> dict[str, list[Queue]]:
    """What a worker that looks at these moments queues for each step."""
    sent: dict[str, list[Queue]] = {}
    for now in sorted(ticks):
        for step in case.steps:
            if step.next_nudge_at is None or step.next_nudge_at > now:
                continue
            decision = decided(case, step.key, now)
            next_at = None if isinstance(decision, Drop) else decision.next_at
            assert next_at is None or next_at > now
            if isinstance(decision, Queue):
                sent.setdefault(step.key, []).append(decision)
            case = with_step(case, step.key, next_nudge_at=next_at)
    return sent


@settings(max_examples=30)
@given(first_day=st.dates(date(2020, 1, 1), date(2034, 12, 31)), minute=st.integers(0, 29))
def test_a_worker_that_looks_often_sends_every_reminder_once_and_on_time(first_day: date, minute: int) -> None:
    begin = datetime.combine(first_day, time(12, minute), tzinfo=COPENHAGEN).astimezone(UTC)
    case = reminded(a_case(first_day), begin)
    ticks = [begin + timedelta(minutes=30 * index) for index in range(48 * 60)]
    sent = sent_by_ticks(case, ticks)
    for step in case.steps:
        if step.due_on > first_day + timedelta(days=45):
            continue
        expected = every(step, created_on=first_day, after=begin)
        assert [on_wall(found.due_at).replace(tzinfo=None) for found in sent.get(step.key, [])] == expected
        assert all(found.not_before - found.due_at < timedelta(minutes=30) for found in sent.get(step.key, []))


@settings(max_examples=60)
@given(
    first_day=st.dates(date(2020, 1, 1), date(2034, 12, 31)),
    minutes=st.lists(st.integers(0, 70 * 24 * 60), min_size=1, max_size=40),
)
def test_a_worker_that_looks_now_and_then_sends_no_reminder_twice_and_none_at_a_quiet_time(
    first_day: date, minutes: list[int]
) -> None:
    begin = datetime.combine(first_day, time(12), tzinfo=COPENHAGEN).astimezone(UTC)
    case = reminded(a_case(first_day), begin)
    last = begin + timedelta(days=100)
    sent = sent_by_ticks(case, [*(begin + timedelta(minutes=minute) for minute in minutes), last])
    for step in case.steps:
        expected = every(step, created_on=first_day, after=begin)
        found = sent.get(step.key, [])
        leaves = [on_wall(queue.not_before).date() for queue in found]
        assert len(set(leaves)) == len(leaves) <= len(expected)
        assert bool(found) == any(moment.replace(tzinfo=COPENHAGEN) <= last for moment in expected)
        assert all(WINDOW.contains(queue.not_before, the_calendar()) for queue in found)
        assert all(queue.due_at <= queue.not_before for queue in found)


# --- Putting off --------------------------------------------------------------------------------------------------------------


def put_off(step: Step, choice: SnoozeChoice, now: datetime, *, day: date | None = None) -> datetime:
    return snooze_until(step, choice, day=day, now=now, parameters=PARAMETERS, calendar=the_calendar(), window=WINDOW)


def refused(step: Step, choice: SnoozeChoice, now: datetime, *, day: date | None = None) -> SnoozeRefusedError:
    with pytest.raises(SnoozeRefusedError) as caught:
        put_off(step, choice, now, day=day)
    return caught.value


CONTACT = a_step(StepKind.LOCAL, date(2026, 9, 10))
LIMIT = a_step(StepKind.LAW, date(2026, 9, 14))
THURSDAY = local(2026, 9, 10, 10)


@pytest.mark.parametrize(
    ("choice", "now", "day", "moment"),
    [
        (SnoozeChoice.LATER, THURSDAY, None, local(2026, 9, 10, 12)),
        (SnoozeChoice.LATER, local(2026, 9, 11, 15), None, local(2026, 9, 14, 8, 30)),
        (SnoozeChoice.TOMORROW, THURSDAY, None, local(2026, 9, 11, 8, 30)),
        (SnoozeChoice.TOMORROW, local(2026, 9, 11, 10), None, local(2026, 9, 14, 8, 30)),
        (SnoozeChoice.DAY, THURSDAY, date(2026, 9, 16), local(2026, 9, 16, 8, 30)),
        (SnoozeChoice.DAY, THURSDAY, date(2026, 9, 12), local(2026, 9, 14, 8, 30)),
        (SnoozeChoice.DAY, local(2026, 9, 10, 7), date(2026, 9, 10), local(2026, 9, 10, 8, 30)),
    ],
)
def test_a_step_is_put_off_to_a_working_moment(
    choice: SnoozeChoice, now: datetime, day: date | None, moment: datetime
) -> None:
    assert put_off(CONTACT, choice, now, day=day) == moment


def test_a_step_is_put_off_three_times_at_most() -> None:
    assert put_off(replace(CONTACT, snoozes=2), SnoozeChoice.LATER, THURSDAY)
    assert refused(replace(CONTACT, snoozes=3), SnoozeChoice.LATER, THURSDAY).reason is SnoozeRefusal.TOO_MANY


def test_a_limit_of_the_law_is_not_put_off_past_its_last_day() -> None:
    assert put_off(LIMIT, SnoozeChoice.DAY, THURSDAY, day=date(2026, 9, 14)) == local(2026, 9, 14, 8, 30)
    assert put_off(LIMIT, SnoozeChoice.DAY, THURSDAY, day=date(2026, 9, 12)) == local(2026, 9, 14, 8, 30)
    last_day = local(2026, 9, 14, 15)
    for fault in (
        refused(LIMIT, SnoozeChoice.DAY, THURSDAY, day=date(2026, 9, 15)),
        refused(LIMIT, SnoozeChoice.LATER, last_day),
        refused(LIMIT, SnoozeChoice.TOMORROW, last_day),
        refused(LIMIT, SnoozeChoice.LATER, local(2026, 9, 15, 10)),
    ):
        assert (fault.reason, fault.limit) == (SnoozeRefusal.PAST_LIMIT, date(2026, 9, 14))


def test_a_contact_is_not_put_off_for_years() -> None:
    fault = refused(CONTACT, SnoozeChoice.DAY, THURSDAY, day=date.max)
    assert (fault.reason, fault.limit) == (SnoozeRefusal.PAST_LIMIT, date(2027, 9, 10))


@pytest.mark.parametrize("day", [date(2026, 9, 9), date(2026, 9, 10), date.min, None])
def test_a_day_that_is_gone_is_refused(day: date | None) -> None:
    assert refused(CONTACT, SnoozeChoice.DAY, THURSDAY, day=day).reason is SnoozeRefusal.DAY_GONE


def test_a_step_that_was_put_off_comes_back_then_and_goes_on_as_before() -> None:
    wakes = local(2026, 9, 9, 14)
    case = with_step(a_reminded_case(), "A03", state=StepState.SNOOZED, snoozes=1, next_nudge_at=wakes)
    decision = queued(decided(case, "A03", wakes))
    assert (decision.due_at, decision.next_at) == (wakes, local(2026, 9, 10, 8, 30))
    assert every(the_step(case, "A03"), after=local(2026, 9, 9, 9))[0] == datetime(2026, 9, 9, 14)  # noqa: DTZ001


@given(
    minutes=st.integers(0, 15 * 366 * 24 * 60),
    ahead=st.integers(-2, 40),
    choice=st.sampled_from(SnoozeChoice),
    kind=st.sampled_from(StepKind),
)
def test_putting_off_never_passes_a_limit_nor_ends_at_a_quiet_time(
    minutes: int, ahead: int, choice: SnoozeChoice, kind: StepKind
) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    today = on_wall(now).date()
    step = a_step(kind, today + timedelta(days=ahead % 20))
    try:
        moment = put_off(step, choice, now, day=today + timedelta(days=ahead))
    except SnoozeRefusedError:
        return
    assert moment > now
    assert WINDOW.contains(moment, the_calendar())
    assert kind is not StepKind.LAW or on_wall(moment).date() <= step.due_on


# --- Help with a limit, and the digest ----------------------------------------------------------------------------------------


def test_help_from_hr_is_offered_after_a_limit_only() -> None:
    assert not is_legal_offer_hr(LIMIT, date(2026, 9, 14))
    assert is_legal_offer_hr(LIMIT, date(2026, 9, 15))
    assert not is_legal_offer_hr(replace(LIMIT, state=StepState.DONE), date(2026, 9, 15))
    assert not is_legal_offer_hr(CONTACT, date(2026, 9, 15))


@pytest.mark.parametrize(
    ("now", "week"),
    [
        (local(2026, 9, 7, 8, 29), None),
        (local(2026, 9, 7, 8, 30), (2026, 37)),
        (local(2026, 9, 10, 14), (2026, 37)),
        (local(2026, 9, 12, 10), None),
        (local(2026, 4, 6, 10), None),  # Easter Monday
        (local(2026, 4, 7, 8), None),
        (local(2026, 4, 7, 8, 30), (2026, 15)),
        (local(2026, 12, 29, 10), (2026, 53)),
        (local(2027, 1, 1, 10), None),
    ],
)
def test_the_digest_is_due_from_the_first_working_day_of_the_week(now: datetime, week: tuple[int, int] | None) -> None:
    assert digest_due(now, the_calendar(), SEND_TIME, COPENHAGEN) == week
