"""What somebody is to a case; what that allows is in `hr.policy`. Pure: the person, the case, the periods of deputies and a day go in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from hr import policy
from hr.absence.model import AbsenceCase, Away, Relation, Transfer
from hr.audit.model import Purpose
from hr.people import Person
from hr.policy import Actor, Operation, may_be

_ACTORS: Final[Mapping[Relation, frozenset[Actor]]] = MappingProxyType(
    {
        Relation.OWNER: frozenset({Actor.OWNER}),
        Relation.DEPUTY: frozenset({Actor.DEPUTY}),
        Relation.HR: frozenset({Actor.HANDED}),
        Relation.NONE: frozenset(),
    }
)

_PURPOSES: Final[Mapping[Relation, Purpose]] = MappingProxyType(
    {
        Relation.OWNER: Purpose.OWN_FOLLOW_UP,
        Relation.DEPUTY: Purpose.DEPUTY,
        Relation.HR: Purpose.SHARED_WITH_HR,
        Relation.NONE: Purpose.TRANSFER,
    }
)


def relation(person: Person | None, case: AbsenceCase, aways: Iterable[Away], today: date) -> Relation:
    """What the person is to the case on `today`. `aways` may hold periods of any leaders; only the owner's count.

    A deputy is there for the open steps: a case without any is not his to see.
    """
    if person is None:
        return Relation.NONE
    if case.owner_id == person.id:
        if may_be(person, Actor.OWNER):
            return Relation.OWNER
    elif case.open_steps and any(_stands_in(person, case, away, today) for away in aways):
        return Relation.DEPUTY
    if case.shared_with_hr and may_be(person, Actor.HANDED):
        return Relation.HR
    return Relation.NONE


def _stands_in(person: Person, case: AbsenceCase, away: Away, today: date) -> bool:
    return away.leader_id == case.owner_id and away.deputy_id == person.id and away.covers(today)


def may(relation: Relation, operation: Operation) -> bool:
    """Whether the relation allows the operation."""
    return policy.may(operation, _ACTORS[relation])


def may_answer(person: Person | None, transfer: Transfer | None, operation: Operation = Operation.ANSWER_OFFER) -> bool:
    """Whether the offer is made to this person, who must be a leader to take it; and allows the operation."""
    to_him = person is not None and transfer is not None and transfer.to_id == person.id
    actors = {Actor.OFFERED} if to_him and may_be(person, Actor.OFFERED) else set()
    return policy.may(operation, actors)


def purpose_of(relation: Relation) -> Purpose:
    """Why somebody with this relation looks at a case. Who is nothing to a case sees it only while it is on offer to him."""
    return _PURPOSES[relation]
