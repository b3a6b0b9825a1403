"""Looking at cases: nothing changes but the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hr.absence.access import may, may_answer
from hr.absence.course import may_go_on, new_case
from hr.absence.desk import Access, Desk, choices_of, label_of
from hr.absence.model import CaseState, Relation
from hr.absence.plan import guide_limit, model_for
from hr.absence.reminders import next_limit
from hr.absence.showing import Showing, step_views, urgency
from hr.absence.snoozing import snooze_options
from hr.absence.timeline import guide_on
from hr.absence.views import CaseView, DraftView, GuideView, Overview, SnoozeOptions
from hr.audit.model import Deed
from hr.errors import UnknownGuideError
from hr.people import Person
from hr.policy import Operation, is_hr, is_leader
from hr.ports import UnitOfWork


class Queries:
    """The overview, one case, a draft, the guides."""

    def __init__(self, desk: Desk, showing: Showing) -> None:
        self._desk = desk
        self._showing = showing

    async def view(self, person_id: str, case_id: str) -> CaseView:
        """One case; the look is in the audit log."""
        async with self._desk.new_unit() as unit:
            access = await self._desk.open(unit, person_id, case_id, Operation.VIEW_CASE)
            view = await self._showing.case(unit, access)
            await self._desk.record(unit, Deed.VIEWED, access)
            await unit.commit()
        return view

    async def snooze_options(self, person_id: str, case_id: str, step_key: str) -> SnoozeOptions:
        """What a step can be put off to now. Nothing of the case is told, so nothing is recorded. A step that is gone has no choices."""
        async with self._desk.new_unit() as unit:
            access = await self._desk.open(unit, person_id, case_id, Operation.SNOOZE)
            preferences = await choices_of(unit, access.case.owner_id)
        facts, step = self._desk.facts(preferences), access.case.step(step_key)
        if step is None or not step.open:
            return SnoozeOptions(choices=frozenset())
        return snooze_options(
            step,
            limit=next_limit(access.case, facts.today),
            now=facts.now,
            parameters=facts.content.parameters,
            calendar=facts.calendar,
            window=facts.window,
        )

    async def draft(self, person_id: str, *, label: str, first_day: date) -> DraftView:
        """A case that nobody has created yet. Nothing is recorded: there is nothing of a case in it but the leader's own words."""
        person = await self._desk.leader(person_id, Operation.START_CASE)
        text = label_of(label)
        self._desk.check_first_day(first_day)
        async with self._desk.new_unit() as unit:
            preferences = await choices_of(unit, person.id)
            cases = await unit.cases.of_owners([person.id])
        facts = self._desk.facts(preferences)
        same = [case for case in cases if case.label.casefold() == text.casefold()]
        planned = new_case(facts, case_id="", owner_id=person.id, label=text, first_day=first_day)
        ended = [case for case in same if may_go_on(facts, case, again_from=first_day)]
        return DraftView(
            label=text,
            first_day=first_day,
            model=model_for(facts.content, first_day),
            steps=step_views(planned.steps, facts, first_day),
            today=facts.today,
            relapse_of=max(ended, key=lambda case: (case.first_day, case.id), default=None),
            same_label=any(case.state is not CaseState.CLOSED for case in same),
        )

    async def overview(self, person_id: str) -> Overview:
        """Everything the person may see; each case listed is in the audit log."""
        person = await self._desk.person(person_id)
        today = self._desk.clock.today()
        if person is None:
            return Overview(today=today, own=())
        async with self._desk.new_unit() as unit:
            own = await self._own(unit, person)
            deputy = await self._as_deputy(unit, person, today)
            hr = await self._as_hr(unit, person, {access.case.id for access in (*own, *deputy)})
            offered = await self._offered(unit, person)
            overview = Overview(
                today=today,
                own=await self._views(unit, own),
                as_deputy=await self._views(unit, deputy),
                as_hr=await self._views(unit, hr),
                offered=await self._views(unit, offered),
            )
            listed = [*own, *deputy, *hr, *offered]
            if listed:
                await self._desk.record(unit, Deed.LISTED, *listed)
                await unit.commit()
        return overview

    async def labels(self, person_id: str) -> tuple[str, ...] | None:
        """What the cases are called; nobody looks at them, so nothing is recorded. None for who neither leads nor may see any."""
        person = await self._desk.person(person_id)
        if person is None:
            return None
        async with self._desk.new_unit() as unit:
            own = await self._own(unit, person)
            deputy = await self._as_deputy(unit, person, self._desk.clock.today())
            seen = [*own, *deputy, *await self._as_hr(unit, person, set())]
            if not seen and not is_leader(person) and not await self._offered(unit, person):
                return None
        return tuple(dict.fromkeys(access.case.label for access in seen))

    async def guide(self, person_id: str, guide_id: str, *, case_id: str | None) -> GuideView:
        """A guide. Not even a look at the case is recorded, because its time would tell which guide was shown."""
        today = self._desk.clock.today()
        of_today = self._desk.rules.on(today).guides.get(guide_id)
        if case_id is None:
            if of_today is None:
                raise UnknownGuideError
            return GuideView(guide=guide_on(of_today, today))
        async with self._desk.new_unit() as unit:
            access = await self._desk.open(unit, person_id, case_id, Operation.VIEW_CASE)
        first_day = access.case.first_day
        guide = self._desk.rules.on(first_day).guides.get(guide_id) or of_today
        if guide is None:
            raise UnknownGuideError
        limit = guide_limit(guide, first_day, self._desk.rules.parameters, self._desk.content.calendar)
        return GuideView(guide=guide_on(guide, today), case_id=case_id, limit_on=limit)

    async def guides(self, first_day: date | None = None) -> tuple[GuideView, ...]:
        """The guides for cases with this first day, or those of today, in HR's order."""
        today = self._desk.clock.today()
        held = self._desk.rules.on(first_day or today).guides.values()
        return tuple(GuideView(guide=guide_on(guide, today)) for guide in held)

    async def _own(self, unit: UnitOfWork, person: Person) -> list[Access]:
        if not is_leader(person):
            return []
        cases = await unit.cases.of_owners([person.id])
        return _listed(Access(person=person, case=case, relation=Relation.OWNER) for case in cases if case.listed)

    async def _as_deputy(self, unit: UnitOfWork, person: Person, today: date) -> list[Access]:
        aways = [away for away in await unit.choices.deputy_for(person.id) if away.covers(today)]
        leaders = [one.leader_id for one in aways if is_leader(await self._desk.directory.find(one.leader_id))]
        cases = await unit.cases.of_owners(leaders) if leaders else ()
        return _listed(
            Access(person=person, case=case, relation=Relation.DEPUTY)
            for case in cases
            if case.open_steps and case.owner_id != person.id
        )

    async def _as_hr(self, unit: UnitOfWork, person: Person, shown: set[str]) -> list[Access]:
        if not is_hr(person):
            return []
        cases = await unit.cases.shared_with_hr()
        return _listed(
            Access(person=person, case=case, relation=Relation.HR)
            for case in cases
            if case.listed and case.id not in shown
        )

    async def _offered(self, unit: UnitOfWork, person: Person) -> list[Access]:
        found = []
        for transfer in await unit.transfers.offered_to(person.id):
            case = await unit.cases.find(transfer.case_id)
            if case is not None and case.listed and may_answer(person, transfer, Operation.LIST_CASES):
                found.append(Access(person=person, case=case, relation=Relation.NONE))
        return found

    async def _views(self, unit: UnitOfWork, accesses: Iterable[Access]) -> tuple[CaseView, ...]:
        return tuple(sorted([await self._showing.case(unit, access) for access in accesses], key=urgency))


def _listed(accesses: Iterable[Access]) -> list[Access]:
    return [access for access in accesses if may(access.relation, Operation.LIST_CASES)]
