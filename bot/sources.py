"""Titles of the documents that an answer rested on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from hr.clock import Clock
from knowledge.models import Citation


class FindsPassages(Protocol):
    """Where a document's title comes from. Called in a worker thread."""

    def find(self, document_id: str, section: str | None, as_of: date) -> Citation | None:
        """The passage that may be shown on this day, or None."""
        ...


class Sources:
    """Finds titles as they are today; without `passages` none."""

    def __init__(self, *, passages: FindsPassages | None, clock: Clock) -> None:
        self._passages = passages
        self._clock = clock

    async def titles(self, documents: Sequence[str]) -> tuple[str, ...]:
        """The titles, each once. A document that is no longer shown has none."""
        if self._passages is None or not documents:
            return ()
        return await asyncio.to_thread(
            self._titles, self._passages, documents
        )  # opening a new version of the index reads files

    def _titles(self, passages: FindsPassages, documents: Sequence[str]) -> tuple[str, ...]:
        found = [passages.find(document, None, self._clock.today()) for document in documents]
        return tuple(dict.fromkeys(one.title for one in found if one is not None))
