"""The published index: a folder for each version, and a small file that names the current one.

    <index>/current                       the name of the version that readers open; replaced in one step
    <index>/<version>/manifest.json       model, build time, files with their hashes, failures
    <index>/<version>/chunks.jsonl        documents and their passages
    <index>/<version>/vectors.npz         the vectors of passages and sentences, for the next build
    <index>/<version>/chroma/             the vector store (absent when a Chroma server holds the vectors)

A version is built beside the others under a name that starts with a dot, flushed to disk, renamed, and only then named in `current`:
a reader sees the old index or the new one. A published version is never written again.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import weakref
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError

from knowledge.chroma_store import ChromaDatabase
from knowledge.errors import IndexDamaged, IndexOfAnotherModel, KnowledgeError, NoIndex, StoreUnavailable
from knowledge.models import Chunk, Document
from knowledge.outage import RETRY_SECONDS
from knowledge.store import AbsentVectorStore, Vectors, VectorStore

log = logging.getLogger(__name__)

FORMAT = 1
POINTER, MANIFEST, CHUNKS, VECTORS, CHROMA = "current", "manifest.json", "chunks.jsonl", "vectors.npz", "chroma"


def sentence_id(chunk: Chunk, position: int) -> str:
    """The id of the sentence at `position` of a passage, in the store of sentences."""
    return f"{chunk.id}/{position}"


def passage_text(chunk: Chunk) -> str:
    """What is embedded for a passage: its title path and its text."""
    return f"{'. '.join(chunk.title_path)}. {chunk.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedFile:
    """One source file of an index. `sha256` is that of the bytes that were indexed (not of a later, broken version of the file).

    `end_derived`: the document's `valid_to` was not written in the file but follows from the document that supersedes it.
    """

    document_id: str
    sha256: str
    end_derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A file that could not be indexed, and why. Its last good version may still be in the index."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a version was made of. `files` by path; `recipe` changes when readers, chunking or embedded texts do."""

    version: str
    built_at: datetime
    model: str
    dimension: int
    recipe: str
    served: bool
    passages: int
    sentences: int
    files: dict[str, IndexedFile]
    failures: tuple[Failure, ...] = ()
    warnings: tuple[str, ...] = ()
    format: int = FORMAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything of a version but its vector store. `passages` has a row for each chunk, `sentences` one for each sentence in turn."""

    manifest: Manifest
    documents: dict[str, Document]
    chunks: tuple[Chunk, ...]


_MANIFEST: TypeAdapter[Manifest] = TypeAdapter(Manifest)
_DOCUMENT: TypeAdapter[Document] = TypeAdapter(Document)
_CHUNK: TypeAdapter[Chunk] = TypeAdapter(Chunk)


def current_version(folder: Path) -> str:
    """The name of the published version under the index folder. Raises NoIndex."""
    try:
        name = (folder / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise NoIndex(f"There is no index in {folder} yet. Run: python -m indexer build") from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{folder / POINTER} cannot be read: {error}. Run: python -m indexer build") from error
    if not name or Path(name).name != name or name.startswith("."):
        raise IndexDamaged(f"{folder / POINTER} does not name a version. Run: python -m indexer build")
    return name


def read_manifest(version_folder: Path) -> Manifest:
    """The manifest of one version. Raises IndexDamaged."""
    with _readable(version_folder / MANIFEST) as file:
        manifest = _MANIFEST.validate_json(file.read_bytes())
    if manifest.format != FORMAT:
        raise IndexDamaged(
            f"{version_folder} has format {manifest.format}, this program reads {FORMAT}. Run: python -m indexer build"
        )
    return manifest


def read_contents(version_folder: Path) -> Contents:
    """Manifest, documents and passages of one version; no vector store is opened. Raises IndexDamaged."""
    manifest = read_manifest(version_folder)
    documents: dict[str, Document] = {}
    chunks: list[Chunk] = []
    with _readable(version_folder / CHUNKS) as file, file.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if "document" in entry:
                document = _DOCUMENT.validate_python(entry["document"])
                documents[document.id] = document
            else:
                chunks.append(_CHUNK.validate_python(entry["chunk"]))
    if len(chunks) != manifest.passages or sum(len(chunk.sentences) for chunk in chunks) != manifest.sentences:
        raise IndexDamaged(
            f"{version_folder / CHUNKS} does not hold what the manifest says. Run: python -m indexer build"
        )
    return Contents(manifest=manifest, documents=documents, chunks=tuple(chunks))


def read_vectors(version_folder: Path) -> tuple[Vectors, Vectors]:
    """The vectors of passages and of sentences, in the order of the chunks. Raises IndexDamaged."""
    with (
        _readable(version_folder / VECTORS) as file,
        file.open("rb") as stream,
        np.load(stream, allow_pickle=False) as arrays,
    ):
        return arrays["passages"].astype(np.float32), arrays["sentences"].astype(np.float32)


def write_manifest(version_folder: Path, manifest: Manifest) -> None:
    """The counterpart of `read_manifest`."""
    (version_folder / MANIFEST).write_bytes(_MANIFEST.dump_json(manifest, indent=1))


def write_chunks(version_folder: Path, documents: Mapping[str, Document], chunks: tuple[Chunk, ...]) -> None:
    """The counterpart of `read_contents`: one JSON object a line, documents first."""
    with (version_folder / CHUNKS).open("w", encoding="utf-8") as out:
        for document in documents.values():
            out.write(json.dumps({"document": _DOCUMENT.dump_python(document, mode="json")}, ensure_ascii=False) + "\n")
        for chunk in chunks:
            out.write(json.dumps({"chunk": _CHUNK.dump_python(chunk, mode="json")}, ensure_ascii=False) + "\n")


@contextmanager
def _readable(file: Path) -> Iterator[Path]:
    try:
        yield file
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, ValidationError) as error:
        reason = (
            "it is missing"
            if isinstance(error, FileNotFoundError)
            else (str(error).splitlines() or ["unreadable"])[0][:200]
        )
        raise IndexDamaged(f"{file} cannot be used: {reason}. Run: python -m indexer build") from error


class Index:
    """One published version, open for searching. It closes itself when nobody holds it any more."""

    def __init__(
        self, *, contents: Contents, passages: VectorStore, sentences: VectorStore, close: Callable[[], None]
    ) -> None:
        self.manifest = contents.manifest
        self.documents = contents.documents
        self.chunks = contents.chunks
        self.passages = passages
        self.sentences = sentences
        self._close = weakref.finalize(self, close)

    @property
    def version(self) -> str:
        """The name of the version: another name means other contents."""
        return self.manifest.version

    def close(self) -> None:
        """Let go of the vector store now. May be called twice."""
        self._close()


class IndexReader:
    """Opens published versions."""

    @classmethod
    def open(cls, folder: Path, *, model: str | None = None, chroma_url: str | None = None) -> Index:
        """The current version under the index folder.

        `model` is the name of the embedder that will embed the questions. Raises NoIndex, IndexDamaged, IndexOfAnotherModel and
        StoreUnavailable.
        """
        version, contents = cls._contents(folder, model)
        manifest = contents.manifest
        database = open_database(folder / version, served=manifest.served, chroma_url=chroma_url)
        with ExitStack() as on_failure:
            on_failure.callback(database.close)
            passages, sentences = (database.open(collection_name(version, kind)) for kind in ("passages", "sentences"))
            if (passages.count(), sentences.count()) != (manifest.passages, manifest.sentences):
                raise IndexDamaged(
                    f"The vector store of {folder / version} is incomplete. Run: python -m indexer build --fresh"
                )
            on_failure.pop_all()
        return Index(contents=contents, passages=passages, sentences=sentences, close=database.close)

    @classmethod
    def open_without_vectors(cls, folder: Path, *, model: str | None = None, why: str) -> Index:
        """The current version for a search by words alone; `why` there is no vector store. Raises NoIndex, IndexDamaged, IndexOfAnotherModel."""
        _, contents = cls._contents(folder, model)
        absent = AbsentVectorStore(why)
        return Index(contents=contents, passages=absent, sentences=absent, close=absent.close)

    @staticmethod
    def _contents(folder: Path, model: str | None) -> tuple[str, Contents]:
        """Name and contents of the current version. Raises NoIndex, IndexDamaged, IndexOfAnotherModel."""
        version = current_version(folder)
        contents = read_contents(folder / version)
        if model is not None and contents.manifest.model != model:
            raise IndexOfAnotherModel(
                f"The index in {folder} was embedded by {contents.manifest.model}, questions by {model}. Run: python -m indexer build"
            )
        return version, contents


def open_database(version_folder: Path, *, served: bool, chroma_url: str | None) -> ChromaDatabase:
    """The database that holds the vectors of a version: its own folder, or the server."""
    if not served:
        if not (version_folder / CHROMA).is_dir():
            raise IndexDamaged(f"{version_folder / CHROMA} is missing. Run: python -m indexer build --fresh")
        return ChromaDatabase.embedded(version_folder / CHROMA)
    if chroma_url is None:
        raise StoreUnavailable(
            "The vectors of this index are on a Chroma server. Set KOMPAS_CHROMA_URL, or run: python -m indexer build"
        )
    return ChromaDatabase.server(chroma_url)


def collection_name(version: str, kind: str) -> str:
    """The name of a collection. It carries the version because a server holds several."""
    return f"kompas-{version}-{kind}"


class LiveIndex:
    """The index of a running process: follows `current` without a restart, keeps the last good version when a new one is broken.

    While there is none and the vector store does not answer, `open_without_vectors` (called with the reason) gives one whose texts can be
    searched by their words; the whole one is tried again every `RETRY_SECONDS`. Safe to use from several threads. A version that nobody
    holds any more closes itself.
    """

    def __init__(
        self,
        folder: Path,
        *,
        open_index: Callable[[], Index],
        open_without_vectors: Callable[[str], Index] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pointer = folder / POINTER
        self._open_index = open_index
        self._open_without_vectors = open_without_vectors
        self._without_vectors = False
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._seen: tuple[int, int, int] | None = None
        self._failed_at: float | None = None

    def current(self) -> Index:
        """The newest version that can be opened. Raises IndexUnavailable when there has been none yet; so StoreUnavailable, where no index
        without vectors will do.
        """
        index, seen = self._index, self._signature()
        if index is not None and seen == self._seen and self._failed_at is None:
            return index
        # Whoever comes while another thread opens the new version is served from the old one.
        if index is not None and not self._lock.acquire(blocking=False):
            return index
        if index is None:
            self._lock.acquire()
        try:
            return self._refresh(seen)
        finally:
            self._lock.release()

    def hold(self) -> None:
        """Make sure that there is a version to answer from; no newer one is looked for. Raises as `current`."""
        if self._index is None:
            self.current()

    def close(self) -> None:
        """Let go of the version held here."""
        with self._lock:
            index, self._index, self._seen = self._index, None, None
            if index is not None:
                index.close()

    def _refresh(self, seen: tuple[int, int, int] | None) -> Index:
        if self._index is not None and seen == self._seen and not self._may_retry():
            return self._index
        try:
            opened = self._open_index()
        except KnowledgeError as error:
            if self._index is None or (self._without_vectors and seen != self._seen):
                return self._by_words(seen, error)
            log.warning("The new index cannot be opened, the old one (%s) stays: %s", self._index.version, error)
            self._seen, self._failed_at = seen, self._monotonic()
            return self._index
        log.info("index version %s is live: %d documents", opened.version, len(opened.documents))
        self._index, self._seen, self._failed_at, self._without_vectors = opened, seen, None, False
        return opened

    def _by_words(self, seen: tuple[int, int, int] | None, error: KnowledgeError) -> Index:
        """The version without its vectors, when these are what is missing. Raises `error` otherwise."""
        if self._open_without_vectors is None or not isinstance(error, StoreUnavailable):
            raise error
        opened = self._open_without_vectors(str(error))
        log.error("index version %s is live without its vectors: %s", opened.version, error)
        self._index, self._seen, self._failed_at, self._without_vectors = opened, seen, self._monotonic(), True
        return opened

    def _may_retry(self) -> bool:
        return self._failed_at is not None and self._monotonic() - self._failed_at >= RETRY_SECONDS

    def _signature(self) -> tuple[int, int, int] | None:
        try:
            stat = self._pointer.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino, stat.st_size
