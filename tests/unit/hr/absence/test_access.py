"""Who may do what: the whole table, and how a person's relation to a case is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hr.absence.access import may, may_answer, purpose_of, relation
from hr.absence.model import AbsenceCase, Away, Relation, Step, StepKind, StepState, Transfer
from hr.audit.model import Purpose
from hr.people import Person, Role
from hr.policy import AREAS, Operation
from tests.unit.hr.absence.service_builders import DITTE, ELSE, MONDAY, NOBODY, PEOPLE, SUSANNE, VIGGO

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STEP = Step(key="A01", rule="A01", kind=StepKind.LOCAL, day=1, nominal_on=MONDAY, due_on=MONDAY)
CASE = AbsenceCase(
    id="c1", owner_id=DITTE, label="MH", first_day=MONDAY, model_id="1-3-10", created_at=NOON, steps=(STEP,)
)
SHARED = replace(CASE, shared_with_hr=True)
AWAY = Away(leader_id=DITTE, from_day=date(2026, 3, 2), to_day=date(2026, 3, 6), deputy_id=SUSANNE)

O = Operation  # noqa: E741 - the table below is read as one
ALLOWED = {
    Relation.OWNER: {
        O.LIST_CASES,
        O.VIEW_CASE,
        O.CHANGE_STEP,
        O.SNOOZE,
        O.REPORT_RETURN,
        O.CATCH_UP,
        O.REOPEN_CASE,
        O.END_CASE,
        O.DELETE_CASE,
    }
    | {O.CORRECT_CASE, O.EXCLUDE_CASE, O.OFFER_CASE, O.SHARE_CASE},
    Relation.DEPUTY: {O.LIST_CASES, O.VIEW_CASE, O.CHANGE_STEP, O.SNOOZE, O.REPORT_RETURN},
    Relation.HR: {O.LIST_CASES, O.VIEW_CASE},
    Relation.NONE: set(),
}


def known(person_id: str, *roles: Role) -> Person:
    found = next(person for person in PEOPLE if person.id == person_id)
    return replace(found, roles=found.roles | set(roles))


@pytest.mark.parametrize("operation", AREAS["Absence"])
@pytest.mark.parametrize("who", Relation)
def test_each_relation_may_do_what_the_table_says_and_no_more(who: Relation, operation: Operation) -> None:
    assert may(who, operation) is (operation in ALLOWED[who])


def test_the_leader_whose_case_it_is_owns_it() -> None:
    assert relation(known(DITTE), CASE, (), MONDAY) is Relation.OWNER


def test_a_leader_who_leads_no_more_has_nothing_to_do_with_the_case() -> None:
    former = replace(known(DITTE), roles=frozenset({Role.EMPLOYEE}))
    assert relation(former, CASE, (), MONDAY) is Relation.NONE


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2026, 3, 1), Relation.NONE),
        (date(2026, 3, 2), Relation.DEPUTY),
        (date(2026, 3, 6), Relation.DEPUTY),
        (date(2026, 3, 7), Relation.NONE),
    ],
)
def test_a_deputy_is_one_on_the_days_of_the_period_only(day: date, found: Relation) -> None:
    assert relation(known(SUSANNE), CASE, (AWAY,), day) is found


def test_a_deputy_has_nothing_to_do_with_a_case_that_asks_for_nothing() -> None:
    done = replace(CASE, steps=(replace(STEP, state=StepState.DONE),))
    assert relation(known(SUSANNE), done, (AWAY,), MONDAY) is Relation.NONE


def test_a_period_of_another_leader_gives_nothing() -> None:
    assert relation(known(SUSANNE), CASE, (replace(AWAY, leader_id=VIGGO),), MONDAY) is Relation.NONE


def test_a_leader_without_the_role_does_not_get_in_as_his_own_deputy() -> None:
    former = replace(known(DITTE), roles=frozenset({Role.EMPLOYEE}))
    assert relation(former, CASE, (replace(AWAY, deputy_id=DITTE),), MONDAY) is Relation.NONE


@pytest.mark.parametrize("role", [Role.HR, Role.HR_LEAD])
def test_hr_sees_a_case_when_it_was_handed_over_and_not_before(role: Role) -> None:
    assert relation(known(ELSE, role), CASE, (), MONDAY) is Relation.NONE
    assert relation(known(ELSE, role), SHARED, (), MONDAY) is Relation.HR


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HR, Role.HR_LEAD}))
def test_no_other_role_opens_a_case_that_was_handed_over_to_hr(role: Role) -> None:
    assert relation(known(ELSE, role), SHARED, (), MONDAY) is Relation.NONE


def test_somebody_whom_the_directory_does_not_know_is_nobody() -> None:
    assert relation(None, SHARED, (replace(AWAY, deputy_id=NOBODY),), MONDAY) is Relation.NONE


def test_an_offer_is_answered_by_the_leader_it_is_made_to() -> None:
    transfer = Transfer(case_id="c1", to_id=VIGGO, offered_at=NOON)
    assert may_answer(known(VIGGO), transfer)
    assert not may_answer(known(DITTE), transfer)
    assert not may_answer(replace(known(VIGGO), roles=frozenset({Role.EMPLOYEE})), transfer)
    assert not may_answer(known(VIGGO), None)
    assert not may_answer(None, transfer)


def test_the_audit_log_tells_why_each_of_them_looked() -> None:
    assert purpose_of(Relation.OWNER) is Purpose.OWN_FOLLOW_UP
    assert purpose_of(Relation.DEPUTY) is Purpose.DEPUTY
    assert purpose_of(Relation.HR) is Purpose.SHARED_WITH_HR
    assert purpose_of(Relation.NONE) is Purpose.TRANSFER
