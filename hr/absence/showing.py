"""From a case to what one person sees of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from hr.absence.course import Facts, may_go_on
from hr.absence.desk import Access, Desk, choices_of
from hr.absence.model import AbsenceCase, Relation, Step
from hr.absence.plan import last_day, shifted, status, title_of
from hr.absence.timeline import StepRule, rule_on
from hr.absence.views import CaseView, StepStatus, StepView
from hr.ports import UnitOfWork


def step_views(steps: Iterable[Step], facts: Facts, first_day: date) -> tuple[StepView, ...]:
    """The steps with the words of HR's that may be shown today. One whose rule HR has taken away has no words and is left out."""
    rules = facts.content.on(first_day).rules
    return tuple(_step_view(step, rules[step.rule], facts) for step in steps if step.rule in rules)


def _step_view(step: Step, rule: StepRule, facts: Facts) -> StepView:
    last_on = last_day(step, rule, facts.content.parameters, facts.calendar)
    return StepView(
        step=step,
        rule=rule_on(rule, facts.today),
        title=title_of(step, rule),
        status=status(step, facts.today, last_on),
        moved=shifted(step),
        last_on=last_on,
        may_snooze=step.snoozes < facts.content.parameters.max_snooze,
    )


def urgency(view: CaseView) -> tuple[bool, date, str]:
    """The order in a list: overdue first, then by the day of the next step; cases without one come last."""
    following = view.next_step
    if following is None:
        return (True, date.max, view.case.id)
    return (following.status is not StepStatus.OVERDUE, following.step.due_on, view.case.id)


def seen_by(case: AbsenceCase, relation: Relation) -> AbsenceCase:
    """What there is of a case for somebody: a deputy gets the open steps, whom it is offered to the next step alone."""
    if relation is Relation.DEPUTY:
        return replace(case, steps=case.open_steps)
    if relation is Relation.NONE:
        return replace(case, steps=case.open_steps[:1])
    return case


class Showing:
    """Makes views, with the names that belong to them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def case(self, unit: UnitOfWork, access: Access) -> CaseView:
        """The case as this person sees it now."""
        facts = self._desk.facts(await choices_of(unit, access.case.owner_id))
        seen = seen_by(access.case, access.relation)
        to_id = await self._offered_to(unit, access)
        return CaseView(
            case=seen,
            relation=access.relation,
            steps=step_views(seen.steps, facts, seen.first_day),
            today=facts.today,
            reopenable=may_go_on(facts, access.case),
            owner_name=None if access.relation is Relation.OWNER else await self.name(seen.owner_id),
            transfer_to=await self.name(to_id) if to_id is not None else None,
            transfer_reachable=to_id is None or await unit.conversations.find_personal(to_id) is not None,
            frequency_on=self._desk.rules.parameters.freq_enabled,
        )

    async def name(self, person_id: str) -> str:
        """What a person is called; empty when the directory no longer knows."""
        person = await self._desk.person(person_id)
        return person.name if person is not None else ""

    async def _offered_to(self, unit: UnitOfWork, access: Access) -> str | None:
        if access.relation is not Relation.OWNER:
            return None
        transfer = await unit.transfers.find(access.case.id)
        return transfer.to_id if transfer is not None else None
