"""Journeys and the lists of common events in memory."""

# ruff: noqa: D102 - `hr.onboarding.ports` says what each method promises

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from hr.onboarding.model import Journey, SignUp
from hr.storage.memory.session import Session


class MemoryJourneys:
    """Answers `hr.onboarding.ports.Journeys`. One unit at a time has the rows, so that nothing more is to lock."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, journey: Journey) -> None:
        self._session.open().journeys[journey.id] = journey

    async def find(self, journey_id: str, *, lock: bool = False) -> Journey | None:
        del lock
        return self._session.open().journeys.get(journey_id)

    async def save(self, journey: Journey) -> None:
        rows = self._session.open().journeys
        if journey.id in rows:
            rows[journey.id] = journey

    async def of_person(self, person_id: str, *, lock: bool = False) -> tuple[Journey, ...]:
        del lock
        theirs = [one for one in self._session.open().journeys.values() if one.person_id == person_id]
        return tuple(sorted(theirs, key=lambda one: (one.created_at, one.id), reverse=True))

    async def open(self, person_ids: Sequence[str] | None = None) -> tuple[Journey, ...]:
        found = [
            one
            for one in self._session.open().journeys.values()
            if one.ended_at is None and (person_ids is None or one.person_id in person_ids)
        ]
        return tuple(sorted(found, key=lambda one: (one.start_on, one.id)))

    async def ended_before(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        rows = self._session.open().journeys.values()
        gone = sorted((one.ended_at, one.id) for one in rows if one.ended_at is not None and one.ended_at < moment)
        return tuple(journey_id for _, journey_id in gone[:limit])

    async def delete(self, journey_id: str) -> bool:
        rows = self._session.open()
        for message in [one for one in rows.outbox.values() if one.subject_id == journey_id]:
            del rows.outbox[message.id]
        return rows.journeys.pop(journey_id, None) is not None


class MemorySignUps:
    """Answers `hr.onboarding.ports.SignUps`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def of_event(self, event_id: str, *, lock: bool = False) -> tuple[SignUp, ...]:
        del lock
        return _in_order(one for one in self._session.open().sign_ups.values() if one.event_id == event_id)

    async def of_person(self, person_id: str) -> tuple[SignUp, ...]:
        return _in_order(one for one in self._session.open().sign_ups.values() if one.person_id == person_id)

    async def all(self) -> tuple[SignUp, ...]:
        return _in_order(self._session.open().sign_ups.values())

    async def save(self, sign_up: SignUp) -> None:
        self._session.open().sign_ups[sign_up.event_id, sign_up.person_id] = sign_up

    async def remove(self, event_id: str, person_id: str) -> bool:
        return self._session.open().sign_ups.pop((event_id, person_id), None) is not None


def _in_order(found: Iterable[SignUp]) -> tuple[SignUp, ...]:
    return tuple(sorted(found, key=lambda one: (one.event_id, one.signed_at, one.person_id)))
