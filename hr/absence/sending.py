"""The facts of a message at the moment it leaves: still true, still this recipient's to see, not overtaken; or why not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hr.absence.access import may_answer, relation
from hr.absence.desk import Access, Desk, choices_of
from hr.absence.messages import read_answer_key, read_deputy_key, read_nudge_key
from hr.absence.model import AbsenceCase, CaseState, EndReason, Relation, Step, StepState
from hr.absence.queueing import counted, cover, decided, fallback_id
from hr.absence.reminders import Postpone, Queue, is_legal_offer_hr
from hr.absence.showing import Showing, urgency
from hr.absence.views import CaseView, NudgeView, Overview
from hr.audit.model import Deed, Purpose
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.policy import is_hr, is_leader
from hr.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a message other than a reminder tells. `name` is the other person's; `case` is set where the recipient may see it.

    `accepted` belongs to the answer to an offer; `from_day`/`to_day` to a deputy's period. Of a case that lapsed after `days` it is
    the recipient's own name, and `to_day` is when it is deleted.
    """

    name: str
    case: CaseView | None = None
    accepted: bool = False
    from_day: date | None = None
    to_day: date | None = None
    days: int = 0
    state: CaseState | None = None


class Sending:
    """Looks at the facts once more, within the unit that sends."""

    def __init__(self, desk: Desk, showing: Showing) -> None:
        self._desk = desk
        self._showing = showing

    async def nudge(self, unit: UnitOfWork, message: OutboxMessage) -> NudgeView | Why:
        """A reminder. One that has become somebody else's is queued for him instead, in the same unit."""
        case = await unit.cases.find(message.case_id, lock=True) if message.case_id is not None else None
        step = case.step(message.step_key) if case is not None and message.step_key is not None else None
        key = read_nudge_key(message)
        if case is None or step is None or not step.open or key.generation != case.generation:
            return Why.CHANGED
        if await unit.outbox.newer(message):
            return Why.SUPERSEDED
        refused = await self._not_now(unit, message, case, step)
        if refused is not None:
            return refused
        access = await self._recipient(unit, message, case)
        if access is None:
            return Why.NOT_ENTITLED
        view = await self._showing.case(unit, access)
        shown = view.step(step.key)
        if shown is None:
            return Why.CHANGED
        await self._shown(unit, access, to_fallback=access.relation is Relation.NONE)
        return NudgeView(
            case=view,
            step=shown,
            reminder=key.reminder,
            resent=message.resends > 0,
            past_limit=is_legal_offer_hr(step, view.today),
        )

    async def digest(self, unit: UnitOfWork, message: OutboxMessage) -> Overview | Why:
        """A week's digest: the leader's own cases that still ask for something."""
        person = await self._desk.person(message.recipient_id)
        if person is None or not is_leader(person):
            return Why.NOT_ENTITLED
        if await unit.outbox.newer(message):
            return Why.SUPERSEDED
        today = self._desk.clock.today()
        away = (await unit.choices.away([person.id])).get(person.id)
        cases = [case for case in await unit.cases.of_owners([person.id]) if case.open_steps]
        if not cases or (away is not None and away.covers(today)):
            return Why.CHANGED
        views = [
            await self._showing.case(unit, Access(person=person, case=case, relation=Relation.OWNER)) for case in cases
        ]
        await self._looked(unit, Deed.LISTED, *(case.id for case in cases))
        return Overview(today=today, own=tuple(sorted(views, key=urgency)))

    async def notice(self, unit: UnitOfWork, message: OutboxMessage) -> Notice | Why:
        """One of the other messages. Raises ValueError for a kind that is no notice."""
        match message.kind:
            case MessageKind.TRANSFER_OFFER:
                return await self._offer(unit, message)
            case MessageKind.TRANSFER_ANSWER:
                return await self._answer(unit, message)
            case MessageKind.DEPUTY_NOTICE:
                return await self._deputy(unit, message)
            case MessageKind.HR_SHARED:
                return await self._shared(unit, message)
            case MessageKind.CASE_LAPSED:
                return await self._lapsed(unit, message)
            case _:
                raise ValueError(f"{message.kind.value} is no notice of a case")

    async def _not_now(self, unit: UnitOfWork, message: OutboxMessage, case: AbsenceCase, step: Step) -> Why | None:
        """Why the reminder is not this recipient's today; whoever's it is gets it. The case is locked."""
        facts = self._desk.facts(await choices_of(unit, case.owner_id))
        away = (await unit.choices.away([case.owner_id])).get(case.owner_id)
        covered = await cover(self._desk, unit, case.owner_id, away)
        key = read_nudge_key(message)
        # The step is put off no longer, yet this reminder is the one that was asked for.
        state = StepState.SNOOZED if key.snoozed else step.state
        due_at = min(message.due_at, facts.now)
        asked = replace(step, state=state, next_nudge_at=due_at, nudges=key.reminder - 1)
        decision = decided(facts, case, await counted(unit, facts, case, asked, covered), covered)
        if isinstance(decision, Queue):
            if decision.recipient_id == message.recipient_id:
                return None
            # A number of its own: the same person may have had, and lost, this one before.
            number = step.nudges + 1
            forwarded = self._desk.messages(facts.preferences).nudge(
                case,
                step,
                recipient_id=decision.recipient_id,
                reminder=number,
                due_at=decision.due_at,
                not_before=decision.not_before,
                snoozed=key.snoozed,
            )
            await unit.cases.save(_with_step(case, replace(step, nudges=number)))
            await unit.outbox.add([forwarded])
        elif isinstance(decision, Postpone):
            await unit.cases.save(_with_step(case, replace(step, state=state, next_nudge_at=decision.next_at)))
        return Why.CHANGED

    async def _recipient(self, unit: UnitOfWork, message: OutboxMessage, case: AbsenceCase) -> Access | None:
        """The recipient's way to the case. Whom HR named for limits of the law sees no more than the step."""
        person = await self._desk.person(message.recipient_id)
        if person is None:
            return None
        aways = (await unit.choices.away([case.owner_id])).values()
        found = relation(person, case, aways, self._desk.clock.today())
        if found in {Relation.OWNER, Relation.DEPUTY}:
            return Access(person=person, case=case, relation=found)
        if person.id != await fallback_id(self._desk):
            return None
        steps = tuple(step for step in case.steps if step.key == message.step_key)
        return Access(person=person, case=replace(case, steps=steps), relation=Relation.NONE)

    async def _offer(self, unit: UnitOfWork, message: OutboxMessage) -> Notice | Why:
        case = await self._case(unit, message)
        if case is None or not case.listed:
            return Why.CHANGED
        transfer = await unit.transfers.find(case.id)
        if transfer is None or transfer.to_id != message.recipient_id:
            return Why.CHANGED
        person = await self._desk.person(message.recipient_id)
        if person is None or not may_answer(person, transfer):
            return Why.NOT_ENTITLED
        if await unit.outbox.newer(message):
            return Why.SUPERSEDED
        access = Access(person=person, case=case, relation=Relation.NONE)
        view = await self._showing.case(unit, access)
        await self._shown(unit, access)
        return Notice(name=await self._showing.name(case.owner_id), case=view, state=case.state)

    async def _answer(self, unit: UnitOfWork, message: OutboxMessage) -> Notice | Why:
        case, key = await self._case(unit, message), read_answer_key(message)
        person = await self._desk.person(message.recipient_id)
        if case is None:
            return Why.CHANGED
        if person is None:
            return Why.NOT_ENTITLED
        view = None
        found = relation(person, case, (), self._desk.clock.today())
        if found is Relation.OWNER:
            view = await self._showing.case(unit, Access(person=person, case=case, relation=found))
            await self._looked(unit, Deed.VIEWED, case.id)
        return Notice(name=await self._showing.name(key.answerer_id), case=view, accepted=key.accepted)

    async def _deputy(self, unit: UnitOfWork, message: OutboxMessage) -> Notice | Why:
        key = read_deputy_key(message)
        away = (await unit.choices.away([key.leader_id])).get(key.leader_id)
        told = (key.from_day, key.to_day, message.recipient_id)
        if away is None or (away.from_day, away.to_day, away.deputy_id) != told:
            return Why.CHANGED
        if away.to_day < self._desk.clock.today():
            return Why.CHANGED
        if await self._desk.person(message.recipient_id) is None:
            return Why.NOT_ENTITLED
        name = await self._showing.name(key.leader_id)
        return Notice(name=name, from_day=away.from_day, to_day=away.to_day)

    async def _shared(self, unit: UnitOfWork, message: OutboxMessage) -> Notice | Why:
        case = await self._case(unit, message)
        if case is None or not case.shared_with_hr:
            return Why.CHANGED
        person = await self._desk.person(message.recipient_id)
        if person is None or not is_hr(person):
            return Why.NOT_ENTITLED
        access = Access(person=person, case=case, relation=Relation.HR)
        view = await self._showing.case(unit, access)
        await self._shown(unit, access)
        return Notice(name=await self._showing.name(case.owner_id), case=view, state=case.state)

    async def _lapsed(self, unit: UnitOfWork, message: OutboxMessage) -> Notice | Why:
        case = await self._case(unit, message)
        if case is None or case.end_reason is not EndReason.LAPSED or case.closed_at is None:
            return Why.CHANGED
        person = await self._desk.person(message.recipient_id)
        if person is None or not is_leader(person) or case.owner_id != person.id:
            return Why.NOT_ENTITLED
        access = Access(person=person, case=case, relation=Relation.OWNER)
        view = await self._showing.case(unit, access)
        await self._shown(unit, access)
        kept = self._desk.retention.of_cases(self._desk.rules.parameters)
        return Notice(
            name=person.name,
            case=view,
            days=self._desk.retention.open_cases_days,
            to_day=(case.closed_at + timedelta(days=kept)).astimezone(self._desk.window.zone).date(),
        )

    async def _case(self, unit: UnitOfWork, message: OutboxMessage) -> AbsenceCase | None:
        return await unit.cases.find(message.case_id) if message.case_id is not None else None

    async def _shown(self, unit: UnitOfWork, access: Access, *, to_fallback: bool = False) -> None:
        """Kept in the audit log: who but the owner gets to see the case is named, if a message can reach him at all."""
        if access.relation is Relation.OWNER:
            await self._looked(unit, Deed.VIEWED, access.case.id)
        elif await unit.conversations.find_personal(access.person.id) is not None:
            entry = access.entry(Deed.VIEWED, self._desk.clock.now())
            # Whom HR named for limits is nothing to the case: Kompas turned to him.
            await unit.audit.record([replace(entry, purpose=Purpose.REMINDER) if to_fallback else entry])

    async def _looked(self, unit: UnitOfWork, deed: Deed, *case_ids: str) -> None:
        await unit.audit.record([self._desk.by_system(deed, Purpose.REMINDER, case_id) for case_id in case_ids])


def _with_step(case: AbsenceCase, step: Step) -> AbsenceCase:
    return replace(case, steps=tuple(step if other.key == step.key else other for other in case.steps))
