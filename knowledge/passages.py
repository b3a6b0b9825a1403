"""Passages by name, for cards that cite a section without a question: no model is loaded, no vector store opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from knowledge.citing import cite
from knowledge.errors import KnowledgeError
from knowledge.index import Contents, current_version, read_contents
from knowledge.models import BlockKind, Chunk, Citation, Document, Sentence, StatementRole
from knowledge.validity import role_on

WORDS: Final = 60
"""About how much of a section is quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    version: str
    contents: Contents


class Passages:
    """Finds sections in the published index, and follows it as new versions are published. Safe to use from several threads."""

    def __init__(self, index_folder: Path) -> None:
        self._folder = index_folder
        self._opened: _Opened | None = None

    def find(self, document_id: str, section: str | None, as_of: date) -> Citation | None:
        """The first sentences of a section; of the whole document without `section`, or where it has no section of that name.

        None without index or document, and for a text that may not be shown on `as_of`: one that is yet to come, or a legal text
        whose review is overdue. What is no longer valid is found; its dates say so.
        """
        contents = self._contents()
        document = contents.documents.get(document_id) if contents is not None else None
        if contents is None or document is None or role_on(document, as_of) is StatementRole.COMING:
            return None
        if document.legal_refs and document.review_due is not None and document.review_due < as_of:
            return None
        chunks = [chunk for chunk in contents.chunks if chunk.document_id == document_id]
        wanted = _key(section) if section is not None else None
        named = [chunk for chunk in chunks if len(chunk.title_path) > 1 and _key(chunk.title_path[-1]) == wanted]
        for chunk in named or chunks:
            quote = _beginning(chunk)
            if quote:
                return cite(document, chunk, position=1, quote=quote)
        return None

    def documents(self) -> Mapping[str, Document]:
        """The documents of the published index by id; none without an index. Reads files: not for the event loop."""
        contents = self._contents()
        return contents.documents if contents is not None else {}

    def _contents(self) -> Contents | None:
        """The contents of the current version; of the last good one while a new one cannot be read."""
        opened = self._opened
        try:
            version = current_version(self._folder)
            if opened is None or opened.version != version:
                opened = _Opened(version=version, contents=read_contents(self._folder / version))
                self._opened = opened
        except KnowledgeError:
            pass
        return opened.contents if opened is not None else None


def _key(heading: str) -> str:
    return " ".join(heading.split()).casefold()


def _beginning(chunk: Chunk) -> str:
    """Whole sentences up to `WORDS`, the first one whatever its length. A lead without any of its list is left out."""
    kept: list[Sentence] = []
    words = 0
    for sentence in (s for s in chunk.sentences if s.kind is not BlockKind.HEADING):
        words += len(sentence.text.split())
        if kept and words > WORDS:
            break
        kept.append(sentence)
    return " ".join(sentence.raw for sentence in _without_lone_lead(kept))


def _without_lone_lead(sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    return sentences[:-1] if len(sentences) > 1 and sentences[-1].text.endswith(":") else sentences
