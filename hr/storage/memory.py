"""The stores in memory: the same promises as the SQL ones, for tests and trials. Nothing outlives the process."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import TracebackType
from typing import Self

from hr.clock import require_aware
from hr.conversations.model import ConversationReference, ConversationType, Welcome, WelcomeKind
from hr.errors import RatingNotFoundError, StorageError
from hr.feedback.model import DislikeReason, Rating, UnansweredQuestion
from privacy.redaction import RedactedText


@dataclass(slots=True, kw_only=True)
class _Tables:
    """All rows; frozen values in plain containers, so that a shallow copy is a snapshot."""

    conversations: dict[str, ConversationReference] = field(default_factory=dict)
    welcomes: dict[tuple[str, WelcomeKind], Welcome] = field(default_factory=dict)
    ratings: dict[tuple[str, str], Rating] = field(default_factory=dict)
    used_actions: set[str] = field(default_factory=set)
    unanswered: list[UnansweredQuestion] = field(default_factory=list)

    def copy(self) -> _Tables:
        return _Tables(
            conversations=dict(self.conversations),
            welcomes=dict(self.welcomes),
            ratings=dict(self.ratings),
            used_actions=set(self.used_actions),
            unanswered=list(self.unanswered),
        )


class MemoryStorage:
    """Units of work over one set of rows, one unit at a time."""

    def __init__(self) -> None:
        """Starts empty."""
        self._tables = _Tables()
        self._lock = asyncio.Lock()

    def unit(self) -> MemoryUnitOfWork:
        """A fresh unit of work (an `hr.ports.NewUnitOfWork`)."""
        return MemoryUnitOfWork(self)

    async def ping(self) -> None:
        """Memory always answers."""

    async def close(self) -> None:
        """There is nothing to close."""

    async def take(self) -> _Tables:
        """Wait for the unit before, then a copy of the rows to work on; `give_back` must follow."""
        await self._lock.acquire()
        return self._tables.copy()

    def give_back(self, changed: _Tables | None) -> None:
        """End a unit; `changed` becomes what everyone sees, None changes nothing."""
        if changed is not None:
            self._tables = changed
        self._lock.release()


class _Session:
    """The copy of the rows that one unit works on."""

    def __init__(self) -> None:
        self.rows: _Tables | None = None

    def open(self) -> _Tables:
        if self.rows is None:
            raise StorageError("the unit of work is not open: enter it first, and do nothing after commit")
        return self.rows


class MemoryUnitOfWork:
    """One transaction over the rows of a `MemoryStorage`; an `hr.ports.UnitOfWork`."""

    def __init__(self, storage: MemoryStorage) -> None:
        """Made by `MemoryStorage.unit`."""
        self._storage = storage
        self._session = _Session()
        self.conversations = _Conversations(self._session)
        self.welcomes = _Welcomes(self._session)
        self.ratings = _Ratings(self._session)
        self.unanswered = _Unanswered(self._session)

    async def commit(self) -> None:
        """Make everything done so far visible to the units that follow."""
        rows = self._session.open()
        self._session.rows = None
        self._storage.give_back(rows)

    async def __aenter__(self) -> Self:
        if self._session.rows is not None:
            raise StorageError("a unit of work can be entered only once")
        self._session.rows = await self._storage.take()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._session.rows is not None:
            self._session.rows = None
            self._storage.give_back(None)


class _Conversations:
    def __init__(self, session: _Session) -> None:
        self._session = session

    async def save(self, reference: ConversationReference) -> None:
        rows = self._session.open().conversations
        kept = rows.get(reference.conversation_id)
        if kept is None or kept.updated_at <= reference.updated_at:
            rows[reference.conversation_id] = reference

    async def find(self, conversation_id: str) -> ConversationReference | None:
        return self._session.open().conversations.get(conversation_id)

    async def find_personal(self, aad_object_id: str) -> ConversationReference | None:
        theirs = (
            reference
            for reference in self._session.open().conversations.values()
            if reference.aad_object_id == aad_object_id and reference.conversation_type is ConversationType.PERSONAL
        )
        return max(theirs, key=lambda reference: reference.updated_at, default=None)

    async def remove(self, conversation_id: str) -> None:
        self._session.open().conversations.pop(conversation_id, None)


class _Welcomes:
    def __init__(self, session: _Session) -> None:
        self._session = session

    async def claim(self, welcome: Welcome) -> bool:
        rows, key = self._session.open().welcomes, (welcome.person_id, welcome.kind)
        if key in rows:
            return False
        rows[key] = welcome
        return True


class _Ratings:
    def __init__(self, session: _Session) -> None:
        self._session = session

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
        require_aware(at)
        rows = self._session.open()
        kept = rows.ratings.get((answer_id, person_id))
        if kept is None:
            raise RatingNotFoundError("this person has not rated this answer: keep the rating before its reason")
        if token in rows.used_actions:
            return False
        rows.used_actions.add(token)
        rows.ratings[answer_id, person_id] = replace(kept, reason=reason, comment=comment)
        return True

    async def find(self, *, answer_id: str, person_id: str) -> Rating | None:
        return self._session.open().ratings.get((answer_id, person_id))

    async def list(self) -> tuple[Rating, ...]:
        rows = self._session.open().ratings.values()
        return tuple(sorted(rows, key=lambda rating: (rating.given_at, rating.answer_id, rating.person_id)))


class _Unanswered:
    def __init__(self, session: _Session) -> None:
        self._session = session

    async def add(self, question: UnansweredQuestion) -> None:
        self._session.open().unanswered.append(question)

    async def list(self, *, since: date | None = None) -> tuple[UnansweredQuestion, ...]:
        rows = self._session.open().unanswered
        return tuple(question for question in rows if since is None or question.asked_on >= since)
