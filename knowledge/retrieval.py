"""Hybrid search: vectors and BM25 of passages and of single sentences, blended, then grown into passages.

Sentences are ranked, because a short sentence inside a long paragraph is lost when only passages are scored; the passage that is
returned is the best sentence with its neighbours. Which documents may speak at all (audience, dates, review) is decided before.

While the model or the vector store does not work, words alone rank, and the ranking says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.coverage import WordWeights, coverage, stems_of
from knowledge.embedding import Embedder
from knowledge.errors import ModelUnavailable, StoreUnavailable
from knowledge.facts import figures_fit, holds, years_held
from knowledge.glossary import WordList
from knowledge.index import Index, sentence_id
from knowledge.lexical import LexicalIndex, grams
from knowledge.models import BlockKind, Chunk, Document, Sentence
from knowledge.outage import Outage
from knowledge.query import Query, organisations_in
from knowledge.store import VectorStore
from knowledge.text import format_date_da
from knowledge.validity import Standing

FIRST_PASSAGE_WORDS, LATER_PASSAGE_WORDS = 115, 75
PASSAGES = 10
SAME_QUESTION = 0.4
"""Share of a heading's words that a question must have for the "Ja" or "Nej" below it to answer it."""
RERANKED = 40
"""Lines looked at more closely."""
NEIGHBOURS = 400
"""Nearest vectors fetched per collection; those farther away share the lowest similarity seen."""

_YES_OR_NO = re.compile(r"(?:Ja|Nej)\b", re.IGNORECASE)

Scores = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How the standardised scores are blended. The lexical ones shrink for English questions on Danish texts."""

    sentence_vector: float = 0.25
    passage_vector: float = 0.25
    sentence_words: float = 0.15
    passage_words: float = 0.20
    document_words: float = 0.15
    own_organisation: float = 0.6
    heading: float = 0.5
    fact: float = 0.3
    words_of_line: float = 1.0
    english_lexical: float = 0.4
    yes_or_no_elsewhere: float = 1.0
    context_words: float = 0.25
    away_from_context: float = 0.5
    words_alone: float = 2.0
    """What the scores of words count while there are no vectors: as much as both halves together."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the index with its place."""

    sentence: Sentence
    chunk: int
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A passage found: the lines `first`..`last` of one document around the line `best`."""

    first: int
    last: int
    best: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What a search found. `scores`, `similarity` run over all lines of the index (-inf and 0 for those that may not speak).

    `by_words`: there were no vectors; every similarity is 0.
    """

    windows: tuple[Window, ...]
    scores: Scores
    similarity: Scores
    passage_similarity: Scores
    lexical: Scores
    hidden: tuple[tuple[Document, float], ...]
    by_words: bool = False


def describe(document: Document) -> str:
    """What a document is about, apart from its text: title, synonyms, tags, case number, committee and date."""
    dated = document.decision_date or document.valid_from
    parts = [
        document.title,
        *document.synonyms,
        *document.tags,
        document.case_number or "",
        document.body or "",
        document.kind.value,
    ]
    return " ".join([*parts, format_date_da(dated) if dated else ""])


class SearchIndex:
    """An opened index with everything that searching needs, built once per published version."""

    def __init__(self, *, index: Index, organisation: str) -> None:
        self.index = index
        self.chunks: tuple[Chunk, ...] = index.chunks
        self.lines = tuple(
            Line(sentence, at, chunk.document_id)
            for at, chunk in enumerate(self.chunks)
            for sentence in chunk.sentences
        )
        self.chunk_of = np.array([line.chunk for line in self.lines], dtype=np.intp)
        self.is_heading = np.array([line.sentence.kind is BlockKind.HEADING for line in self.lines], dtype=bool)
        self.line_of = {sentence_id(chunk, i): 0 for chunk in self.chunks for i in range(len(chunk.sentences))}
        self.line_of = {key: at for at, key in enumerate(self.line_of)}
        self.passage_of = {chunk.id: at for at, chunk in enumerate(self.chunks)}
        self.words = [frozenset(stems_of(line.sentence.text)) for line in self.lines]
        self.weights = WordWeights(stems_of(chunk.text) for chunk in self.chunks)
        self._lines_lexical = LexicalIndex(self._line_text(line) for line in self.lines)
        self._passages_lexical = LexicalIndex(f"{' '.join(chunk.title_path[1:])} {chunk.text}" for chunk in self.chunks)
        documents = tuple(index.documents.values())
        place = {document.id: at for at, document in enumerate(documents)}
        self.document_of = np.array([place[line.document] for line in self.lines], dtype=np.intp)
        self._documents_lexical = LexicalIndex(describe(document) for document in documents)
        own = organisations_in(organisation)
        self._organisations = tuple(organisations_in(d.organisation or "") for d in documents)
        self._foreign = np.array(
            [bool(d.organisation) and not names & own for d, names in zip(documents, self._organisations, strict=True)],
            dtype=bool,
        )

    def behind(self, named: frozenset[str]) -> Flags:
        """Which documents stand behind the others, shape (documents,): those of organisations that are neither ours nor `named`."""
        asked_for = np.array([bool(names & named) for names in self._organisations], dtype=bool)
        return np.asarray(self._foreign & ~asked_for, dtype=bool)

    def _line_text(self, line: Line) -> str:
        """A line for word search. One with the case number says so: nobody asks for "24/4098", but for the "sagsnummer"."""
        document = self.index.documents[line.document]
        if document.case_number and document.case_number in line.sentence.text:
            return f"{line.sentence.text} sagsnummer journalnummer {describe(document)}"
        return line.sentence.text

    def lexical(self, terms: Sequence[str]) -> tuple[Scores, Scores, Scores]:
        """BM25 of sentence, passage and document description, each of shape (lines,)."""
        return (
            self._lines_lexical.scores(terms),
            self._passages_lexical.scores(terms)[self.chunk_of],
            self._documents_lexical.scores(terms)[self.document_of],
        )


def _similarities(store: VectorStore, vector: Scores, places: dict[str, int], size: int) -> Scores:
    found = store.search(vector, min(size, NEIGHBOURS))
    out = np.full(size, min((score for _, score in found), default=0.0), dtype=np.float32)
    for key, score in found:
        out[places[key]] = score
    return out


def _standard(scores: Scores) -> Scores:
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-6), dtype=np.float32)


class Retriever:
    """Ranks the sentences of an index for a query."""

    def __init__(
        self, *, embedder: Embedder, glossary: WordList, weights: Weights | None = None, outage: Outage | None = None
    ) -> None:
        self._embedder = embedder
        self._glossary = glossary
        self._weights = weights or Weights()
        self._outage = outage or Outage("Questions are searched for by their words alone")

    def search(self, query: Query, search: SearchIndex, standing: dict[str, Standing]) -> Ranking:
        """The best passages among the documents that may speak, and those that may not but would have (`hidden`)."""
        if not search.lines:
            empty = np.zeros(0, dtype=np.float32)
            return Ranking(
                windows=(), scores=empty, similarity=empty, passage_similarity=empty, lexical=empty, hidden=()
            )
        expansions = " ".join(self._glossary.expansions(query.search_text, language=query.language))
        similar = self._similar(query, expansions, search)
        nothing = np.zeros(len(search.lines), dtype=np.float32)
        line_similarity, passage_similarity = similar or (nothing, nothing)
        words, passage_words, document_words = self._lexical(query, expansions, search)
        weights = self._weights
        beside_vectors = weights.english_lexical if query.language == "en" else 1.0
        lexical = weights.words_alone if similar is None else beside_vectors
        scores = (
            weights.sentence_vector * _standard(line_similarity)
            + weights.passage_vector * _standard(passage_similarity)
            + lexical * weights.sentence_words * _standard(words)
            + lexical * weights.passage_words * _standard(passage_words)
            + lexical * weights.document_words * _standard(document_words)
        )
        behind = search.behind(query.organisations)[search.document_of]
        scores = np.asarray(scores - weights.own_organisation * behind, dtype=np.float32)
        scores = _lift_below_headings(scores, search, weights.heading)
        scores = self._prefer_the_fact_asked_for(query, scores, search)
        may_speak = np.array([standing[line.document].speaks for line in search.lines], dtype=bool)
        hidden = _best_hidden(scores, search, standing)
        scores = np.where(may_speak, scores, -np.inf).astype(np.float32)
        windows = tuple(_windows(scores, search))
        return Ranking(
            windows=windows,
            scores=scores,
            similarity=line_similarity,
            passage_similarity=passage_similarity,
            lexical=words,
            hidden=hidden,
            by_words=similar is None,
        )

    def _similar(self, query: Query, expansions: str, search: SearchIndex) -> tuple[Scores, Scores] | None:
        """How near each line and its passage are, each of shape (lines,); None while the model or the vector store does not work."""
        if not self._outage.may_try():
            return None
        try:
            vector = self._vector(query, expansions)
            lines = _similarities(search.index.sentences, vector, search.line_of, len(search.lines))
            passages = _similarities(search.index.passages, vector, search.passage_of, len(search.chunks))
        except (ModelUnavailable, StoreUnavailable) as error:
            self._outage.failed(error)
            return None
        self._outage.worked()
        return lines, passages[search.chunk_of]

    def _vector(self, query: Query, expansions: str) -> Scores:
        """The query's direction. A follow-up turns it towards the new question and away from the one already answered."""
        texts = [f"{query.search_text} {expansions}".strip()]
        if query.follow_up:
            texts += [query.text, query.context]
        vectors = self._embedder.encode_queries(texts)
        if query.follow_up:
            direction = vectors[0] + vectors[1] - self._weights.away_from_context * vectors[2]
        else:
            direction = vectors[0]
        return np.asarray(direction / max(float(np.linalg.norm(direction)), 1e-12), dtype=np.float32)

    def _lexical(self, query: Query, expansions: str, search: SearchIndex) -> tuple[Scores, Scores, Scores]:
        """Word scores of lines, passages and documents; in a follow-up the old question only says what it is about."""
        if not query.follow_up:
            return search.lexical(grams(f"{query.search_text} {expansions}"))
        new, old = search.lexical(grams(query.text)), search.lexical(grams(f"{query.context} {expansions}"))
        share = self._weights.context_words
        words, passages, documents = (fresh + share * before for fresh, before in zip(new, old, strict=True))
        return words, passages, documents

    def _asks_what_heading_asks(self, query: Query, search: SearchIndex, at: int) -> bool:
        """Whether the question shares most of the words of the heading above a line: a "Ja" or "Nej" answers that heading alone."""
        path = search.chunks[search.lines[at].chunk].title_path
        wanted = [[stem] for stem in dict.fromkeys(stems_of(path[-1]))]
        expansions = self._glossary.expansions(query.search_text, language=query.language)
        found = frozenset(stems_of(f"{query.search_text} {' '.join(expansions)}"))
        return not wanted or coverage(wanted, found, search.weights) >= SAME_QUESTION

    def _prefer_the_fact_asked_for(self, query: Query, scores: Scores, search: SearchIndex) -> Scores:
        """Among the best lines, those with the year, the figures and the kind of fact in question come first."""
        preferred = scores.copy()
        fact = self._weights.fact * (2.0 if query.follow_up else 1.0)
        wanted = [[stem] for stem in dict.fromkeys(stems_of(query.text if query.follow_up else query.search_text))]
        for at in np.argsort(-scores)[:RERANKED]:
            line = search.lines[at]
            document = search.index.documents[line.document]
            text = line.sentence.text
            if _YES_OR_NO.match(text) and not self._asks_what_heading_asks(query, search, int(at)):
                preferred[at] -= self._weights.yes_or_no_elsewhere
            kept = holds(query.wanted, text) + years_held(query, text, document) + figures_fit(query, text)
            preferred[at] += fact * (kept - 3) + self._weights.words_of_line * coverage(
                wanted, search.words[at], search.weights
            )
        return preferred


def _lift_below_headings(scores: Scores, search: SearchIndex, share: float) -> Scores:
    """A heading that fits lifts the line below it: headings of the starter base are questions, the first sentence is the answer."""
    lifted = scores.copy()
    for at in np.flatnonzero(search.is_heading[:-1]):
        below = at + 1
        if (
            not search.is_heading[below]
            and search.document_of[below] == search.document_of[at]
            and scores[at] > scores[below]
        ):
            lifted[below] += share * (scores[at] - scores[below])
    return lifted


def _best_hidden(
    scores: Scores, search: SearchIndex, standing: dict[str, Standing]
) -> tuple[tuple[Document, float], ...]:
    best: dict[str, float] = {}
    for at, line in enumerate(search.lines):
        if standing[line.document].review_overdue:
            best[line.document] = max(best.get(line.document, -np.inf), float(scores[at]))
    ranked = sorted(best.items(), key=lambda pair: -pair[1])[:3]
    return tuple((search.index.documents[key], score) for key, score in ranked)


def _windows(scores: Scores, search: SearchIndex) -> Iterable[Window]:
    """Passages around the best sentences, best first, none overlapping another."""
    used: set[int] = set()
    found = 0
    for best in np.argsort(-scores, kind="stable"):
        at = int(best)
        if found == PASSAGES or not np.isfinite(scores[at]):
            return
        if at in used or search.is_heading[at]:
            continue
        limit = LATER_PASSAGE_WORDS if found else FIRST_PASSAGE_WORDS
        first, last = _grow(at, scores, search, used, limit)
        used.update(range(first, last + 1))
        found += 1
        yield Window(first=first, last=last, best=at, score=float(scores[at]))


def _grow(at: int, scores: Scores, search: SearchIndex, used: set[int], limit: int) -> tuple[int, int]:
    """Take in the better neighbour again and again while the passage stays within `limit` words and one document."""
    first = last = at
    words = len(search.lines[at].sentence.text.split())

    def open_to(line: int) -> bool:
        return (
            0 <= line < len(search.lines)
            and line not in used
            and search.lines[line].document == search.lines[at].document
            and words + len(search.lines[line].sentence.text.split()) <= limit
        )

    while True:
        choices: list[tuple[float, int]] = []
        if not search.is_heading[first] and open_to(first - 1):
            choices.append((float(scores[first - 1]), first - 1))
        if open_to(last + 1) and not search.is_heading[last + 1]:
            choices.append((float(scores[last + 1]), last + 1))
        if not choices:
            return first, last
        _, line = max(choices)
        words += len(search.lines[line].sentence.text.split())
        first, last = min(first, line), max(last, line)
