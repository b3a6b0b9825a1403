"""Plain text, as people save it from agendas, mails and PDF files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer.errors import UnreadableFile
from indexer.readers.base import decode
from indexer.readers.layout import Piece, blocks_of, lines_of, pieces_of, wrapping_of
from indexer.readers.papers import describe, without_empty_ends
from indexer.readers.persons import without_persons
from knowledge.models import ParsedDocument


def read_plain_text(content: bytes, *, path: str, default_id: str) -> ParsedDocument:
    """Text with its structure recovered and persons left out; see `indexer.readers.base.Reader`."""
    lines = lines_of(decode(content, path=path, suffix=".txt", windows=True))
    pieces = pieces_without_persons(pieces_of(lines, wrapping_of(lines)))
    blocks = without_empty_ends(tuple(blocks_of(pieces)))
    if not blocks:
        raise UnreadableFile(path, "holds no text")
    return ParsedDocument(document=describe(blocks, path=path, default_id=default_id), blocks=blocks)


def pieces_without_persons(pieces: Sequence[Piece]) -> list[Piece]:
    """Names must go before headings are looked for: a lone name is shaped like one."""
    kept = without_persons(piece.text for piece in pieces)
    return [
        piece if part == piece.text else replace(piece, text=part)
        for piece, parts in zip(pieces, kept, strict=True)
        for part in parts
    ]
