from __future__ import annotations

from datetime import date

import pytest

from knowledge.models import StatementRole
from knowledge.validity import is_addressed, role_on, standing_of
from tests.unit.knowledge.builders import document

EVERYBODY = frozenset({"leder", "medarbejder"})


@pytest.mark.parametrize(
    ("day", "role"),
    [
        (date(2025, 4, 30), StatementRole.COMING),
        (date(2025, 5, 1), StatementRole.CURRENT),
        (date(2025, 12, 31), StatementRole.CURRENT),
        (date(2026, 1, 1), StatementRole.HISTORY),
    ],
)
def test_first_and_last_day_of_a_rule_both_count(day: date, role: StatementRole) -> None:
    rule = document("regel", valid_from=date(2025, 5, 1), valid_to=date(2025, 12, 31))
    assert role_on(rule, day) is role


def test_minutes_speak_from_the_day_of_the_decision() -> None:
    minutes = document("sag", decision_date=date(2025, 5, 6))
    assert role_on(minutes, date(2025, 5, 5)) is StatementRole.COMING
    assert role_on(minutes, date(2025, 5, 6)) is StatementRole.CURRENT


@pytest.mark.parametrize(("asked", "speaks"), [(True, True), (False, False)])
def test_history_speaks_only_when_it_is_asked_for(asked: bool, speaks: bool) -> None:
    old = document("gammel", valid_to=date(2025, 4, 30))
    standing = standing_of(old, day=date(2026, 1, 1), audiences=EVERYBODY, history_asked=asked)
    assert (standing.speaks, standing.role) == (speaks, StatementRole.HISTORY)


@pytest.mark.parametrize("asked", [True, False])
def test_what_is_coming_does_not_speak_by_itself(asked: bool) -> None:
    new = document("ny", valid_from=date(2027, 1, 1))
    assert not standing_of(new, day=date(2026, 1, 1), audiences=EVERYBODY, history_asked=asked).speaks


@pytest.mark.parametrize(
    ("audience", "spoken_to"), [(("alle",), True), (("hr",), False), (("hr", "leder"), True), ((), False)]
)
def test_a_text_speaks_to_whom_it_is_written_for(audience: tuple[str, ...], spoken_to: bool) -> None:
    text = document("tekst", audience=audience)
    assert is_addressed(text, EVERYBODY) is spoken_to
    assert standing_of(text, day=date(2026, 1, 1), audiences=EVERYBODY, history_asked=False).speaks is spoken_to


def test_an_overdue_review_is_not_told_to_those_for_whom_the_text_is_not() -> None:
    law = document("lov", legal_refs=("lov § 1",), review_due=date(2025, 1, 1), audience=("hr",))
    standing = standing_of(law, day=date(2026, 1, 1), audiences=EVERYBODY, history_asked=False)
    assert (standing.speaks, standing.review_overdue) == (False, False)
