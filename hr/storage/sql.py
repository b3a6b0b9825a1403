"""The stores in SQL, the same statements for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Executable, Row, Select, Table, delete, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hr.clock import require_aware
from hr.conversations.model import ConversationReference, ConversationType, Welcome
from hr.errors import DatabaseUnavailableError, RatingNotFoundError, StorageError
from hr.feedback.model import DislikeReason, Rating, Reaction, UnansweredQuestion
from hr.storage.engine import settle
from hr.storage.tables import conversations, ratings, unanswered_questions, used_actions, welcomes
from privacy.redaction import RedactedText


class SqlStorage:
    """Units of work over one engine, which it closes."""

    def __init__(self, engine: AsyncEngine) -> None:
        """`engine` comes from `hr.storage.engine.create_engine`; its tables from `hr.storage.migrate.upgrade`."""
        self._engine = engine

    def unit(self) -> SqlUnitOfWork:
        """A fresh unit of work (an `hr.ports.NewUnitOfWork`)."""
        return SqlUnitOfWork(_Session(self._engine))

    async def ping(self) -> None:
        """Raises DatabaseUnavailableError when the database does not answer."""
        session = _Session(self._engine)
        await session.begin()
        try:
            await session.first(select(text("1")))
        finally:
            await session.end()

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


class SqlUnitOfWork:
    """One transaction of a database; an `hr.ports.UnitOfWork`."""

    def __init__(self, session: _Session) -> None:
        """Made by `SqlStorage.unit`."""
        self._session = session
        self.conversations = _Conversations(session)
        self.welcomes = _Welcomes(session)
        self.ratings = _Ratings(session)
        self.unanswered = _Unanswered(session)

    async def commit(self) -> None:
        """Make everything done so far lasting."""
        await self._session.commit()

    async def __aenter__(self) -> Self:
        await self._session.begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._session.end()


class _Session:
    """The connection of one unit of work, with the driver's faults told in our words.

    A fault's text holds the statement but never its values (`hide_parameters`).
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None

    async def begin(self) -> None:
        if self._connection is not None:
            raise StorageError("a unit of work can be entered only once")
        connection = self._engine.connect()
        try:
            await connection.start()
            self._connection = connection
            await connection.begin()
        except (SQLAlchemyError, OSError) as fault:
            await self.end()
            await settle()
            raise _unavailable(fault) from fault

    async def end(self) -> None:
        """Undo what is not committed, and give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def commit(self) -> None:
        connection = self._open()
        try:
            await connection.commit()
        except (SQLAlchemyError, OSError) as fault:
            raise _unavailable(fault) from fault
        finally:
            await self.end()

    async def run(self, statement: Executable) -> None:
        try:
            await self._open().execute(statement)
        except (SQLAlchemyError, OSError) as fault:
            raise _unavailable(fault) from fault

    async def all(self, statement: Executable) -> Sequence[Row[Any]]:
        try:
            return (await self._open().execute(statement)).all()
        except (SQLAlchemyError, OSError) as fault:
            raise _unavailable(fault) from fault

    async def first(self, statement: Executable) -> Row[Any] | None:
        rows = await self.all(statement)
        return rows[0] if rows else None

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """An INSERT that knows ON CONFLICT, which both dialects spell alike but SQLAlchemy keeps apart."""
        return postgresql.insert(table) if self._open().dialect.name == "postgresql" else sqlite.insert(table)

    def _open(self) -> AsyncConnection:
        if self._connection is None:
            raise StorageError("the unit of work is not open: enter it first, and do nothing after commit")
        return self._connection


def _unavailable(fault: Exception) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(f"the database does not answer or refuses the statement ({type(fault).__name__})")


class _Conversations:
    def __init__(self, session: _Session) -> None:
        self._session = session

    async def save(self, reference: ConversationReference) -> None:
        insert = self._session.insert(conversations).values(
            conversation_id=reference.conversation_id,
            conversation_type=reference.conversation_type.value,
            service_url=reference.service_url,
            channel_id=reference.channel_id,
            bot_id=reference.bot_id,
            user_id=reference.user_id,
            aad_object_id=reference.aad_object_id,
            tenant_id=reference.tenant_id,
            locale=reference.locale,
            updated_at=reference.updated_at,
        )
        columns = [column.name for column in conversations.c if not column.primary_key]
        await self._session.run(
            insert.on_conflict_do_update(
                index_elements=[conversations.c.conversation_id],
                set_={name: insert.excluded[name] for name in columns},
                where=conversations.c.updated_at <= insert.excluded.updated_at,
            )
        )

    async def find(self, conversation_id: str) -> ConversationReference | None:
        return await self._find(select(conversations).where(conversations.c.conversation_id == conversation_id))

    async def find_personal(self, aad_object_id: str) -> ConversationReference | None:
        return await self._find(
            select(conversations)
            .where(conversations.c.aad_object_id == aad_object_id)
            .where(conversations.c.conversation_type == ConversationType.PERSONAL.value)
            .order_by(conversations.c.updated_at.desc(), conversations.c.conversation_id)
            .limit(1)
        )

    async def remove(self, conversation_id: str) -> None:
        await self._session.run(delete(conversations).where(conversations.c.conversation_id == conversation_id))

    async def _find(self, statement: Select[Any]) -> ConversationReference | None:
        row = await self._session.first(statement)
        if row is None:
            return None
        return ConversationReference(
            conversation_id=row.conversation_id,
            conversation_type=ConversationType(row.conversation_type),
            service_url=row.service_url,
            channel_id=row.channel_id,
            bot_id=row.bot_id,
            user_id=row.user_id,
            aad_object_id=row.aad_object_id,
            tenant_id=row.tenant_id,
            locale=row.locale,
            updated_at=row.updated_at,
        )


class _Welcomes:
    def __init__(self, session: _Session) -> None:
        self._session = session

    async def claim(self, welcome: Welcome) -> bool:
        claimed = await self._session.first(
            self._session.insert(welcomes)
            .values(person_id=welcome.person_id, kind=welcome.kind.value, welcomed_at=welcome.welcomed_at)
            .on_conflict_do_nothing()
            .returning(welcomes.c.person_id)
        )
        return claimed is not None


class _Ratings:
    def __init__(self, session: _Session) -> None:
        self._session = session

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
        used = await self._session.first(
            self._session.insert(used_actions)
            .values(token=token, used_at=require_aware(at))
            .on_conflict_do_nothing()
            .returning(used_actions.c.token)
        )
        if used is None:
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


class _Unanswered:
    def __init__(self, session: _Session) -> None:
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
