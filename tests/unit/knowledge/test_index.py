from __future__ import annotations

import gc
import hashlib
import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from knowledge.chroma_store import ChromaDatabase
from knowledge.errors import IndexDamaged, IndexOfAnotherModel, NoIndex, StoreUnavailable
from knowledge.index import (
    Index,
    IndexReader,
    LiveIndex,
    collection_name,
    current_version,
    passage_text,
    read_contents,
    read_manifest,
    read_vectors,
    sentence_id,
)
from tests.unit.knowledge.index_builders import BUILT, EMBEDDER, full_document, passages_of, publish


def test_what_is_published_comes_back_whole(tmp_path: Path) -> None:
    publish(tmp_path, "Ring på dag 1. Ring igen på dag 3.", "Aftal en samtale på dag 10.")
    index = IndexReader.open(tmp_path, model=EMBEDDER.name)

    assert index.documents == {"opfoelgning": full_document()}
    assert index.chunks == passages_of(
        full_document(), "Ring på dag 1. Ring igen på dag 3.", "Aftal en samtale på dag 10."
    )
    assert index.manifest.built_at == BUILT
    assert (index.passages.count(), index.sentences.count()) == (2, 3)
    index.close()


def test_passages_and_sentences_are_found_by_their_text(tmp_path: Path) -> None:
    publish(tmp_path)
    index = IndexReader.open(tmp_path)
    passage, sentence = index.chunks[1], index.chunks[0].sentences[1]
    vectors = EMBEDDER.encode_queries([passage_text(passage), sentence.text])

    assert index.passages.search(vectors[0], 1)[0] == (passage.id, pytest.approx(1.0, abs=1e-4))
    assert index.sentences.search(vectors[1], 1)[0] == (sentence_id(index.chunks[0], 1), pytest.approx(1.0, abs=1e-4))
    index.close()


def test_the_vectors_are_kept_for_the_next_build(tmp_path: Path) -> None:
    version = publish(tmp_path).version
    passages, sentences = read_vectors(tmp_path / version)
    texts = [sentence.text for chunk in read_contents(tmp_path / version).chunks for sentence in chunk.sentences]

    assert passages.shape == (2, EMBEDDER.dimension)
    assert sentences == pytest.approx(EMBEDDER.encode_passages(texts))


def test_a_published_version_stays_as_it_is_when_another_is_published(tmp_path: Path) -> None:
    def digests() -> dict[str, str]:
        files = (path for path in (tmp_path / first).rglob("*") if path.is_file())
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    first = publish(tmp_path).version
    before = digests()
    second = publish(tmp_path, "Noget helt andet.").version

    assert digests() == before
    assert current_version(tmp_path) == second != first


def test_the_last_three_versions_stay(tmp_path: Path) -> None:
    versions = [publish(tmp_path).version for _ in range(5)]

    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == versions[2:]


def test_a_build_that_fails_leaves_the_old_version_in_service(tmp_path: Path) -> None:
    version = publish(tmp_path).version

    with pytest.raises(StoreUnavailable, match="KOMPAS_CHROMA_URL"):
        publish(tmp_path, chroma_url="http://127.0.0.1:9")
    assert current_version(tmp_path) == version
    assert [path.name for path in tmp_path.glob("0*")] == [version]


def test_a_build_that_is_interrupted_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    publish(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    monkeypatch.setattr("knowledge.index_writer._flush", interrupt)
    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == names


def test_what_a_killed_build_left_is_removed_by_the_next(tmp_path: Path) -> None:
    publish(tmp_path)
    (tmp_path / ".000002-deadbeef").mkdir()
    (tmp_path / ".000002-deadbeef" / "chunks.jsonl").write_text("{")
    publish(tmp_path)

    assert not (tmp_path / ".000002-deadbeef").exists()


def test_two_builds_at_once_publish_one_after_the_other(tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as threads:
        made = list(threads.map(lambda _: publish(tmp_path).version, range(3)))

    assert sorted(version[:6] for version in made) == ["000001", "000002", "000003"]
    assert current_version(tmp_path) in made


def test_without_an_index_the_next_step_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="python -m indexer build"):
        IndexReader.open(tmp_path)


def test_an_index_of_another_model_is_refused(tmp_path: Path) -> None:
    publish(tmp_path)

    with pytest.raises(IndexOfAnotherModel, match=r"embedded by hashing-32, questions by e5\. Run"):
        IndexReader.open(tmp_path, model="e5")


def test_an_index_on_a_server_cannot_be_opened_without_its_address(tmp_path: Path) -> None:
    manifest = publish(tmp_path)
    file = tmp_path / manifest.version / "manifest.json"
    file.write_text(file.read_text().replace('"served": false', '"served": true'))
    assert read_manifest(file.parent).served

    with pytest.raises(StoreUnavailable, match="KOMPAS_CHROMA_URL"):
        IndexReader.open(tmp_path)


@pytest.mark.parametrize("content", [b"", b"../elsewhere", b".hidden", b"\xff\xfe", b"000009-gone"])
def test_a_wrong_pointer_is_told(tmp_path: Path, content: bytes) -> None:
    publish(tmp_path)
    (tmp_path / "current").write_bytes(content)

    with pytest.raises(IndexDamaged, match="python -m indexer build"):
        IndexReader.open(tmp_path)


@pytest.mark.parametrize("name", ["manifest.json", "chunks.jsonl"])
@pytest.mark.parametrize("damage", ["missing", "cut", "binary", "other"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, damage: str) -> None:
    file = tmp_path / publish(tmp_path).version / name
    content = file.read_bytes()
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(
            {"cut": content[: len(content) * 2 // 3], "binary": b"\xff\x00" * 50, "other": b"[1]\n"}[damage]
        )

    with pytest.raises(IndexDamaged, match=name.replace(".", r"\.")):
        IndexReader.open(tmp_path)


def test_damaged_vectors_are_named(tmp_path: Path) -> None:
    folder = tmp_path / publish(tmp_path).version
    for content in (b"PK", b"", (folder / "vectors.npz").read_bytes()[:400]):
        (folder / "vectors.npz").write_bytes(content)
        with pytest.raises(IndexDamaged, match=r"vectors\.npz"):
            read_vectors(folder)


def test_a_format_of_the_future_is_refused(tmp_path: Path) -> None:
    file = tmp_path / publish(tmp_path).version / "manifest.json"
    file.write_text(file.read_text().replace('"format": 1', '"format": 2'))

    with pytest.raises(IndexDamaged, match="format 2"):
        IndexReader.open(tmp_path)


def test_a_vector_store_that_lacks_vectors_is_refused(tmp_path: Path) -> None:
    version = publish(tmp_path).version
    database = ChromaDatabase.embedded(tmp_path / version / "chroma")
    database.delete(collection_name(version, "sentences"))
    database.create(collection_name(version, "sentences"))
    database.close()

    with pytest.raises(IndexDamaged, match="incomplete"):
        IndexReader.open(tmp_path)


def test_a_missing_store_is_refused(tmp_path: Path) -> None:
    version = publish(tmp_path).version
    (tmp_path / version / "chroma").rename(tmp_path / "elsewhere")

    with pytest.raises(IndexDamaged, match="chroma is missing"):
        IndexReader.open(tmp_path)


class Seconds:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def live(folder: Path, clock: Seconds | None = None) -> LiveIndex:
    return LiveIndex(
        folder, open_index=lambda: IndexReader.open(folder, model=EMBEDDER.name), monotonic=clock or Seconds()
    )


def test_a_running_process_sees_the_new_version_without_a_restart(tmp_path: Path) -> None:
    first = publish(tmp_path).version
    index = live(tmp_path)
    assert index.current().version == first

    second = publish(tmp_path, "Noget andet.").version
    assert index.current().version == second
    assert index.current() is index.current()
    index.close()


def test_a_process_that_starts_before_the_first_build_finds_the_index_later(tmp_path: Path) -> None:
    index = live(tmp_path)
    with pytest.raises(NoIndex):
        index.current()
    version = publish(tmp_path).version

    assert index.current().version == version
    index.close()


def test_an_old_version_is_let_go_when_its_last_user_is_done(tmp_path: Path) -> None:
    closed: list[str] = []

    def open_index() -> Index:
        opened = IndexReader.open(tmp_path)
        close = opened.close
        contents = read_contents(tmp_path / opened.version)

        def note() -> None:
            closed.append(contents.manifest.version)
            close()

        return Index(contents=contents, passages=opened.passages, sentences=opened.sentences, close=note)

    first = publish(tmp_path).version
    index = LiveIndex(tmp_path, open_index=open_index)
    held = index.current()
    publish(tmp_path, "Noget andet.")
    index.current()
    assert held.passages.count() == 2
    assert closed == []

    del held
    gc.collect()
    assert closed == [first]
    index.close()


def test_a_broken_new_version_leaves_the_old_one_in_service(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock = Seconds()
    first = publish(tmp_path).version
    index = live(tmp_path, clock)
    index.current()
    second = publish(tmp_path, "Noget andet.").version
    manifest = tmp_path / second / "manifest.json"
    content = manifest.read_bytes()
    manifest.unlink()

    with caplog.at_level(logging.WARNING):
        assert [index.current().version for _ in range(3)] == [first] * 3
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1

    manifest.write_bytes(content)
    clock.now = 31.0
    assert index.current().version == second
    index.close()


def test_texts_can_be_read_while_the_vector_store_is_away_and_it_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, away = Seconds(), [True]
    first = publish(tmp_path).version

    def whole() -> Index:
        if away[0]:
            raise StoreUnavailable("no server")
        return IndexReader.open(tmp_path, model=EMBEDDER.name)

    index = LiveIndex(
        tmp_path,
        open_index=whole,
        open_without_vectors=lambda why: IndexReader.open_without_vectors(tmp_path, why=why),
        monotonic=clock,
    )
    without = index.current()
    assert without.version == first
    assert without.chunks
    for store in (without.passages, without.sentences):
        with pytest.raises(StoreUnavailable, match="no server"):
            store.count()
    assert index.current() is without

    second = publish(tmp_path, "Noget andet.").version
    assert index.current().version == second

    away[0] = False
    assert index.current().version == second
    clock.now = 31.0
    assert index.current().passages.count() > 0
    assert [record.levelname for record in caplog.records if "without its vectors" in record.message] == ["ERROR"] * 2
    index.close()


def test_an_index_that_is_damaged_is_not_searched_by_words_either(tmp_path: Path) -> None:
    version = publish(tmp_path).version
    (tmp_path / version / "chunks.jsonl").unlink()
    index = LiveIndex(
        tmp_path,
        open_index=lambda: IndexReader.open(tmp_path),
        open_without_vectors=lambda why: IndexReader.open_without_vectors(tmp_path, why=why),
    )

    with pytest.raises(IndexDamaged):
        index.current()


def test_a_pointer_that_vanishes_leaves_the_old_version_in_service(tmp_path: Path) -> None:
    version = publish(tmp_path).version
    index = live(tmp_path)
    index.current()
    (tmp_path / "current").unlink()

    assert index.current().version == version
    index.close()


def test_while_one_thread_opens_the_others_are_served_from_the_old_version(tmp_path: Path) -> None:
    opening, go_on = threading.Event(), threading.Event()
    slow = False

    def open_index() -> Index:
        if slow:
            opening.set()
            assert go_on.wait(10)
        return IndexReader.open(tmp_path)

    first = publish(tmp_path).version
    index = LiveIndex(tmp_path, open_index=open_index)
    index.current()
    second = publish(tmp_path, "Noget andet.").version
    slow = True
    with ThreadPoolExecutor(1) as threads:
        opener = threads.submit(index.current)
        assert opening.wait(10)
        assert index.current().version == first
        go_on.set()
        assert opener.result(10).version == second
    index.close()


def test_many_threads_open_the_first_version_once(tmp_path: Path) -> None:
    opened: list[int] = []

    def open_index() -> Index:
        opened.append(1)
        return IndexReader.open(tmp_path)

    publish(tmp_path)
    index = LiveIndex(tmp_path, open_index=open_index)
    with ThreadPoolExecutor(8) as threads:
        versions = {found.version for found in threads.map(lambda _: index.current(), range(32))}

    assert len(versions) == len(opened) == 1
    index.close()


def test_the_pointer_is_replaced_in_one_step(tmp_path: Path) -> None:
    publish(tmp_path)
    pointer = os.open(tmp_path / "current", os.O_RDONLY)
    publish(tmp_path)

    assert os.read(pointer, 100).startswith(b"000001-")
    os.close(pointer)
    assert current_version(tmp_path).startswith("000002-")
