"""What the HR core asks of the outside world. `hr.storage.memory`, `hr.storage.sql` and `hr.people` answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self

from hr.conversations.model import ConversationReference, Welcome
from hr.feedback.model import DislikeReason, Rating, UnansweredQuestion
from hr.people import Person
from privacy.redaction import RedactedText


class Directory(Protocol):
    """Who people are."""

    async def find(self, person_id: str) -> Person | None:
        """The person with this aadObjectId (any letter case), or None: an unknown person is an employee and nothing more."""
        ...


class Conversations(Protocol):
    """Conversation references, one per conversation id."""

    async def save(self, reference: ConversationReference) -> None:
        """Keep the reference, unless a newer one (by `updated_at`) of that conversation is kept already."""
        ...

    async def find(self, conversation_id: str) -> ConversationReference | None:
        """The reference of a conversation."""
        ...

    async def find_personal(self, aad_object_id: str) -> ConversationReference | None:
        """The personal chat with a person, the most recently used one if there are several."""
        ...

    async def remove(self, conversation_id: str) -> None:
        """Forget a conversation; one that is not known is no error."""
        ...


class Welcomes(Protocol):
    """Who has been welcomed."""

    async def claim(self, welcome: Welcome) -> bool:
        """True exactly once per (person, kind), also when several ask at the same time; a unit that is not committed gives it back."""
        ...


class Ratings(Protocol):
    """Thumbs and their reasons."""

    async def add(self, rating: Rating) -> None:
        """Keep the rating. The same thumb again changes nothing; the other thumb replaces it, its reason and its comment."""
        ...

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
        """Add a reason to a rating. False, and nothing done, when the action token was used before.

        `at` is the moment of the click: used tokens can be forgotten after a while.

        Raises RatingNotFoundError when this person has not rated this answer.
        """
        ...

    async def find(self, *, answer_id: str, person_id: str) -> Rating | None:
        """One person's rating of one answer."""
        ...

    async def list(self) -> tuple[Rating, ...]:
        """All ratings, oldest first."""
        ...


class Unanswered(Protocol):
    """Questions without a source."""

    async def add(self, question: UnansweredQuestion) -> None:
        """Keep the question. Equal questions are kept as often as they are asked: how often is what HR wants to know."""
        ...

    async def list(self, *, since: date | None = None) -> tuple[UnansweredQuestion, ...]:
        """The questions asked on or after `since`, in the order in which they came."""
        ...


class UnitOfWork(Protocol):
    """One transaction: `async with new_unit() as unit: ...; await unit.commit()`.

    Leaving the block without `commit()`, or by an exception, undoes everything. A unit is entered once, used by one task, and
    never opened inside another unit. Raises DatabaseUnavailableError when the database does not answer.
    """

    @property
    def conversations(self) -> Conversations:
        """Where people can be reached."""
        ...

    @property
    def welcomes(self) -> Welcomes:
        """Who has been welcomed."""
        ...

    @property
    def ratings(self) -> Ratings:
        """What people thought of answers."""
        ...

    @property
    def unanswered(self) -> Unanswered:
        """What could not be answered."""
        ...

    async def commit(self) -> None:
        """Make everything done so far lasting. Nothing may be done with the unit afterwards."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


NewUnitOfWork = Callable[[], UnitOfWork]
"""Makes a fresh unit of work for each use; the composition root hands this to the handlers."""


class Storage(Protocol):
    """Where units of work come from. Made by the composition root, which closes it."""

    def unit(self) -> UnitOfWork:
        """A fresh unit of work."""
        ...

    async def ping(self) -> None:
        """Raises DatabaseUnavailableError when the database does not answer (for /readyz)."""
        ...

    async def close(self) -> None:
        """Close all connections; nothing may be done afterwards."""
        ...
