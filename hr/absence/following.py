"""After HR has saved content or closed days, the cases that run follow: their open steps get the dates of now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hr.absence.course import Facts, recurred
from hr.absence.desk import Desk, preferences_of
from hr.absence.model import AbsenceCase, Step, StepKind
from hr.absence.reminders import next_send
from hr.absence.timeline import AbsenceContent
from hr.errors import StorageError
from hr.ports import UnitOfWork
from hr.workdays import WorkCalendar


class Following:
    """Looks at every case once when the worker starts, and once after each edit. A case that an edit leaves as it is is not touched."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen: tuple[AbsenceContent, WorkCalendar] | None = None
        self._owners: tuple[str, ...] = ()

    async def follow(self, *, limit: int) -> int:
        """Look at the cases of up to `limit` leaders in one transaction; of how many leaders, fewer than `limit` when nothing is left."""
        now = (self._desk.rules, self._desk.content.calendar)
        if self._seen is None or now[0] is not self._seen[0] or now[1] is not self._seen[1]:
            async with self._desk.new_unit() as unit:
                self._owners = await unit.cases.owners_with_open_steps()
            self._seen = now
        owners, rest = self._owners[:limit], self._owners[limit:]
        self._owners = rest  # whoever's cases cannot be worked out keeps them as they are, and holds up nobody
        if owners:
            try:
                async with self._desk.new_unit() as unit:
                    await self._cases(unit, owners)
                    await unit.commit()
            except StorageError:
                self._owners = (*owners, *rest)
                raise
        return len(owners)

    async def _cases(self, unit: UnitOfWork, owners: Sequence[str]) -> None:
        preferences = await unit.choices.preferences(owners)

        def after(case: AbsenceCase) -> AbsenceCase:
            return followed(self._desk.facts(preferences_of(case.owner_id, preferences)), case)

        cases = await unit.cases.of_owners(owners)
        stale = sorted(case.id for case in cases if case.listed and after(case) != case)
        # Locked one by one, in the one order in which cases are locked, and worked out from what is kept by then.
        for case_id in stale:
            case = await unit.cases.find(case_id, lock=True)
            if case is not None and case.listed and case.owner_id in owners:
                anew = after(case)
                moved = [step.key for step in case.open_steps if _moved(step, anew.step(step.key))]
                await unit.outbox.cancel(case_id=case.id, steps=moved)
                await unit.cases.save(anew)


def _moved(step: Step, now: Step | None) -> bool:
    return now is None or not now.open or now.due_on != step.due_on


def followed(facts: Facts, case: AbsenceCase) -> AbsenceCase:
    """The case as HR's content has it now. What was answered stays, and so does each reminder of a step whose date stays.

    A limit of the law that has moved so that no reminder of it would be left is told of once more.
    """
    anew = recurred(facts, case)

    def told(step: Step) -> Step:
        before = case.step(step.key)
        moved = before is not None and before.due_on != step.due_on
        if step.kind is not StepKind.LAW or not step.open or step.next_nudge_at is not None or not moved:
            return step
        send_time = facts.content.parameters.send_time
        at = next_send(facts.now, calendar=facts.calendar, send_time=send_time, zone=facts.zone)
        return replace(step, next_nudge_at=at)

    return replace(anew, steps=tuple(told(step) for step in anew.steps))
