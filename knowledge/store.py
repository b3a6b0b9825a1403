"""Where vectors live: a small port, and the in-memory store that tests and tiny indexes use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from knowledge.errors import StoreUnavailable

Vectors = npt.NDArray[np.float32]
"""Shape (n, d), float32, rows of length 1. A single vector has the shape (d,)."""

Metadata = Mapping[str, str | int | float | bool]


class VectorStore(Protocol):
    """Vectors under ids, searched by cosine similarity."""

    def add(self, ids: Sequence[str], vectors: Vectors, metadatas: Sequence[Metadata]) -> None:
        """Put in `vectors`, one row for each id. An id that is there already is replaced."""
        ...

    def search(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The at most `k` nearest ids with their cosine similarity (-1..1), nearest first."""
        ...

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """The rows of `ids`, in their order. Raises StoreUnavailable for an id that is not there."""
        ...

    def count(self) -> int:
        """How many ids the store holds."""
        ...

    def close(self) -> None:
        """Let go of files and connections. The store cannot be used afterwards."""
        ...


class AbsentVectorStore:
    """Stands where a store could not be opened: whoever asks it anything is told why."""

    def __init__(self, why: str) -> None:
        self._why = why

    def add(self, ids: Sequence[str], vectors: Vectors, metadatas: Sequence[Metadata]) -> None:
        """See VectorStore."""
        raise StoreUnavailable(self._why)

    def search(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """See VectorStore."""
        raise StoreUnavailable(self._why)

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """See VectorStore."""
        raise StoreUnavailable(self._why)

    def count(self) -> int:
        """See VectorStore."""
        raise StoreUnavailable(self._why)

    def close(self) -> None:
        """There is nothing to let go of."""


class MemoryVectorStore:
    """A dictionary of rows; exact search."""

    def __init__(self) -> None:
        self._positions: dict[str, int] = {}
        self._rows: list[Vectors] = []
        self._matrix: Vectors | None = None

    def add(self, ids: Sequence[str], vectors: Vectors, metadatas: Sequence[Metadata]) -> None:
        """See VectorStore."""
        for identifier, row, _ in zip(ids, vectors, metadatas, strict=True):
            if identifier in self._positions:
                self._rows[self._positions[identifier]] = row
            else:
                self._positions[identifier] = len(self._rows)
                self._rows.append(row)
        self._matrix = None

    def search(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """See VectorStore."""
        if not self._rows or k < 1:
            return []
        if self._matrix is None:
            self._matrix = np.stack(self._rows)
        similarities = self._matrix @ vector
        ids = list(self._positions)
        best = np.argsort(-similarities, kind="stable")[:k]
        return [(ids[i], float(similarities[i])) for i in best]

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """See VectorStore."""
        try:
            rows = [self._rows[self._positions[identifier]] for identifier in ids]
        except KeyError as error:
            raise StoreUnavailable(
                f"The vector store does not hold {error.args[0]}. Run: python -m indexer build"
            ) from None
        return np.stack(rows).astype(np.float32) if rows else np.zeros((0, 0), np.float32)

    def count(self) -> int:
        """See VectorStore."""
        return len(self._rows)

    def close(self) -> None:
        """See VectorStore."""
        self._positions, self._rows, self._matrix = {}, [], None
