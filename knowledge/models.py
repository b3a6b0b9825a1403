"""What a document, a passage and an answer are.

Plain frozen values without I/O: every other module of `knowledge`, the indexer and the cards speak in these terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

AUDIENCES = ("alle", "medarbejder", "ny_medarbejder", "leder", "ny_leder", "tr", "amr", "hr")
"""The audiences a document may be written for. One list, shared with docs/glossary.md."""


class Approval(StrEnum):
    """Whether HR stands behind a text (front matter `status`)."""

    DRAFT = "udkast"
    APPROVED = "godkendt"


class DocumentKind(StrEnum):
    """How binding a source is: minutes are not policy."""

    GUIDELINE = "retningslinje"
    BRIEFING = "orientering"
    DECISION = "beslutning"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReference:
    """Where the facts of a document come from (front matter `source`)."""

    file: str
    decision_date: date | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The front matter of one document, or what a reader could recover of it.

    `id` is unique in an index (the file name without suffix unless the front matter says otherwise); `path` is the path
    relative to its source folder, with suffix, and is what citations show as `document`.
    `valid_from`/`valid_to` are inclusive local dates; None means "no known limit".
    """

    id: str
    path: str
    title: str
    audience: tuple[str, ...] = ("alle",)
    owner: str | None = None
    organisation: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    supersedes: tuple[str, ...] = ()
    sources: tuple[SourceReference, ...] = ()
    legal_refs: tuple[str, ...] = ()
    language: str = "da"
    contact: str | None = None
    reviewed_at: date | None = None
    review_due: date | None = None
    approval: Approval | None = None
    sign_off: str | None = None
    tags: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    next_step: str | None = None
    kind: DocumentKind = DocumentKind.GUIDELINE
    body: str | None = None
    decision_date: date | None = None
    case_number: str | None = None
    url: str | None = None


class BlockKind(StrEnum):
    """What a piece of text was in its source."""

    HEADING = "heading"
    PROSE = "prose"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One heading, paragraph, list item or table row, as a reader found it.

    `raw` is verbatim source text with runs of white space squeezed to one blank, bullets and markup included, so that the
    blocks of a document joined by blanks are the source's text. `level` counts for headings only (1 = title).
    """

    kind: BlockKind
    raw: str
    level: int = 0
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDocument:
    """A document and its blocks in reading order."""

    document: Document
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence, list item, table row or heading of a passage. `raw` is verbatim; `text` is `raw` without bullets and markup."""

    raw: str
    text: str
    kind: BlockKind = BlockKind.PROSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A passage of whole sentences under one heading, in source order.

    `title_path` is the document title followed by the headings above the passage. `ordinal` counts the chunks of a document from 0;
    consecutive chunks of one document are consecutive source text (no overlap), so joining their `raw` gives source text again.
    """

    id: str
    document_id: str
    title_path: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    ordinal: int
    page: int | None = None

    @property
    def text(self) -> str:
        """The passage for reading and for ranking."""
        return " ".join(s.text for s in self.sentences)

    @property
    def raw(self) -> str:
        """The passage as it stands in the source."""
        return " ".join(s.raw for s in self.sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One numbered source of an answer. `quote` occurs verbatim (white space squeezed) in the source."""

    position: int
    document: str
    document_id: str
    title: str
    section: str
    quote: str
    valid_from: date | None = None
    valid_to: date | None = None
    url: str | None = None
    approval: Approval | None = None
    kind: DocumentKind = DocumentKind.GUIDELINE
    body: str | None = None
    decision_date: date | None = None
    page: int | None = None
    legal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPassage:
    """A passage that was looked at, best first. `score` is comparable within one answer only."""

    document: str
    document_id: str
    title: str
    section: str
    text: str
    score: float


class StatementRole(StrEnum):
    """Whether a statement holds on the day asked about."""

    CURRENT = "current"
    HISTORY = "history"
    COMING = "coming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence or list item of an answer with the position of its citation."""

    text: str
    citation: int
    kind: BlockKind = BlockKind.PROSE
    role: StatementRole = StatementRole.CURRENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked, by whom (audiences only, never a name) and as of which day.

    `context` is the previous question of the conversation, oldest first joined by blanks, or None.
    """

    text: str
    as_of: date
    audiences: frozenset[str] = frozenset(AUDIENCES)
    context: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer built of sentences of the sources. `confidence` in 0..1 is the calibrated chance that it is right.

    `by_words`: the search had words alone, because the model or the vector store did not work.
    """

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    passages: tuple[RankedPassage, ...]
    confidence: float
    language: str = "da"
    follow_ups: tuple[str, ...] = ()
    next_step: str | None = None
    by_words: bool = False


class NotFoundReason(StrEnum):
    """Why nothing is answered."""

    THIN_SOURCE = "thin_source"
    EMPTY_QUESTION = "empty_question"
    REVIEW_OVERDUE = "review_overdue"
    OTHER_ORGANISATION = "other_organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound:
    """No source is good enough. `nearest` holds up to two questions that the sources do answer, `contact` whom to ask; `by_words` as above."""

    reason: NotFoundReason
    passages: tuple[RankedPassage, ...]
    confidence: float
    language: str = "da"
    nearest: tuple[str, ...] = ()
    contact: str | None = None
    by_words: bool = False


class RefusalReason(StrEnum):
    """The cases in which Kompas never looks for an answer (handbook 5.4)."""

    HEALTH_DETAILS = "health_details"
    OTHERS_DATA = "others_data"
    RANKING = "ranking"
    DISMISSAL = "dismissal"
    ACUTE = "acute"
    CPR_NUMBER = "cpr_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The question is one that Kompas must not answer."""

    reason: RefusalReason
    confidence: float = 0.0
    passages: tuple[RankedPassage, ...] = ()
    language: str = "da"


Answer = Answered | NotFound | Refused
