"""What HR sees of how Kompas is used, and the weekly word about it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import uuid4

from hr import policy
from hr.absence.content import ABSENCE_FILE
from hr.absence.desk import Content
from hr.absence.messages import iso_week
from hr.absence.reminders import digest_due
from hr.absence.timeline import AbsenceContent, Guide, StepRule
from hr.audit.model import SYSTEM, AuditEntry, Deed, Purpose
from hr.clock import Clock
from hr.errors import NotInHrError
from hr.insight.model import Insight, Outcome, Review
from hr.insight.ports import Library, LiveTopics
from hr.insight.rules import disliked, grouped, to_review
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.people import Person
from hr.policy import HR_ROLES, Operation, by_role
from hr.ports import Directory, NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow, moment_at

PERIOD_DAYS: Final = 90
"""How many days the overview looks back. Long, so that few groups are too small to show."""

OVERVIEW: Final = "hr-overview"
"""What stands in the audit log where others have the id of a case."""

_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How much HR sees, for how long. `digest`: whether there is a weekly word."""

    smallest: int
    retention_days: int
    digest: bool = True


class InsightService:
    """The overview for HR alone, its weekly digest, and the end of what it rests on."""

    def __init__(
        self,
        *,
        new_unit: NewUnitOfWork,
        directory: Directory,
        topics: LiveTopics,
        library: Library,
        content: Content,
        window: SendWindow,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._new_unit = new_unit
        self._directory = directory
        self.topics = topics
        self._library = library
        self._content = content
        self._window = window
        self._clock = clock
        self._rules = rules
        self._queued: str | None = None

    async def overview(self, person_id: str) -> Insight:
        """The last `PERIOD_DAYS` days. Raises NotInHrError. The look is in the audit log."""
        person = await self._directory.find(person_id)
        if person is None or not _may_see(person):
            raise NotInHrError
        return await self._looked_at(person.id, PERIOD_DAYS)

    async def export(self, *, days: int = PERIOD_DAYS) -> Insight:
        """For the operator's commands; the same, with small groups suppressed. The look is in the audit log."""
        return await self._looked_at(SYSTEM, days)

    async def queue_digests(self) -> int:
        """Queue this week's digests, all or none, where there is something to tell; how many.

        The key of week and person makes it one a week, whoever asks how often.
        """
        now, today = self._clock.now(), self._clock.today()
        calendar, send_time = self._content.calendar, self._content.absence.parameters.send_time
        week = iso_week(today)
        if not self._rules.digest or self._queued == week:
            return 0
        if digest_due(now, calendar, send_time, self._window.zone) is None:
            return 0
        opens = self._window.next_open(now, calendar, send_time=send_time)
        async with self._new_unit() as unit:
            news = (await self._last_week(unit)).has_news
            rows = [_digest(person, week, now, opens) for person in await self._hr()] if news else []
            queued = await unit.outbox.add(rows) if rows else 0
            await unit.commit()
        self._queued = week
        return queued

    async def digest(self, unit: UnitOfWork, message: OutboxMessage) -> Insight | Why:
        """Last week as it is told this week; or why it is not: the week is over, the recipient has left HR, there is nothing to tell."""
        if not _may_see(await self._directory.find(message.recipient_id)):
            return Why.NOT_ENTITLED
        if message.step_key != iso_week(self._clock.today()):
            return Why.CHANGED
        found = await self._last_week(unit)
        return found if found.has_news else Why.CHANGED

    async def delete_expired(self) -> int:
        """Retention: forget ratings, unanswered questions, counts and mended faults that were kept long enough; how many."""
        day = self._clock.today() - timedelta(days=self._rules.retention_days)
        async with self._new_unit() as unit:
            deleted = await unit.ratings.forget_before(moment_at(day, time.min, self._window.zone))
            deleted += await unit.unanswered.forget_before(day)
            deleted += await unit.insight.forget_before(datetime.combine(day, time.min, UTC))
            await unit.commit()
        return deleted

    async def _looked_at(self, actor_id: str, days: int) -> Insight:
        today = self._clock.today()
        async with self._new_unit() as unit:
            found = await self._seen(unit, since=today - timedelta(days=days - 1), until=today)
            looked = AuditEntry(
                at=self._clock.now(),
                actor_id=actor_id,
                deed=Deed.VIEWED,
                purpose=Purpose.HR_OVERVIEW,
                case_id=OVERVIEW,
            )
            await unit.audit.record([looked])
            await unit.commit()
        return found

    async def _last_week(self, unit: UnitOfWork) -> Insight:
        today = self._clock.today()
        monday = today - timedelta(days=today.weekday())
        return await self._seen(unit, since=monday - _WEEK, until=monday - timedelta(days=1))

    async def _seen(self, unit: UnitOfWork, *, since: date, until: date) -> Insight:
        counts = [one for one in await unit.insight.counts(since=since) if one.day <= until]
        asked = [one for one in await unit.unanswered.list(since=since) if one.asked_on <= until]
        ratings = await unit.ratings.list()
        faults = await unit.insight.open_faults()
        topics, content, today = self.topics.value, self._content.absence, self._clock.today()

        def worked_out() -> Insight:  # reads the index, and looks at every text once more
            votes, few = disliked(
                ratings, self._library.titles(), since=since, until=until, smallest=self._rules.smallest
            )
            return Insight(
                since=since,
                until=until,
                today=today,
                answered=sum(one.count for one in counts if one.outcome is Outcome.ANSWERED),
                unanswered=grouped(
                    asked,
                    [one for one in counts if one.outcome is Outcome.WITHHELD],
                    topics,
                    smallest=self._rules.smallest,
                ),
                disliked=votes,
                disliked_others=few,
                reviews=tuple(to_review([*self._library.reviews(), *_reviews_of(content)], today)),
                faults=faults,
            )

        return await asyncio.to_thread(worked_out)

    async def _hr(self) -> Sequence[Person]:
        found = {person.id: person for role in HR_ROLES for person in await self._directory.with_role(role)}
        return tuple(found.values())


def _may_see(person: Person | None) -> bool:
    return policy.may(Operation.SEE_INSIGHT, by_role(person))


def _digest(person: Person, week: str, now: datetime, opens: datetime) -> OutboxMessage:
    return OutboxMessage(
        id=uuid4().hex,
        kind=MessageKind.HR_DIGEST,
        key=f"hr-digest:{week}:{person.id}",
        recipient_id=person.id,
        step_key=week,
        due_at=opens,
        not_before=opens,
        created_at=now,
    )


def _reviews_of(content: AbsenceContent) -> list[Review]:
    """The steps and guides of follow-up whose words on the law have a day of review, earlier versions that still hold included."""
    entries: list[StepRule | Guide] = [
        *content.earlier_rules,
        *content.rules.values(),
        *content.earlier_guides,
        *content.guides.values(),
    ]
    return [
        Review(title=f"{one.id} {one.title}", file=ABSENCE_FILE, due=one.review_by)
        for one in entries
        if one.review_by is not None
    ]
