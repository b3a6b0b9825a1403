"""Reminders and digests: queued once, to the right person, and looked at once more before they leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hr.absence.model import Relation, ReminderLevel, SnoozeChoice, StepChange, StepState
from hr.absence.views import NudgeView, Overview
from hr.audit.model import SYSTEM, Deed, Purpose
from hr.conversations.model import ConversationReference, ConversationType
from hr.errors import DayFault, DirectoryUnavailableError, InvalidDayError, NotALeaderError, UnknownColleagueError
from hr.outbox.model import MessageKind, MessageState, OutboxMessage, Why
from hr.people import Role
from tests.unit.hr.absence.service_builders import DITTE, HANNE, MONDAY, SUSANNE, VIGGO, Town

DAY = timedelta(days=1)
TUESDAY, WEDNESDAY = MONDAY + DAY, MONDAY + 2 * DAY


async def nudge(town: Town, message: OutboxMessage) -> NudgeView | Why:
    async with town.storage.unit() as unit:
        found = await town.service.nudge(unit, message)
        await unit.commit()
    return found


async def sent(town: Town, message: OutboxMessage) -> NudgeView | Why:
    """What the dispatcher does with a reminder, without the post."""
    found = await nudge(town, message)
    left = replace(message, state=MessageState.SENT, sent_at=town.clock.now())
    ended = replace(message, state=MessageState.CANCELLED, why=found) if isinstance(found, Why) else left
    async with town.storage.unit() as unit:
        unit._session.open().outbox[message.id] = ended
        await unit.commit()
    return found


async def chats_with(town: Town, person_id: str) -> None:
    """The person has Kompas in Teams."""
    chat = ConversationReference(
        conversation_id=f"a:{person_id}",
        conversation_type=ConversationType.PERSONAL,
        service_url="https://smba.example/dk/",
        channel_id="msteams",
        bot_id="28:bot",
        user_id=f"29:{person_id}",
        aad_object_id=person_id,
        updated_at=town.clock.now(),
    )
    async with town.storage.unit() as unit:
        await unit.conversations.save(chat)
        await unit.commit()


async def mornings(town: Town, first: int, last: int) -> list[tuple[int, str, str]]:
    """What is queued on these days after Monday: day, step, recipient."""
    return [
        (day, str(message.step_key), message.recipient_id)
        for day in range(first, last + 1)
        for message in await town.morning(MONDAY + day * DAY)
    ]


async def digest(town: Town, message: OutboxMessage) -> Overview | Why:
    async with town.storage.unit() as unit:
        found = await town.service.digest(unit, message)
        await unit.commit()
    return found


async def test_nothing_is_queued_on_the_day_of_creation() -> None:
    town = Town()
    await town.case()
    town.clock.set(MONDAY, 16)
    assert await town.service.queue_due() == 0


async def test_a_reminder_is_queued_for_the_owner_and_holds_no_name() -> None:
    town = Town()
    case = await town.case()
    (message,) = await town.morning(TUESDAY)
    assert (message.kind, message.recipient_id, message.step_key) == (MessageKind.NUDGE, DITTE, "A01")
    assert message.key == f"nudge:{case}:A01:{DITTE}:1-3-10:1:1"
    assert message.due_at == message.not_before == town.clock.now()
    assert "MH" not in str(message)


async def test_the_same_reminder_is_never_queued_twice() -> None:
    town = Town()
    await town.case()
    assert len(await town.morning(TUESDAY)) == 1
    other = town.another_service()
    assert (await other.queue_due(), await town.service.queue_due()) == (0, 0)
    town.clock.set(TUESDAY, 7, 30)
    assert await town.service.queue_due() == 0


async def test_a_queue_that_is_not_committed_is_queued_again() -> None:
    town = Town()
    await town.case()
    town.database_fails = True
    with pytest.raises(Exception, match="gone"):
        await town.morning(TUESDAY)
    town.database_fails = False
    assert len(await town.morning(TUESDAY)) == 1


async def test_while_nobody_can_be_looked_up_reminders_wait_and_are_queued_the_moment_they_can() -> None:
    town = Town()
    await town.case()
    town.directory.is_down = True
    with pytest.raises(DirectoryUnavailableError):
        await town.morning(TUESDAY)
    town.directory.is_down = False
    (message,) = await town.morning(TUESDAY)
    assert message.step_key == "A01"


async def test_a_worker_that_was_away_reminds_once_of_each_case_by_the_latest_step() -> None:
    town = Town()
    await town.case()
    messages = await town.morning(MONDAY + 10 * DAY)
    assert [str(message.step_key) for message in messages] == ["A10"]
    later = await mornings(town, 11, 26)
    assert not [one for one in later if one[1] in {"A01", "A03"}]


async def test_a_limit_of_the_law_speaks_for_what_was_missed() -> None:
    town = Town()
    await town.case()
    messages = await town.morning(MONDAY + 24 * DAY)
    assert [str(message.step_key) for message in messages] == ["A28"]
    assert not [one for one in await mornings(town, 25, 34) if one[1] in {"A01", "A03", "A10"}]


async def test_what_somebody_tried_is_asked_about_though_a_later_step_is_due() -> None:
    town = Town()
    case = await town.case()
    await town.morning(TUESDAY)
    await town.service.change_step(DITTE, case, "A01", StepChange.NO_ANSWER, token=town.token())
    messages = await town.morning(MONDAY + 10 * DAY)
    assert sorted(str(message.step_key) for message in messages) == ["A01", "A10"]


async def test_many_cases_are_queued_in_batches() -> None:
    town = Town()
    for _ in range(5):
        await town.case()
    town.clock.set(TUESDAY, 8, 30)
    assert [await town.service.queue_due(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert len(await town.outbox()) == 5


async def test_outside_the_window_a_reminder_waits_for_the_morning() -> None:
    town = Town()
    await town.case()
    town.clock.set(TUESDAY, 20)
    await town.service.queue_due()
    (message,) = await town.outbox()
    town.clock.set(WEDNESDAY, 8, 30)
    assert message.not_before == town.clock.now()


async def test_a_repeating_step_that_is_due_makes_the_next_one() -> None:
    town = Town()
    case = await town.case(first_day=MONDAY - 41 * DAY)
    first = (await town.case_of(case)).step("A42-1")
    assert first is not None
    await town.morning(first.due_on)
    assert (await town.case_of(case)).step("A42-2") is not None
    assert "A42-2" in {str(message.step_key) for message in await town.morning(first.due_on + 14 * DAY)}
    waiting = {message.step_key for message in await town.outbox() if message.state is MessageState.PENDING}
    assert "A42-2" in waiting
    assert "A42-1" not in waiting


async def test_what_a_reminder_tells_is_worked_out_when_it_leaves() -> None:
    town = Town()
    case = await town.case()
    (message,) = await town.morning(TUESDAY)
    view = await nudge(town, message)
    assert isinstance(view, NudgeView)
    assert (view.case.case.id, view.step.step.key, view.reminder, view.resent, view.past_limit) == (
        case,
        "A01",
        1,
        False,
        False,
    )
    entry = (await town.log())[-1]
    assert (entry.actor_id, entry.deed, entry.purpose) == (SYSTEM, Deed.VIEWED, Purpose.REMINDER)
    again = await nudge(town, replace(message, resends=1))
    assert isinstance(again, NudgeView)
    assert again.resent


async def test_a_reminder_after_a_limit_of_the_law_says_so() -> None:
    town = Town()
    await town.case()
    messages = await town.morning(date(2026, 3, 31))
    (limit,) = [message for message in messages if message.step_key == "A28"]
    view = await nudge(town, limit)
    assert isinstance(view, NudgeView)
    assert view.past_limit


@pytest.mark.parametrize("change", [StepChange.DONE, StepChange.SKIP])
async def test_a_reminder_of_an_answered_step_does_not_leave(change: StepChange) -> None:
    town = Town()
    case = await town.case()
    (message,) = await town.morning(TUESDAY)
    await town.service.change_step(DITTE, case, "A01", change, token=town.token())
    assert [kept.state for kept in await town.outbox()] == [MessageState.CANCELLED]
    assert await nudge(town, message) is Why.CHANGED


async def test_a_reminder_of_a_case_that_is_gone_does_not_leave() -> None:
    town = Town()
    case = await town.case()
    (message,) = await town.morning(TUESDAY)
    await town.service.delete(DITTE, case, token=town.token())
    assert await nudge(town, message) is Why.CHANGED


async def test_a_reminder_with_dates_of_before_does_not_leave() -> None:
    town = Town()
    case = await town.case()
    (message,) = await town.morning(TUESDAY)
    await town.service.correct_first_day(DITTE, case, first_day=TUESDAY, token=town.token())
    assert await nudge(town, message) is Why.CHANGED


async def test_a_reminder_that_a_newer_one_has_overtaken_does_not_leave() -> None:
    town = Town()
    await town.case()
    (old,) = await town.morning(TUESDAY)
    newer = [message for message in await town.morning(MONDAY + 3 * DAY) if message.step_key == "A01"]
    assert await nudge(town, old) is Why.SUPERSEDED
    assert isinstance(await nudge(town, newer[0]), NudgeView)


async def test_a_leader_who_leads_no_more_gets_no_reminder() -> None:
    town = Town()
    await town.case()
    (message,) = await town.morning(TUESDAY)
    town.directory.give(DITTE, Role.MENTOR)
    assert await nudge(town, message) is Why.CHANGED
    assert await mornings(town, 2, 24) == []
    town.directory.leave(DITTE)
    assert await nudge(town, message) is Why.CHANGED


async def test_limits_of_a_leader_who_has_left_reach_whom_hr_named() -> None:
    town = Town()
    case = await town.case()
    town.content.set(fallback_contact="SPR")
    await chats_with(town, SUSANNE)
    town.directory.leave(DITTE)
    found = await mornings(town, 1, 27)
    assert found[0][1:] == ("A28", SUSANNE)
    assert {(step, recipient) for _, step, recipient in found} == {("A28", SUSANNE)}
    view = await nudge(town, (await town.outbox())[-1])
    assert isinstance(view, NudgeView)
    assert (view.case.owner_name, [one.step.key for one in view.case.steps]) == ("", ["A28"])
    assert (await town.case_of(case)).open_steps[0].key == "A01"


async def test_who_takes_the_case_of_a_leader_who_has_left_over_is_told_what_waited() -> None:
    town = Town()
    case = await town.case()
    town.directory.give(DITTE, Role.MENTOR)
    assert await mornings(town, 1, 13) == []
    town.directory.give(DITTE, Role.LEADER)
    await town.service.offer_transfer(DITTE, case, colleague="VMB", token=town.token())
    town.directory.give(DITTE, Role.MENTOR)
    await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())
    assert (14, "A10", VIGGO) in await mornings(town, 14, 14)


async def test_a_leader_who_wants_limits_only_gets_no_other_reminder() -> None:
    town = Town()
    await town.case()
    (message,) = await town.morning(TUESDAY)
    await town.service.choose(DITTE, level=ReminderLevel.DEADLINES, weekend_duty=False, token=town.token())
    assert await nudge(town, message) is Why.CHANGED
    steps = {str(message.step_key) for day in range(2, 40) for message in await town.morning(MONDAY + day * DAY)}
    assert steps == {"A28"}


async def test_more_reminders_are_set_again_when_a_leader_wants_them_again() -> None:
    town = Town()
    await town.case()
    await town.service.choose(DITTE, level=ReminderLevel.DEADLINES, weekend_duty=False, token=town.token())
    assert await town.morning(TUESDAY) == []
    await town.service.choose(DITTE, level=ReminderLevel.NORMAL, weekend_duty=False, token=town.token())
    assert [message.step_key for message in await town.morning(WEDNESDAY)] == ["A03"]


async def test_a_snoozed_reminder_comes_when_it_was_asked_for() -> None:
    town = Town()
    case = await town.case()
    await town.morning(TUESDAY)
    await town.service.snooze(DITTE, case, "A01", SnoozeChoice.LATER, token=town.token())
    assert [kept.state for kept in await town.outbox()] == [MessageState.CANCELLED]
    town.clock.forward(hours=1, minutes=59)
    assert await town.service.queue_due() == 0
    town.clock.forward(minutes=1)
    assert await town.service.queue_due() == 1
    snoozed = (await town.outbox())[-1]
    assert isinstance(await nudge(town, snoozed), NudgeView)


@pytest.mark.parametrize(("tried", "state"), [(False, StepState.WAITING), (True, StepState.ATTEMPTED)])
async def test_a_step_is_no_longer_put_off_when_its_reminder_has_come(*, tried: bool, state: StepState) -> None:
    town = Town()
    case = await town.case()
    if tried:
        await town.service.change_step(DITTE, case, "A03", StepChange.NO_ANSWER, token=town.token())
    await town.service.snooze(DITTE, case, "A03", SnoozeChoice.DAY, day=WEDNESDAY, token=town.token())
    await town.morning(WEDNESDAY)
    step = (await town.case_of(case)).step("A03")
    assert step is not None
    assert (step.state, step.snoozes, step.attempts) == (state, 1, int(tried))


async def test_a_limit_that_was_put_off_is_not_put_off_past_its_day() -> None:
    town = Town()
    case = await town.case()
    limit = MONDAY + 28 * DAY
    town.clock.set(MONDAY + 24 * DAY)
    await town.service.snooze(DITTE, case, "A28", SnoozeChoice.DAY, day=limit, token=town.token())
    assert "A28" in {message.step_key for message in await town.morning(limit)}
    step = (await town.case_of(case)).step("A28")
    assert step is not None
    assert step.state is StepState.WAITING
    assert step.next_nudge_at is not None
    assert step.next_nudge_at.date() == limit + DAY


@pytest.mark.parametrize("level", [ReminderLevel.FEWER, ReminderLevel.DEADLINES])
async def test_a_reminder_that_was_put_off_leaves_at_every_level(level: ReminderLevel) -> None:
    town = Town()
    case = await town.case()
    (first,) = await town.morning(TUESDAY)
    assert isinstance(await sent(town, first), NudgeView)
    await town.service.choose(DITTE, level=level, weekend_duty=False, token=town.token())
    await town.service.snooze(DITTE, case, "A01", SnoozeChoice.TOMORROW, token=town.token())
    (snoozed,) = [message for message in await town.morning(WEDNESDAY) if message.step_key == "A01"]
    assert isinstance(await sent(town, snoozed), NudgeView)
    assert "A01" not in {step for _, step, _ in await mornings(town, 3, 30)}


@pytest.mark.parametrize("deputy", ["SPR", None])
async def test_a_reminder_that_was_put_off_is_not_lost_when_its_leader_goes_away(deputy: str | None) -> None:
    town = Town()
    case = await town.case()
    await chats_with(town, SUSANNE)
    await town.service.choose(DITTE, level=ReminderLevel.DEADLINES, weekend_duty=False, token=town.token())
    await town.service.snooze(DITTE, case, "A01", SnoozeChoice.DAY, day=WEDNESDAY, token=town.token())
    (snoozed,) = await town.morning(WEDNESDAY)
    await town.deputise(days=3, deputy=deputy)
    assert await sent(town, snoozed) is Why.CHANGED
    if deputy is None:
        assert await mornings(town, 3, 4) == []
        (again,) = await town.morning(MONDAY + 7 * DAY)
    else:
        (again,) = [row for row in await town.outbox() if row.step_key and row.recipient_id == SUSANNE]
    assert isinstance(await sent(town, again), NudgeView)


async def test_on_a_deputys_days_the_deputy_is_reminded() -> None:
    town = Town()
    case = await town.case()
    await town.deputise(days=3)
    (message,) = await town.morning(TUESDAY)
    assert message.recipient_id == SUSANNE
    view = await nudge(town, message)
    assert isinstance(view, NudgeView)
    assert view.case.relation is Relation.DEPUTY
    town.clock.set(MONDAY + 3 * DAY)
    await town.service.queue_due()
    assert {kept.recipient_id for kept in await town.outbox() if kept.case_id == case} == {SUSANNE, DITTE}


async def test_a_reminder_that_has_become_the_deputys_goes_to_the_deputy() -> None:
    town = Town()
    await town.case()
    (old,) = await town.morning(TUESDAY)
    await town.deputise()
    assert await nudge(town, old) is Why.CHANGED
    (forwarded,) = [message for message in await town.outbox() if message.recipient_id == SUSANNE and message.step_key]
    assert isinstance(await nudge(town, forwarded), NudgeView)
    await town.service.come_back(DITTE, token=town.token())
    assert await nudge(town, forwarded) is Why.CHANGED


async def test_without_a_deputy_local_steps_wait_for_the_first_day_back_and_limits_do_not() -> None:
    town = Town()
    await town.case()
    await town.deputise(days=25, deputy=None)
    steps = [str(message.step_key) for day in range(1, 25) for message in await town.morning(MONDAY + day * DAY)]
    assert steps == ["A28", "A28"]
    back = await town.morning(MONDAY + 25 * DAY)
    assert [str(message.step_key) for message in back] == ["A10"]


async def test_who_comes_back_early_is_reminded_then() -> None:
    town = Town()
    await town.case()
    await town.deputise(days=25, deputy=None)
    assert await town.morning(TUESDAY) == []
    assert await town.morning(WEDNESDAY) == []
    await town.service.come_back(DITTE, token=town.token())
    assert await town.service.queue_due() == 1
    assert [str(message.step_key) for message in await town.outbox()] == ["A03"]


async def test_a_queued_reminder_waits_too_when_its_leader_has_left() -> None:
    town = Town()
    await town.case()
    (message,) = await town.morning(TUESDAY)
    await town.deputise(days=2, deputy=None)
    assert await nudge(town, message) is Why.CHANGED
    assert [again.step_key for again in await town.morning(MONDAY + 3 * DAY) if again.step_key == "A01"] == ["A01"]


async def test_limits_of_an_absent_leader_go_to_whom_hr_named() -> None:
    town = Town()
    town.content.set(fallback_contact="hmo@kompas.example")
    await town.case()
    await chats_with(town, HANNE)
    await town.deputise(days=60, deputy=None)
    messages = [message for day in range(1, 30) for message in await town.morning(MONDAY + day * DAY)]
    assert {message.recipient_id for message in messages} == {HANNE}
    view = await nudge(town, messages[-1])
    assert isinstance(view, NudgeView)
    assert (view.case.relation, [step.key for step in view.case.case.steps]) == (Relation.NONE, ["A28"])
    town.content.set(fallback_contact=None)
    assert await nudge(town, messages[-1]) is Why.CHANGED


async def test_limits_of_an_absent_leader_reach_him_when_no_message_reaches_whom_hr_named() -> None:
    town = Town()
    town.content.set(fallback_contact="hmo@kompas.example")
    await town.case()
    await town.deputise(days=60, deputy=None)
    messages = [message for day in range(1, 30) for message in await town.morning(MONDAY + day * DAY)]
    assert {message.recipient_id for message in messages} == {DITTE}


async def test_a_case_that_cannot_be_worked_out_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    town = Town()
    broken, sound = await town.case(label="A"), await town.case(label="B")
    case = await town.case_of(broken)
    steps = tuple(replace(s, next_nudge_at=case.created_at) if s.key == "A42-1" else s for s in case.steps)
    async with town.storage.unit() as unit:
        await unit.cases.save(replace(case, first_day=date.max, steps=steps))
        await unit.commit()
    messages = await town.morning(TUESDAY)
    assert [message.case_id for message in messages] == [sound]
    assert "OverflowError" in caplog.text
    kept = (await town.case_of(broken)).step("A42-1")
    assert kept is not None
    assert kept.next_nudge_at is not None
    assert kept.next_nudge_at > town.clock.now()


@pytest.mark.parametrize(
    ("from_day", "to_day", "reason"),
    [
        (MONDAY + DAY, MONDAY, DayFault.ORDER),
        (MONDAY - 3 * DAY, MONDAY - DAY, DayFault.PAST),
        (MONDAY, MONDAY + 366 * DAY, DayFault.TOO_FAR),
    ],
)
async def test_an_impossible_period_is_refused(from_day: date, to_day: date, reason: DayFault) -> None:
    town = Town()
    with pytest.raises(InvalidDayError) as refused:
        await town.service.go_away(DITTE, from_day=from_day, to_day=to_day, deputy=None, token=town.token())
    assert refused.value.reason is reason


@pytest.mark.parametrize("deputy", ["XYZ", "DES", "S"])
async def test_a_deputy_is_somebody_else_whom_the_directory_knows(deputy: str) -> None:
    town = Town()
    with pytest.raises(UnknownColleagueError):
        await town.deputise(deputy=deputy)
    with pytest.raises(NotALeaderError):
        await town.service.go_away(SUSANNE, from_day=MONDAY, to_day=MONDAY, deputy=None, token=town.token())


async def test_a_digest_comes_once_a_week_to_leaders_with_something_open() -> None:
    town = Town()
    case = await town.case()
    await town.case(owner=VIGGO)
    next_monday = MONDAY + 7 * DAY
    town.clock.set(next_monday, 8)
    assert await town.service.queue_digests() == 0
    town.clock.set(next_monday, 8, 30)
    assert await town.service.queue_digests() == 2
    assert await town.service.queue_digests() == 0
    assert await town.another_service().queue_digests() == 0
    town.clock.set(next_monday + DAY, 12)
    assert await town.service.queue_digests() == 0
    (message,) = [kept for kept in await town.outbox() if kept.recipient_id == DITTE]
    assert message.key == f"digest:{DITTE}:2026-W11"
    overview = await digest(town, message)
    assert isinstance(overview, Overview)
    assert [view.case.id for view in overview.own] == [case]
    entry = (await town.log())[-1]
    assert (entry.actor_id, entry.deed, entry.purpose) == (SYSTEM, Deed.LISTED, Purpose.REMINDER)


async def test_a_case_of_this_week_waits_for_the_next_digest() -> None:
    town = Town()
    await town.case()
    town.clock.set(WEDNESDAY)
    assert await town.service.queue_digests() == 0


async def test_the_digest_of_a_leader_who_is_away_waits_until_he_is_back() -> None:
    town = Town()
    await town.case()
    town.clock.set(MONDAY + 7 * DAY)
    await town.deputise(days=2)
    assert await town.service.queue_digests() == 0
    town.clock.set(MONDAY + 9 * DAY, 0, 5)
    assert await town.service.queue_digests() == 1


async def test_a_digest_with_nothing_in_it_does_not_leave() -> None:
    town = Town()
    case = await town.case()
    town.clock.set(MONDAY + 7 * DAY)
    await town.service.queue_digests()
    (message,) = await town.outbox()
    await town.service.end(DITTE, case, token=town.token())
    assert await digest(town, message) is Why.CHANGED
    town.directory.give(DITTE)
    assert await digest(town, message) is Why.NOT_ENTITLED


async def test_last_weeks_digest_gives_way_to_this_weeks() -> None:
    town = Town()
    await town.case()
    town.clock.set(MONDAY + 7 * DAY)
    await town.service.queue_digests()
    town.clock.set(MONDAY + 14 * DAY)
    await town.service.queue_digests()
    old, new = await town.outbox()
    assert await digest(town, old) is Why.SUPERSEDED
    assert isinstance(await digest(town, new), Overview)


# --- No step without any reminder ---------------------------------------------------------------------------------------------


async def test_who_takes_a_case_over_is_reminded_once_of_what_the_old_leader_never_was() -> None:
    town = Town()
    case = await town.case()
    await town.deputise(days=14, deputy=None)
    assert await mornings(town, 1, 7) == []
    await town.service.offer_transfer(DITTE, case, colleague="VMB", token=town.token())
    await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())
    found = await mornings(town, 8, 16)
    assert [one for one in found if one[1] in {"A01", "A03"}] == [(8, "A03", VIGGO)]


async def test_who_takes_a_case_over_just_before_a_limit_is_told_before_its_day() -> None:
    town = Town()
    case = await town.case()
    town.clock.set(MONDAY + 24 * DAY)
    await town.service.offer_transfer(DITTE, case, colleague="VMB", token=town.token())
    await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())
    found = [one for one in await mornings(town, 24, 33) if one[1] == "A28"]
    assert found == [(day, "A28", VIGGO) for day in (25, 28, 29, 30)]


async def test_a_return_that_is_reported_late_still_leads_to_one_reminder_of_the_talk() -> None:
    town = Town()
    case = await town.case()
    town.clock.set(MONDAY + 11 * DAY)
    await town.service.report_return(DITTE, case, day=MONDAY + 4 * DAY, token=town.token())
    assert await mornings(town, 11, 30) == [(14, "R01", DITTE)]


async def test_a_contact_that_came_up_while_the_case_was_closed_is_reminded_of_when_it_goes_on() -> None:
    town = Town()
    case = await town.case()
    town.clock.set(MONDAY + 7 * DAY)
    await town.service.report_return(DITTE, case, day=MONDAY + 9 * DAY, token=town.token())
    town.clock.set(MONDAY + 15 * DAY)
    await town.service.reopen(DITTE, case, token=town.token())
    assert [one for one in await mornings(town, 16, 30) if one[1] == "A10"] == [(16, "A10", DITTE)]


async def test_a_step_that_was_tried_is_not_forgotten_when_its_case_is_planned_anew() -> None:
    town = Town()
    case = await town.case()
    await mornings(town, 1, 1)
    town.clock.set(TUESDAY, 10)
    await town.service.change_step(DITTE, case, "A01", StepChange.NO_ANSWER, token=town.token())
    await mornings(town, 2, 2)
    await town.service.choose(DITTE, level=ReminderLevel.NORMAL, weekend_duty=True, token=town.token())
    assert (3, "A01", DITTE) in await mornings(town, 3, 5)


async def test_a_step_that_was_tried_is_asked_about_when_its_leader_wants_more_reminders_again() -> None:
    town = Town()
    case = await town.case()
    await town.service.choose(DITTE, level=ReminderLevel.FEWER, weekend_duty=False, token=town.token())
    await mornings(town, 1, 1)
    town.clock.set(TUESDAY, 10)
    await town.service.change_step(DITTE, case, "A01", StepChange.NO_ANSWER, token=town.token())
    await town.service.choose(DITTE, level=ReminderLevel.NORMAL, weekend_duty=False, token=town.token())
    assert (2, "A01", DITTE) in await mornings(town, 2, 2)


async def test_a_step_that_is_undone_after_its_days_is_reminded_of_once() -> None:
    town = Town()
    case = await town.case()
    for step in ("A01", "A03", "A10"):
        await town.service.change_step(DITTE, case, step, StepChange.DONE, token=town.token())
    town.clock.set(MONDAY + 9 * DAY)
    await town.service.change_step(DITTE, case, "A01", StepChange.UNDO, token=town.token())
    assert [one for one in await mornings(town, 10, 20) if one[1] == "A01"] == [(10, "A01", DITTE)]


# --- Reminders that change hands or wait --------------------------------------------------------------------------------------


async def test_a_deputy_who_is_gone_is_none() -> None:
    town = Town()
    await town.case()
    town.clock.set(MONDAY + 7 * DAY)
    await chats_with(town, SUSANNE)
    await town.deputise(days=30)
    town.directory.leave(SUSANNE)
    found = await mornings(town, 8, 36)
    assert {(step, recipient) for _, step, recipient in found} == {("A28", DITTE)}
    assert [step for _, step, _ in await mornings(town, 37, 37) if step != "A28"] == ["A10"]


async def test_a_queued_limit_for_a_deputy_who_is_gone_goes_to_the_leader() -> None:
    town = Town()
    await town.case(first_day=MONDAY - 20 * DAY)
    await chats_with(town, SUSANNE)
    await town.deputise(days=5)
    (limit,) = [message for message in await town.morning(MONDAY + 3 * DAY) if message.step_key == "A28"]
    assert limit.recipient_id == SUSANNE
    town.directory.leave(SUSANNE)
    assert await sent(town, limit) is Why.CHANGED
    (forwarded,) = [row for row in await town.outbox() if row.step_key == "A28" and row.recipient_id == DITTE]
    assert isinstance(await sent(town, forwarded), NudgeView)


async def test_limits_of_the_law_reach_the_leader_when_the_deputy_has_no_chat() -> None:
    town = Town()
    await town.case()
    await town.deputise(days=60)
    found = {(step, recipient) for _, step, recipient in await mornings(town, 1, 20)}
    assert found == {("A01", SUSANNE), ("A03", SUSANNE), ("A10", SUSANNE), ("A28", DITTE)}
    await chats_with(town, SUSANNE)
    assert {recipient for _, step, recipient in await mornings(town, 21, 25) if step == "A28"} == {SUSANNE}


@pytest.mark.parametrize("level", [ReminderLevel.NORMAL, ReminderLevel.FEWER])
async def test_a_reminder_that_goes_to_the_deputy_and_back_is_not_lost(level: ReminderLevel) -> None:
    town = Town()
    case = await town.case()
    await town.service.choose(DITTE, level=level, weekend_duty=False, token=town.token())
    await chats_with(town, SUSANNE)
    (first,) = await town.morning(TUESDAY)
    await town.deputise()
    assert await sent(town, first) is Why.CHANGED
    (deputys,) = [row for row in await town.outbox() if row.step_key and row.recipient_id == SUSANNE]
    await town.service.come_back(DITTE, token=town.token())
    assert await sent(town, deputys) is Why.CHANGED
    (again,) = [row for row in await town.outbox() if row.step_key and row.state is MessageState.PENDING]
    assert (again.recipient_id, again.key) == (DITTE, f"nudge:{case}:A01:{DITTE}:1-3-10:1:3")
    assert isinstance(await sent(town, again), NudgeView)


async def test_who_wants_one_reminder_gets_it_when_he_is_back_if_the_first_never_left() -> None:
    town = Town()
    await town.case()
    await town.service.choose(DITTE, level=ReminderLevel.FEWER, weekend_duty=False, token=town.token())
    (message,) = [one for one in await town.morning(WEDNESDAY) if one.step_key == "A03"]
    await town.deputise(days=5, deputy=None)
    assert await sent(town, message) is Why.CHANGED
    back = await town.morning(MONDAY + 7 * DAY)
    (fresh,) = [one for one in back if one.step_key == "A03"]
    assert isinstance(await sent(town, fresh), NudgeView)
    assert "A03" not in {step for _, step, _ in await mornings(town, 8, 30)}


async def test_who_wants_one_reminder_gets_no_second_after_one_that_arrived() -> None:
    town = Town()
    await town.case()
    (message,) = await town.morning(TUESDAY)
    assert isinstance(await sent(town, message), NudgeView)
    await town.service.choose(DITTE, level=ReminderLevel.FEWER, weekend_duty=False, token=town.token())
    assert "A01" not in {step for _, step, _ in await mornings(town, 2, 30)}


async def test_a_rule_that_hr_takes_away_by_mistake_is_reminded_of_when_it_is_back() -> None:
    town = Town()
    await town.case()
    whole = town.content.absence
    town.content.drop_rule("A28")
    assert "A28" not in {step for _, step, _ in await mornings(town, 1, 20)}
    town.content.absence = whole
    assert [day for day, step, _ in await mornings(town, 21, 30) if step == "A28"][:1] == [21]


# --- Who was shown a case -----------------------------------------------------------------------------------------------------


async def test_the_log_names_the_deputy_who_got_a_reminder() -> None:
    town = Town()
    await town.case()
    await town.deputise()
    (message,) = await town.morning(TUESDAY)
    before = len(await town.log())
    assert isinstance(await nudge(town, message), NudgeView)
    assert len(await town.log()) == before  # there is no chat with her, so nothing leaves
    await chats_with(town, SUSANNE)
    assert isinstance(await nudge(town, message), NudgeView)
    entry = (await town.log())[-1]
    assert (entry.actor_id, entry.deed, entry.purpose) == (SUSANNE, Deed.VIEWED, Purpose.DEPUTY)


async def test_the_log_names_whom_hr_named_and_what_kompas_showed_him_for() -> None:
    town = Town()
    town.content.set(fallback_contact="hmo@kompas.example")
    await chats_with(town, HANNE)
    await town.case()
    await town.deputise(days=60, deputy=None)
    (limit,) = await town.morning(MONDAY + 17 * DAY)
    assert isinstance(await nudge(town, limit), NudgeView)
    entry = (await town.log())[-1]
    assert (entry.actor_id, entry.deed, entry.purpose) == (HANNE, Deed.VIEWED, Purpose.REMINDER)
