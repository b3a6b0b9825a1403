"""Cut a document into passages for ranking: whole sentences, under one heading, in source order, none twice.

Paragraphs stay together where they fit, lists stay with the sentence that leads them in, and headings travel with what they head.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

from knowledge.models import Block, BlockKind, Chunk, ParsedDocument, Sentence
from knowledge.text import clean, split_sentences

MAX_WORDS = 90
OVERRUN = 30
"""How far beyond the aim a passage may grow rather than leave a stump or split a list from its lead."""

_SMALL = 15
_LONG_ITEM = 40
_FULL_ENOUGH = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Sentences that should stay together: a paragraph, or a list with its lead."""

    sentences: tuple[Sentence, ...]
    is_list: bool = False
    page: int | None = None


@dataclass(slots=True, kw_only=True)
class _Section:
    """What stands under one heading."""

    title_path: tuple[str, ...]
    headings: list[Sentence] = field(default_factory=list)
    runs: list[_Run] = field(default_factory=list)
    page: int | None = None


def chunk(parsed: ParsedDocument, max_words: int = MAX_WORDS) -> tuple[Chunk, ...]:
    """The passages of a document, about `max_words` long and never above `max_words + OVERRUN` words.

    A heading is the first sentence of the passage below it. The document's title is left out where it would stand alone.
    """
    passages = [
        (section.title_path, page, sentences)
        for section in _sections(parsed)
        for page, sentences in _pack(section, max_words=max_words)
    ]
    return tuple(
        Chunk(
            id=f"{parsed.document.id}#{ordinal}",
            document_id=parsed.document.id,
            title_path=title_path,
            sentences=tuple(sentences),
            ordinal=ordinal,
            page=page,
        )
        for ordinal, (title_path, page, sentences) in enumerate(passages)
    )


def _sections(parsed: ParsedDocument) -> Iterator[_Section]:
    """Headings that directly follow each other open one section together; the title alone opens none."""
    title = parsed.document.title
    stack: list[tuple[int, str]] = []
    section = _Section(title_path=(title,))
    for block in parsed.blocks:
        text = clean(block.raw)
        if not text:
            continue
        if block.kind is not BlockKind.HEADING:
            _add(section, block)
            continue
        if section.runs:
            yield section
            section = _Section(title_path=(title,))
        elif section.headings and section.headings[-1].text == title and len(section.headings) == 1:
            section.headings.clear()
        stack = [(level, name) for level, name in stack if level < block.level]
        if text != title:
            stack.append((block.level, text))
        section.title_path = (title, *(name for _, name in stack))
        section.headings.append(Sentence(raw=block.raw, text=text, kind=BlockKind.HEADING))
        section.page = section.page if section.page is not None else block.page
    if section.runs or section.headings:
        yield section


def _add(section: _Section, block: Block) -> None:
    """Append a block as a run; an item joins the list before it, and takes the lead sentence of the paragraph before along."""
    sentences = _sentences(block)
    is_item = block.kind in {BlockKind.ITEM, BlockKind.ROW}
    before = section.runs[-1] if section.runs else None
    if before is None or not is_item or sentences[0].text.endswith(":"):
        section.runs.append(_Run(sentences=sentences, is_list=is_item, page=block.page))
    elif before.is_list:
        section.runs[-1] = _Run(sentences=before.sentences + sentences, is_list=True, page=before.page)
    elif before.sentences[-1].text.endswith(":"):
        section.runs.pop()
        if before.sentences[:-1]:
            section.runs.append(_Run(sentences=before.sentences[:-1], page=before.page))
        section.runs.append(_Run(sentences=before.sentences[-1:] + sentences, is_list=True, page=before.page))
    else:
        section.runs.append(_Run(sentences=sentences, is_list=True, page=block.page))


def _sentences(block: Block) -> tuple[Sentence, ...]:
    """A paragraph's sentences; an item or a row is one, unless it is a paragraph in disguise."""
    kind = block.kind
    parts = split_sentences(block.raw)
    if kind in {BlockKind.ITEM, BlockKind.ROW}:
        if len(parts) == 1 or len(block.raw.split()) <= _LONG_ITEM:
            parts = [block.raw]
        else:
            kind = BlockKind.PROSE
    return tuple(Sentence(raw=part, text=clean(part), kind=kind) for part in _readable(parts))


def _readable(parts: Sequence[str]) -> list[str]:
    """Pieces that are nothing but a bullet or markup join their neighbour: a sentence always has words."""
    joined: list[str] = []
    for part in parts:
        if joined and not (clean(part) and clean(joined[-1])):
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined


def _words(sentences: Sequence[Sentence]) -> int:
    return sum(len(sentence.raw.split()) for sentence in sentences)


def _pack(section: _Section, *, max_words: int) -> Iterator[tuple[int | None, list[Sentence]]]:
    """Fill passages run by run; each comes with the page of its first sentence."""
    limit = max_words + OVERRUN
    headings = [part for heading in section.headings for part in _split_long(heading, limit)]
    packed: list[tuple[int | None, list[Sentence]]] = []
    page, current = section.page, headings
    if _words(headings) > limit // 2:
        packed, page, current = [(section.page, headings[at : at + 1]) for at in range(len(headings))], None, []
    fresh = True
    for run in section.runs:
        room = limit - (_words(current) if fresh else 0)
        sentences = [part for sentence in run.sentences for part in _split_long(sentence, room)]
        if not fresh and not _belongs(run, current, sentences, max_words=max_words):
            packed.append((page, current))
            page, current = None, []
        aim = _aim(run, current, sentences, max_words=max_words)
        for at, sentence in enumerate(sentences):
            leads = run.is_list and at == 0 and len(sentences) > 1
            ahead = _words(sentences[at : at + 2]) if leads else _words([sentence])
            if current and not (fresh and at == 0) and _words(current) + ahead > aim:
                packed.append((page, current))
                page, current = None, []
            page = run.page if page is None else page
            current = [*current, sentence]
        fresh = False
    if current:
        packed.append((page, current))
    yield from _without_stumps(packed, limit=limit)


def _belongs(run: _Run, current: Sequence[Sentence], sentences: Sequence[Sentence], *, max_words: int) -> bool:
    """Whether a run goes on in the passage at hand: it fits, or the passage is still too short to stand alone."""
    together = _words(current) + _words(sentences)
    return together <= max_words or _words(current) < max_words * _FULL_ENOUGH


def _aim(run: _Run, current: Sequence[Sentence], sentences: Sequence[Sentence], *, max_words: int) -> int:
    """The length to fill passages to: a list may overrun to stay whole; what must be cut anyway is cut into equal parts."""
    together = _words(current) + _words(sentences)
    if together <= max_words + (OVERRUN if run.is_list else 0):
        return max_words + OVERRUN
    share = ceil(together / ceil(together / max_words))
    return min(max_words + OVERRUN, share + max((_words([sentence]) for sentence in sentences), default=0) // 2)


def _without_stumps(
    packed: list[tuple[int | None, list[Sentence]]], *, limit: int
) -> list[tuple[int | None, list[Sentence]]]:
    """Join passages of a few words with the one before them in their section."""
    joined: list[tuple[int | None, list[Sentence]]] = []
    for page, sentences in packed:
        if joined and _words(sentences) < _SMALL and _words(joined[-1][1]) + _words(sentences) <= limit:
            joined[-1] = (joined[-1][0], joined[-1][1] + sentences)
        else:
            joined.append((page, sentences))
    return joined


def _split_long(sentence: Sentence, limit: int) -> Iterator[Sentence]:
    """A sentence longer than a passage may be is cut, after ";" or "," where there is one."""
    words = sentence.raw.split()
    while len(words) > limit:
        cut = next((at for at in range(limit, limit // 2, -1) if words[at - 1].endswith(";")), 0)
        cut = cut or next((at for at in range(limit, limit // 2, -1) if words[at - 1].endswith(",")), limit)
        yield _part(sentence, words[:cut])
        words = words[cut:]
    yield _part(sentence, words)


def _part(sentence: Sentence, words: Sequence[str]) -> Sentence:
    raw = " ".join(words)
    return sentence if raw == sentence.raw else Sentence(raw=raw, text=clean(raw), kind=sentence.kind)
