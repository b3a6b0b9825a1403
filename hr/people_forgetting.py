"""Retention of what is kept of people and not of what they do: their chats with Kompas, their welcome, what leaders have chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hr.clock import Clock
from hr.conversations.model import ConversationReference, ConversationType
from hr.policy import is_leader
from hr.ports import Directory, NewUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRetention:
    """For how many days each kind is kept: a chat from its last message on, a welcome, choices from the last day of leading on."""

    chats_days: int = 400
    welcomes_days: int = 400
    choices_days: int = 400


class PeopleForgetting:
    """Deletes by age, and by who still works here. Raises DirectoryUnavailableError, and deletes nothing of what needs to know that."""

    def __init__(
        self, *, new_unit: NewUnitOfWork, directory: Directory, clock: Clock, retention: PeopleRetention
    ) -> None:
        self._new_unit = new_unit
        self._directory = directory
        self._clock = clock
        self._retention = retention

    async def chats(self) -> int:
        """Forget where chats are that have been silent for long; how many.

        Not that of somebody who still works here: he may never write, and is to be reached all the same.
        """
        moment = self._before(self._retention.chats_days)
        async with self._new_unit() as unit:
            silent = await unit.conversations.silent_since(moment)
        gone = [reference for reference in silent if not await self._works_here(reference)]
        if not gone:
            return 0
        async with self._new_unit() as unit:
            still = {one.conversation_id for one in await unit.conversations.silent_since(moment)}
            gone = [reference for reference in gone if reference.conversation_id in still]
            for reference in gone:
                await unit.conversations.remove(reference.conversation_id)
            await unit.commit()
        return len(gone)

    async def welcomes(self) -> int:
        """Forget who was welcomed long ago; how many. Whoever adds the app anew after that is welcomed anew."""
        async with self._new_unit() as unit:
            forgotten = await unit.welcomes.forget_before(self._before(self._retention.welcomes_days))
            await unit.commit()
        return forgotten

    async def choices(self) -> int:
        """Forget what people have chosen who have led nobody and had no case for long; how many."""
        today = self._clock.today()
        async with self._new_unit() as unit:
            chosen = await unit.choices.chosen()
        lead = {person_id for person_id in chosen if is_leader(await self._directory.find(person_id))}
        async with self._new_unit() as unit:
            cases = await unit.cases.of_owners([person_id for person_id in chosen if person_id not in lead])
            await unit.choices.note_leading(sorted(lead | {case.owner_id for case in cases}), on=today)
            forgotten = await unit.choices.forget_chosen_before(today - timedelta(days=self._retention.choices_days))
            await unit.commit()
        return forgotten

    async def _works_here(self, reference: ConversationReference) -> bool:
        if reference.conversation_type is not ConversationType.PERSONAL or reference.aad_object_id is None:
            return False
        return await self._directory.find(reference.aad_object_id) is not None

    def _before(self, days: int) -> datetime:
        return self._clock.now() - timedelta(days=days)
