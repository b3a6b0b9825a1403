"""Ratings, used buttons and unanswered questions in memory."""

# ruff: noqa: D102 - `hr.ports` says what each method promises

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from hr.clock import require_aware
from hr.errors import RatingNotFoundError
from hr.feedback.model import DislikeReason, Rating, UnansweredQuestion
from hr.storage.memory.session import Session
from privacy.redaction import RedactedText


class MemoryUsedActions:
    """Answers `hr.ports.UsedActions`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def claim(self, token: str, *, at: datetime) -> bool:
        used = self._session.open().used_actions
        if token in used:
            return False
        used[token] = require_aware(at)
        return True

    async def forget_before(self, moment: datetime) -> int:
        used = self._session.open().used_actions
        old = [token for token, at in used.items() if at < moment]
        for token in old:
            del used[token]
        return len(old)


class MemoryRatings:
    """Answers `hr.ports.Ratings`."""

    def __init__(self, session: Session, used_actions: MemoryUsedActions) -> None:
        self._session = session
        self._used_actions = used_actions

    async def add(self, rating: Rating) -> None:
        rows = self._session.open().ratings
        kept = rows.get((rating.answer_id, rating.person_id))
        if kept is None or kept.reaction is not rating.reaction:
            rows[rating.answer_id, rating.person_id] = rating

    async def add_reason(
        self,
        *,
        token: str,
        answer_id: str,
        person_id: str,
        reason: DislikeReason,
        at: datetime,
        comment: RedactedText | None = None,
    ) -> bool:
        rows = self._session.open()
        kept = rows.ratings.get((answer_id, person_id))
        if kept is None:
            raise RatingNotFoundError("this person has not rated this answer: keep the rating before its reason")
        if not await self._used_actions.claim(token, at=at):
            return False
        rows.ratings[answer_id, person_id] = replace(kept, reason=reason, comment=comment)
        return True

    async def find(self, *, answer_id: str, person_id: str) -> Rating | None:
        return self._session.open().ratings.get((answer_id, person_id))

    async def list(self) -> tuple[Rating, ...]:
        rows = self._session.open().ratings.values()
        return tuple(sorted(rows, key=lambda rating: (rating.given_at, rating.answer_id, rating.person_id)))

    async def forget_before(self, moment: datetime) -> int:
        rows = self._session.open().ratings
        old = [key for key, rating in rows.items() if rating.given_at < moment]
        for key in old:
            del rows[key]
        return len(old)


class MemoryUnanswered:
    """Answers `hr.ports.Unanswered`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, question: UnansweredQuestion) -> None:
        self._session.open().unanswered.append(question)

    async def list(self, *, since: date | None = None) -> tuple[UnansweredQuestion, ...]:
        rows = self._session.open().unanswered
        return tuple(question for question in rows if since is None or question.asked_on >= since)

    async def forget_before(self, day: date) -> int:
        tables = self._session.open()
        kept = [question for question in tables.unanswered if question.asked_on >= day]
        gone = len(tables.unanswered) - len(kept)
        tables.unanswered = kept
        return gone
