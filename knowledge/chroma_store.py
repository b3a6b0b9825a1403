"""Vectors in Chroma: a folder in this process, or a Chroma server. The only module that imports chromadb.

Chroma keeps one system for each folder alive behind the scenes and shares it between clients; a client that is not closed holds the
folder open for the life of the process. Two processes must not write into one folder, nor read it while another writes: that is why
`knowledge.index` opens a folder for writing only before it is published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import numpy as np

from knowledge.errors import StoreUnavailable
from knowledge.store import Metadata, Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

CONFIGURATION: Any = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}}
"""More thorough than Chroma's defaults: a municipality's index is small, and a missed passage is a wrong answer."""


_INERT: Final = frozenset({"legacy", "unknown"})
"""What Chroma writes where there is no embedding function: nothing is built of these."""


READ_SECONDS: Final = 5.0
WRITE_SECONDS: Final = 300.0
"""How long an answer of a Chroma server is waited for. Its own client waits for ever, and a question would with it."""


class ChromaDatabase:
    """A folder or a server with named collections."""

    def __init__(self, client: ClientAPI, where: str) -> None:
        self._client: ClientAPI | None = client
        self._where = where

    @classmethod
    def embedded(cls, folder: Path) -> ChromaDatabase:
        """The database in `folder`, which is created when missing. Raises StoreUnavailable."""
        import chromadb  # noqa: PLC0415 - most of a second, and not needed with the in-memory store
        from chromadb.config import Settings  # noqa: PLC0415

        with _translated(f"the folder {folder}"):
            client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
        return cls(client, f"the folder {folder}")

    @classmethod
    def server(cls, url: str, *, seconds: float = READ_SECONDS) -> ChromaDatabase:
        """The database behind `url` (http or https, host, port), which answers within `seconds`. Raises StoreUnavailable."""
        import chromadb  # noqa: PLC0415
        import httpx  # noqa: PLC0415
        from chromadb.config import Settings  # noqa: PLC0415

        parts = urlsplit(url)
        secure = parts.scheme == "https"
        where = f"the Chroma server at {parts.hostname}:{parts.port or (443 if secure else 80)}"
        with _translated(where):
            # The client asks several things before it can be told how long to wait.
            httpx.get(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=seconds).raise_for_status()
            client = chromadb.HttpClient(
                host=parts.hostname or "localhost",
                port=parts.port or (443 if secure else 80),
                ssl=secure,
                settings=Settings(anonymized_telemetry=False),
            )
            for session in _sessions(client):
                session.timeout = seconds
        return cls(client, where)

    def create(self, name: str) -> ChromaVectorStore:
        """A new collection. Raises StoreUnavailable when there is one of that name."""
        with _translated(self._where):
            collection = self._open_client().create_collection(
                name, configuration=CONFIGURATION, embedding_function=None
            )
        self._refuse_programs(collection)
        return ChromaVectorStore(collection, batch=self._batch(), where=self._where)

    def open(self, name: str) -> ChromaVectorStore:
        """A collection that is there. Raises StoreUnavailable when it is not."""
        with _translated(self._where):
            collection = self._open_client().get_collection(name, embedding_function=None)
        self._refuse_programs(collection)
        return ChromaVectorStore(collection, batch=self._batch(), where=self._where)

    def names(self) -> frozenset[str]:
        """Names of the collections that are there."""
        with _translated(self._where):
            return frozenset(collection.name for collection in self._open_client().list_collections())

    def delete(self, name: str) -> None:
        """Remove a collection; nothing happens when it is not there."""
        if name in self.names():
            with _translated(self._where):
                self._open_client().delete_collection(name)

    def close(self) -> None:
        """Let go of the folder or the connection, and of every collection. May be called twice."""
        if self._client is not None:
            client, self._client = self._client, None
            _release(client)

    def _open_client(self) -> ClientAPI:
        if self._client is None:
            raise StoreUnavailable(f"The vector store in {self._where} has been closed.")
        return self._client

    def _refuse_programs(self, collection: Collection) -> None:
        """Stop at a collection that tells its readers which embedding model to load. Raises StoreUnavailable.

        Kompas makes none such. Chroma's client would load the model that a server names, with code from a model hub if it says so: whoever
        may write to the server would run programs here.
        """
        model = collection._model  # noqa: SLF001 - its public form loads the model
        if _names_model(model.configuration_json) or _names_model(model.serialized_schema):
            raise StoreUnavailable(
                f"The collection {collection.name} in {self._where} names an embedding model to load. Kompas never writes that: somebody "
                "else has written to the vector store. Close it to others, then run: python -m indexer build --fresh"
            )

    def _batch(self) -> int:
        with _translated(self._where):
            return self._open_client().get_max_batch_size()


class ChromaVectorStore:
    """One collection as a VectorStore. It lives no longer than its database."""

    def __init__(self, collection: Collection, *, batch: int, where: str) -> None:
        self._collection: Collection | None = collection
        self._batch = max(1, batch)
        self._where = where

    def add(self, ids: Sequence[str], vectors: Vectors, metadatas: Sequence[Metadata]) -> None:
        """See VectorStore. In batches of the size that Chroma takes."""
        collection = self._open_collection()
        for start in range(0, len(ids), self._batch):
            part = slice(start, start + self._batch)
            with _translated(self._where):
                collection.upsert(
                    ids=list(ids[part]),
                    embeddings=np.ascontiguousarray(vectors[part], np.float32),
                    metadatas=[dict(metadata) for metadata in metadatas[part]] if any(metadatas[part]) else None,
                )

    def search(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """See VectorStore. Approximate beyond some thousands of vectors."""
        wanted = min(k, self.count())
        if wanted < 1:
            return []
        with _translated(self._where):
            found = self._open_collection().query(
                query_embeddings=np.asarray([vector]), n_results=wanted, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return [
            (identifier, 1.0 - distance) for identifier, distance in zip(found["ids"][0], distances[0], strict=True)
        ]

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """See VectorStore."""
        if not ids:
            return np.zeros((0, 0), np.float32)
        rows: dict[str, Any] = {}
        distinct = list(dict.fromkeys(ids))
        for start in range(0, len(distinct), self._batch):
            with _translated(self._where):
                found = self._open_collection().get(ids=distinct[start : start + self._batch], include=["embeddings"])
            embeddings = found["embeddings"]
            rows.update(zip(found["ids"], embeddings if embeddings is not None else [], strict=True))
        missing = [identifier for identifier in distinct if identifier not in rows]
        if missing:
            raise StoreUnavailable(f"The vector store does not hold {missing[0]}. Run: python -m indexer build")
        return np.asarray([rows[identifier] for identifier in ids], np.float32)

    def count(self) -> int:
        """See VectorStore."""
        with _translated(self._where):
            return self._open_collection().count()

    def close(self) -> None:
        """Forget the collection. Files and connections belong to the database."""
        self._collection = None

    def _open_collection(self) -> Collection:
        if self._collection is None:
            raise StoreUnavailable(f"The vector store in {self._where} has been closed.")
        return self._collection


def _names_model(part: Any) -> bool:
    """Whether a configuration as JSON has, at any depth, an embedding function that can be built."""
    if isinstance(part, Mapping):
        function = part.get("embedding_function")
        inert = function is None or (isinstance(function, Mapping) and function.get("type") in _INERT)
        return not inert or any(map(_names_model, part.values()))
    return isinstance(part, list) and any(map(_names_model, part))


def _release(client: Any) -> None:
    """Close a client and what Chroma 1.5.9 leaves behind for a server: open connections, and an entry in its table of systems."""
    from chromadb.api.shared_system_client import SharedSystemClient  # noqa: PLC0415

    systems = [part._system for part in (client, client._admin_client)]  # noqa: SLF001
    sessions = _sessions(client)
    client.close()
    for session in sessions:
        session.close()
        table = SharedSystemClient._identifier_to_system  # noqa: SLF001
        for key in [key for key, system in list(table.items()) if system in systems]:
            table.pop(key, None)


def _sessions(client: Any) -> list[Any]:
    """The HTTP clients below a client of a server; none below that of a folder."""
    found = (getattr(part._server, "_session", None) for part in (client, client._admin_client))  # noqa: SLF001
    return [session for session in found if session is not None]


@contextmanager
def _translated(where: str) -> Iterator[None]:
    """Chroma's errors, and those of its HTTP client, as StoreUnavailable."""
    import httpx  # noqa: PLC0415
    from chromadb.errors import ChromaError  # noqa: PLC0415

    try:
        yield
    except (ChromaError, httpx.HTTPError, OSError, ValueError, RuntimeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200].rstrip(" .")
        raise StoreUnavailable(
            f"The vector store failed ({where}): {reason}. A server must run at KOMPAS_CHROMA_URL; "
            "a damaged folder is made anew by: python -m indexer build --fresh"
        ) from error
