"""Extractive answers: the chosen sentences with numbered citations, the rule of the day first, history and what is to come marked.

No sentence is written here. Words of the interface ("Gælder fra ...") are added where the answer is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.citing import cite
from knowledge.evidence import Span
from knowledge.models import (
    Answered,
    BlockKind,
    Citation,
    Document,
    RankedPassage,
    Statement,
    StatementRole,
)
from knowledge.retrieval import Ranking, SearchIndex, Window

ANSWER_WORDS = 120
FOLLOW_UPS = 3
FOLLOW_UP_LETTERS = 48
"""Longer questions do not fit on a button on a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Lines of one document with the tense in which they are told."""

    span: Span
    role: StatementRole


def citation_of(span: Span, position: int, search: SearchIndex) -> Citation:
    """The source of a span; the quote is the span as it stands in the document, without a leading heading mark."""
    document = search.index.documents[search.lines[span.best].document]
    chunk = search.chunks[search.lines[span.best].chunk]
    quoted = range(span.first, span.last + 1)
    return cite(document, chunk, position=position, quote=" ".join(search.lines[at].sentence.raw for at in quoted))


def compose(
    parts: list[Part],
    *,
    search: SearchIndex,
    ranking: Ranking,
    confidence: float,
    language: str,
    positions: list[int] | None = None,
) -> Answered:
    """Put the parts in the order given; `positions` numbers their citations (1, 2, ... by default)."""
    numbers = positions or list(range(1, len(parts) + 1))
    statements: list[Statement] = []
    left = ANSWER_WORDS
    for part, number in zip(parts, numbers, strict=True):
        for statement in _statements(part, number, search):
            words = len(statement.text.split())
            if words <= left or not statements:
                statements.append(statement)
                left -= words
    citations = sorted(
        (citation_of(part.span, number, search) for part, number in zip(parts, numbers, strict=True)),
        key=lambda c: c.position,
    )
    main = search.index.documents[citations[0].document_id]
    return Answered(
        statements=tuple(statements),
        citations=tuple(citations),
        passages=ranked_passages(ranking, search),
        confidence=confidence,
        language=language,
        follow_ups=follow_ups(main, citations[0].section, search),
        next_step=main.next_step,
    )


def _statements(part: Part, number: int, search: SearchIndex) -> list[Statement]:
    lines = [search.lines[at].sentence for at in range(part.span.first, part.span.last + 1)]
    return [
        Statement(text=line.text, citation=number, role=part.role, kind=line.kind)
        for line in lines
        if line.kind is not BlockKind.HEADING or line.text.endswith(":") or len(lines) > 1
    ]


def ranked_passages(ranking: Ranking, search: SearchIndex) -> tuple[RankedPassage, ...]:
    """The passages looked at, best first."""
    return tuple(_passage(window, search) for window in ranking.windows)


def _passage(window: Window, search: SearchIndex) -> RankedPassage:
    document = search.index.documents[search.lines[window.best].document]
    path = search.chunks[search.lines[window.best].chunk].title_path
    return RankedPassage(
        document=document.path,
        document_id=document.id,
        title=document.title,
        section=path[-1] if len(path) > 1 else "",
        text=" ".join(search.lines[at].sentence.text for at in range(window.first, window.last + 1)),
        score=round(window.score, 4),
    )


def follow_ups(document: Document, asked: str, search: SearchIndex) -> tuple[str, ...]:
    """Up to three questions that the same document answers: its question headings after the one just answered, then before it."""
    headings = list(
        dict.fromkeys(
            chunk.title_path[-1]
            for chunk in search.chunks
            if chunk.document_id == document.id and len(chunk.title_path) > 1 and chunk.title_path[-1].endswith("?")
        )
    )
    headings = [heading for heading in headings if len(heading) <= FOLLOW_UP_LETTERS or heading == asked]
    if asked in headings:
        at = headings.index(asked)
        headings = headings[at + 1 :] + headings[:at]
    return tuple(headings[:FOLLOW_UPS])


def nearest_topics(ranking: Ranking, search: SearchIndex, count: int = 2) -> tuple[str, ...]:
    """The nearest things the sources do answer: question headings where there are some, else document titles, one a document."""
    topics: dict[str, str] = {}
    for window in ranking.windows:
        document = search.index.documents[search.lines[window.best].document]
        path = search.chunks[search.lines[window.best].chunk].title_path
        heading = path[-1] if len(path) > 1 and path[-1].endswith("?") else document.title
        topics.setdefault(document.id, heading)
    return tuple(dict.fromkeys(topics.values()))[:count]
