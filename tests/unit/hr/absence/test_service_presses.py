"""Buttons pressed twice, too late, with forged data, and while the database goes away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from hr.absence.model import CaseState, ReminderLevel, SnoozeChoice, StepChange, StepState
from hr.absence.service import Done
from hr.audit.model import Deed
from hr.errors import CaseNotFoundError, DatabaseUnavailableError, OutdatedError
from hr.outbox.model import MessageState
from tests.unit.hr.absence.service_builders import DITTE, MONDAY, NOBODY, SUSANNE, VIGGO, Town

DAY = timedelta(days=1)
Press = Callable[[Town, str, str], Awaitable[Done]]

PRESSES: dict[str, Press] = {
    "done": lambda town, case, token: town.service.change_step(DITTE, case, "A03", StepChange.DONE, token=token),
    "no answer": lambda town, case, token: town.service.change_step(
        DITTE, case, "A03", StepChange.NO_ANSWER, token=token
    ),
    "skip": lambda town, case, token: town.service.change_step(DITTE, case, "A03", StepChange.SKIP, token=token),
    "snooze": lambda town, case, token: town.service.snooze(DITTE, case, "A03", SnoozeChoice.TOMORROW, token=token),
    "catch up": lambda town, case, token: town.service.catch_up(
        DITTE, case, done=("A01",), offered=("A01",), token=token
    ),
    "return": lambda town, case, token: town.service.report_return(DITTE, case, day=town.clock.today(), token=token),
    "partial": lambda town, case, token: town.service.report_partial(DITTE, case, day=town.clock.today(), token=token),
    "end": lambda town, case, token: town.service.end(DITTE, case, token=token),
    "correct": lambda town, case, token: town.service.correct_first_day(
        DITTE, case, first_day=MONDAY - DAY, token=token
    ),
    "exclude": lambda town, case, token: town.service.exclude_from_frequency(DITTE, case, token=token),
    "offer": lambda town, case, token: town.service.offer_transfer(DITTE, case, colleague="VMB", token=token),
    "share": lambda town, case, token: town.service.share_with_hr(DITTE, case, token=token),
}
EACH_PRESS = [pytest.param(press, id=name) for name, press in PRESSES.items()]


@pytest.mark.parametrize("press", EACH_PRESS)
async def test_a_second_press_has_no_effect_and_shows_the_case(press: Press) -> None:
    town = Town()
    case, token = await town.case(), town.token()
    first = await press(town, case, token)
    kept, outbox = await town.kept(case), await town.outbox()
    second = await press(town, case, token)
    assert (first.repeated, second.repeated) == (False, True)
    assert second.case == first.case
    assert (await town.kept(case), await town.outbox()) == (kept, outbox)
    assert (await town.log())[-1].deed is Deed.VIEWED


@pytest.mark.parametrize("press", EACH_PRESS)
async def test_nothing_has_changed_when_the_database_goes_away_at_the_commit(press: Press) -> None:
    town = Town()
    case, token = await town.case(), town.token()
    await town.morning(MONDAY + DAY)
    before = (await town.kept(case), await town.outbox(), await town.log())
    town.database_fails = True
    with pytest.raises(DatabaseUnavailableError):
        await press(town, case, token)
    town.database_fails = False
    assert (await town.kept(case), await town.outbox(), await town.log()) == before
    assert not (await press(town, case, token)).repeated


async def test_creating_twice_with_one_token_makes_one_case() -> None:
    town = Town()
    token = town.token()
    first = await town.service.create(DITTE, label="MH", first_day=MONDAY, token=token)
    second = await town.service.create(DITTE, label="MH", first_day=MONDAY, token=token)
    assert second.case == first.case
    assert len((await town.service.overview(DITTE)).own) == 1


async def test_creating_again_after_the_token_was_forgotten_shows_the_case() -> None:
    town = Town()
    token = town.token()
    first = await town.service.create(DITTE, label="MH", first_day=MONDAY, token=token)
    town.clock.set(MONDAY + 40 * DAY)
    await town.service.delete_expired()
    again = await town.service.create(DITTE, label="MH", first_day=MONDAY, token=token)
    assert again.case.case.id == first.case.case.id
    assert (await town.log())[-1].deed is Deed.VIEWED


async def test_a_token_of_another_leader_opens_nothing() -> None:
    town = Town()
    token = town.token()
    await town.service.create(DITTE, label="MH", first_day=MONDAY, token=token)
    with pytest.raises(CaseNotFoundError):
        await town.service.create(VIGGO, label="MH", first_day=MONDAY, token=token)


async def test_deleting_twice_is_no_error() -> None:
    town = Town()
    case, token = await town.case(), town.token()
    await town.service.delete(DITTE, case, token=token)
    await town.service.delete(DITTE, case, token=token)
    assert [entry.deed for entry in await town.log()] == [Deed.CREATED, Deed.DELETED]


async def test_settings_pressed_twice_are_kept_once() -> None:
    town = Town()
    token = town.token()
    await town.service.choose(DITTE, level=ReminderLevel.FEWER, weekend_duty=False, token=token)
    await town.service.choose(DITTE, level=ReminderLevel.NORMAL, weekend_duty=False, token=town.token())
    view = await town.service.choose(DITTE, level=ReminderLevel.FEWER, weekend_duty=False, token=token)
    assert view.preferences.level is ReminderLevel.NORMAL
    away_token = town.token()
    for _ in range(2):
        await town.service.go_away(DITTE, from_day=MONDAY, to_day=MONDAY, deputy="SPR", token=away_token)
    assert len(await town.outbox()) == 1


@pytest.mark.parametrize("step", ["A99", "", "R01", "a03"])
async def test_a_step_that_the_case_does_not_have_answers_with_the_case(step: str) -> None:
    town = Town()
    case = await town.case()
    kept = await town.kept(case)
    with pytest.raises(OutdatedError) as outdated:
        await town.service.change_step(DITTE, case, step, StepChange.DONE, token=town.token())
    assert outdated.value.case == await town.service.view(DITTE, case)
    assert await town.kept(case) == kept
    assert "MH" not in str(outdated.value)


@pytest.mark.parametrize("case", ["0" * 32, "", "x' or '1'='1"])
async def test_a_forged_case_is_no_case(case: str) -> None:
    town = Town()
    await town.case()
    with pytest.raises(CaseNotFoundError):
        await town.service.change_step(DITTE, case, "A03", StepChange.DONE, token=town.token())


@pytest.mark.parametrize("change", StepChange)
async def test_a_step_pressed_after_the_case_was_closed_answers_with_the_case_as_it_is(change: StepChange) -> None:
    town = Town()
    case = await town.case()
    await town.service.report_return(DITTE, case, day=MONDAY, token=town.token())
    with pytest.raises(OutdatedError) as outdated:
        await town.service.change_step(DITTE, case, "A03", change, token=town.token())
    assert outdated.value.case.case.state is CaseState.CLOSED
    assert (await town.log())[-1].deed is Deed.VIEWED


@pytest.mark.parametrize("name", ["return", "partial", "end", "correct", "snooze", "catch up"])
async def test_a_closed_case_is_not_closed_or_changed_again(name: str) -> None:
    town = Town()
    case = await town.case()
    await town.service.end(DITTE, case, token=town.token())
    kept = await town.kept(case)
    with pytest.raises(OutdatedError):
        await PRESSES[name](town, case, town.token())
    assert await town.kept(case) == kept


async def test_a_step_that_was_answered_before_the_return_stays_answered() -> None:
    town = Town()
    case = await town.case()
    await town.service.change_step(DITTE, case, "A10", StepChange.DONE, token=town.token())
    await town.service.report_return(DITTE, case, day=MONDAY, token=town.token())
    with pytest.raises(OutdatedError):
        await town.service.change_step(DITTE, case, "A10", StepChange.UNDO, token=town.token())
    step = (await town.case_of(case)).step("A10")
    assert step is not None
    assert step.state is StepState.DONE


async def test_an_outdated_press_leaves_its_token_free() -> None:
    town = Town()
    case, token = await town.case(), town.token()
    for _ in range(2):
        with pytest.raises(OutdatedError):
            await town.service.reopen(DITTE, case, token=token)


@pytest.mark.parametrize("who", [NOBODY, SUSANNE, VIGGO])
async def test_a_wrong_person_with_a_used_token_sees_nothing(who: str) -> None:
    town = Town()
    case, token = await town.case(), town.token()
    await town.service.change_step(DITTE, case, "A03", StepChange.DONE, token=token)
    with pytest.raises(CaseNotFoundError):
        await town.service.change_step(who, case, "A03", StepChange.DONE, token=token)


async def test_closing_takes_queued_reminders_back_in_the_same_transaction() -> None:
    town = Town()
    case = await town.case()
    (queued,) = await town.morning(MONDAY + DAY)
    town.database_fails = True
    with pytest.raises(DatabaseUnavailableError):
        await town.service.report_return(DITTE, case, day=MONDAY + DAY, token=town.token())
    town.database_fails = False
    assert [message.state for message in await town.outbox()] == [MessageState.PENDING]
    assert (await town.case_of(case)).state is CaseState.ACTIVE
    await town.service.report_return(DITTE, case, day=MONDAY + DAY, token=town.token())
    (cancelled,) = await town.outbox()
    assert (cancelled.id, cancelled.state) == (queued.id, MessageState.CANCELLED)


async def test_a_message_to_hr_survives_the_end_of_the_case() -> None:
    town = Town()
    case = await town.case()
    await town.service.share_with_hr(DITTE, case, token=town.token())
    await town.service.report_return(DITTE, case, day=MONDAY, token=town.token())
    assert {message.state for message in await town.outbox()} == {MessageState.PENDING}
