"""Publishing versions of the index. How a version looks on disk is told in `knowledge.index`."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from knowledge.chroma_store import WRITE_SECONDS, ChromaDatabase
from knowledge.errors import StoreUnavailable
from knowledge.index import (
    CHROMA,
    POINTER,
    VECTORS,
    Manifest,
    collection_name,
    sentence_id,
    write_chunks,
    write_manifest,
)
from knowledge.locking import exclusive
from knowledge.models import Chunk, Document
from knowledge.store import Metadata, Vectors

log = logging.getLogger(__name__)

KEPT_VERSIONS = 3


class IndexWriter:
    """Publishes versions under an index folder, one process at a time."""

    def __init__(self, folder: Path, *, chroma_url: str | None = None, keep: int = KEPT_VERSIONS) -> None:
        self._folder = folder
        self._chroma_url = chroma_url
        self._keep = keep

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the index folder against other builds; waits for one that is under way."""
        with exclusive(self._folder / ".lock"):
            self._remove_leftovers()
            yield

    def publish(
        self,
        *,
        documents: Mapping[str, Document],
        chunks: tuple[Chunk, ...],
        passages: Vectors,
        sentences: Vectors,
        manifest: Callable[[str], Manifest],
    ) -> Manifest:
        """Write a new version and name it in `current`. Call it inside `alone()`.

        `passages` has shape (chunks, d), `sentences` (sentences of all chunks in turn, d); `manifest` makes the manifest of a version
        name. Nothing is visible to readers when it fails. Raises StoreUnavailable, OSError.
        """
        version = f"{self._last_number() + 1:06d}-{secrets.token_hex(4)}"
        made = manifest(version)
        building = self._folder / f".{version}"
        with ExitStack() as on_failure:
            on_failure.callback(self._delete, building, version)
            building.mkdir(parents=True)
            write_chunks(building, documents, chunks)
            np.savez(building / VECTORS, passages=passages, sentences=sentences)
            self._fill_store(building, version, chunks, passages, sentences)
            write_manifest(building, made)
            for path in [*building.rglob("*"), building]:
                _flush(path)
            building.rename(self._folder / version)
            on_failure.pop_all()
        self._point_at(version)
        self._prune(version)
        return made

    def _fill_store(
        self, building: Path, version: str, chunks: tuple[Chunk, ...], passages: Vectors, sentences: Vectors
    ) -> None:
        # The document stands beside each vector so that a look into the store tells whose it is.
        rows: dict[str, tuple[list[str], list[Metadata], Vectors]] = {
            "passages": (
                [chunk.id for chunk in chunks],
                [{"document": chunk.document_id} for chunk in chunks],
                passages,
            ),
            "sentences": (
                [sentence_id(chunk, i) for chunk in chunks for i in range(len(chunk.sentences))],
                [{"document": chunk.document_id} for chunk in chunks for _ in chunk.sentences],
                sentences,
            ),
        }
        database = (
            ChromaDatabase.server(self._chroma_url, seconds=WRITE_SECONDS)
            if self._chroma_url
            else ChromaDatabase.embedded(building / CHROMA)
        )
        with ExitStack() as always:
            always.callback(database.close)
            for kind, (ids, metadatas, vectors) in rows.items():
                database.create(collection_name(version, kind)).add(ids, vectors, metadatas)

    def _last_number(self) -> int:
        return max((int(version.name.split("-")[0]) for version in self._versions()), default=0)

    def _versions(self) -> list[Path]:
        """Published versions, oldest first."""
        return sorted(
            path for path in self._folder.glob("[0-9]*-*") if path.is_dir() and path.name.split("-")[0].isdigit()
        )

    def _point_at(self, version: str) -> None:
        beside = self._folder / f".{POINTER}"
        beside.write_text(f"{version}\n", encoding="utf-8")
        _flush(beside)
        beside.replace(self._folder / POINTER)
        _flush(self._folder)

    def _prune(self, current: str) -> None:
        """Delete what is neither current nor among the last few; a failure to delete is no failure to publish."""
        for old in self._versions()[: -self._keep]:
            if old.name != current:
                self._delete(old, old.name)

    def _remove_leftovers(self) -> None:
        """Delete what a killed build left behind."""
        for path in self._folder.glob(".[0-9]*-*"):
            self._delete(path, path.name.removeprefix("."))

    def _delete(self, folder: Path, version: str) -> None:
        try:
            if self._chroma_url and not (folder / CHROMA).is_dir():
                database = ChromaDatabase.server(self._chroma_url, seconds=WRITE_SECONDS)
                with ExitStack() as always:
                    always.callback(database.close)
                    for kind in ("passages", "sentences"):
                        database.delete(collection_name(version, kind))
            shutil.rmtree(folder)
        except (OSError, StoreUnavailable) as error:
            log.warning("The old index version %s could not be deleted: %s", folder, error)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
