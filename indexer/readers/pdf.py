"""PDF files: headings by font size, paragraphs and lists, tables row by row, page numbers; repeated headers and footers left out."""

from __future__ import annotations

import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import groupby, pairwise
from statistics import median
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.psparser import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from indexer.errors import UnreadableFile
from indexer.readers.layout import (
    Line,
    Piece,
    block_of,
    blocks_of,
    is_case_heading,
    is_heading_shaped,
    pieces_of,
    wrapping_of,
)
from indexer.readers.papers import describe, without_empty_ends
from indexer.readers.persons import blocks_without_persons
from indexer.readers.word import table_rows
from knowledge.models import Block, BlockKind, ParsedDocument
from knowledge.text import squeeze, tokens

_BROKEN = (
    PdfminerException, MalformedPDFException, PSException, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError,
    RecursionError, OverflowError, struct.error, zlib.error,
)  # fmt: skip
_PAGE_NUMBER = re.compile(r"^(?:side|page|s\.)?\s*\d{1,4}\s*(?:(?:af|of|/)\s*\d{1,4})?$", re.IGNORECASE)
_BROKEN_WORD = re.compile(
    r"(?P<left>[^\W\d_]+)(?:\u00ad|-) (?!(?:og|eller|samt|til|and|or)\b)(?P<right>[a-zæøå][^\W\d_]*)"
)
_BAND = 0.08
_LARGER = 1.1
_GAP_SHARE = 1.35


@dataclass(frozen=True, slots=True, kw_only=True)
class _PdfLine:
    """One printed line. Places are shares of the page height (0 top, 1 bottom), sizes are points."""

    text: str
    size: float
    bold: bool
    top: float
    bottom: float
    page: int
    row: Block | None = None
    """Set when the line is a table row: the text is then ready."""


def read_pdf(content: bytes, *, path: str, default_id: str) -> ParsedDocument:
    """A PDF with persons of minutes left out; see `indexer.readers.base.Reader`."""
    if b"%PDF-" not in content[:1024]:
        raise UnreadableFile(path, "is not a PDF, in spite of its name")
    lines, title = _lines_of_file(content, path)
    if not any(line.text for line in lines):
        raise UnreadableFile(path, "is a PDF without text (scanned pages?); run text recognition (OCR) on it first")
    blocks = without_empty_ends(blocks_without_persons(list(_blocks(_without_running_lines(lines)))))
    if not blocks:
        raise UnreadableFile(path, "holds no text")
    return ParsedDocument(document=describe(blocks, path=path, default_id=default_id, title=title), blocks=blocks)


def _lines_of_file(content: bytes, path: str) -> tuple[list[_PdfLine], str | None]:
    try:
        with pdfplumber.open(BytesIO(content)) as pdf:
            lines: list[_PdfLine] = []
            for number, page in enumerate(pdf.pages, start=1):
                lines += _lines_of_page(page, number)
                page.close()  # every character of a page is kept until then: eight megabytes of a full one
            title = pdf.metadata.get("Title")
    except _BROKEN as error:
        if _stems_from(error, MemoryError):
            raise MemoryError from error  # which pdfplumber takes for a fault of the file
        if _stems_from(error, PDFPasswordIncorrect, PDFEncryptionError):
            raise UnreadableFile(path, "is encrypted with a password; save it without one") from error
        raise UnreadableFile(path, "is a corrupt PDF; export it again") from error
    return lines, squeeze(title) or None if isinstance(title, str) else None


def _stems_from(error: BaseException, *kinds: type[BaseException]) -> bool:
    chain = (error, error.__cause__, error.__context__, *error.args)
    return any(isinstance(link, kinds) for link in chain)


def _lines_of_page(page: Any, number: int) -> list[_PdfLine]:
    """Printed lines and table rows from top to bottom. `page` is a pdfplumber page, which has no types."""
    height = float(page.height) or 1.0
    found: list[_PdfLine] = []
    boxes: list[tuple[float, float, float, float]] = []
    for table in page.find_tables():
        rows = [[squeeze(cell or "") for cell in row] for row in table.extract()]
        if len(rows) < 2 or max(map(len, rows)) < 2 or not any(any(row) for row in rows[1:]):
            continue
        boxes.append(table.bbox)
        top, bottom = table.bbox[1] / height, table.bbox[3] / height
        found.extend(
            _PdfLine(text=block.raw, size=0, bold=False, top=top, bottom=bottom, page=number, row=block)
            for block in table_rows(rows, number)
        )
    words = [
        word
        for word in page.extract_words(extra_attrs=["size", "fontname"], keep_blank_chars=False)
        if not _inside(word, boxes)
    ]
    found.extend(_line(group, height, number) for group in _grouped(words))
    return sorted(found, key=lambda line: line.top)


def _inside(word: Mapping[str, Any], boxes: Iterable[tuple[float, float, float, float]]) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes)


def _grouped(words: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Words whose middles stand at about one height."""
    line: list[Mapping[str, Any]] = []
    for word in sorted(words, key=lambda word: ((word["top"] + word["bottom"]) / 2, word["x0"])):
        middle = (word["top"] + word["bottom"]) / 2
        if line and middle > line[0]["bottom"] - 0.2 * (line[0]["bottom"] - line[0]["top"]):
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _line(words: Sequence[Mapping[str, Any]], height: float, number: int) -> _PdfLine:
    ordered = sorted(words, key=lambda word: word["x0"])
    sizes: Counter[float] = Counter()
    bold = 0
    for word in ordered:
        sizes[round(float(word["size"]) * 2) / 2] += len(word["text"])
        bold += len(word["text"]) if re.search("bold|black|heavy|semib", str(word["fontname"]), re.IGNORECASE) else 0
    return _PdfLine(
        text=squeeze(" ".join(word["text"] for word in ordered)),
        size=sizes.most_common(1)[0][0],
        bold=bold > sizes.total() / 2,
        top=min(word["top"] for word in ordered) / height,
        bottom=max(word["bottom"] for word in ordered) / height,
        page=number,
    )


def _without_running_lines(lines: Sequence[_PdfLine]) -> list[_PdfLine]:
    """Drop page numbers, and what stands at the top or bottom of at least half of the pages."""
    pages = len({line.page for line in lines})
    edge = [line for line in lines if line.row is None and (line.top < _BAND or line.bottom > 1 - _BAND)]
    counted = Counter({text: len(set(group)) for text, group in _pages_by_text(edge).items()})
    dropped = {
        id(line)
        for line in edge
        if _PAGE_NUMBER.match(line.text) or (pages > 1 and counted[_without_digits(line.text)] >= max(2, pages / 2))
    }
    return [line for line in lines if id(line) not in dropped and line.text]


def _pages_by_text(lines: Iterable[_PdfLine]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for line in lines:
        found.setdefault(_without_digits(line.text), []).append(line.page)
    return found


def _without_digits(text: str) -> str:
    return re.sub(r"\d+", "#", text.casefold())


def _blocks(lines: Sequence[_PdfLine]) -> Iterator[Block]:
    """Headings and rows as they stand; the lines between them are joined as in plain text."""
    levels = _heading_levels(lines)
    spaced = _with_gaps(lines)
    wrapping = wrapping_of(
        [line for line, printed in zip(spaced, lines, strict=True) if printed.row is None and id(printed) not in levels]
    )
    vocabulary = Counter(token for line in lines for token in tokens(line.text))
    for level, group in groupby(
        zip(spaced, lines, strict=True), key=lambda pair: -1 if pair[1].row else levels.get(id(pair[1]), 0)
    ):
        pairs = list(group)
        if level < 0:
            yield from (printed.row for _, printed in pairs if printed.row is not None)
        elif level > 0:
            yield from _headings(pairs, level)
        else:
            pieces = pieces_of([line for line, _ in pairs], wrapping)
            whole = [replace(piece, text=_dehyphenated(piece.text, vocabulary)) for piece in pieces]
            yield from _plain_blocks(whole, guess_headings=not levels)


def _plain_blocks(pieces: Sequence[Piece], *, guess_headings: bool) -> Iterator[Block]:
    if guess_headings:
        yield from blocks_of(pieces)
        return
    for piece in pieces:
        if piece.lines == 1 and is_case_heading(piece.text):
            yield Block(kind=BlockKind.HEADING, raw=piece.text, level=2, page=piece.page)
        else:
            yield block_of(piece)


def _headings(pairs: Sequence[tuple[Line, _PdfLine]], level: int) -> Iterator[Block]:
    """Lines of one size that stand close together are one heading."""
    text = ""
    page = pairs[0][0].page
    for line, _ in pairs:
        if text and (line.gap or is_case_heading(line.text)):
            yield Block(kind=BlockKind.HEADING, raw=text, level=level, page=page)
            text, page = "", line.page
        text = squeeze(f"{text} {line.text}")
    yield Block(kind=BlockKind.HEADING, raw=text, level=level, page=page)


def _heading_levels(lines: Sequence[_PdfLine]) -> dict[int, int]:
    """Level by `id` of each line that is larger than the body text (largest: 1), or bold, short and no sentence."""
    sizes: Counter[float] = Counter()
    for line in lines:
        if line.row is None:
            sizes[line.size] += len(line.text)
    if not sizes:
        return {}
    body = sizes.most_common(1)[0][0]
    large = [
        line
        for line in lines
        if line.row is None
        and line.size >= body * _LARGER
        and len(line.text.split()) <= 20
        and re.search("[a-zæøå]", line.text)
    ]
    ranks = {size: rank for rank, size in enumerate(sorted({line.size for line in large}, reverse=True), start=1)}
    levels = {id(line): min(ranks[line.size], 6) for line in large}
    below = min(max(levels.values(), default=1) + 1, 6)
    body_is_bold = sum(len(line.text) for line in lines if line.bold) > sizes.total() / 2
    for line in lines:
        if (
            line.bold
            and not body_is_bold
            and line.row is None
            and id(line) not in levels
            and is_heading_shaped(line.text)
        ):
            levels[id(line)] = below
    return levels


def _with_gaps(lines: Sequence[_PdfLine]) -> list[Line]:
    """The printed lines as lines of text: more than the usual distance stands for a blank line."""
    steps = [
        below.top - above.top
        for above, below in pairwise(lines)
        if above.page == below.page and above.size == below.size and below.top > above.top
    ]
    usual = median(steps) if steps else 0.0
    found: list[Line] = []
    for at, line in enumerate(lines):
        above = lines[at - 1] if at else None
        apart = above is not None and above.page == line.page and line.top - above.top > usual * _GAP_SHARE
        found.append(Line(text=line.text, gap=1 if apart else 0, page=line.page))
    return found


def _dehyphenated(text: str, vocabulary: Mapping[str, int]) -> str:
    """Words broken at a line end in one piece: with the hyphen where the rest of the text writes it, or after capitals (MED-aftalen)."""

    def join(match: re.Match[str]) -> str:
        left, right = match["left"], match["right"]
        whole = f"{left}{right}"
        keeps = left.isupper() or (
            whole.casefold() not in vocabulary
            and left.casefold() in vocabulary
            and right.casefold() in vocabulary
            and len(left) < 4
        )
        return f"{left}-{right}" if keeps else whole

    return _BROKEN_WORD.sub(join, text)
