"""Documents, passages and whole indexes in memory, and the answer service over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import cast

from indexer.chunking import chunk
from knowledge.answering import AnswerService
from knowledge.calibration import Calibration, load_calibration
from knowledge.embedding import Embedder, HashingEmbedder
from knowledge.glossary import Glossary
from knowledge.index import Contents, Index, LiveIndex, Manifest, passage_text, sentence_id
from knowledge.models import (
    AUDIENCES,
    Answer,
    Answered,
    Approval,
    Block,
    BlockKind,
    Chunk,
    Document,
    NotFound,
    ParsedDocument,
    Question,
    Refused,
)
from knowledge.query import understand
from knowledge.retrieval import Ranking, Retriever, SearchIndex
from knowledge.store import MemoryVectorStore, Vectors
from knowledge.text import squeeze
from knowledge.validity import standing_of

TODAY = date(2026, 3, 2)
ORGANISATION = "Norddjurs Kommune"
EMBEDDER = HashingEmbedder(128)


class UnusableEmbedder:
    """Fails as soon as somebody embeds: for what has to be settled before a search."""

    name, dimension = "unusable", 1

    def encode_queries(self, texts: list[str]) -> Vectors:
        raise AssertionError(f"{len(texts)} texts were embedded")

    encode_passages = encode_queries


class FixedIndex:
    """Stands in for a LiveIndex that always has the same version; None is a bot whose index must not be asked for."""

    def __init__(self, index: Index | None) -> None:
        self._index = index

    def current(self) -> Index:
        assert self._index is not None, "the index was opened"
        return self._index


def document(name: str, title: str | None = None, **fields: object) -> Document:
    """A document of the own organisation for everybody, without limits in time."""
    given = {"id": name, "path": f"{name}.md", "title": title or name, "organisation": ORGANISATION} | fields
    return Document(**given)  # type: ignore[arg-type]


def passages(of: Document, markdown: str) -> tuple[Chunk, ...]:
    """The passages of a text in a little Markdown: `## heading`, `- item`, and one paragraph a line."""
    blocks = [Block(kind=BlockKind.HEADING, raw=f"# {of.title}", level=1)]
    for line in filter(None, (squeeze(raw) for raw in markdown.splitlines())):
        if line.startswith("## "):
            blocks.append(Block(kind=BlockKind.HEADING, raw=line, level=2))
        else:
            kind = BlockKind.ITEM if line.startswith("- ") else BlockKind.PROSE
            blocks.append(Block(kind=kind, raw=line))
    return chunk(ParsedDocument(document=of, blocks=tuple(blocks)))


def index(*texts: tuple[Document, str], embedder: Embedder = EMBEDDER) -> Index:
    """An index over documents with their texts."""
    chunks = tuple(part for of, text in texts for part in passages(of, text))
    whole, single = MemoryVectorStore(), MemoryVectorStore()
    sentences = {sentence_id(part, at): s.text for part in chunks for at, s in enumerate(part.sentences)}
    _fill(whole, {part.id: passage_text(part) for part in chunks}, embedder)
    _fill(single, sentences, embedder)
    manifest = Manifest(
        version="test",
        built_at=datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
        model=embedder.name,
        dimension=embedder.dimension,
        recipe="r",
        served=False,
        passages=len(chunks),
        sentences=len(sentences),
        files={},
    )
    contents = Contents(manifest=manifest, documents={of.id: of for of, _ in texts}, chunks=chunks)
    return Index(contents=contents, passages=whole, sentences=single, close=lambda: None)


def _fill(store: MemoryVectorStore, texts: dict[str, str], embedder: Embedder) -> None:
    if texts:
        store.add(list(texts), embedder.encode_passages(list(texts.values())), [{} for _ in texts])


def calibration(threshold: float = 0.0) -> Calibration:
    """The shipped coefficients. They were fitted on another embedder, so a test says itself from which chance on it wants an answer."""
    shipped = load_calibration()
    return Calibration(intercept=shipped.intercept, coefficients=shipped.coefficients, threshold=threshold)


def service(
    over: Index | None, *, embedder: Embedder = EMBEDDER, glossary: Glossary | None = None, threshold: float = 0.0
) -> AnswerService:
    """The answer service over an index."""
    return AnswerService(
        live=cast("LiveIndex", FixedIndex(over)),
        embedder=embedder,
        glossary=glossary or Glossary(),
        calibration=calibration(threshold),
        organisation=ORGANISATION,
    )


def ask(
    of: AnswerService,
    text: str,
    *,
    as_of: date = TODAY,
    audiences: Iterable[str] = AUDIENCES,
    context: str | None = None,
) -> Answer:
    """One question."""
    return of.answer(Question(text=text, as_of=as_of, audiences=frozenset(audiences), context=context))


def answered(answer: Answer) -> Answered:
    """The answer, which has to be one."""
    assert isinstance(answer, Answered), answer
    return answer


def not_found(answer: Answer) -> NotFound:
    """The answer, which has to be that nothing was found."""
    assert isinstance(answer, NotFound), answer
    return answer


def refused(answer: Answer) -> Refused:
    """The answer, which has to be a refusal."""
    assert isinstance(answer, Refused), answer
    return answer


def told(answer: Answer) -> str:
    """Everything an answer says."""
    return " ".join(statement.text for statement in answered(answer).statements)


def searched(over: Index, question: Question, glossary: Glossary | None = None) -> tuple[Ranking, SearchIndex]:
    """The ranking alone."""
    query = understand(question)
    search = SearchIndex(index=over, organisation=ORGANISATION)
    standing = {
        key: standing_of(of, day=question.as_of, audiences=question.audiences, history_asked=query.about_history)
        for key, of in over.documents.items()
    }
    return Retriever(embedder=EMBEDDER, glossary=glossary or Glossary()).search(query, search, standing), search


OLD = document("model-1-5-14", "Den tidligere model 1-5-14", valid_to=date(2025, 4, 30))
OLD_TEXT = """
## Hvad er modellen 1-5-14?
Modellen 1-5-14 er kontakt med den sygemeldte på dag 1, 5 og 14.
"""
NEW = document(
    "model-1-3-10", "Opfølgning på dag 1, 3 og 10", valid_from=date(2025, 5, 1), supersedes=("model-1-5-14",)
)
NEW_TEXT = """
## Hvornår skal jeg kontakte en sygemeldt?
Kontakt den sygemeldte på dag 1, 3 og 10.
## Gælder 1-5-14 stadig?
Modellen 1-3-10 har afløst 1-5-14, som ikke gælder længere.
"""
LAW = document(
    "samtale",
    "Sygefraværssamtale",
    legal_refs=("sygedagpengeloven § 7 a",),
    review_due=date(2026, 12, 31),
    approval=Approval.DRAFT,
)
LAW_TEXT = """
## Hvornår skal sygefraværssamtalen holdes?
Hold sygefraværssamtalen senest fire uger efter første sygedag.
"""
VALUES = document("vaerdier", "Vores værdier")
VALUES_TEXT = """
## Hvilke værdier har vi?
Kommunen har fire værdier:
- tillid
- ordentlighed
- udvikling
- fællesskab
"""
FIGURES = document("tal", "Sygefravær i tal")
FIGURES_TEXT = """
## Hvor højt er sygefraværet?
Sygefraværet i Norddjurs Kommune var 7,2 % i 2024.
"""

HOUSE: Sequence[tuple[Document, str]] = (
    (OLD, OLD_TEXT),
    (NEW, NEW_TEXT),
    (LAW, LAW_TEXT),
    (VALUES, VALUES_TEXT),
    (FIGURES, FIGURES_TEXT),
)
"""Five small documents: a rule and the one it replaced, a legal text, a list, and figures."""
