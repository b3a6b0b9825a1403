"""The published index with its vectors on a Chroma server."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.chroma_store import ChromaDatabase
from knowledge.errors import StoreUnavailable
from knowledge.index import IndexReader, LiveIndex, passage_text
from tests.unit.knowledge.index_builders import EMBEDDER, publish


def collections(url: str) -> frozenset[str]:
    database = ChromaDatabase.server(url)
    names = database.names()
    database.close()
    return names


def test_an_index_on_a_server_is_found_and_searched(tmp_path: Path, chroma_url: str) -> None:
    manifest = publish(tmp_path, chroma_url=chroma_url)
    index = IndexReader.open(tmp_path, model=EMBEDDER.name, chroma_url=chroma_url)
    vector = EMBEDDER.encode_queries([passage_text(index.chunks[1])])[0]

    assert manifest.served
    assert not (tmp_path / manifest.version / "chroma").exists()
    assert index.passages.search(vector, 1)[0] == (index.chunks[1].id, pytest.approx(1.0, abs=1e-4))
    index.close()


def test_collections_of_old_versions_are_deleted_and_those_of_other_folders_stay(
    tmp_path: Path, chroma_url: str
) -> None:
    other = publish(tmp_path / "other", chroma_url=chroma_url).version
    versions = [publish(tmp_path / "own", chroma_url=chroma_url, keep=2).version for _ in range(4)]
    names = collections(chroma_url)

    assert {f"kompas-{version}-passages" in names for version in [other, *versions[2:]]} == {True}
    assert {f"kompas-{version}-sentences" in names for version in versions[:2]} == {False}


def test_a_running_process_follows_the_pointer_to_the_new_collections(tmp_path: Path, chroma_url: str) -> None:
    publish(tmp_path, chroma_url=chroma_url)
    live = LiveIndex(tmp_path, open_index=lambda: IndexReader.open(tmp_path, chroma_url=chroma_url))
    assert live.current().passages.count() == 2
    publish(tmp_path, "Kun en passage nu.", chroma_url=chroma_url)

    assert live.current().passages.count() == 1
    live.close()


def test_a_build_whose_server_is_away_is_cleaned_up_by_the_next(tmp_path: Path, chroma_url: str) -> None:
    with pytest.raises(StoreUnavailable):
        publish(tmp_path, chroma_url="http://127.0.0.1:9")
    publish(tmp_path, chroma_url=chroma_url)

    assert [path.name for path in tmp_path.iterdir() if path.is_dir() and path.name.startswith(".")] == []
