"""The lines of HR's overview: what stands under which lead, the whole of it. Cards show as many as fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adaptive_cards.content_faults.cards import fault_words
from adaptive_cards.insight.actions import InsightPage
from adaptive_cards.texts import Texts
from hr.insight.model import DocumentVotes, Insight, KnownFault, Review, TopicGroup

LONGEST: Final = 180
"""Characters of a question or a comment that a card shows; the export has all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A lead, and what stands under it."""

    lead: str
    lines: tuple[str, ...]


def sections(texts: Texts, insight: Insight, page: InsightPage) -> tuple[Section, ...]:
    """A page in full; empty where there is nothing."""
    match page:
        case InsightPage.QUESTIONS:
            return tuple(_questions(texts, group) for group in insight.unanswered.groups)
        case InsightPage.VOTES:
            return tuple(_votes(texts, votes) for votes in insight.disliked)
        case InsightPage.REVIEWS:
            return _one(texts, "reviews", [_review(texts, insight, one) for one in insight.reviews])
        case InsightPage.FAULTS:
            return _one(texts, "faults", [_fault(texts, one) for one in insight.faults])
        case InsightPage.OVERVIEW:
            return ()


def few(texts: Texts, insight: Insight, page: InsightPage) -> str | None:
    """What is not shown one by one, in a sentence."""
    counts = {
        InsightPage.QUESTIONS: insight.unanswered.others,
        InsightPage.VOTES: insight.disliked_others,
    }
    count = counts.get(page, 0)
    if not count:
        return None
    return texts.say(f"insight.few.{page.value}", count=count, smallest=insight.unanswered.smallest)


def topic(texts: Texts, group: TopicGroup) -> str:
    """The name of a group."""
    return group.topic or texts.say("insight.no_topic")


def title(texts: Texts, votes: DocumentVotes) -> str:
    """The name of a document."""
    return votes.title or texts.say("insight.no_document")


def _questions(texts: Texts, group: TopicGroup) -> Section:
    lead = texts.say("insight.group", topic=topic(texts, group), count=group.count)
    shown = tuple(map(_short, group.texts))
    return Section(lead=lead, lines=shown or (texts.say("insight.no_texts"),))


def _votes(texts: Texts, votes: DocumentVotes) -> Section:
    lead = texts.say("insight.voted", title=title(texts, votes), count=votes.count)
    return Section(lead=lead, lines=tuple(map(_short, votes.comments)) or (texts.say("insight.no_comments"),))


def _review(texts: Texts, insight: Insight, review: Review) -> str:
    key = "insight.overdue" if review.due < insight.today else "insight.due"
    return texts.say(key, title=review.title, file=review.file, day=texts.day(review.due))


def _fault(texts: Texts, known: KnownFault) -> str:
    words = fault_words(texts, known.fault)
    return texts.say("insight.fault", where=words.where, wrong=words.wrong, remedy=words.remedy)


def _one(texts: Texts, name: str, lines: Sequence[str]) -> tuple[Section, ...]:
    return (Section(lead=texts.say(f"insight.leads.{name}"), lines=tuple(lines)),) if lines else ()


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1].rstrip()}…"
