"""What somebody is to a newcomer, and which parts that gives; what it allows is in `hr.policy`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hr import policy
from hr.onboarding.model import Journey, Who
from hr.people import Person, Role
from hr.policy import Actor, Operation, is_hr

_REPRESENTATIVES: Final[Mapping[Role, Who]] = MappingProxyType({Role.AMR: Who.AMR, Role.TR: Who.TR})
_LEADERS_PARTS: Final = frozenset({Who.LEADER, Who.CHIEF, Who.IT})
"""A leader orders from IT, which Kompas does not know."""


def actors(actor: Person | None, newcomer: Person | None, journey: Journey | None = None) -> frozenset[Actor]:
    """All that `actor` is to the newcomer. Nobody is anything to a person whom the directory does not know."""
    if actor is None or newcomer is None:
        return frozenset()
    if actor.id == newcomer.id:
        return frozenset({Actor.NEWCOMER})
    found = {
        Actor.NEWCOMERS_LEADER: newcomer.manager_id == actor.id,
        Actor.HR: is_hr(actor),
        Actor.MENTOR: journey is not None and journey.mentor_id == actor.id,
        Actor.REPRESENTATIVE: journey is not None and bool(_represents(actor, newcomer)),
    }
    return frozenset(one for one, holds in found.items() if holds)


def may(actor: Person | None, operation: Operation, newcomer: Person | None, journey: Journey | None = None) -> bool:
    """Whether `actor` may do this for the newcomer, with this journey where there is one."""
    return policy.may(operation, actors(actor, newcomer, journey))


def parts_of(
    actor: Person | None, newcomer: Person | None, journey: Journey, *, vacant: frozenset[Who] = frozenset()
) -> frozenset[Who]:
    """Which parts `actor` plays in the journey. What is `vacant`, because nobody plays it, is the leader's; where there is none, HR's."""
    found = actors(actor, newcomer, journey)
    parts: set[Who] = set()
    if Actor.NEWCOMER in found:
        parts.add(Who.NEWCOMER)
    if Actor.NEWCOMERS_LEADER in found:
        parts |= _LEADERS_PARTS | (vacant - {Who.NEWCOMER})
    if Actor.HR in found:
        parts.add(Who.HR)
        if newcomer is not None and newcomer.manager_id is None:
            parts |= _LEADERS_PARTS | (vacant - {Who.NEWCOMER})
    if Actor.MENTOR in found:
        parts.add(Who.MENTOR)
    if Actor.REPRESENTATIVE in found and actor is not None and newcomer is not None:
        parts |= _represents(actor, newcomer)
    return frozenset(parts)


def _represents(actor: Person, newcomer: Person) -> frozenset[Who]:
    if actor.area is None or actor.area != newcomer.area:
        return frozenset()
    return frozenset(part for role, part in _REPRESENTATIVES.items() if role in actor.roles)
