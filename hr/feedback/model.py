"""What people thought of answers, and what could not be answered. All text here has been redacted; the types insist on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hr.clock import require_aware
from privacy.redaction import RedactedText


class Reaction(StrEnum):
    """The thumb, in the words of the Teams wire."""

    LIKE = "like"
    DISLIKE = "dislike"


class DislikeReason(StrEnum):
    """Why an answer did not help."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One person's thumb on one answer. There is one per (`answer_id`, `person_id`): a later thumb replaces the earlier.

    `answer_id` is the activity id of the answer. `person_id` is opaque (the aadObjectId). `document_ids` are the sources that the
    answer cited. The question and the answer themselves are not kept.
    """

    answer_id: str
    person_id: str
    reaction: Reaction
    given_at: datetime
    document_ids: tuple[str, ...] = ()
    reason: DislikeReason | None = None
    comment: RedactedText | None = None

    def __post_init__(self) -> None:
        require_aware(self.given_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnansweredQuestion:
    """A question without a source, for HR to write one. It has a day, no time and no person: nobody can be found from it."""

    text: RedactedText
    reason: str
    language: str
    asked_on: date
