"""A question that somebody has put to HR through Kompas, and what has been said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hr.clock import require_aware
from privacy.redaction import RedactedText


class RequestState(StrEnum):
    """Where a question is. NEW waits for somebody to take it; CLOSED and WITHDRAWN are ends, though HR may open a closed one again."""

    NEW = "new"
    TAKEN = "taken"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({RequestState.NEW, RequestState.TAKEN})
"""HR has something to do."""


class HrDeed(StrEnum):
    """What HR does with a question by one press."""

    SHOW = "show"
    TAKE = "take"
    TAKE_OVER = "take_over"
    """From a colleague who has it."""
    CLOSE = "close"
    REOPEN = "reopen"
    DRAFT = "draft"
    """Make a document of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question. `number` is what people call it by; the store gives it.

    `answer` is what Kompas had said, and `documents` the ids of the texts that it rests on. `version` goes up with each change, `rounds` each time
    the question waits anew. `remind_at` is when those who should take it are reminded next (None: never), `reminders` how often they were.
    """

    id: str
    asker_id: str
    topic: str
    group: str
    question: RedactedText
    created_at: datetime
    changed_at: datetime
    number: int = 0
    answer: str | None = None
    documents: tuple[str, ...] = ()
    state: RequestState = RequestState.NEW
    taken_by: str | None = None
    version: int = 1
    rounds: int = 1
    reminders: int = 0
    remind_at: datetime | None = None

    def __post_init__(self) -> None:
        for moment in (self.created_at, self.changed_at, self.remind_at):
            if moment is not None:
                require_aware(moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMessage:
    """Something that was said after the question: HR's answer, or what was asked on. `version` is that of the request which it made."""

    request_id: str
    version: int
    author_id: str
    from_hr: bool
    text: str
    at: datetime

    def __post_init__(self) -> None:
        require_aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class HrChannel:
    """The chat in which a group of HR's gets its questions."""

    group: str
    conversation_id: str
    registered_by: str
    registered_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.registered_at)
