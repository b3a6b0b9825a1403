"""A question in, an answer with sources out: answered, not found, or refused.

The order is fixed: guard, understand, decide which documents may speak, rank, weigh, and only then compose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock

from knowledge.calibration import Calibration, load_calibration
from knowledge.composing import Part, compose, nearest_topics, ranked_passages
from knowledge.embedding import Embedder
from knowledge.evidence import Signals, Span, choose_span, weigh
from knowledge.glossary import LiveGlossary, WordList
from knowledge.index import IndexReader, LiveIndex
from knowledge.models import (
    Answer,
    Answered,
    Document,
    NotFound,
    NotFoundReason,
    Question,
    RefusalReason,
    Refused,
    StatementRole,
)
from knowledge.query import Query, organisations_in, understand
from knowledge.retrieval import Ranking, Retriever, SearchIndex, Window
from knowledge.settings import KnowledgeSettings
from knowledge.text import content_tokens
from knowledge.validity import Standing, is_addressed, role_on, standing_of
from privacy.guard import inspect


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A passage with the sentences that would be quoted and how likely they answer."""

    window: Window
    span: Span
    signals: Signals
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a search came back with, for telling it."""

    query: Query
    ranking: Ranking
    standing: dict[str, Standing]


class AnswerService:
    """Answers questions over the published index. Thread-safe; one call takes one query embedding plus a few milliseconds."""

    def __init__(
        self,
        *,
        live: LiveIndex,
        embedder: Embedder,
        glossary: WordList,
        calibration: Calibration,
        organisation: str,
        by_words: Calibration | None = None,
    ) -> None:
        """`by_words` weighs what a search by words alone found; without it `calibration` does."""
        self._live = live
        self._embedder = embedder
        self._glossary = glossary
        self._calibration = calibration
        self._by_words = by_words or calibration
        self._organisation = organisation
        self._retriever = Retriever(embedder=embedder, glossary=glossary)
        self._search: SearchIndex | None = None
        self._lock = Lock()

    def answer(self, question: Question) -> Answer:
        """Answer one question; by its words alone, and saying so, while the model or the vector store does not work.

        Raises:
            IndexUnavailable: nothing is indexed, or the index belongs to another model.
        """
        query = understand(question)
        if finding := inspect(question.text):
            return Refused(reason=RefusalReason(finding.reason.value), language=query.language)
        if not content_tokens(query.search_text):
            return NotFound(reason=NotFoundReason.EMPTY_QUESTION, passages=(), confidence=0.0, language=query.language)
        search = self._current()
        standing = self._standing(question, query, search)
        ranking = self._retriever.search(query, search, standing)
        best = self._candidate(query, ranking, search)
        if best is None:
            hidden = NotFoundReason.REVIEW_OVERDUE if ranking.hidden else NotFoundReason.THIN_SOURCE
            return self._not_found(query, ranking, search, hidden, 0.0)
        if reason := self._why_not(query, best, ranking, search):
            return self._not_found(query, ranking, search, reason, best.chance)
        told = self._told(question, best, search, _Found(query=query, ranking=ranking, standing=standing))
        return replace(told, by_words=ranking.by_words)

    def _why_not(self, query: Query, best: Candidate, ranking: Ranking, search: SearchIndex) -> NotFoundReason | None:
        """What keeps the best passage from being an answer, if anything does."""
        if ranking.hidden and ranking.hidden[0][1] > best.window.score:
            return NotFoundReason.REVIEW_OVERDUE
        if self._about_others(query, best, search):
            return NotFoundReason.OTHER_ORGANISATION
        if best.chance < self._weighs(ranking).threshold or not best.signals.answers_in_kind:
            return NotFoundReason.THIN_SOURCE
        return None

    def warm_up(self) -> None:
        """Load the model, the guard's lists and the index, so that the first question does not wait for them. Raises KnowledgeError."""
        inspect("varm op")
        self._embedder.encode_queries(["varm op"])
        self._current()

    def best_candidate(self, question: Question) -> tuple[Candidate, str, str] | None:
        """What would be weighed for a question, before anything is refused: candidate, quoted text, document id. For calibration."""
        query, search = understand(question), self._current()
        ranking = self._retriever.search(query, search, self._standing(question, query, search))
        candidate = self._candidate(query, ranking, search)
        if candidate is None:
            return None
        lines = search.lines[candidate.span.first : candidate.span.last + 1]
        return candidate, " ".join(line.sentence.raw for line in lines), lines[0].document

    def _candidate(self, query: Query, ranking: Ranking, search: SearchIndex) -> Candidate | None:
        """The first passage with what would be quoted of it and what speaks for that."""
        if not ranking.windows:
            return None
        window = ranking.windows[0]
        span = choose_span(window, ranking, search)
        signals = weigh(query, window, span, ranking, search, glossary=self._glossary)
        return Candidate(window=window, span=span, signals=signals, chance=self._weighs(ranking).chance(signals))

    def _weighs(self, ranking: Ranking) -> Calibration:
        return self._by_words if ranking.by_words else self._calibration

    def _current(self) -> SearchIndex:
        index = self._live.current()
        with self._lock:
            if self._search is None or self._search.index is not index:
                self._search = SearchIndex(index=index, organisation=self._organisation)
            return self._search

    def _standing(self, question: Question, query: Query, search: SearchIndex) -> dict[str, Standing]:
        """History is asked for by words of time, or by a figure that only a superseded text has in its title ("1-5-14")."""
        asked = {
            key
            for key, document in search.index.documents.items()
            if any("-" in figure and figure in document.title for figure in query.figures)
        }
        return {
            key: standing_of(
                document,
                day=question.as_of,
                audiences=question.audiences,
                history_asked=query.about_history or key in asked,
            )
            for key, document in search.index.documents.items()
        }

    def _about_others(self, query: Query, best: Candidate, search: SearchIndex) -> bool:
        """The question names another municipality that the passage does not speak of."""
        foreign = query.organisations - organisations_in(self._organisation)
        if not foreign:
            return False
        text = " ".join(
            search.lines[at].sentence.text for at in range(best.window.first, best.window.last + 1)
        ).casefold()
        document = search.index.documents[search.lines[best.window.best].document]
        return not all(name in text or name in (document.organisation or "").casefold() for name in foreign)

    def _not_found(
        self, query: Query, ranking: Ranking, search: SearchIndex, reason: NotFoundReason, chance: float
    ) -> NotFound:
        first = search.index.documents[search.lines[ranking.windows[0].best].document] if ranking.windows else None
        return NotFound(
            reason=reason,
            passages=ranked_passages(ranking, search),
            confidence=round(chance, 4),
            language=query.language,
            nearest=nearest_topics(ranking, search),
            contact=first.contact if first else None,
            by_words=ranking.by_words,
        )

    def _told(self, question: Question, best: Candidate, search: SearchIndex, found: _Found) -> Answered:
        """The best passage, with the rule beside it that replaced it, that it replaced, or that will replace it."""
        document = search.index.documents[search.lines[best.window.best].document]
        role = found.standing[document.id].role
        main = Part(span=best.span, role=role)
        parts, positions = [main], [1]
        documents = search.index.documents.values()
        if role is StatementRole.HISTORY:
            newer = {d.id for d in documents if document.id in d.supersedes and found.standing[d.id].speaks}
            if lead := _lead(newer, search):
                # The rule of the day is told first; the source that was asked for keeps the first number.
                parts = [Part(span=lead, role=StatementRole.CURRENT), main]
                positions = [2, 1] if found.query.past_only else [1, 2]
        elif found.query.about_history and (older := _replaced_by(document, found.standing)):
            if lead := _lead(older, search):
                parts, positions = [main, Part(span=lead, role=StatementRole.HISTORY)], [1, 2]
        else:
            coming = {
                d.id
                for d in documents
                if document.id in d.supersedes
                and role_on(d, question.as_of) is StatementRole.COMING
                and is_addressed(d, question.audiences)
            }
            if lead := _lead(coming, search):
                parts, positions = [main, Part(span=lead, role=StatementRole.COMING)], [1, 2]
        return compose(
            parts,
            search=search,
            ranking=found.ranking,
            confidence=round(best.chance, 4),
            language=found.query.language,
            positions=positions,
        )


def open_answers(
    settings: KnowledgeSettings, folder: Path, embedder: Embedder, live: LiveIndex | None = None
) -> AnswerService:
    """The answer service over the index in `folder`, as the settings have it. Raises GlossaryInvalid."""
    return AnswerService(
        live=live or open_live_index(settings, folder, embedder),
        embedder=embedder,
        glossary=LiveGlossary(settings.glossary),
        calibration=load_calibration(),
        by_words=load_calibration("by_words"),
        organisation=settings.organisation,
    )


def open_live_index(settings: KnowledgeSettings, folder: Path, embedder: Embedder) -> LiveIndex:
    """The index in `folder`, followed as new versions are published."""
    return LiveIndex(
        folder,
        open_index=partial(IndexReader.open, folder, model=embedder.name, chroma_url=settings.chroma_url),
        open_without_vectors=lambda why: IndexReader.open_without_vectors(folder, model=embedder.name, why=why),
    )


def _replaced_by(document: Document, standing: dict[str, Standing]) -> set[str]:
    """The documents that this one replaced and that may be told."""
    return {key for key in document.supersedes if key in standing and standing[key].speaks}


def _lead(documents: set[str], search: SearchIndex) -> Span | None:
    """The first sentence below the first heading of one of the documents: what it says in short."""
    for at, line in enumerate(search.lines):
        if line.document in documents and not search.is_heading[at]:
            return Span(first=at, last=at, best=at)
    return None
