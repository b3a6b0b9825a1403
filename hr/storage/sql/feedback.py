"""Ratings, used buttons and unanswered questions in SQL."""

# ruff: noqa: D102 - `hr.ports` says what each method promises

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from hr.clock import require_aware
from hr.errors import RatingNotFoundError
from hr.feedback.model import DislikeReason, Rating, Reaction, UnansweredQuestion
from hr.storage.sql.session import Session
from hr.storage.tables import ratings, unanswered_questions, used_actions
from privacy.redaction import RedactedText


class SqlUsedActions:
    """Answers `hr.ports.UsedActions`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def claim(self, token: str, *, at: datetime) -> bool:
        claimed = await self._session.first(
            self._session.insert(used_actions)
            .values(token=token, used_at=require_aware(at))
            .on_conflict_do_nothing()
            .returning(used_actions.c.token)
        )
        return claimed is not None

    async def forget_before(self, moment: datetime) -> int:
        return await self._session.run(delete(used_actions).where(used_actions.c.used_at < moment))


class SqlRatings:
    """Answers `hr.ports.Ratings`."""

    def __init__(self, session: Session, used_actions: SqlUsedActions) -> None:
        self._session = session
        self._used_actions = used_actions

    async def add(self, rating: Rating) -> None:
        insert = self._session.insert(ratings).values(
            answer_id=rating.answer_id,
            person_id=rating.person_id,
            reaction=rating.reaction.value,
            given_at=rating.given_at,
            document_ids=list(rating.document_ids),
            reason=rating.reason.value if rating.reason else None,
            comment=rating.comment,
        )
        columns = [column.name for column in ratings.c if not column.primary_key]
        await self._session.run(
            insert.on_conflict_do_update(
                index_elements=[ratings.c.answer_id, ratings.c.person_id],
                set_={name: insert.excluded[name] for name in columns},
                where=ratings.c.reaction != insert.excluded.reaction,
            )
        )

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
        if await self.find(answer_id=answer_id, person_id=person_id) is None:
            raise RatingNotFoundError("this person has not rated this answer: keep the rating before its reason")
        if not await self._used_actions.claim(token, at=at):
            return False
        await self._session.run(
            update(ratings)
            .where(ratings.c.answer_id == answer_id, ratings.c.person_id == person_id)
            .values(reason=reason.value, comment=comment)
        )
        return True

    async def find(self, *, answer_id: str, person_id: str) -> Rating | None:
        row = await self._session.first(
            select(ratings).where(ratings.c.answer_id == answer_id, ratings.c.person_id == person_id)
        )
        return _rating(row) if row is not None else None

    async def list(self) -> tuple[Rating, ...]:
        order = (ratings.c.given_at, ratings.c.answer_id, ratings.c.person_id)
        return tuple(_rating(row) for row in await self._session.all(select(ratings).order_by(*order)))

    async def forget_before(self, moment: datetime) -> int:
        return await self._session.run(delete(ratings).where(ratings.c.given_at < moment))


class SqlUnanswered:
    """Answers `hr.ports.Unanswered`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, question: UnansweredQuestion) -> None:
        await self._session.run(
            self._session.insert(unanswered_questions).values(
                text=question.text, reason=question.reason, language=question.language, asked_on=question.asked_on
            )
        )

    async def list(self, *, since: date | None = None) -> tuple[UnansweredQuestion, ...]:
        statement = select(unanswered_questions).order_by(unanswered_questions.c.id)
        if since is not None:
            statement = statement.where(unanswered_questions.c.asked_on >= since)
        return tuple(
            UnansweredQuestion(
                text=RedactedText(row.text), reason=row.reason, language=row.language, asked_on=row.asked_on
            )
            for row in await self._session.all(statement)
        )

    async def forget_before(self, day: date) -> int:
        return await self._session.run(delete(unanswered_questions).where(unanswered_questions.c.asked_on < day))


def _rating(row: Row[Any]) -> Rating:
    return Rating(
        answer_id=row.answer_id,
        person_id=row.person_id,
        reaction=Reaction(row.reaction),
        given_at=row.given_at,
        document_ids=tuple(row.document_ids),
        reason=DislikeReason(row.reason) if row.reason is not None else None,
        comment=RedactedText(row.comment) if row.comment is not None else None,
    )
