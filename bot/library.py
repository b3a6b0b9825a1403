"""The published documents as HR's overview asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from hr.insight.model import Review
from knowledge.models import Document


class Published(Protocol):
    """Where the documents are; `knowledge.passages.Passages` knows. Reads files."""

    def documents(self) -> Mapping[str, Document]:
        """The documents by id."""
        ...


class DocumentLibrary:
    """Answers `hr.insight.ports.Library`."""

    def __init__(self, published: Published) -> None:
        self._published = published

    def titles(self) -> dict[str, str]:
        """Titles by document id."""
        return {document_id: document.title for document_id, document in self._published.documents().items()}

    def reviews(self) -> Sequence[Review]:
        """The documents that have a day of review, whether they are valid today or not: HR decides what becomes of an old one."""
        return [
            Review(title=document.title, file=document.path, due=document.review_due)
            for document in self._published.documents().values()
            if document.review_due is not None
        ]
