"""Writes docs/who-may-do-what.md from the table in `hr/policy.py`: python -m tools.who_may_do_what"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from hr.people import Role
from hr.policy import ACTORS, AREAS, Actor, Rule

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "who-may-do-what.md"

_HEAD: Final = """\
# Who may do what

Made from the one table in `hr/policy.py` by `python -m tools.who_may_do_what`; a test holds this page to it, and another one presses every
button as everybody, his own and a forged one. Roles come from the people file. What a button says of itself is never believed: the right
of whoever presses is looked up anew at every press, and what one may not see is answered like what is not there.

How to read it: **yes** means that the role is enough; other words say what it takes besides, and are explained [below](#words). An empty
cell is a no. Roles with the same rights share a column.

The operator's commands (`kompas people`, `audit`, `privacy`, `insight`, `campaign`, `cases`) are not here: whoever may log on to the machine
may run them, and nobody can from a chat. The role `operator` gives nothing in a chat that an employee has not but word of a fault in the
people file. What Kompas sends by itself goes to those who may see it at the moment when it leaves; whom HR named for limits of the law reads
such a reminder and can do nothing with it ([who sees what](privacy.md#who-sees-what)).
"""


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    columns = _columns()
    for area, rules in AREAS.items():
        head = ["", *(", ".join(f"`{role}`" for role in roles) for roles in columns), "not in the people file"]
        rows = [[rule.what, *(cell(rule, roles[0]) for roles in columns), cell(rule, None)] for rule in rules.values()]
        parts.append(f"## {area}\n\n{_table([head, *rows])}")
    words = [[f"**{actor.value}**", ACTORS[actor].what] for actor in Actor if not ACTORS[actor].by_role]
    parts.append(f"## Words\n\n{_table([['', 'is'], *words])}")
    return "\n".join(parts)


def _columns() -> list[tuple[Role, ...]]:
    """The roles, those with the same rights together, the least first."""
    found: dict[tuple[str, ...], list[Role]] = {}
    for role in Role:
        cells = tuple(cell(rule, role) for rules in AREAS.values() for rule in rules.values())
        found.setdefault(cells, []).append(role)
    return [tuple(roles) for roles in found.values()]


def cell(rule: Rule, role: Role | None) -> str:
    """What somebody with this role and no other may; None is somebody whom the people file does not know."""
    words: list[str] = []
    for actor in (one for one in Actor if one in rule.may):
        needed = ACTORS[actor].roles
        if actor is Actor.ANYONE or (ACTORS[actor].by_role and role is not None and (needed is None or role in needed)):
            return "yes"
        if not ACTORS[actor].by_role and (needed is None or role in needed) and (role is not None or _open(actor)):
            words.append(actor.value)
    return ", ".join(words)


def _open(actor: Actor) -> bool:
    """Whether somebody can be this without being in the people file: by what he did himself."""
    return actor in {Actor.RATER, Actor.ASKER}


def _table(rows: Iterable[list[str]]) -> str:
    head, *others = rows
    lines = [head, ["---"] * len(head), *others]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
