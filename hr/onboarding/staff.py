"""Who plays the parts that go with a role, looked up once for many journeys: a municipality has thousands of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hr.onboarding.model import Journey, Who
from hr.people import Person, Role
from hr.policy import HR_ROLES
from hr.ports import Directory

_OF_AREA: Final = ((Role.AMR, Who.AMR), (Role.TR, Who.TR))


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """HR, and the AMR and TR of each area."""

    hr: tuple[Person, ...]
    of_area: Mapping[tuple[Who, str], tuple[Person, ...]]

    def vacant(self, newcomer: Person | None, journey: Journey) -> frozenset[Who]:
        """The parts that nobody plays: they fall to the leader."""
        found = {part for _, part in _OF_AREA if not self._of(part, newcomer)}
        if journey.mentor_id is None:
            found.add(Who.MENTOR)
        if not self.hr:
            found.add(Who.HR)
        return frozenset(found)

    def beside(self, newcomer: Person) -> tuple[Person, ...]:
        """HR and the newcomer's AMR and TR; somebody who is both comes twice."""
        return (*self.hr, *(one for _, part in _OF_AREA for one in self._of(part, newcomer)))

    def _of(self, part: Who, newcomer: Person | None) -> tuple[Person, ...]:
        if newcomer is None or newcomer.area is None:
            return ()
        return self.of_area.get((part, newcomer.area), ())


async def staff_of(directory: Directory) -> Staff:
    """The staff as the directory has it now."""
    of_area: dict[tuple[Who, str], list[Person]] = defaultdict(list)
    for role, part in _OF_AREA:
        for one in await directory.with_role(role):
            if one.area is not None:
                of_area[part, one.area].append(one)
    hr = [one for role in HR_ROLES for one in await directory.with_role(role)]
    return Staff(hr=tuple(hr), of_area={place: tuple(found) for place, found in of_area.items()})
