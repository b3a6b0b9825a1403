"""Leaders' choices, their periods away, and cases on offer in SQL."""

# ruff: noqa: D102 - `hr.ports` says what each method promises

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update

from hr.absence.model import Away, Preferences, ReminderLevel, Transfer
from hr.storage.sql.session import Session, portions
from hr.storage.tables import leader_away, leader_preferences, transfers


class SqlLeaderChoices:
    """Answers `hr.ports.LeaderChoices`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def preferences(self, person_ids: Sequence[str]) -> dict[str, Preferences]:
        found: dict[str, Preferences] = {}
        for some in portions(person_ids):
            wanted = select(leader_preferences).where(leader_preferences.c.person_id.in_(some))
            for row in await self._session.all(wanted):
                found[row.person_id] = Preferences(
                    person_id=row.person_id, level=ReminderLevel(row.level), weekend_duty=row.weekend_duty
                )
        return found

    async def save_preferences(self, preferences: Preferences) -> None:
        await self._session.run(
            self._session.upsert(leader_preferences).values(
                person_id=preferences.person_id,
                level=preferences.level.value,
                weekend_duty=preferences.weekend_duty,
            )
        )

    async def chosen(self) -> tuple[str, ...]:
        rows = await self._session.all(select(leader_preferences.c.person_id))
        return tuple(sorted(row.person_id for row in rows))

    async def note_leading(self, person_ids: Sequence[str], *, on: date) -> None:
        await self._note(leader_preferences.c.led_on.is_(None), on)
        for some in portions(person_ids):
            await self._note(leader_preferences.c.person_id.in_(some), on)

    async def _note(self, wanted: ColumnElement[bool], on: date) -> None:
        await self._session.run(update(leader_preferences).where(wanted).values(led_on=on))

    async def forget_chosen_before(self, day: date) -> int:
        return await self._session.run(delete(leader_preferences).where(leader_preferences.c.led_on < day))

    async def away(self, leader_ids: Sequence[str]) -> dict[str, Away]:
        found: dict[str, Away] = {}
        for some in portions(leader_ids):
            wanted = select(leader_away).where(leader_away.c.leader_id.in_(some))
            found |= {row.leader_id: _away(row) for row in await self._session.all(wanted)}
        return found

    async def deputy_for(self, deputy_id: str) -> tuple[Away, ...]:
        rows = await self._session.all(select(leader_away).where(leader_away.c.deputy_id == deputy_id))
        return tuple(sorted(map(_away, rows), key=lambda away: (away.from_day, away.leader_id)))

    async def save_away(self, away: Away) -> None:
        await self._session.run(
            self._session.upsert(leader_away).values(
                leader_id=away.leader_id, from_day=away.from_day, to_day=away.to_day, deputy_id=away.deputy_id
            )
        )

    async def end_away(self, leader_id: str) -> bool:
        return bool(await self._session.run(delete(leader_away).where(leader_away.c.leader_id == leader_id)))

    async def forget_away_before(self, day: date) -> int:
        return await self._session.run(delete(leader_away).where(leader_away.c.to_day < day))


class SqlTransfers:
    """Answers `hr.ports.Transfers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def save(self, transfer: Transfer) -> None:
        await self._session.run(
            self._session.upsert(transfers).values(
                case_id=transfer.case_id, to_id=transfer.to_id, offered_at=transfer.offered_at
            )
        )

    async def find(self, case_id: str) -> Transfer | None:
        row = await self._session.first(select(transfers).where(transfers.c.case_id == case_id))
        return _transfer(row) if row is not None else None

    async def offered_to(self, person_id: str) -> tuple[Transfer, ...]:
        rows = await self._session.all(select(transfers).where(transfers.c.to_id == person_id))
        return tuple(sorted(map(_transfer, rows), key=lambda offer: (offer.offered_at, offer.case_id)))

    async def remove(self, case_id: str) -> bool:
        return bool(await self._session.run(delete(transfers).where(transfers.c.case_id == case_id)))


def _away(row: Row[Any]) -> Away:
    return Away(leader_id=row.leader_id, from_day=row.from_day, to_day=row.to_day, deputy_id=row.deputy_id)


def _transfer(row: Row[Any]) -> Transfer:
    return Transfer(case_id=row.case_id, to_id=row.to_id, offered_at=row.offered_at)
