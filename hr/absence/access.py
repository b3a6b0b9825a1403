"""Who may do what with a case. Pure: the person as the directory knows him, the case, the periods of deputies and a day go in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from hr.absence.model import AbsenceCase, Away, Relation, Transfer
from hr.audit.model import Purpose
from hr.people import Person, Role


class Operation(StrEnum):
    """What can be asked of a case."""

    LIST = "list"
    VIEW = "view"
    CHANGE_STEP = "change_step"
    SNOOZE = "snooze"
    REPORT_RETURN = "report_return"
    CATCH_UP = "catch_up"
    REOPEN = "reopen"
    END = "end"
    DELETE = "delete"
    CORRECT = "correct"
    EXCLUDE = "exclude"
    OFFER = "offer"
    SHARE = "share"


POLICY: Final[Mapping[Relation, frozenset[Operation]]] = MappingProxyType(
    {
        Relation.OWNER: frozenset(Operation),
        Relation.DEPUTY: frozenset(
            {Operation.LIST, Operation.VIEW, Operation.CHANGE_STEP, Operation.SNOOZE, Operation.REPORT_RETURN}
        ),
        Relation.HR: frozenset({Operation.LIST, Operation.VIEW}),
        Relation.NONE: frozenset(),
    }
)
"""Everything that is allowed. Whom a case is offered to may answer the offer and nothing else: see `may_answer`."""

LEADERS: Final = frozenset({Role.LEADER, Role.NEW_LEADER})
HR_ROLES: Final = frozenset({Role.HR, Role.HR_LEAD})

_PURPOSES: Final[Mapping[Relation, Purpose]] = MappingProxyType(
    {
        Relation.OWNER: Purpose.OWN_FOLLOW_UP,
        Relation.DEPUTY: Purpose.DEPUTY,
        Relation.HR: Purpose.SHARED_WITH_HR,
        Relation.NONE: Purpose.TRANSFER,
    }
)


def is_leader(person: Person | None) -> bool:
    """Whether the directory says that the person leads somebody. Unknown people lead nobody."""
    return person is not None and not LEADERS.isdisjoint(person.roles)


def is_hr(person: Person | None) -> bool:
    """Whether the person works in HR."""
    return person is not None and not HR_ROLES.isdisjoint(person.roles)


def relation(person: Person | None, case: AbsenceCase, aways: Iterable[Away], today: date) -> Relation:
    """What the person is to the case on `today`. `aways` may hold periods of any leaders; only the owner's count.

    A deputy is there for the open steps: a case without any is not his to see.
    """
    if person is None:
        return Relation.NONE
    if case.owner_id == person.id:
        if is_leader(person):
            return Relation.OWNER
    elif case.open_steps and any(_stands_in(person, case, away, today) for away in aways):
        return Relation.DEPUTY
    if case.shared_with_hr and is_hr(person):
        return Relation.HR
    return Relation.NONE


def _stands_in(person: Person, case: AbsenceCase, away: Away, today: date) -> bool:
    return away.leader_id == case.owner_id and away.deputy_id == person.id and away.covers(today)


def may(relation: Relation, operation: Operation) -> bool:
    """Whether the relation allows the operation."""
    return operation in POLICY[relation]


def may_answer(person: Person | None, transfer: Transfer | None) -> bool:
    """Whether the offer is made to this person, who must be a leader to take it."""
    return person is not None and transfer is not None and transfer.to_id == person.id and is_leader(person)


def purpose_of(relation: Relation) -> Purpose:
    """Why somebody with this relation looks at a case. Who is nothing to a case sees it only while it is on offer to him."""
    return _PURPOSES[relation]
