"""Rights as the use cases enforce them: every operation, tried by everyone, on a case that is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from hr.absence.model import Relation, SnoozeChoice, StepChange
from hr.audit.model import Deed, Purpose
from hr.errors import CaseNotFoundError, NotALeaderError
from hr.people import Role
from hr.policy import AREAS, Operation
from tests.unit.hr.absence.service_builders import (
    DITTE,
    ELSE,
    HANNE,
    INGER,
    MONDAY,
    NOBODY,
    SUSANNE,
    VIGGO,
    Town,
)

Call = Callable[[Town, str, str], Awaitable[object]]


def changing(change: StepChange) -> Call:
    return lambda town, who, case: town.service.change_step(who, case, "A03", change, token=town.token())


CALLS: dict[Operation, tuple[Call, ...]] = {
    Operation.VIEW_CASE: (
        lambda town, who, case: town.service.view(who, case),
        lambda town, who, case: town.service.guide(who, "fast-track", case_id=case),
    ),
    Operation.CHANGE_STEP: tuple(
        changing(change) for change in (StepChange.DONE, StepChange.NO_ANSWER, StepChange.SKIP)
    ),
    Operation.SNOOZE: (
        lambda town, who, case: town.service.snooze(who, case, "A10", SnoozeChoice.LATER, token=town.token()),
    ),
    Operation.REPORT_RETURN: (
        lambda town, who, case: town.service.report_return(who, case, day=town.clock.today(), token=town.token()),
        lambda town, who, case: town.service.report_partial(who, case, day=town.clock.today(), token=town.token()),
    ),
    Operation.CATCH_UP: (
        lambda town, who, case: town.service.catch_up(who, case, done=("A01",), offered=("A01",), token=town.token()),
    ),
    Operation.REOPEN_CASE: (lambda town, who, case: town.service.reopen(who, case, token=town.token()),),
    Operation.END_CASE: (lambda town, who, case: town.service.end(who, case, token=town.token()),),
    Operation.DELETE_CASE: (lambda town, who, case: town.service.delete(who, case, token=town.token()),),
    Operation.CORRECT_CASE: (
        lambda town, who, case: town.service.correct_first_day(
            who, case, first_day=town.clock.today() - timedelta(days=1), token=town.token()
        ),
    ),
    Operation.EXCLUDE_CASE: (
        lambda town, who, case: town.service.exclude_from_frequency(who, case, token=town.token()),
    ),
    Operation.OFFER_CASE: (
        lambda town, who, case: town.service.offer_transfer(who, case, colleague="VMB", token=town.token()),
    ),
    Operation.SHARE_CASE: (lambda town, who, case: town.service.share_with_hr(who, case, token=town.token()),),
}
EACH_CALL = [
    pytest.param(operation, call, id=f"{operation.value}-{number}")
    for operation, calls in CALLS.items()
    for number, call in enumerate(calls)
]
DEPUTYS = {Operation.LIST_CASES, Operation.VIEW_CASE, Operation.CHANGE_STEP, Operation.SNOOZE, Operation.REPORT_RETURN}


async def prepared(town: Town, operation: Operation) -> str:
    case = await town.case()
    if operation is Operation.REOPEN_CASE:
        await town.service.report_return(DITTE, case, day=town.clock.today(), token=town.token())
    return case


async def refused(town: Town, who: str, case: str, call: Call) -> None:
    """The call fails as for a case that is not there, and leaves no trace."""
    kept, outbox, log = await town.kept(case), await town.outbox(), await town.log()
    with pytest.raises(CaseNotFoundError) as told:
        await call(town, who, case)
    with pytest.raises(CaseNotFoundError) as missing:
        await call(town, who, "0" * 32)
    assert str(told.value) == str(missing.value)
    assert (await town.kept(case), await town.outbox(), await town.log()) == (kept, outbox, log)


def test_every_operation_but_the_list_is_tried() -> None:
    elsewhere = {Operation.LIST_CASES, Operation.START_CASE, Operation.CHOOSE_REMINDERS, Operation.ANSWER_OFFER}
    assert set(CALLS) | elsewhere == set(AREAS["Absence"])


@pytest.mark.parametrize(("operation", "call"), EACH_CALL)
async def test_the_owner_may_everything(operation: Operation, call: Call) -> None:
    town = Town()
    await call(town, DITTE, await prepared(town, operation))


@pytest.mark.parametrize(("operation", "call"), EACH_CALL)
@pytest.mark.parametrize("who", [VIGGO, SUSANNE, HANNE, INGER, ELSE, NOBODY, ""])
async def test_everyone_else_is_told_that_there_is_no_such_case(who: str, operation: Operation, call: Call) -> None:
    town = Town()
    await refused(town, who, await prepared(town, operation), call)


@pytest.mark.parametrize(("operation", "call"), EACH_CALL)
async def test_a_deputy_does_what_a_step_card_offers(operation: Operation, call: Call) -> None:
    town = Town()
    case = await prepared(town, operation)
    await town.deputise()
    if operation in DEPUTYS:
        await call(town, SUSANNE, case)
        assert (await town.log())[-1].purpose is Purpose.DEPUTY or operation is Operation.VIEW_CASE
    else:
        await refused(town, SUSANNE, case, call)


@pytest.mark.parametrize(("operation", "call"), EACH_CALL)
async def test_a_deputy_has_no_access_after_the_period(operation: Operation, call: Call) -> None:
    town = Town()
    case = await prepared(town, operation)
    await town.deputise(days=2)
    town.clock.set(MONDAY + timedelta(days=2), 0, 1)
    await refused(town, SUSANNE, case, call)


@pytest.mark.parametrize(("operation", "call"), EACH_CALL)
async def test_a_deputy_has_no_access_from_the_moment_the_leader_is_back(operation: Operation, call: Call) -> None:
    town = Town()
    case = await prepared(town, operation)
    await town.deputise()
    await town.service.come_back(DITTE, token=town.token())
    await refused(town, SUSANNE, case, call)


@pytest.mark.parametrize(("operation", "call"), EACH_CALL)
async def test_nobody_stands_in_for_somebody_who_leads_no_more(operation: Operation, call: Call) -> None:
    town = Town()
    case = await prepared(town, operation)
    await town.deputise()
    town.directory.give(DITTE, Role.MENTOR)
    await refused(town, SUSANNE, case, call)
    assert not (await town.service.overview(SUSANNE)).as_deputy


@pytest.mark.parametrize(("operation", "call"), EACH_CALL)
@pytest.mark.parametrize("who", [HANNE, INGER])
async def test_hr_looks_at_a_case_that_was_handed_over_and_changes_nothing(
    who: str, operation: Operation, call: Call
) -> None:
    town = Town()
    case = await prepared(town, operation)
    await town.service.share_with_hr(DITTE, case, token=town.token())
    if operation is Operation.VIEW_CASE:
        await call(town, who, case)
    else:
        await refused(town, who, case, call)


@pytest.mark.parametrize(("operation", "call"), EACH_CALL)
async def test_whom_a_case_is_offered_to_may_only_answer(operation: Operation, call: Call) -> None:
    town = Town()
    case = await prepared(town, operation)
    await town.service.offer_transfer(DITTE, case, colleague="VMB", token=town.token())
    await refused(town, VIGGO, case, call)


@pytest.mark.parametrize(("operation", "call"), EACH_CALL)
async def test_a_leader_who_leads_no_more_loses_the_case_at_once(operation: Operation, call: Call) -> None:
    town = Town()
    case = await prepared(town, operation)
    town.directory.give(DITTE, Role.MENTOR)
    await refused(town, DITTE, case, call)


@pytest.mark.parametrize("who", [SUSANNE, HANNE, ELSE, NOBODY])
async def test_who_leads_nobody_gets_no_case(who: str) -> None:
    town = Town()
    assert not await town.service.may_lead(who)
    with pytest.raises(NotALeaderError):
        await town.service.draft(who, label="MH", first_day=MONDAY)
    with pytest.raises(NotALeaderError):
        await town.service.create(who, label="MH", first_day=MONDAY, token=town.token())


async def test_new_leaders_lead() -> None:
    town = Town()
    assert await town.service.may_lead(VIGGO)
    await town.case(owner=VIGGO)


async def test_the_senders_id_counts_in_any_letter_case() -> None:
    town = Town()
    case = await town.case(owner=DITTE.upper())
    assert (await town.case_of(case)).owner_id == DITTE
    assert (await town.service.view(DITTE.upper(), case)).relation is Relation.OWNER


async def test_each_list_has_what_the_person_may_see() -> None:
    town = Town()
    shared, private = await town.case(label="MH"), await town.case(label="PJ")
    other = await town.case(owner=VIGGO, label="KL")
    await town.service.share_with_hr(DITTE, shared, token=town.token())
    await town.deputise()
    await town.service.offer_transfer(VIGGO, other, colleague="DES", token=town.token())
    ditte, susanne = await town.service.overview(DITTE), await town.service.overview(SUSANNE)
    hanne = await town.service.overview(HANNE)
    assert {view.case.id for view in ditte.own} == {shared, private}
    assert [view.case.id for view in ditte.offered] == [other]
    assert {view.case.id for view in susanne.as_deputy} == {shared, private}
    assert [view.case.id for view in hanne.as_hr] == [shared]
    for who in (ELSE, NOBODY):
        overview = await town.service.overview(who)
        assert (overview.all, overview.offered) == ((), ())


async def test_a_deputy_sees_the_open_steps_only() -> None:
    town = Town()
    case = await town.case()
    await town.service.change_step(DITTE, case, "A01", StepChange.DONE, token=town.token())
    await town.deputise()
    view = await town.service.view(SUSANNE, case)
    assert (view.relation, view.owner_name) == (Relation.DEPUTY, "Ditte Eksempelsen")
    assert "A01" not in {step.key for step in view.case.steps}
    assert view.case.steps
    assert all(step.open for step in view.case.steps)


async def test_whom_a_case_is_offered_to_sees_label_first_day_and_next_step() -> None:
    town = Town()
    case = await town.case()
    await town.service.offer_transfer(DITTE, case, colleague="VMB", token=town.token())
    (offered,) = (await town.service.overview(VIGGO)).offered
    assert (offered.relation, offered.case.label, offered.case.first_day) == (Relation.NONE, "MH", MONDAY)
    assert [step.key for step in offered.case.steps] == [view.step.key for view in offered.steps] == ["A01"]
    assert offered.owner_name == "Ditte Eksempelsen"


async def test_every_look_is_in_the_log_with_its_purpose() -> None:
    town = Town()
    case = await town.case()
    await town.service.share_with_hr(DITTE, case, token=town.token())
    await town.deputise()
    before = len(await town.log())
    await town.service.view(DITTE, case)
    await town.service.view(SUSANNE, case)
    await town.service.view(HANNE, case)
    await town.service.overview(DITTE)
    await town.service.overview(SUSANNE)
    await town.service.overview(INGER)
    looks = [(entry.actor_id, entry.deed, entry.purpose, entry.case_id) for entry in (await town.log())[before:]]
    assert looks == [
        (DITTE, Deed.VIEWED, Purpose.OWN_FOLLOW_UP, case),
        (SUSANNE, Deed.VIEWED, Purpose.DEPUTY, case),
        (HANNE, Deed.VIEWED, Purpose.SHARED_WITH_HR, case),
        (DITTE, Deed.LISTED, Purpose.OWN_FOLLOW_UP, case),
        (SUSANNE, Deed.LISTED, Purpose.DEPUTY, case),
        (INGER, Deed.LISTED, Purpose.SHARED_WITH_HR, case),
    ]


async def test_who_looks_at_an_offered_case_and_declines_it_stands_in_the_log_for_the_offer_alone() -> None:
    town = Town()
    case = await town.case()
    await town.service.offer_transfer(DITTE, case, colleague="VMB", token=town.token())
    await town.service.overview(VIGGO)
    await town.service.answer_transfer(VIGGO, case, accept=False, token=town.token())
    his = [(entry.deed, entry.purpose) for entry in await town.log() if entry.actor_id == VIGGO]
    assert his == [(Deed.LISTED, Purpose.TRANSFER), (Deed.CHANGED, Purpose.TRANSFER)]


async def test_a_guide_leaves_no_trace_not_even_of_a_look() -> None:
    town = Town()
    case = await town.case()
    before = await town.log()
    view = await town.service.guide(DITTE, "fast-track", case_id=case)
    assert view.limit_on == date(2026, 4, 1)  # the 35th day after is Easter Monday
    assert await town.log() == before
