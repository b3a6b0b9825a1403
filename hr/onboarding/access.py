"""Who may do what with a journey. Pure: the people as the directory knows them and the journey go in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from hr.onboarding.model import Journey, Who
from hr.people import Person, Role


class Operation(StrEnum):
    """What can be asked for."""

    START = "start"
    SEE_PLAN = "see_plan"
    """The newcomer's own items."""
    MARK_OWN = "mark_own"
    """Tick the newcomer's own items."""
    SEE_PROGRESS = "see_progress"
    """How many of them are done, never which, and what asks oneself."""
    MARK_PART = "mark_part"
    """Tick what asks oneself, as leader, mentor, HR, AMR or TR."""
    MOVE = "move"
    PAUSE = "pause"
    END = "end"
    CHOOSE_MENTOR = "choose_mentor"
    SIGN_UP = "sign_up"
    """Put the newcomer on the list of an event."""
    SEE_SIGN_UPS = "see_sign_ups"
    """Who comes to an event: asked without a journey."""


class Relation(StrEnum):
    """What somebody is to a newcomer."""

    SELF = "self"
    LEADER = "leader"
    MENTOR = "mentor"
    HR = "hr"
    REPRESENTATIVE = "representative"
    """TR or AMR of the newcomer's part of the municipality."""
    NONE = "none"


_ASSISTS: Final = frozenset({Operation.SEE_PROGRESS, Operation.MARK_PART})
_LEADS: Final = _ASSISTS | {
    Operation.START,
    Operation.MOVE,
    Operation.PAUSE,
    Operation.END,
    Operation.CHOOSE_MENTOR,
}
POLICY: Final[Mapping[Relation, frozenset[Operation]]] = MappingProxyType(
    {
        Relation.SELF: frozenset(
            {
                Operation.START,
                Operation.SEE_PLAN,
                Operation.MARK_OWN,
                Operation.MOVE,
                Operation.PAUSE,
                Operation.END,
                Operation.SIGN_UP,
            }
        ),
        Relation.LEADER: _LEADS,
        Relation.HR: _LEADS | {Operation.SEE_SIGN_UPS},
        Relation.MENTOR: _ASSISTS,
        Relation.REPRESENTATIVE: _ASSISTS,
        Relation.NONE: frozenset(),
    }
)
"""Everything that is allowed."""

_HR_ROLES: Final = frozenset({Role.HR, Role.HR_LEAD})
_REPRESENTATIVES: Final[Mapping[Role, Who]] = MappingProxyType({Role.AMR: Who.AMR, Role.TR: Who.TR})
_LEADERS_PARTS: Final = frozenset({Who.LEADER, Who.CHIEF, Who.IT})
"""A leader orders from IT, which Kompas does not know."""


def is_hr(person: Person | None) -> bool:
    """Whether the person works in HR."""
    return person is not None and not _HR_ROLES.isdisjoint(person.roles)


def relations(actor: Person | None, newcomer: Person | None, journey: Journey | None = None) -> frozenset[Relation]:
    """All that `actor` is to the newcomer. Nobody is anything to a person whom the directory does not know."""
    if actor is None or newcomer is None:
        return frozenset()
    if actor.id == newcomer.id:
        return frozenset({Relation.SELF})
    found = {
        Relation.LEADER: newcomer.manager_id == actor.id,
        Relation.HR: is_hr(actor),
        Relation.MENTOR: journey is not None and journey.mentor_id == actor.id,
        Relation.REPRESENTATIVE: journey is not None and bool(_represents(actor, newcomer)),
    }
    return frozenset(relation for relation, holds in found.items() if holds)


def may(actor: Person | None, operation: Operation, newcomer: Person | None, journey: Journey | None = None) -> bool:
    """Whether `actor` may do this for the newcomer, with this journey where there is one."""
    if operation is Operation.SEE_SIGN_UPS:
        return is_hr(actor)
    return any(operation in POLICY[relation] for relation in relations(actor, newcomer, journey))


def parts_of(
    actor: Person | None, newcomer: Person | None, journey: Journey, *, vacant: frozenset[Who] = frozenset()
) -> frozenset[Who]:
    """Which parts `actor` plays in the journey. What is `vacant`, because nobody plays it, is the leader's; where there is none, HR's."""
    found = relations(actor, newcomer, journey)
    parts: set[Who] = set()
    if Relation.SELF in found:
        parts.add(Who.NEWCOMER)
    if Relation.LEADER in found:
        parts |= _LEADERS_PARTS | (vacant - {Who.NEWCOMER})
    if Relation.HR in found:
        parts.add(Who.HR)
        if newcomer is not None and newcomer.manager_id is None:
            parts |= _LEADERS_PARTS | (vacant - {Who.NEWCOMER})
    if Relation.MENTOR in found:
        parts.add(Who.MENTOR)
    if Relation.REPRESENTATIVE in found and actor is not None and newcomer is not None:
        parts |= _represents(actor, newcomer)
    return frozenset(parts)


def _represents(actor: Person, newcomer: Person) -> frozenset[Who]:
    if actor.area is None or actor.area != newcomer.area:
        return frozenset()
    return frozenset(part for role, part in _REPRESENTATIVES.items() if role in actor.roles)
