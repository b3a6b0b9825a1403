"""What HR is shown. Groups are large enough that nobody can be guessed from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hr.live_file import ContentFault
from privacy.redaction import RedactedText


class Outcome(StrEnum):
    """What became of a question. WITHHELD had no source, and is counted by topic alone because its text may point at somebody."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCount:
    """How many questions of a day had an outcome. `topic` is set for WITHHELD only."""

    day: date
    outcome: Outcome
    count: int
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicGroup:
    """The unanswered questions of one topic. `count` includes those whose text was withheld; `topic` None: without a topic."""

    topic: str | None
    count: int
    texts: tuple[RedactedText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """Topics large enough to show, the largest first; `others` is how many questions the small ones hold together."""

    groups: tuple[TopicGroup, ...]
    others: int
    smallest: int

    @property
    def total(self) -> int:
        """All questions."""
        return sum(group.count for group in self.groups) + self.others

    def of(self, topic: str | None) -> TopicGroup | None:
        """The group of a topic, if it is large enough to be shown."""
        return next((group for group in self.groups if group.topic == topic), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentVotes:
    """How many thumbs down the answers from one document got."""

    document_id: str
    title: str
    count: int
    comments: tuple[RedactedText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A text that is to be reviewed by a day, and the name of its file."""

    title: str
    file: str
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFault:
    """A fault as it was first seen. `mended_at` is None while it lasts."""

    fault: ContentFault
    since: datetime
    mended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """HR's overview of the days from `since` to `until`, both included; `today` is what reviews are counted from.

    `disliked_others` are thumbs down of documents on which fewer people than the smallest group agree.
    """

    since: date
    until: date
    today: date
    answered: int
    unanswered: Grouped
    disliked: tuple[DocumentVotes, ...]
    disliked_others: int
    reviews: tuple[Review, ...]
    faults: tuple[KnownFault, ...]

    @property
    def questions(self) -> int:
        """Everything that was asked and looked up."""
        return self.answered + self.unanswered.total

    @property
    def has_news(self) -> bool:
        """Whether there is anything that HR can do something about."""
        return bool(self.unanswered.groups or self.disliked or self.reviews or self.faults)
