"""Leaders' choices, their periods away, and cases on offer in memory."""

# ruff: noqa: D102 - `hr.ports` says what each method promises

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hr.absence.model import Away, Preferences, Transfer
from hr.storage.memory.session import Session


class MemoryLeaderChoices:
    """Answers `hr.ports.LeaderChoices`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def preferences(self, person_ids: Sequence[str]) -> dict[str, Preferences]:
        rows = self._session.open().preferences
        return {person_id: rows[person_id] for person_id in person_ids if person_id in rows}

    async def save_preferences(self, preferences: Preferences) -> None:
        rows = self._session.open()
        rows.preferences[preferences.person_id] = preferences
        rows.led_on.pop(preferences.person_id, None)

    async def chosen(self) -> tuple[str, ...]:
        return tuple(sorted(self._session.open().preferences))

    async def note_leading(self, person_ids: Sequence[str], *, on: date) -> None:
        rows = self._session.open()
        rows.led_on |= {one: on for one in rows.preferences if one in person_ids or one not in rows.led_on}

    async def forget_chosen_before(self, day: date) -> int:
        rows = self._session.open()
        over = [person_id for person_id, led_on in rows.led_on.items() if led_on < day]
        for person_id in over:
            del rows.led_on[person_id]
            rows.preferences.pop(person_id, None)
        return len(over)

    async def away(self, leader_ids: Sequence[str]) -> dict[str, Away]:
        rows = self._session.open().away
        return {leader_id: rows[leader_id] for leader_id in leader_ids if leader_id in rows}

    async def deputy_for(self, deputy_id: str) -> tuple[Away, ...]:
        theirs = [away for away in self._session.open().away.values() if away.deputy_id == deputy_id]
        return tuple(sorted(theirs, key=lambda away: (away.from_day, away.leader_id)))

    async def save_away(self, away: Away) -> None:
        self._session.open().away[away.leader_id] = away

    async def end_away(self, leader_id: str) -> bool:
        return self._session.open().away.pop(leader_id, None) is not None

    async def forget_away_before(self, day: date) -> int:
        rows = self._session.open().away
        over = [leader_id for leader_id, away in rows.items() if away.to_day < day]
        for leader_id in over:
            del rows[leader_id]
        return len(over)


class MemoryTransfers:
    """Answers `hr.ports.Transfers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def save(self, transfer: Transfer) -> None:
        self._session.open().transfers[transfer.case_id] = transfer

    async def find(self, case_id: str) -> Transfer | None:
        return self._session.open().transfers.get(case_id)

    async def offered_to(self, person_id: str) -> tuple[Transfer, ...]:
        offers = [offer for offer in self._session.open().transfers.values() if offer.to_id == person_id]
        return tuple(sorted(offers, key=lambda offer: (offer.offered_at, offer.case_id)))

    async def remove(self, case_id: str) -> bool:
        return self._session.open().transfers.pop(case_id, None) is not None
