"""What onboarding asks of a database. `hr.storage.memory` and `hr.storage.sql` answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hr.onboarding.model import Journey, SignUp


class Journeys(Protocol):
    """Journeys with their marks."""

    async def add(self, journey: Journey) -> None:
        """Keep a new journey."""
        ...

    async def find(self, journey_id: str, *, lock: bool = False) -> Journey | None:
        """One journey. With `lock` nobody else can change it until this unit ends."""
        ...

    async def save(self, journey: Journey) -> None:
        """Put the journey and its marks in the place of what is kept; one that is not kept is not added."""
        ...

    async def of_person(self, person_id: str, *, lock: bool = False) -> tuple[Journey, ...]:
        """All kept journeys of a person, the latest first. With `lock` no unit that asks so too begins one meanwhile."""
        ...

    async def open(self, person_ids: Sequence[str] | None = None) -> tuple[Journey, ...]:
        """The journeys (of these people) that have not ended, by (`start_on`, `id`)."""
        ...

    async def ended_before(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        """Ids of journeys that ended before `moment`: what retention deletes."""
        ...

    async def delete(self, journey_id: str) -> bool:
        """Delete the journey, its marks, and its messages in the outbox; whether there was one."""
        ...


class SignUps(Protocol):
    """Who has signed up for which event."""

    async def of_event(self, event_id: str, *, lock: bool = False) -> tuple[SignUp, ...]:
        """The list of an event, first come first. With `lock` the list is this unit's alone until it ends."""
        ...

    async def of_person(self, person_id: str) -> tuple[SignUp, ...]:
        """The lists that a person is on."""
        ...

    async def all(self) -> tuple[SignUp, ...]:
        """All lists, by event, first come first."""
        ...

    async def save(self, sign_up: SignUp) -> None:
        """Put the person on the list, or in the place of their own entry there."""
        ...

    async def remove(self, event_id: str, person_id: str) -> bool:
        """Take the person off the list; whether they were on it."""
        ...
