"""What the worker asks for on each pass: the reminders and digests that are due become rows of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hr.absence.course import Facts, recurred
from hr.absence.desk import Desk, preferences_of
from hr.absence.messages import iso_week
from hr.absence.model import AbsenceCase, Away, Step
from hr.absence.reminders import Decision, Drop, Postpone, Queue, decide, digest_due
from hr.outbox.model import OutboxMessage
from hr.ports import UnitOfWork
from hr.workdays import EveryDay


class Queueing:
    """Queues what is due, once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._looked: tuple[date, bool] | None = None

    async def due(self, *, limit: int) -> int:
        """One transaction for up to `limit` cases that have a reminder due; how many were looked at."""
        now = self._desk.clock.now()
        async with self._desk.new_unit() as unit:
            cases = await unit.cases.due(now, limit=limit)
            if not cases:
                return 0
            owners = sorted({case.owner_id for case in cases})
            preferences = await unit.choices.preferences(owners)
            aways = await unit.choices.away(owners)
            fallback = await fallback_id(self._desk)
            messages: list[OutboxMessage] = []
            changed: list[AbsenceCase] = []
            for case in cases:
                facts = self._desk.facts(preferences_of(case.owner_id, preferences))
                after, queued = self._queued(facts, case, aways.get(case.owner_id), fallback)
                messages += queued
                changed.append(after)
                for step in case.open_steps:
                    found = after.step(step.key)
                    if found is None or not found.open:
                        await unit.outbox.cancel(case_id=case.id, step_key=step.key)
            await unit.cases.save_locked(changed)
            await unit.outbox.add(messages)
            await unit.commit()
        return len(cases)

    async def digests(self) -> int:
        """Queue this week's digests; how many. A leader who is away gets his when he is back, if that is in the week.

        Who has but cases of this very week waits for the next: a case that was created a moment ago is known.
        The owners are looked through once a day, and once more when the week begins for the others.
        """
        now, today = self._desk.clock.now(), self._desk.clock.today()
        parameters, zone = self._desk.rules.parameters, self._desk.window.zone
        for_all = digest_due(now, self._desk.content.calendar, parameters.send_time, zone) is not None
        if not for_all and digest_due(now, EveryDay(), parameters.send_time, zone) is None:
            return 0
        if self._looked == (today, for_all):
            return 0
        async with self._desk.new_unit() as unit:
            owners = await unit.cases.owners_with_open_steps()
            preferences = await unit.choices.preferences(owners)
            aways = await unit.choices.away(owners)
            known = await self._owners_before(unit, owners, today - timedelta(days=today.weekday()))
            messages = []
            for owner_id in known:
                facts = self._desk.facts(preferences_of(owner_id, preferences))
                away = aways.get(owner_id)
                is_due = digest_due(now, facts.calendar, parameters.send_time, zone) is not None
                if is_due and not (away is not None and away.covers(today)):
                    messages.append(self._desk.messages(facts.preferences).digest(owner_id, iso_week(today)))
            queued = await unit.outbox.add(messages) if messages else 0
            await unit.commit()
        self._looked = (today, for_all)
        return queued

    def _queued(
        self, facts: Facts, case: AbsenceCase, away: Away | None, fallback: str | None
    ) -> tuple[AbsenceCase, list[OutboxMessage]]:
        """The case after its due steps were looked at, and the messages they make."""
        messages: list[OutboxMessage] = []
        maker = self._desk.messages(facts.preferences)

        def looked_at(step: Step) -> Step:
            if step.next_nudge_at is None or step.next_nudge_at > facts.now:
                return step
            decision = decided(facts, case, step, away, fallback)
            if isinstance(decision, Postpone):
                return replace(step, next_nudge_at=decision.next_at)
            if not isinstance(decision, Queue):
                return replace(step, next_nudge_at=None)
            messages.append(
                maker.nudge(
                    case,
                    step,
                    recipient_id=decision.recipient_id,
                    reminder=step.nudges + 1,
                    due_at=decision.due_at,
                    not_before=decision.not_before,
                )
            )
            return replace(step, nudges=step.nudges + 1, next_nudge_at=decision.next_at)

        # First, because a step that repeats lapses when its next occurrence comes.
        current = recurred(facts, case) if self._recurs(facts, case) else case
        return replace(current, steps=tuple(looked_at(step) for step in current.steps)), messages

    def _recurs(self, facts: Facts, case: AbsenceCase) -> bool:
        """Whether a step that repeats has come, so that the next one must be there."""
        due = (step for step in case.open_steps if step.next_nudge_at is not None and step.next_nudge_at <= facts.now)
        rules = (facts.content.rules.get(step.rule) for step in due)
        return any(rule is not None and rule.every_days is not None for rule in rules)

    async def _owners_before(self, unit: UnitOfWork, owners: Sequence[str], since: date) -> list[str]:
        """Those who have something open in a case that was created before this day."""
        zone = self._desk.window.zone
        return sorted(
            {
                case.owner_id
                for case in await unit.cases.of_owners(owners)
                if case.open_steps and case.created_at.astimezone(zone).date() < since
            }
        )


async def fallback_id(desk: Desk) -> str | None:
    """Whom HR named for limits of the law while a leader is away without a deputy."""
    handle = desk.rules.parameters.fallback_contact
    person = await desk.directory.find_by_handle(handle) if handle is not None else None
    return person.id if person is not None else None


def decided(facts: Facts, case: AbsenceCase, step: Step, away: Away | None, fallback: str | None) -> Decision:
    """What is to be done about a step now. One whose rule HR has taken away has nothing to say."""
    if step.rule not in facts.content.rules:
        return Drop()
    return decide(
        case,
        step,
        now=facts.now,
        content=facts.content,
        calendar=facts.calendar,
        window=facts.window,
        preferences=facts.preferences,
        away=away,
        fallback_id=fallback,
    )
