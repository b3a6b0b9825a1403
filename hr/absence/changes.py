"""Changing cases: each press is one unit of work with the button, the case, its messages and the audit log in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import NAMESPACE_OID, uuid5

from hr.absence import course
from hr.absence.course import Facts
from hr.absence.desk import Access, Desk, choices_of, label_of
from hr.absence.model import AbsenceCase, CaseState, Relation, SnoozeChoice, StepChange
from hr.absence.queries import Queries
from hr.absence.showing import Showing
from hr.absence.views import CaseView, CreatedView
from hr.audit.model import Deed
from hr.errors import MovedOnError, OutdatedError, SameLabelError
from hr.policy import Operation
from hr.ports import UnitOfWork

Change = Callable[[Facts, AbsenceCase], AbsenceCase]
"""A case and what it rests on -> the case after the change. Raises MovedOnError when it no longer fits the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A case after a change. `repeated` says that this press had its effect before."""

    case: CaseView
    repeated: bool = False


async def cancel_outdated(unit: UnitOfWork, before: AbsenceCase, after: AbsenceCase) -> None:
    """Cancel what is on its way about steps that are not what they were; messages about the case itself stay."""
    anew = before.generation != after.generation
    outdated = [step.key for step in before.steps if anew or after.step(step.key) != step]
    await unit.outbox.cancel(case_id=before.id, steps=outdated)


async def _check_label(unit: UnitOfWork, owner_id: str, label: str) -> None:
    cases = await unit.cases.of_owners([owner_id])
    same = [case for case in cases if case.label.casefold() == label.casefold() and case.state is not CaseState.CLOSED]
    if same:
        latest = max(same, key=lambda case: (case.first_day, case.id))
        raise SameLabelError(label=latest.label, since=latest.first_day)


class Changes:
    """What the owner of a case, or his deputy, does with it."""

    def __init__(self, desk: Desk, showing: Showing, queries: Queries) -> None:
        self._desk = desk
        self._showing = showing
        self._queries = queries

    async def create(
        self, person_id: str, *, label: str, first_day: date, token: str, confirmed: str | None = None
    ) -> CreatedView:
        """A new case, or the one that this token made."""
        person = await self._desk.leader(person_id, Operation.START_CASE)
        text = label_of(label)
        self._desk.check_first_day(first_day)
        case_id = uuid5(NAMESPACE_OID, f"{person.id}:{token}").hex
        async with self._desk.new_unit() as unit:
            first = await self._desk.claim(unit, token)
            if not first or await unit.cases.find(case_id) is not None:  # used tokens are forgotten before cases
                access = await self._desk.open(unit, person_id, case_id, Operation.VIEW_CASE)
                deed = Deed.VIEWED
            else:
                if confirmed is not None and confirmed.casefold() != text.casefold():
                    await _check_label(unit, person.id, text)
                facts = await self._facts(unit, person.id)
                case = course.new_case(facts, case_id=case_id, owner_id=person.id, label=text, first_day=first_day)
                await unit.cases.add(case)
                access = Access(person=person, case=case, relation=Relation.OWNER)
                deed = Deed.CREATED
            created = await self._created(unit, access)
            await self._desk.record(unit, deed, access)
            await unit.commit()
        return created

    async def change_step(self, person_id: str, case_id: str, step: str, change: StepChange, *, token: str) -> Done:
        """What has become of a step."""
        return await self.run(
            person_id,
            case_id,
            Operation.CHANGE_STEP,
            token=token,
            change=lambda facts, case: course.change_step(facts, case, step, change),
        )

    async def snooze(
        self, person_id: str, case_id: str, step: str, choice: SnoozeChoice, *, token: str, day: date | None
    ) -> Done:
        """Put a reminder off."""
        return await self.run(
            person_id,
            case_id,
            Operation.SNOOZE,
            token=token,
            change=lambda facts, case: course.snooze(facts, case, step, choice, day),
        )

    async def catch_up(
        self, person_id: str, case_id: str, *, done: tuple[str, ...], offered: tuple[str, ...], token: str
    ) -> Done:
        """Sort the past steps of a late start out, as far as they were on the card."""
        return await self.run(
            person_id,
            case_id,
            Operation.CATCH_UP,
            token=token,
            change=lambda facts, case: course.catch_up(facts, case, frozenset(done), offered=frozenset(offered)),
        )

    async def report_return(self, person_id: str, case_id: str, *, day: date, token: str) -> Done:
        """Back on a day."""

        def change(facts: Facts, case: AbsenceCase) -> AbsenceCase:
            self._desk.check_return(case, day)
            return course.returned(facts, case, day)

        return await self.run(person_id, case_id, Operation.REPORT_RETURN, token=token, change=change, deed=Deed.CLOSED)

    async def report_partial(self, person_id: str, case_id: str, *, day: date, token: str) -> Done:
        """Partly back from a day."""

        def change(facts: Facts, case: AbsenceCase) -> AbsenceCase:
            self._desk.check_return(case, day)
            return course.partly_back(facts, case, day)

        return await self.run(person_id, case_id, Operation.REPORT_RETURN, token=token, change=change)

    async def report_wholly_away(self, person_id: str, case_id: str, *, token: str) -> Done:
        """No longer partly back."""
        return await self.run(person_id, case_id, Operation.REPORT_RETURN, token=token, change=course.wholly_away)

    async def end(self, person_id: str, case_id: str, *, token: str) -> Done:
        """End for another reason."""
        return await self.run(
            person_id, case_id, Operation.END_CASE, token=token, change=course.ended, deed=Deed.CLOSED
        )

    async def reopen(self, person_id: str, case_id: str, *, token: str) -> Done:
        """Go on with a case that ended."""
        return await self.run(
            person_id, case_id, Operation.REOPEN_CASE, token=token, change=course.reopened, deed=Deed.REOPENED
        )

    async def correct_first_day(self, person_id: str, case_id: str, *, first_day: date, token: str) -> Done:
        """Another first day."""
        self._desk.check_first_day(first_day)
        return await self.run(
            person_id,
            case_id,
            Operation.CORRECT_CASE,
            token=token,
            change=lambda facts, case: course.corrected(facts, case, first_day),
        )

    async def exclude_from_frequency(self, person_id: str, case_id: str, *, token: str) -> Done:
        """Leave the case out of the hint."""
        return await self.run(
            person_id,
            case_id,
            Operation.EXCLUDE_CASE,
            token=token,
            change=lambda _, case: replace(case, counts_for_frequency=False),
        )

    async def delete(self, person_id: str, case_id: str, *, token: str) -> None:
        """The case is gone. A repeated press finds nothing and does nothing."""
        async with self._desk.new_unit() as unit:
            if not await self._desk.claim(unit, token):
                return
            access = await self._desk.open(unit, person_id, case_id, Operation.DELETE_CASE, lock=True)
            await unit.cases.delete(case_id)
            await self._desk.record(unit, Deed.DELETED, access)
            await unit.commit()

    async def run(
        self,
        person_id: str,
        case_id: str,
        operation: Operation,
        *,
        token: str,
        change: Change,
        deed: Deed = Deed.CHANGED,
        also: Callable[[UnitOfWork, Access], Awaitable[None]] | None = None,
    ) -> Done:
        """One press on a case that the person may do `operation` with; `also` does the rest of it in the same unit."""
        try:
            async with self._desk.new_unit() as unit:
                if not await self._desk.claim(unit, token):
                    access = await self._desk.open(unit, person_id, case_id, Operation.VIEW_CASE)
                    return await self._finish(unit, access, Deed.VIEWED, repeated=True)
                access = await self._desk.open(unit, person_id, case_id, operation, lock=True)
                facts = await self._facts(unit, access.case.owner_id)
                after = replace(change(facts, access.case), touched_at=facts.now)
                await cancel_outdated(unit, access.case, after)
                await unit.cases.save(after)
                if (after.state is CaseState.CLOSED) != (access.case.state is CaseState.CLOSED):
                    await unit.transfers.remove(case_id)  # an offer is of the case as it was
                access = replace(access, case=after)
                if also is not None:
                    await also(unit, access)
                return await self._finish(unit, access, deed)
        except MovedOnError:
            # In a unit of its own: the press is undone and its token free again, the look at the case is kept.
            raise OutdatedError(case=await self._queries.view(person_id, case_id)) from None

    async def _finish(self, unit: UnitOfWork, access: Access, deed: Deed, *, repeated: bool = False) -> Done:
        done = Done(case=await self._showing.case(unit, access), repeated=repeated)
        await self._desk.record(unit, deed, access)
        await unit.commit()
        return done

    async def _facts(self, unit: UnitOfWork, owner_id: str) -> Facts:
        return self._desk.facts(await choices_of(unit, owner_id))

    async def _created(self, unit: UnitOfWork, access: Access) -> CreatedView:
        view = await self._showing.case(unit, access)
        parameters = self._desk.rules.parameters
        if not parameters.freq_enabled:
            return CreatedView(case=view, send_time=parameters.send_time)
        known = await unit.cases.of_owners([access.case.owner_id])
        count = course.frequency(known, access.case, parameters, self._desk.clock.today())
        hint = count if count >= parameters.freq_periods else None
        return CreatedView(
            case=view, frequency=hint, frequency_months=parameters.freq_months, send_time=parameters.send_time
        )
