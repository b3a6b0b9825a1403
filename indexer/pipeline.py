"""From folders to a published index: read what changed, check it, embed what is new, publish in one step."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np

import indexer
import knowledge
from indexer.errors import UnreadableFile, told
from indexer.readers.base import load
from indexer.reading import Reading
from indexer.sources import Listing, SourceFile, list_files
from indexer.validation import Entry, ends, faults, warnings
from knowledge.embedding import Embedder
from knowledge.errors import IndexDamaged, NoIndex
from knowledge.index import (
    CHROMA,
    Contents,
    Failure,
    IndexedFile,
    Manifest,
    current_version,
    passage_text,
    read_contents,
    read_vectors,
)
from knowledge.index_writer import IndexWriter
from knowledge.models import Chunk, Document
from knowledge.store import Vectors

Progress = Callable[[int, int], None]
"""Called with (texts embedded, texts to embed); first with 0."""

GROUP = 256
"""Texts handed to the model at once: enough to sort by length, few enough for a lively progress bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a build did. `version` is the published one, new or not (None: nothing to publish). Paths are relative to their folders.

    `failed` names every file that could not be indexed; those in `kept` are still there in their last good version.
    """

    version: str | None
    published: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[Failure, ...]
    kept: tuple[str, ...]
    warnings: tuple[str, ...]
    skipped: tuple[str, ...]
    embedded: int
    embedding_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a round of reading gave: entries to index, and the files that failed (with their last good entry when there is one)."""

    entries: tuple[Entry, ...]
    failed: tuple[Failure, ...]
    kept: tuple[str, ...]


class Pipeline:
    """Builds versions of one index. Give the same one to every build of a watch: the model stays loaded."""

    def __init__(
        self, *, folder: Path, embedder: Embedder, chroma_url: str | None = None, reading: Reading | None = None
    ) -> None:
        self._folder = folder
        self._embedder = embedder
        self._writer = IndexWriter(folder, chroma_url=chroma_url)
        self._served = chroma_url is not None
        self._reading = reading or Reading()

    def build(
        self,
        sources: Sequence[Path],
        *,
        now: datetime,
        today: date,
        fresh: bool = False,
        progress: Progress | None = None,
    ) -> Report:
        """Bring the index in line with the folders; nothing is published when nothing changed.

        `fresh` reads and embeds everything again. Raises SourceUnavailable, KnowledgeError, OSError; the published index then stays.
        """
        listing = list_files(sources)
        with self._writer.alone():
            old = None if fresh else published(self._folder)
            outcome = read_all(listing, old, self._reading)
            documents = ends(entry.document for entry in outcome.entries)
            chunks = tuple(chunk for entry in outcome.entries for chunk in entry.chunks)
            notes = warnings(outcome.entries, today=today)
            files = {entry.path: _indexed(entry, documents) for entry in outcome.entries}
            report = _compare(listing, old, outcome, notes)
            if old is not None and self._same(old, documents, chunks, files, outcome.failed):
                return replace(report, version=old.manifest.version)
            if not chunks:
                return report
            passages, sentences, embedded, seconds = self._embed(chunks, old, progress)

            def manifest(version: str) -> Manifest:
                return Manifest(
                    version=version,
                    built_at=now,
                    model=self._embedder.name,
                    dimension=passages.shape[1],
                    recipe=recipe(),
                    served=self._served,
                    passages=len(passages),
                    sentences=len(sentences),
                    files=files,
                    failures=outcome.failed,
                    warnings=notes,
                )

            made = self._writer.publish(
                documents=documents, chunks=chunks, passages=passages, sentences=sentences, manifest=manifest
            )
        return replace(report, version=made.version, published=True, embedded=embedded, embedding_seconds=seconds)

    def _same(
        self,
        old: Contents,
        documents: Mapping[str, Document],
        chunks: tuple[Chunk, ...],
        files: dict[str, IndexedFile],
        failed: tuple[Failure, ...],
    ) -> bool:
        manifest = old.manifest
        made_alike = (manifest.model, manifest.recipe, manifest.served) == (self._embedder.name, recipe(), self._served)
        intact = self._served or (self._folder / manifest.version / CHROMA).is_dir()
        same = (old.documents, old.chunks, manifest.files, manifest.failures) == (documents, chunks, files, failed)
        return made_alike and intact and same

    def _embed(
        self, chunks: tuple[Chunk, ...], old: Contents | None, progress: Progress | None
    ) -> tuple[Vectors, Vectors, int, float]:
        """Vectors of passages and sentences, how many texts were embedded and in how many seconds.

        A text that the last version embedded with the same model is not embedded again.
        """
        passages = [passage_text(chunk) for chunk in chunks]
        sentences = [sentence.text for chunk in chunks for sentence in chunk.sentences]
        known = self._known_vectors(old)
        # Long texts first, so that a batch holds texts of one length and little of it is padding.
        missing = sorted(
            dict.fromkeys(text for text in [*passages, *sentences] if text not in known), key=len, reverse=True
        )
        if missing:
            self._embedder.encode_passages(missing[:1])  # loads the model, which is no part of the rate
        if progress:
            progress(0, len(missing))
        started = time.perf_counter()
        for start in range(0, len(missing), GROUP):
            group = missing[start : start + GROUP]
            known.update(zip(group, self._embedder.encode_passages(group), strict=True))
            if progress:
                progress(start + len(group), len(missing))
        seconds = time.perf_counter() - started
        return (
            np.stack([known[text] for text in passages]),
            np.stack([known[text] for text in sentences]),
            len(missing),
            seconds,
        )

    def _known_vectors(self, old: Contents | None) -> dict[str, Vectors]:
        if old is None or old.manifest.model != self._embedder.name:
            return {}
        try:
            passages, sentences = read_vectors(self._folder / old.manifest.version)
            known = dict(zip((passage_text(chunk) for chunk in old.chunks), passages, strict=True))
            texts = (sentence.text for chunk in old.chunks for sentence in chunk.sentences)
            known.update(zip(texts, sentences, strict=True))
        except (IndexDamaged, ValueError):
            return {}
        return known


def published(folder: Path) -> Contents | None:
    """The contents of the published version; None when there is none that can be read, so that everything is made anew."""
    try:
        return read_contents(folder / current_version(folder))
    except (NoIndex, IndexDamaged):
        return None


def recipe() -> str:
    """Changes when the code that turns files into passages does: then files are read again although they did not change."""
    rooms = (Path(indexer.__path__[0]), Path(knowledge.__path__[0]))
    files = [
        *sorted((rooms[0] / "readers").rglob("*.py")),
        rooms[0] / "chunking.py",
        rooms[1] / "text.py",
        rooms[1] / "models.py",
    ]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files if file.is_file())).hexdigest()[:12]


def read_all(listing: Listing, old: Contents | None, reading: Reading) -> Read:
    """Read what changed since `old`, fall back to the last good version of what is broken, and settle conflicts between documents.

    Whatever is wrong with a file is a failure of that file. Raises ReadingUnavailable.
    """
    last_good = _last_good(old)
    reusable = old is not None and old.manifest.recipe == recipe()
    entries: list[Entry] = []
    failed: list[Failure] = []
    kept: list[str] = []

    def fall_back(path: str, root: Path, reason: str) -> None:
        failed.append(Failure(path=path, reason=told(reason)))
        if path in last_good and all(entry.path != path for entry in entries):
            entries.append(replace(last_good[path], root=root))
            kept.append(path)

    with reading:
        for source in listing.files:
            try:
                entries.append(_read(source, last_good.get(source.path), reading, reusable=reusable))
            except UnreadableFile as error:
                fall_back(source.path, source.root, error.reason)
    while found := faults(entries):
        for fault in found:
            entries.remove(fault.entry)
            fall_back(fault.entry.path, fault.entry.root, fault.reason)
    return Read(
        entries=tuple(sorted(entries, key=lambda entry: entry.path)),
        failed=tuple(sorted(failed, key=lambda failure: failure.path)),
        kept=tuple(sorted(kept)),
    )


def _read(source: SourceFile, before: Entry | None, reading: Reading, *, reusable: bool) -> Entry:
    content = load(source.file, source.path)
    sha256 = hashlib.sha256(content).hexdigest()
    if before is not None and reusable and before.sha256 == sha256:
        return replace(before, root=source.root)
    found = reading.read(content, source.path)
    same = before is not None and (before.document, before.chunks) == (found.document, found.chunks)
    return Entry(
        path=source.path,
        root=source.root,
        sha256=sha256,
        document=found.document,
        chunks=found.chunks,
        settled=same,
    )


def _last_good(old: Contents | None) -> dict[str, Entry]:
    """The entries of the published version by path, as their files stated them."""
    if old is None:
        return {}
    passages: dict[str, list[Chunk]] = {}
    for passage in old.chunks:
        passages.setdefault(passage.document_id, []).append(passage)
    entries: dict[str, Entry] = {}
    for path, file in old.manifest.files.items():
        document = old.documents.get(file.document_id)
        if document is not None:
            stated = replace(document, valid_to=None) if file.end_derived else document
            entries[path] = Entry(
                path=path,
                root=Path(),
                sha256=file.sha256,
                document=stated,
                chunks=tuple(passages.get(document.id, ())),
                settled=True,
            )
    return entries


def _indexed(entry: Entry, documents: Mapping[str, Document]) -> IndexedFile:
    derived = documents[entry.document.id].valid_to != entry.document.valid_to
    return IndexedFile(document_id=entry.document.id, sha256=entry.sha256, end_derived=derived)


def _compare(listing: Listing, old: Contents | None, outcome: Read, notes: tuple[str, ...]) -> Report:
    before = {path: file.sha256 for path, file in old.manifest.files.items()} if old else {}
    good = [entry for entry in outcome.entries if entry.path not in outcome.kept]
    there = {source.path for source in listing.files}
    unchanged = {entry.path for entry in good if entry.settled and before.get(entry.path) == entry.sha256}
    return Report(
        version=None,
        published=False,
        added=tuple(entry.path for entry in good if entry.path not in before),
        changed=tuple(entry.path for entry in good if entry.path in before and entry.path not in unchanged),
        removed=tuple(sorted(path for path in before if path not in there)),
        unchanged=tuple(sorted(unchanged)),
        failed=outcome.failed,
        kept=outcome.kept,
        warnings=notes,
        skipped=listing.skipped,
        embedded=0,
        embedding_seconds=0.0,
    )
