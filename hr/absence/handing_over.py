"""Cases that change hands: on offer to a colleague, taken over or not, shown to HR."""

from __future__ import annotations

from dataclasses import replace
from uuid import NAMESPACE_OID, uuid5

from hr.absence import course
from hr.absence.access import may_answer
from hr.absence.changes import Changes, Done, cancel_outdated
from hr.absence.course import Facts
from hr.absence.desk import Access, Desk, choices_of
from hr.absence.model import AbsenceCase, Relation, Transfer
from hr.absence.showing import Showing
from hr.audit.model import Deed
from hr.errors import CaseNotFoundError, MovedOnError, OfferGoneError, UnknownColleagueError
from hr.people import Person
from hr.policy import HR_ROLES, Operation, is_leader
from hr.ports import UnitOfWork


class HandingOver:
    """Offers, their answers, and HR."""

    def __init__(self, desk: Desk, showing: Showing, changes: Changes) -> None:
        self._desk = desk
        self._showing = showing
        self._changes = changes

    async def offer(self, person_id: str, case_id: str, *, colleague: str, token: str) -> Done:
        """Offer a case that still asks for something to another leader."""
        to = await self._desk.directory.find_by_handle(colleague.strip())

        async def offered(unit: UnitOfWork, access: Access) -> None:
            if to is None or to.id == access.person.id or not is_leader(to):
                raise UnknownColleagueError
            now = self._desk.clock.now()
            await unit.transfers.save(Transfer(case_id=case_id, to_id=to.id, offered_at=now))
            await self._desk.claim(unit, offer_mark(case_id, to.id))
            messages = self._desk.messages(await choices_of(unit, to.id))
            await unit.outbox.add([messages.transfer_offer(access.case, to_id=to.id, token=token)])

        return await self._changes.run(
            person_id, case_id, Operation.OFFER_CASE, token=token, change=_if_listed, deed=Deed.OFFERED, also=offered
        )

    async def withdraw(self, person_id: str, case_id: str, *, token: str) -> Done:
        """Take the offer back. One that has been answered already leaves nothing to take back."""

        async def withdrawn(unit: UnitOfWork, access: Access) -> None:
            if not await unit.transfers.remove(access.case.id):
                raise MovedOnError

        return await self._changes.run(
            person_id, case_id, Operation.OFFER_CASE, token=token, change=lambda _, case: case, also=withdrawn
        )

    async def answer(self, person_id: str, case_id: str, *, accept: bool, token: str) -> Done | None:
        """Take a case over, or not. A repeated press shows what came of the first."""
        person = await self._desk.person(person_id)
        async with self._desk.new_unit() as unit:
            if not await self._desk.claim(unit, token):
                return await self._repeated(unit, person, case_id, accept=accept)
            case = await unit.cases.find(case_id, lock=True)
            transfer = await unit.transfers.find(case_id)  # only now: nobody can put another in its place any more
            if person is None or case is None or not case.listed or not may_answer(person, transfer):
                raise await self._gone(unit, person, case)
            await unit.transfers.remove(case_id)
            messages = self._desk.messages(await choices_of(unit, case.owner_id))
            answer = messages.transfer_answer(
                case, to_id=case.owner_id, answerer_id=person.id, token=token, accepted=accept
            )
            await unit.outbox.add([answer])
            done = None
            if accept:
                done = await self._taken(unit, person, case)
            else:
                await self._desk.record(unit, Deed.CHANGED, Access(person=person, case=case, relation=Relation.NONE))
            await unit.commit()
        return done

    async def share(self, person_id: str, case_id: str, *, token: str) -> Done:
        """Show the case to HR from now on. A case that HR sees already makes no second message."""

        async def told(unit: UnitOfWork, access: Access) -> None:
            for person in await self._consultants():
                if person.id != access.person.id:
                    messages = self._desk.messages(await choices_of(unit, person.id))
                    await unit.outbox.add([messages.hr_shared(access.case, to_id=person.id)])

        return await self._changes.run(
            person_id,
            case_id,
            Operation.SHARE_CASE,
            token=token,
            change=lambda _, case: replace(case, shared_with_hr=True),
            deed=Deed.SHARED,
            also=told,
        )

    async def _taken(self, unit: UnitOfWork, person: Person, case: AbsenceCase) -> Done:
        facts = self._desk.facts(await choices_of(unit, person.id))
        after = replace(course.rehomed(facts, case, person.id), touched_at=facts.now)
        await cancel_outdated(unit, case, after)
        await unit.cases.save(after)
        access = Access(person=person, case=after, relation=Relation.OWNER)
        await self._desk.record(unit, Deed.TRANSFERRED, access)
        return Done(case=await self._showing.case(unit, access))

    async def _gone(self, unit: UnitOfWork, person: Person | None, case: AbsenceCase | None) -> CaseNotFoundError:
        """Why an offer cannot be answered: whom it never concerned is told no more than that there is no such case."""
        if person is None or case is None or not is_leader(person):
            return CaseNotFoundError()
        concerned = case.owner_id == person.id or not await self._desk.claim(unit, offer_mark(case.id, person.id))
        return OfferGoneError() if concerned else CaseNotFoundError()

    async def _repeated(self, unit: UnitOfWork, person: Person | None, case_id: str, *, accept: bool) -> Done | None:
        """What came of the first press, which may have been the other button of the card."""
        case = await unit.cases.find(case_id)
        if person is None or case is None or case.owner_id != person.id:
            if not accept:
                return None
            raise await self._gone(unit, person, case)
        access = await self._desk.open(unit, person.id, case_id, Operation.VIEW_CASE)
        done = Done(case=await self._showing.case(unit, access), repeated=True)
        await self._desk.record(unit, Deed.VIEWED, access)
        await unit.commit()
        return done

    async def _consultants(self) -> tuple[Person, ...]:
        found: dict[str, Person] = {}
        for role in sorted(HR_ROLES):
            found |= {person.id: person for person in await self._desk.directory.with_role(role)}
        return tuple(found.values())


def offer_mark(case_id: str, to_id: str) -> str:
    """Kept like a used token, for as long: that the case was on offer to this person once."""
    return uuid5(NAMESPACE_OID, f"offer:{case_id}:{to_id}").hex


def _if_listed(facts: Facts, case: AbsenceCase) -> AbsenceCase:
    del facts
    if not case.listed:
        raise MovedOnError
    return case
