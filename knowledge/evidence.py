"""From a ranking to the sentences that answer: which lines are quoted, and what speaks for and against them.

Pure over a `Ranking` and a `SearchIndex`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from knowledge.coverage import WordWeights, coverage, stems_of
from knowledge.facts import figures_held, holds, names_an_alternative, years_held
from knowledge.glossary import WordList
from knowledge.lexical import grams
from knowledge.models import BlockKind
from knowledge.query import Query
from knowledge.retrieval import Ranking, SearchIndex, Window
from knowledge.text import content_tokens

SPAN_WORDS = 70
LIST_WORDS = 115
CLOSE = 0.55
"""How far below the best sentence a neighbour's score may lie and still be quoted with it."""

SHORT_WORDS = 18
"""Below this the next sentence of the passage is quoted too: a bare half sentence helps nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The lines `first`..`last` that are quoted."""

    first: int
    last: int
    best: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What speaks for an answer, each about 0..1. The calibration weighs them (knowledge/calibration.py)."""

    sentence_similarity: float
    passage_similarity: float
    similarity_lead: float
    lexical_share: float
    span_coverage: float
    passage_coverage: float
    heaviest_word_missing: float
    kind_of_fact: float
    figures: float
    year: float

    @property
    def answers_in_kind(self) -> bool:
        """False when the sources speak of the thing, but not of the day, number, year, name or choice that is asked for."""
        return self.kind_of_fact > 0 and self.year > 0

    def vector(self) -> tuple[float, ...]:
        """The values in the order of the fields."""
        return tuple(float(getattr(self, field.name)) for field in fields(self))


def choose_span(window: Window, ranking: Ranking, search: SearchIndex) -> Span:
    """The sentences of a passage to quote: the best one with close neighbours, or a whole list with its lead."""
    if (listed := _list_around(window, search)) is not None:
        return listed
    first = last = window.best
    floor = float(ranking.scores[window.best]) - CLOSE
    words = _words(search, first, last)
    while True:
        choices = [
            (float(ranking.scores[at]), at)
            for at in (first - 1, last + 1)
            if window.first <= at <= window.last
            and not search.is_heading[at]
            and not _belongs_to_list(at, search)
            and (ranking.scores[at] >= floor or (at > last and words < SHORT_WORDS))
            and words + _words(search, at, at) <= SPAN_WORDS
        ]
        if not choices:
            return _with_list_below(Span(first=first, last=last, best=window.best), search)
        at = max(choices)[1]
        first, last = min(first, at), max(last, at)
        words = _words(search, first, last)


def _words(search: SearchIndex, first: int, last: int) -> int:
    return sum(len(search.lines[at].sentence.text.split()) for at in range(first, last + 1))


def _list_around(window: Window, search: SearchIndex) -> Span | None:
    """The list that the best line belongs to or introduces, as far as it fits."""

    def is_item(at: int) -> bool:
        return (
            0 <= at < len(search.lines)
            and search.lines[at].sentence.kind in (BlockKind.ITEM, BlockKind.ROW)
            and search.lines[at].document == search.lines[window.best].document
        )

    best = window.best
    if not is_item(best) and not (search.lines[best].sentence.text.endswith(":") and is_item(best + 1)):
        return None
    first = best
    while is_item(first) and is_item(first - 1) and not search.lines[first].sentence.text.endswith(":"):
        first -= 1
    start = first
    lead = first - 1 if is_item(first) else first
    if (
        lead >= 0
        and search.lines[lead].document == search.lines[best].document
        and (search.lines[lead].sentence.text.endswith(":") or search.is_heading[lead])
    ):
        first = lead
    last = start
    while is_item(last + 1) and not _opens_list(last + 1, search) and _words(search, first, last + 1) <= LIST_WORDS:
        last += 1
    return Span(first=first, last=last, best=best) if first <= best <= last else Span(first=best, last=best, best=best)


def _belongs_to_list(at: int, search: SearchIndex) -> bool:
    """An item, or the lead of a list: quoted with the whole list or not at all."""
    sentence = search.lines[at].sentence
    return sentence.kind in (BlockKind.ITEM, BlockKind.ROW) or sentence.text.endswith(":")


def _with_list_below(span: Span, search: SearchIndex) -> Span:
    """A short answer takes the list that follows it under the same heading, when all of it fits."""
    last = span.last
    end = len(search.lines)
    while (
        last + 1 < end
        and _belongs_to_list(last + 1, search)
        and search.document_of[last + 1] == search.document_of[span.best]
    ):
        last += 1
    fits = _words(search, span.first, last) <= SPAN_WORDS
    complete = last > span.last and search.lines[last].sentence.kind in (BlockKind.ITEM, BlockKind.ROW)
    return Span(first=span.first, last=last, best=span.best) if fits and complete else span


def _opens_list(at: int, search: SearchIndex) -> bool:
    return search.lines[at].sentence.text.endswith(":")


def wanted_words(query: Query, terms: tuple[str, ...], glossary: WordList, weights: WordWeights) -> list[list[str]]:
    """One entry per word that an answer should hold: its stem, and the stems that would do as well.

    `terms` are what the word list says for the question. Of an English question they are what is looked for, with those of its words
    that the documents know themselves (names, abbreviations, figures).
    """
    if query.language == "en" and terms:
        known = [stem for stem in stems_of(query.search_text) if weights.occurs(stem)]
        return [[stem] for stem in dict.fromkeys([*(stem for term in terms for stem in stems_of(term)), *known])]
    words = {stem: word for word in content_tokens(query.search_text) for stem in stems_of(word)}
    return [
        [stem, *(other for term in glossary.expansions(word, language=query.language) for other in stems_of(term))]
        for stem, word in words.items()
    ]


def weigh(
    query: Query,
    window: Window,
    span: Span,
    ranking: Ranking,
    search: SearchIndex,
    *,
    glossary: WordList,
) -> Signals:
    """Measure what speaks for the span as an answer to the query."""
    document = search.index.documents[search.lines[window.best].document]
    texts = [search.lines[at].sentence.text for at in range(window.first, window.last + 1)]
    quoted = " ".join(search.lines[at].sentence.text for at in range(span.first, span.last + 1))
    terms = glossary.expansions(query.search_text, language=query.language)
    wanted = wanted_words(query, terms, glossary, search.weights)
    context = frozenset(
        stems_of(
            " ".join([document.title, *search.chunks[search.lines[window.best].chunk].title_path, *document.synonyms])
        )
    )
    span_words = frozenset().union(*(search.words[at] for at in range(span.first, span.last + 1))) | context
    passage_words = frozenset().union(*(search.words[at] for at in range(window.first, window.last + 1))) | context
    heaviest = sorted(wanted, key=lambda choices: -search.weights.weight(choices[0]))[:1]
    speaking = ranking.similarity[np.isfinite(ranking.scores)]
    own = float(max(ranking.similarity[at] for at in range(span.first, span.last + 1)))
    return Signals(
        sentence_similarity=_stretch(own),
        passage_similarity=_stretch(float(ranking.passage_similarity[window.best])),
        similarity_lead=min(1.0, max(0.0, (own - float(np.median(speaking))) / 0.15)),
        lexical_share=min(
            1.0,
            float(max(ranking.lexical[span.first : span.last + 1]))
            / (4.0 * max(1, len(set(grams(query.search_text)))) ** 0.5),
        ),
        span_coverage=coverage(wanted, span_words, search.weights),
        passage_coverage=coverage(wanted, passage_words, search.weights),
        heaviest_word_missing=1.0 - coverage(heaviest, passage_words, search.weights) if heaviest else 1.0,
        kind_of_fact=_kind_of_fact(query, quoted, " ".join(texts), passage_words),
        figures=figures_held(query, f"{' '.join(texts)} {document.title}"),
        year=years_held(query, " ".join(texts), document),
    )


def _stretch(similarity: float) -> float:
    """e5 similarities lie between about 0.75 and 0.95: spread them over 0..1."""
    return min(1.0, max(0.0, (similarity - 0.75) / 0.20))


def _kind_of_fact(query: Query, quoted: str, passage: str, words: frozenset[str]) -> float:
    """1 when the quote holds a fact of the wanted kind, 0.5 when only the passage around it does, 0 when neither."""
    if not names_an_alternative(query, words):
        return 0.0
    return 1.0 if holds(query.wanted, quoted) else 0.5 if holds(query.wanted, passage) else 0.0
