"""Journeys and the lists of common events in SQL."""

# ruff: noqa: D102 - `hr.onboarding.ports` says what each method promises

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from hr.onboarding.model import Journey, JourneyState, Mark, MarkState, SignUp, Track, Who
from hr.storage.onboarding_tables import journeys, sign_ups
from hr.storage.sql.session import Session, portions
from hr.storage.tables import outbox


class SqlJourneys:
    """Answers `hr.onboarding.ports.Journeys`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, journey: Journey) -> None:
        await self._session.run(self._session.insert(journeys).values(**_values(journey)))

    async def find(self, journey_id: str, *, lock: bool = False) -> Journey | None:
        wanted = select(journeys).where(journeys.c.id == journey_id)
        row = await self._session.first(wanted.with_for_update() if lock else wanted)
        return _journey(row) if row is not None else None

    async def save(self, journey: Journey) -> None:
        await self._session.run(update(journeys).where(journeys.c.id == journey.id).values(**_values(journey)))

    async def of_person(self, person_id: str, *, lock: bool = False) -> tuple[Journey, ...]:
        if lock:
            await _alone(self._session, f"journeys:{person_id}")
        rows = await self._session.all(select(journeys).where(journeys.c.person_id == person_id))
        return tuple(sorted(map(_journey, rows), key=lambda one: (one.created_at, one.id), reverse=True))

    async def open(self, person_ids: Sequence[str] | None = None) -> tuple[Journey, ...]:
        wanted = select(journeys).where(journeys.c.ended_at.is_(None))
        rows: list[Row[Any]] = []
        if person_ids is None:
            rows += await self._session.all(wanted)
        else:
            for some in portions(person_ids):
                rows += await self._session.all(wanted.where(journeys.c.person_id.in_(some)))
        return tuple(sorted(map(_journey, rows), key=lambda one: (one.start_on, one.id)))

    async def ended_before(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        wanted = select(journeys.c.id).where(journeys.c.ended_at < moment).order_by(journeys.c.ended_at).limit(limit)
        return tuple(row.id for row in await self._session.all(wanted))

    async def delete(self, journey_id: str) -> bool:
        await self._session.run(delete(outbox).where(outbox.c.subject_id == journey_id))
        return bool(await self._session.run(delete(journeys).where(journeys.c.id == journey_id)))


class SqlSignUps:
    """Answers `hr.onboarding.ports.SignUps`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def of_event(self, event_id: str, *, lock: bool = False) -> tuple[SignUp, ...]:
        if lock:
            await _alone(self._session, f"sign-ups:{event_id}")
        return _in_order(await self._session.all(select(sign_ups).where(sign_ups.c.event_id == event_id)))

    async def of_person(self, person_id: str) -> tuple[SignUp, ...]:
        return _in_order(await self._session.all(select(sign_ups).where(sign_ups.c.person_id == person_id)))

    async def all(self) -> tuple[SignUp, ...]:
        return _in_order(await self._session.all(select(sign_ups)))

    async def save(self, sign_up: SignUp) -> None:
        await self._session.run(
            self._session.upsert(sign_ups).values(
                event_id=sign_up.event_id,
                person_id=sign_up.person_id,
                signed_at=sign_up.signed_at,
                place=sign_up.place,
                told=sign_up.told,
            )
        )

    async def remove(self, event_id: str, person_id: str) -> bool:
        mine = (sign_ups.c.event_id == event_id) & (sign_ups.c.person_id == person_id)
        return bool(await self._session.run(delete(sign_ups).where(mine)))


async def _alone(session: Session, what: str) -> None:
    """Wait for the unit that has this to itself. On SQLite a unit holds the whole database already."""
    if session.on_postgres:
        await session.first(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def _values(journey: Journey) -> dict[str, Any]:
    return {
        "id": journey.id,
        "person_id": journey.person_id,
        "track": journey.track.value,
        "start_on": journey.start_on,
        "created_at": journey.created_at,
        "state": journey.state.value,
        "mentor_id": journey.mentor_id,
        "ended_at": journey.ended_at,
        "marks": {
            f"{item}:{part.value}": {
                "state": mark.state.value,
                "on": mark.on.isoformat(),
                "days": mark.days,
                "before": mark.before,
            }
            for (item, part), mark in journey.marks.items()
        },
        "offered": sorted(journey.offered),
    }


def _journey(row: Row[Any]) -> Journey:
    return Journey(
        id=row.id,
        person_id=row.person_id,
        track=Track(row.track),
        start_on=row.start_on,
        created_at=row.created_at,
        state=JourneyState(row.state),
        mentor_id=row.mentor_id,
        ended_at=row.ended_at,
        marks=MappingProxyType(dict(_marks(row.marks))),
        offered=frozenset(row.offered or ()),
    )


def _marks(kept: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[tuple[str, Who], Mark]]:
    """The marks of a row. One without a part was kept before marks had any, and counted for all parts of its item."""
    for name, values in kept.items():
        item, _, part = name.partition(":")
        mark = Mark(
            state=MarkState(values["state"]),
            on=date.fromisoformat(values["on"]),
            days=values["days"],
            before=values.get("before", 0),
        )
        for who in (Who(part),) if part else Who:
            yield (item, who), mark


def _in_order(rows: Sequence[Row[Any]]) -> tuple[SignUp, ...]:
    found = [
        SignUp(event_id=row.event_id, person_id=row.person_id, signed_at=row.signed_at, place=row.place, told=row.told)
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.event_id, one.signed_at, one.person_id)))
