"""Markdown with front matter: HR's own texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.errors import UnreadableFile
from indexer.readers.base import decode
from indexer.readers.front_matter import parse_front_matter, split_front_matter
from knowledge.models import Block, BlockKind, ParsedDocument
from knowledge.text import squeeze

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+\S")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)\s*$")
_RULE = re.compile(r"^ {0,3}([-*_])(?:\s*\1){2,}\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+\S")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_ROW_RULE = re.compile(r"^[\s|:-]+$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")


def read_markdown(content: bytes, *, path: str, default_id: str) -> ParsedDocument:
    """A document with checked front matter; see `indexer.readers.base.Reader`."""
    text = decode(content, path=path, suffix=".md", windows=False).replace("\r\n", "\n")
    source, body = split_front_matter(text, path)
    document = parse_front_matter(source, path).to_document(path=path, default_id=default_id)
    blocks = tuple(_blocks(_without_comments(body)))
    if not any(block.kind is not BlockKind.HEADING for block in blocks):
        raise UnreadableFile(path, "has no text below the front matter")
    return ParsedDocument(document=document, blocks=blocks)


def _without_comments(body: str) -> str:
    """Each comment is looked for once: one that is not closed ends the search, as no later one is closed either."""
    parts: list[str] = []
    at = 0
    while (start := body.find("<!--", at)) >= 0 and (end := body.find("-->", start + 4)) >= 0:
        parts.append(body[at:start])
        at = end + 3
    return "".join([*parts, body[at:]])


def _blocks(body: str) -> Iterator[Block]:
    """Blank lines end paragraphs; headings, list items and table rows are blocks of their own."""
    lines: list[str] = []
    kind = BlockKind.PROSE

    def flush() -> Iterator[Block]:
        nonlocal kind
        if raw := squeeze(" ".join(lines)):
            yield Block(kind=kind, raw=raw)
        lines.clear()
        kind = BlockKind.PROSE

    for line in body.split("\n"):
        if heading := _HEADING.match(line):
            yield from flush()
            yield Block(kind=BlockKind.HEADING, raw=squeeze(line), level=len(heading[1]))
        elif (underline := _UNDERLINE.match(line)) and len(lines) == 1 and kind is BlockKind.PROSE:
            yield Block(kind=BlockKind.HEADING, raw=squeeze(lines.pop()), level=1 if underline[1][0] == "=" else 2)
        elif not line.strip() or _RULE.match(line) or _FENCE.match(line):
            yield from flush()
        elif _ROW.match(line):
            yield from flush()
            if not _ROW_RULE.match(line):
                yield Block(kind=BlockKind.ROW, raw=squeeze(line))
        else:
            if _ITEM.match(line):
                yield from flush()
                kind = BlockKind.ITEM
            lines.append(line)
    yield from flush()
