"""Cases whose leader has left, or leads nobody any more: how many there are, and a new leader for them."""

from __future__ import annotations

from collections import Counter
from uuid import uuid4

from hr.absence.desk import Desk, choices_of
from hr.absence.handing_over import offer_mark
from hr.absence.model import Transfer
from hr.audit.model import Deed, Purpose
from hr.errors import StillLeadsError, UnknownColleagueError
from hr.policy import is_leader


class Leaderless:
    """For operators, who see numbers and never a case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def counts(self) -> dict[str, int]:
        """How many cases that still ask for something belong to whom, of those who lead nobody."""
        async with self._desk.new_unit() as unit:
            owners = await unit.cases.owners_with_open_steps()
            gone = [owner for owner in owners if not is_leader(await self._desk.person(owner))]
            cases = await unit.cases.of_owners(gone) if gone else ()
        return dict(Counter(case.owner_id for case in cases if case.listed))

    async def offer(self, owner_id: str, *, colleague: str) -> int:
        """Offer all those cases of one leader to another, who accepts each in Teams; how many. An offer made before gives way.

        Raises StillLeadsError when the owner can do it himself, UnknownColleagueError for a colleague who leads nobody.
        """
        if is_leader(await self._desk.person(owner_id)):
            raise StillLeadsError
        to = await self._desk.directory.find_by_handle(colleague)
        if to is None or not is_leader(to) or to.id == owner_id:
            raise UnknownColleagueError
        offered = 0
        async with self._desk.new_unit() as unit:
            messages = self._desk.messages(await choices_of(unit, to.id))
            for known in await unit.cases.of_owners([owner_id]):
                case = await unit.cases.find(known.id, lock=True)
                if case is None or not case.listed or case.owner_id != owner_id:
                    continue
                await unit.transfers.save(Transfer(case_id=case.id, to_id=to.id, offered_at=self._desk.clock.now()))
                await self._desk.claim(unit, offer_mark(case.id, to.id))
                await unit.outbox.add([messages.transfer_offer(case, to_id=to.id, token=uuid4().hex)])
                await unit.audit.record([self._desk.by_system(Deed.OFFERED, Purpose.TRANSFER, case.id)])
                offered += 1
            await unit.commit()
        return offered
