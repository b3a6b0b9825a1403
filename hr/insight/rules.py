"""Which questions HR sees, and in which groups. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from hr.feedback.model import Rating, Reaction, UnansweredQuestion
from hr.insight.model import DocumentVotes, Grouped, QuestionCount, Review, TopicGroup
from hr.insight.topics import Topics, topic_of
from privacy.guard import inspect
from privacy.pointing import points_at_somebody

_MASK: Final = re.compile(r"\[(?:navn|cpr|fjernet)\]")

REVIEW_AHEAD: Final = timedelta(days=60)
"""How long before its day a review is spoken of."""


def may_be_shown(text: str) -> bool:
    """Whether HR may read a question that could not be answered. What has a mask in it spoke of somebody; what
    the guard refuses by now is not shown, whatever was thought of it when it was kept.

    >>> may_be_shown("Hvad er reglerne ved stress?"), may_be_shown("Hvad er reglerne for [navn]?")
    (True, False)
    """
    return _MASK.search(text) is None and not points_at_somebody(text) and inspect(text) is None


def grouped(
    questions: Iterable[UnansweredQuestion], withheld: Iterable[QuestionCount], topics: Topics, *, smallest: int
) -> Grouped:
    """The questions by topic. Groups of fewer than `smallest` show in a sum only; so does what has no topic, when it is small.

    A text that points at somebody counts without it, whatever was thought of it when it was kept.
    """
    counts: Counter[str | None] = Counter()
    texts: dict[str | None, list[UnansweredQuestion]] = {}
    for question in questions:
        topic = topic_of(question.text, topics)
        counts[topic] += 1
        if may_be_shown(question.text):
            texts.setdefault(topic, []).append(question)
    for count in withheld:
        counts[count.topic or None] += count.count
    large = [(topic, count) for topic, count in counts.items() if count >= smallest]
    groups = tuple(
        TopicGroup(
            topic=topic, count=count, texts=tuple(dict.fromkeys(question.text for question in texts.get(topic, [])))
        )
        for topic, count in sorted(large, key=lambda pair: (-pair[1], pair[0] is None, pair[0] or ""))
    )
    others = sum(count for count in counts.values() if count < smallest)
    return Grouped(groups=groups, others=others, smallest=smallest)


def disliked(
    ratings: Iterable[Rating], titles: Mapping[str, str], *, since: date, until: date, smallest: int
) -> tuple[tuple[DocumentVotes, ...], int]:
    """Thumbs down by document, most first, and how many the small groups hold together. A group is as large as it has people in it.

    The document of an answer without a source has an empty id.
    """
    by_document: dict[str, list[Rating]] = {}
    for rating in ratings:
        if rating.reaction is Reaction.DISLIKE and since <= rating.given_at.date() <= until:
            for document_id in rating.document_ids or ("",):
                by_document.setdefault(document_id, []).append(rating)
    large = {name: found for name, found in by_document.items() if len({one.person_id for one in found}) >= smallest}
    votes = [
        DocumentVotes(
            document_id=name,
            title=titles.get(name, name),
            count=len(found),
            comments=tuple(rating.comment for rating in found if rating.comment and may_be_shown(rating.comment)),
        )
        for name, found in large.items()
    ]
    others = sum(len(found) for name, found in by_document.items() if name not in large)
    return tuple(sorted(votes, key=lambda vote: (-vote.count, vote.document_id))), others


def to_review(reviews: Iterable[Review], today: date) -> Sequence[Review]:
    """What is past its review or comes near to it, the oldest first."""
    return tuple(
        sorted((one for one in reviews if one.due <= today + REVIEW_AHEAD), key=lambda one: (one.due, one.title))
    )
