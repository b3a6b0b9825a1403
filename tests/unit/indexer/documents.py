"""Builders of small documents for tests."""

from knowledge.models import Block, BlockKind, Document, ParsedDocument

PARAGRAPH = "Lederen ringer til medarbejderen. Samtalen er kort og venlig."


def heading(raw: str, level: int = 2) -> Block:
    return Block(kind=BlockKind.HEADING, raw=raw, level=level)


def prose(raw: str) -> Block:
    return Block(kind=BlockKind.PROSE, raw=raw)


def item(raw: str) -> Block:
    return Block(kind=BlockKind.ITEM, raw=raw)


def parsed(*blocks: Block, title: str = "Titel") -> ParsedDocument:
    return ParsedDocument(document=Document(id="dok", path="dok.md", title=title), blocks=blocks)


def words(count: int, end: str = ".") -> str:
    return " ".join(["Ord", *["ord"] * (count - 1)]) + end
