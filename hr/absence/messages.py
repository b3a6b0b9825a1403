"""Rows of the outbox on absence, and their business keys: everything a key says is read back here as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import uuid4

from hr.absence.model import AbsenceCase, Away, Step
from hr.outbox.model import MessageKind, OutboxMessage

_SNOOZED: Final = ":snoozed"


def _new_id() -> str:
    return uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """Makes rows at the moment `now` that may leave from `not_before` on. `new_id` gives ids that nobody can guess."""

    now: datetime
    not_before: datetime
    new_id: Callable[[], str] = _new_id

    def nudge(
        self,
        case: AbsenceCase,
        step: Step,
        *,
        recipient_id: str,
        reminder: int,
        due_at: datetime,
        not_before: datetime,
        snoozed: bool = False,
    ) -> OutboxMessage:
        """A reminder, the `reminder`-th of its step in this generation of the case. `snoozed`: it was asked for by putting one off."""
        key = f"nudge:{case.id}:{step.key}:{recipient_id}:{case.model_id}:{case.generation}:{reminder}"
        if snoozed:
            key += _SNOOZED
        return self._row(
            MessageKind.NUDGE, key, recipient_id, case.id, step_key=step.key, due_at=due_at, not_before=not_before
        )

    def digest(self, recipient_id: str, week: str) -> OutboxMessage:
        """The digest of a week (`iso_week`)."""
        return self._row(MessageKind.DIGEST, f"digest:{recipient_id}:{week}", recipient_id, None)

    def transfer_offer(self, case: AbsenceCase, *, to_id: str, token: str) -> OutboxMessage:
        """A case is on offer to a colleague."""
        return self._row(MessageKind.TRANSFER_OFFER, f"offer:{case.id}:{to_id}:{token}", to_id, case.id)

    def transfer_answer(
        self, case: AbsenceCase, *, to_id: str, answerer_id: str, token: str, accepted: bool
    ) -> OutboxMessage:
        """What became of an offer, for the one who made it. `answerer_id` is the colleague."""
        answer = "accepted" if accepted else "declined"
        key = f"answer:{case.id}:{answerer_id}:{token}:{answer}"
        return self._row(MessageKind.TRANSFER_ANSWER, key, to_id, case.id)

    def deputy_notice(self, away: Away, *, deputy_id: str, token: str) -> OutboxMessage:
        """Somebody is a leader's deputy for a period."""
        period = f"{away.from_day.isoformat()}:{away.to_day.isoformat()}"
        key = f"deputy:{away.leader_id}:{period}:{deputy_id}:{token}"
        return self._row(MessageKind.DEPUTY_NOTICE, key, deputy_id, None)

    def hr_shared(self, case: AbsenceCase, *, to_id: str) -> OutboxMessage:
        """A case is handed over to HR, which happens once."""
        return self._row(MessageKind.HR_SHARED, f"hr:{case.id}:{to_id}", to_id, case.id)

    def lapsed(self, case: AbsenceCase) -> OutboxMessage:
        """To the leader: the case was closed because nobody did anything with it. Once each time that it lapses."""
        return self._row(MessageKind.CASE_LAPSED, f"lapsed:{case.id}:{case.generation}", case.owner_id, case.id)

    def _row(
        self,
        kind: MessageKind,
        key: str,
        recipient_id: str,
        case_id: str | None,
        *,
        step_key: str | None = None,
        due_at: datetime | None = None,
        not_before: datetime | None = None,
    ) -> OutboxMessage:
        return OutboxMessage(
            id=self.new_id(),
            kind=kind,
            key=key,
            recipient_id=recipient_id,
            due_at=due_at or self.now,
            not_before=not_before or self.not_before,
            created_at=self.now,
            case_id=case_id,
            step_key=step_key,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeKey:
    """What the key of a reminder says."""

    model_id: str
    generation: int
    reminder: int
    snoozed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerKey:
    """What the key of an answer to an offer says."""

    answerer_id: str
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputyKey:
    """What the key of a deputy's notice says."""

    leader_id: str
    from_day: date
    to_day: date


def read_nudge_key(message: OutboxMessage) -> NudgeKey:
    """The facts in the key of a NUDGE."""
    *_, model_id, generation, reminder = message.key.removesuffix(_SNOOZED).split(":")
    snoozed = message.key.endswith(_SNOOZED)
    return NudgeKey(model_id=model_id, generation=int(generation), reminder=int(reminder), snoozed=snoozed)


def read_answer_key(message: OutboxMessage) -> AnswerKey:
    """The facts in the key of a TRANSFER_ANSWER."""
    _, _, answerer_id, _, answer = message.key.split(":")
    return AnswerKey(answerer_id=answerer_id, accepted=answer == "accepted")


def read_deputy_key(message: OutboxMessage) -> DeputyKey:
    """The facts in the key of a DEPUTY_NOTICE."""
    _, leader_id, from_day, to_day, *_ = message.key.split(":")
    return DeputyKey(leader_id=leader_id, from_day=date.fromisoformat(from_day), to_day=date.fromisoformat(to_day))


def iso_week(day: date) -> str:
    """The week of a day.

    >>> iso_week(date(2027, 1, 1))
    '2026-W53'
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
