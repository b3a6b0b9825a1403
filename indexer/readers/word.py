"""Word documents: headings by style, lists, tables row by row, in document order."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.document import Document as WordFile
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import XmlchemyError
from docx.oxml.ns import qn
from docx.table import Table
from docx.table import _Row as Row
from docx.text.paragraph import Paragraph

from indexer.errors import UnreadableFile
from indexer.readers.layout import is_case_heading, is_heading_shaped
from indexer.readers.papers import describe, without_empty_ends
from indexer.readers.persons import blocks_without_persons
from knowledge.models import Block, BlockKind, ParsedDocument
from knowledge.text import squeeze

MAX_UNPACKED = 200 * 1024 * 1024
"""A DOCX is a ZIP file: one that unpacks to more than this is refused."""

MAX_PARTS = 50_000
"""Paragraphs, rows and cells of a DOCX: a thousand pages have fewer. They pack so well that 160,000 empty ones take 33 KB."""

_BROKEN = (
    OpcError, PythonDocxError, XmlchemyError, SyntaxError, LookupError, ValueError, TypeError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
"""What python-docx and lxml, whose faults are syntax errors, raise at what Word would not have written."""

_PARTS = (qn("w:p"), qn("w:tr"), qn("w:tc"))
_OLE_MARK = b"\xd0\xcf\x11\xe0"
_HEADING_STYLE = re.compile(r"^(?:heading|overskrift)\s*(\d)$", re.IGNORECASE)
_TITLE_STYLE = re.compile(r"^(?:title|titel)$", re.IGNORECASE)
_LIST_STYLE = re.compile(r"^(?:list|liste|opstilling|punkt)", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[\ue000-\uf8ff•◦▪‣·●○■□–*-]|\d{1,2}[.)])\s+\S")


def read_word(content: bytes, *, path: str, default_id: str) -> ParsedDocument:
    """A DOCX with persons of minutes left out; see `indexer.readers.base.Reader`."""
    file = _open(content, path)
    try:
        if sum(1 for _ in file.element.body.iter(*_PARTS)) > MAX_PARTS:
            raise UnreadableFile(
                path, f"holds more than {MAX_PARTS:,} paragraphs and cells; split it into several files"
            )
        found = list(_blocks(file))
    except _BROKEN as error:
        raise UnreadableFile(
            path, "is a corrupt DOCX (not as Word writes it inside); open and save it in Word again"
        ) from error
    blocks = without_empty_ends(blocks_without_persons(found))
    if not blocks:
        raise UnreadableFile(path, "holds no text")
    title = _title(file)
    return ParsedDocument(document=describe(blocks, path=path, default_id=default_id, title=title), blocks=blocks)


def _open(content: bytes, path: str) -> WordFile:
    if content.startswith(_OLE_MARK):
        raise UnreadableFile(path, "is protected by a password or an old .doc; save it as .docx without a password")
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            if sum(member.file_size for member in package.infolist()) > MAX_UNPACKED:
                raise UnreadableFile(path, f"too large when unpacked; the limit is {MAX_UNPACKED // 1024 // 1024} MB")
            broken = package.testzip()
        if broken is not None:
            raise UnreadableFile(path, f"is a corrupt DOCX ({broken} is damaged); open and save it in Word again")
        return docx.Document(BytesIO(content))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(
            path, "is a corrupt DOCX (not a ZIP file that can be read); open and save it in Word again"
        ) from error
    except _BROKEN as error:
        raise UnreadableFile(
            path, "is a corrupt DOCX (no Word document inside); open and save it in Word again"
        ) from error


def _title(file: WordFile) -> str | None:
    """The title that Word keeps beside the text. The text can be read without it."""
    try:
        return squeeze(file.core_properties.title or "") or None
    except _BROKEN:
        return None


class _Styles:
    """The names of styles, each looked up once: python-docx searches all of them for every paragraph."""

    def __init__(self) -> None:
        self._names: dict[str | None, str] = {}

    def name(self, paragraph: Paragraph) -> str:
        """The name of a paragraph's style, or nothing."""
        key = paragraph._p.style  # noqa: SLF001 - the id of the style; the public name is what takes the time
        if key not in self._names:
            style = paragraph.style
            self._names[key] = (style.name or "") if style is not None else ""
        return self._names[key]

    def level(self, paragraph: Paragraph) -> int:
        """Title and heading 1 are level 1; 0 for anything else."""
        name = self.name(paragraph)
        if _TITLE_STYLE.match(name):
            return 1
        match = _HEADING_STYLE.match(name)
        return int(match[1]) if match else 0


def _blocks(file: WordFile) -> Iterator[Block]:
    content = list(file.iter_inner_content())
    styles = _Styles()
    styled = any(isinstance(part, Paragraph) and styles.level(part) for part in content)
    for part in content:
        if isinstance(part, Table):
            yield from _rows(part)
        elif block := _paragraph(part, styles, styled=styled):
            yield block


def _paragraph(paragraph: Paragraph, styles: _Styles, *, styled: bool) -> Block | None:
    """A heading by style, or in a document without such styles by its look (short and bold) or its fixed name; an item; or prose."""
    raw = _text(paragraph)
    if not raw:
        return None
    level = styles.level(paragraph)
    if not level and (is_case_heading(raw) or (not styled and _is_bold(paragraph) and is_heading_shaped(raw))):
        level = 2
    if level:
        return Block(kind=BlockKind.HEADING, raw=raw, level=level)
    return Block(kind=BlockKind.ITEM if _is_item(paragraph, raw, styles) else BlockKind.PROSE, raw=raw)


def _is_item(paragraph: Paragraph, raw: str, styles: _Styles) -> bool:
    properties = paragraph._p.pPr  # noqa: SLF001 - numbering has no public name in python-docx
    numbered = properties is not None and properties.numPr is not None
    return numbered or bool(_LIST_STYLE.match(styles.name(paragraph)) or _BULLET.match(raw))


def _is_bold(paragraph: Paragraph) -> bool:
    runs = [run for run in paragraph.runs if run.text.strip()]
    return bool(runs) and all(run.bold for run in runs)


def _text(paragraph: Paragraph) -> str:
    """All text that a reader sees: also tracked insertions and links, but no deletions and no text boxes."""
    parts: list[str] = []
    for node in paragraph._p.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")):  # noqa: SLF001
        above = {ancestor.tag for ancestor in node.iterancestors()}
        if qn("w:del") in above or qn("w:txbxContent") in above or qn("w:pPr") in above:
            continue
        parts.append((node.text or "") if node.tag == qn("w:t") else "-" if node.tag == qn("w:noBreakHyphen") else " ")
    return squeeze("".join(parts))


def _rows(table: Table) -> Iterator[Block]:
    """Each row as "header: value; ..."; a table of one row or one column is plain text in a frame."""
    rows = [_cells(row) for row in table.rows]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        yield from (Block(kind=BlockKind.PROSE, raw=text) for row in rows for text in row if text)
        return
    yield from table_rows(rows)


def _cells(row: Row) -> list[str]:
    """The cells of a row, merged ones once."""
    found: list[str] = []
    seen: set[int] = set()
    for cell in row.cells:
        if id(cell._tc) not in seen:  # noqa: SLF001 - merged cells share their element and nothing public tells
            seen.add(id(cell._tc))  # noqa: SLF001
            found.append(squeeze(" ".join(_text(paragraph) for paragraph in cell.paragraphs)))
    return found


def table_rows(rows: list[list[str]], page: int | None = None) -> Iterator[Block]:
    """The rows below the header row as blocks "header: value; header: value"."""
    header = rows[0]
    for row in rows[1:]:
        cells = [
            f"{header[at]}: {value}" if at < len(header) and header[at] and header[at] != value else value
            for at, value in enumerate(row)
            if value
        ]
        if cells:
            yield Block(kind=BlockKind.ROW, raw="; ".join(cells), page=page)
