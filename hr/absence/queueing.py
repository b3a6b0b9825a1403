"""What the worker asks for on each pass: the reminders and digests that are due become rows of the outbox."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from hr.absence.course import Facts, recurred
from hr.absence.desk import Desk, preferences_of
from hr.absence.messages import iso_week, read_nudge_key
from hr.absence.model import AbsenceCase, Away, ReminderLevel, Step, StepKind, StepState
from hr.absence.reminders import Decision, Postpone, Queue, awake, decide, digest_due, next_send, spoken_for
from hr.errors import DirectoryUnavailableError, StorageError
from hr.outbox.model import OutboxMessage
from hr.policy import is_leader
from hr.ports import UnitOfWork
from hr.send_window import moment_at
from hr.workdays import EveryDay

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Who is reminded while a leader is away or gone. A deputy whom the directory no longer knows is none."""

    away: Away | None = None
    deputy_has_chat: bool = True
    fallback_id: str | None = None
    owner_gone: bool = False


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
            covers = {owner_id: await cover(self._desk, unit, owner_id, aways.get(owner_id)) for owner_id in owners}
            messages: list[OutboxMessage] = []
            changed: list[AbsenceCase] = []
            for case in cases:
                facts = self._desk.facts(preferences_of(case.owner_id, preferences))
                after, queued = await self._queued_safely(unit, facts, case, covers[case.owner_id])
                messages += queued
                changed.append(after)
                still_open = {step.key for step in after.open_steps}
                over = [step.key for step in case.open_steps if step.key not in still_open]
                await unit.outbox.cancel(case_id=case.id, steps=over)
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
            monday = today - timedelta(days=today.weekday())
            owners = await unit.cases.owners_with_open_steps(created_before=moment_at(monday, time.min, zone))
            preferences = await unit.choices.preferences(owners)
            aways = await unit.choices.away(owners)
            messages = []
            for owner_id in owners:
                facts = self._desk.facts(preferences_of(owner_id, preferences))
                away = aways.get(owner_id)
                is_due = digest_due(now, facts.calendar, parameters.send_time, zone) is not None
                if is_due and not (away is not None and away.covers(today)):
                    messages.append(self._desk.messages(facts.preferences).digest(owner_id, iso_week(today)))
            queued = await unit.outbox.add(messages) if messages else 0
            await unit.commit()
        self._looked = (today, for_all)
        return queued

    async def _queued_safely(
        self, unit: UnitOfWork, facts: Facts, case: AbsenceCase, covered: Cover
    ) -> tuple[AbsenceCase, list[OutboxMessage]]:
        """As `_queued`; a case that cannot be worked out is looked at again at the next `send_time`, and holds up no other."""
        try:
            return await self._queued(unit, facts, case, covered)
        except (StorageError, DirectoryUnavailableError):
            raise
        except Exception as error:  # noqa: BLE001 - see above
            _log.error("a case could not be looked at (%s): again at the next send time", type(error).__name__)
        again = next_send(
            facts.now, calendar=facts.calendar, send_time=facts.content.parameters.send_time, zone=facts.zone
        )

        def put_off(step: Step) -> Step:
            is_due = step.next_nudge_at is not None and step.next_nudge_at <= facts.now
            return replace(step, next_nudge_at=again) if is_due else step

        return replace(case, steps=tuple(put_off(step) for step in case.steps)), []

    async def _queued(
        self, unit: UnitOfWork, facts: Facts, case: AbsenceCase, covered: Cover
    ) -> tuple[AbsenceCase, list[OutboxMessage]]:
        """The case after its due steps were looked at, and the messages they make."""
        messages: list[OutboxMessage] = []
        maker = self._desk.messages(facts.preferences)
        # First, because a step that repeats lapses when its next occurrence comes.
        current = recurred(facts, case) if self._recurs(facts, case) else case
        decisions = {
            step.key: decided(facts, case, await counted(unit, facts, case, step, covered), covered)
            for step in current.steps
            if step.next_nudge_at is not None and step.next_nudge_at <= facts.now
        }
        asked = [(step, decisions.get(step.key)) for step in current.steps]
        silent = spoken_for([(step, decision) for step, decision in asked if isinstance(decision, Queue)])

        def looked_at(step: Step) -> Step:
            if step.key not in decisions:
                return step
            decision = decisions[step.key]
            if isinstance(decision, Postpone):
                return replace(step, next_nudge_at=decision.next_at)
            if not isinstance(decision, Queue):
                return replace(step, next_nudge_at=None)
            if step.key in silent:
                return replace(step, next_nudge_at=decision.next_at)
            messages.append(
                maker.nudge(
                    case,
                    step,
                    recipient_id=decision.recipient_id,
                    reminder=step.nudges + 1,
                    due_at=decision.due_at,
                    not_before=decision.not_before,
                    snoozed=step.state is StepState.SNOOZED,
                )
            )
            return replace(awake(step), nudges=step.nudges + 1, next_nudge_at=decision.next_at)

        return replace(current, steps=tuple(looked_at(step) for step in current.steps)), messages

    def _recurs(self, facts: Facts, case: AbsenceCase) -> bool:
        """Whether a step that repeats has come, so that the next one must be there."""
        due = (step for step in case.open_steps if step.next_nudge_at is not None and step.next_nudge_at <= facts.now)
        content = facts.content.on(case.first_day)
        rules = (content.rules.get(step.rule) for step in due)
        return any(rule is not None and rule.every_days is not None for rule in rules)


async def fallback_id(desk: Desk) -> str | None:
    """Whom HR named for limits of the law while a leader is away without a deputy."""
    handle = desk.rules.parameters.fallback_contact
    person = await desk.directory.find_by_handle(handle) if handle is not None else None
    return person.id if person is not None else None


async def cover(desk: Desk, unit: UnitOfWork, owner_id: str, away: Away | None) -> Cover:
    """Who is reminded in the place of this leader, who is away, or leads nobody any more."""
    gone = not is_leader(await desk.person(owner_id))
    if away is None and not gone:
        return Cover()
    if away is not None and away.deputy_id is not None and await desk.person(away.deputy_id) is None:
        away = replace(away, deputy_id=None)
    deputy_id = away.deputy_id if away is not None else None
    reached = deputy_id is not None and await unit.conversations.find_personal(deputy_id) is not None
    fallback = await fallback_id(desk)
    if fallback is not None and await unit.conversations.find_personal(fallback) is None:
        fallback = None  # no message reaches him, and a limit of the law must reach somebody
    return Cover(away=away, deputy_has_chat=reached, fallback_id=fallback, owner_gone=gone)


async def counted(unit: UnitOfWork, facts: Facts, case: AbsenceCase, step: Step, covered: Cover) -> Step:
    """The step with the reminders that count for who wants but one: those that never left do not."""
    if facts.preferences.level is not ReminderLevel.FEWER or step.kind is StepKind.LAW or not step.nudges:
        return step
    deputy_id = covered.away.deputy_id if covered.away is not None else None
    for person_id in filter(None, (case.owner_id, deputy_id)):
        sent = await unit.outbox.last_sent(case_id=case.id, step_key=step.key, recipient_id=person_id)
        if sent is not None and read_nudge_key(sent).generation == case.generation:
            return step
    return replace(step, nudges=0)


def decided(facts: Facts, case: AbsenceCase, step: Step, covered: Cover) -> Decision:
    """What is to be done about a step now. One whose rule HR has taken away has nothing to say until HR brings it back."""
    content = facts.content.on(case.first_day)
    if step.rule not in content.rules:
        send_time = content.parameters.send_time
        return Postpone(next_at=next_send(facts.now, calendar=facts.calendar, send_time=send_time, zone=facts.zone))
    return decide(
        case,
        step,
        now=facts.now,
        content=content,
        calendar=facts.calendar,
        window=facts.window,
        preferences=facts.preferences,
        away=covered.away,
        fallback_id=covered.fallback_id,
        deputy_has_chat=covered.deputy_has_chat,
        owner_gone=covered.owner_gone,
    )
