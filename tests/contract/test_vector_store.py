"""One contract for every VectorStore: in memory, Chroma in a folder, a Chroma server."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import chromadb
import numpy as np
import pytest
from chromadb.api.shared_system_client import SharedSystemClient

from knowledge.chroma_store import ChromaDatabase, _names_model
from knowledge.errors import StoreUnavailable
from knowledge.store import MemoryVectorStore, Vectors, VectorStore

_NAMES = (f"contract-{number}" for number in count())


def unit_vectors(rows: int, dimension: int = 16, seed: int = 7) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.fixture(params=["memory", "chroma folder", "chroma server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    if request.param == "memory":
        yield MemoryVectorStore()
        return
    if request.param == "chroma folder":
        database = ChromaDatabase.embedded(tmp_path / "chroma")
    else:
        database = ChromaDatabase.server(request.getfixturevalue("chroma_url"))
    yield database.create(next(_NAMES))
    database.close()


def test_the_nearest_vector_comes_first_with_its_cosine(store: VectorStore) -> None:
    vectors = unit_vectors(50)
    ids = [f"d/{i}" for i in range(50)]
    store.add(ids, vectors, [{"document": "d"}] * 50)
    expected = vectors @ vectors[17]

    found = store.search(vectors[17], 5)

    assert [name for name, _ in found] == [ids[i] for i in np.argsort(-expected)[:5]]
    assert [score for _, score in found] == pytest.approx(sorted(expected, reverse=True)[:5], abs=1e-4)


def test_opposite_vectors_have_cosine_minus_one(store: VectorStore) -> None:
    vector = unit_vectors(1)
    store.add(["a"], -vector, [{"document": "d"}])

    assert store.search(vector[0], 1)[0][1] == pytest.approx(-1.0, abs=1e-4)


def test_asking_for_more_than_there_is_gives_all(store: VectorStore) -> None:
    store.add(["a", "b"], unit_vectors(2), [{"document": "d"}] * 2)

    assert len(store.search(unit_vectors(1)[0], 400)) == 2


@pytest.mark.parametrize("k", [0, 3])
def test_an_empty_store_finds_nothing(store: VectorStore, k: int) -> None:
    assert store.search(unit_vectors(1)[0], k) == []
    assert store.count() == 0


def test_vectors_come_back_in_the_order_asked_for(store: VectorStore) -> None:
    vectors = unit_vectors(4)
    store.add(["a", "b", "c", "d"], vectors, [{"document": "x"}] * 4)

    assert store.vectors(["d", "a", "d"]) == pytest.approx(vectors[[3, 0, 3]], abs=1e-6)
    assert store.vectors(["a"]).dtype == np.float32
    assert len(store.vectors([])) == 0


def test_an_unknown_id_is_told(store: VectorStore) -> None:
    store.add(["a"], unit_vectors(1), [{"document": "x"}])

    with pytest.raises(StoreUnavailable, match="does not hold nope"):
        store.vectors(["a", "nope"])


def test_adding_an_id_again_replaces_its_vector(store: VectorStore) -> None:
    old, new = unit_vectors(2)
    store.add(["a"], old[None], [{"document": "x"}])
    store.add(["a"], new[None], [{"document": "x"}])

    assert store.count() == 1
    assert store.vectors(["a"])[0] == pytest.approx(new, abs=1e-6)


def test_metadata_may_be_empty(store: VectorStore) -> None:
    store.add(["a"], unit_vectors(1), [{}])

    assert store.count() == 1


def test_more_vectors_than_one_batch_are_all_there(store: VectorStore) -> None:
    vectors = unit_vectors(6000)
    store.add([f"d/{i}" for i in range(6000)], vectors, [{"document": "d"}] * 6000)

    assert store.count() == 6000
    assert store.search(vectors[5999], 1)[0][0] == "d/5999"


def descriptors() -> list[str]:
    """What the open file descriptors of this process point at."""
    return [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]


def open_files(folder: Path) -> list[str]:
    return [target for target in descriptors() if target.startswith(str(folder))]


def soon_closed(folder: Path) -> bool:
    """Chroma's own threads close the files, a moment after the call has returned."""
    for _ in range(100):
        if not open_files(folder):
            return True
        time.sleep(0.02)
    return False


def test_a_server_that_hangs_before_it_has_said_anything_is_told_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:  # connections are taken, and never answered
        begun = time.monotonic()
        with pytest.raises(StoreUnavailable, match="KOMPAS_CHROMA_URL"):
            ChromaDatabase.server(f"http://127.0.0.1:{server.getsockname()[1]}", seconds=0.3)
        assert time.monotonic() - begun < 5


def test_a_server_that_hangs_later_is_told_in_time(hanging_server: str) -> None:
    database = ChromaDatabase.server(hanging_server, seconds=0.3)
    begun = time.monotonic()
    with pytest.raises(StoreUnavailable, match="KOMPAS_CHROMA_URL"):
        database.open("passages")
    assert time.monotonic() - begun < 5
    database.close()


class _Hanging(BaseHTTPRequestHandler):
    """What a client asks when it connects is answered; nothing is after that."""

    lets_go: ClassVar[threading.Event]

    def do_GET(self) -> None:
        answers = {
            "/api/v2/heartbeat": {"nanosecond heartbeat": 1},
            "/api/v2/auth/identity": {"user_id": "", "tenant": "default_tenant", "databases": ["default_database"]},
            "/api/v2/tenants/default_tenant": {"name": "default_tenant"},
            "/api/v2/tenants/default_tenant/databases/default_database": {
                "id": "11111111-0000-4000-8000-000000000001",
                "name": "default_database",
                "tenant": "default_tenant",
            },
        }
        answer = answers.get(self.path)
        if answer is None:
            self.lets_go.wait(30)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, format: str, *given: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@pytest.fixture
def hanging_server() -> Iterator[str]:
    _Hanging.lets_go = threading.Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hanging) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        _Hanging.lets_go.set()
        server.shutdown()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files can be listed on Linux only")
def test_a_closed_folder_is_let_go_and_opens_under_another_name(tmp_path: Path) -> None:
    vectors = unit_vectors(30)
    for round_number in range(5):
        database = ChromaDatabase.embedded(tmp_path / "a")
        database.create("passages").add([f"d/{i}" for i in range(30)], vectors, [{"document": "d"}] * 30)
        assert open_files(tmp_path)
        database.close()
        database.close()
        assert soon_closed(tmp_path), round_number

        (tmp_path / "a").rename(tmp_path / "b")
        again = ChromaDatabase.embedded(tmp_path / "b")
        assert again.open("passages").search(vectors[3], 1)[0][0] == "d/3"
        again.close()
        shutil.rmtree(tmp_path / "b")


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    database = ChromaDatabase.embedded(tmp_path)
    store = database.create("passages")
    store.close()
    database.close()

    with pytest.raises(StoreUnavailable, match="has been closed"):
        store.count()
    with pytest.raises(StoreUnavailable, match="has been closed"):
        database.open("passages")


def test_a_server_that_does_not_answer_is_told() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with pytest.raises(StoreUnavailable, match="KOMPAS_CHROMA_URL"):
            ChromaDatabase.server(url)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files can be listed on Linux only")
def test_a_closed_connection_to_a_server_leaves_nothing_behind(chroma_url: str) -> None:
    systems = SharedSystemClient._identifier_to_system
    before = len(systems)
    sockets = open_sockets()
    for _ in range(3):
        database = ChromaDatabase.server(chroma_url)
        database.names()
        database.close()

    assert len(systems) == before
    assert open_sockets() == sockets


def open_sockets() -> int:
    return sum(target.startswith("socket:") for target in descriptors())


def test_a_missing_collection_is_told_and_deleting_it_is_no_fault(tmp_path: Path) -> None:
    database = ChromaDatabase.embedded(tmp_path)
    with pytest.raises(StoreUnavailable, match="nope"):
        database.open("nope")
    database.create("kept")
    database.delete("nope")

    assert database.names() == {"kept"}
    database.close()


def test_a_collection_of_a_server_that_names_a_model_to_load_is_not_opened(chroma_url: str) -> None:
    """Chroma's client would build it, with code from a model hub: whoever can write to the server would run programs here."""
    parts = urlsplit(chroma_url)
    stranger = chromadb.HttpClient(parts.hostname or "", parts.port or 0)
    stranger.create_collection(name := next(_NAMES))
    database = ChromaDatabase.server(chroma_url)

    with pytest.raises(StoreUnavailable, match="names an embedding model"):
        database.open(name)

    stranger.delete_collection(name)
    database.close()


def test_a_model_in_the_schema_alone_is_seen_too() -> None:
    schema = {
        "keys": {"#embedding": {"float_list": {"config": {"embedding_function": {"type": "known", "name": "x"}}}}}
    }

    assert _names_model(schema)
    assert not _names_model({"embedding_function": {"type": "legacy"}, "keys": [{"embedding_function": None}]})
