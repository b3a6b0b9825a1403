from __future__ import annotations

from hr.people import Role
from hr.policy import TABLE, Actor, Rule
from tools.who_may_do_what import PAGE, cell, page


def test_the_page_says_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.who_may_do_what"


def test_every_operation_has_its_line_and_every_role_its_column() -> None:
    text = page()
    assert [rule.what for rule in TABLE.values() if f"\n| {rule.what} |" not in text] == []
    assert [role.value for role in Role if f"`{role.value}`" not in text] == []


def test_a_cell_says_yes_only_where_the_role_is_enough() -> None:
    rule = Rule(what="", may=frozenset({Actor.OWNER, Actor.DEPUTY, Actor.HR}))
    assert cell(rule, Role.HR) == "yes"
    assert cell(rule, Role.LEADER) == "own case, as deputy"
    assert cell(rule, Role.EMPLOYEE) == "as deputy"
    assert cell(rule, None) == ""
    assert cell(Rule(what="", may=frozenset({Actor.ASKER})), None) == "own question"
