from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from indexer.pipeline import Pipeline, Report
from indexer.reading import Passages, Reading, passages_of
from indexer.sources import SourceUnavailable
from knowledge.embedding import HashingEmbedder
from knowledge.errors import KnowledgeError
from knowledge.index import IndexReader, current_version, passage_text, read_contents, read_vectors
from knowledge.models import Document
from knowledge.store import Vectors
from tests.unit.indexer.odd_word_files import ODD, word_file

NOW, TODAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC), date(2026, 3, 2)


def stumbling(content: bytes, path: str) -> Passages:
    """A reader with a fault of its own."""
    if path == "a.md":
        raise KeyError(path)
    return passages_of(content, path)


class CountingEmbedder(HashingEmbedder):
    """Counts the texts it embeds."""

    def __init__(self, name: str = "counting") -> None:
        super().__init__(32)
        self.texts: list[str] = []
        self._counting_name = name

    @property
    def name(self) -> str:
        return self._counting_name

    def encode_passages(self, texts: list[str]) -> Vectors:
        self.texts += texts
        return super().encode_passages(texts)


class FailingEmbedder(CountingEmbedder):
    """A model that cannot be loaded."""

    def encode_passages(self, texts: list[str]) -> Vectors:
        raise KnowledgeError("no model")


@dataclass
class Library:
    """A folder of documents and its index."""

    root: Path
    embedder: HashingEmbedder = field(default_factory=CountingEmbedder)

    @property
    def documents(self) -> Path:
        return self.root / "documents"

    @property
    def index(self) -> Path:
        return self.root / "index"

    def write(self, name: str, text: str, **front_matter: str) -> None:
        self.documents.mkdir(parents=True, exist_ok=True)
        fields = {"title": name.removesuffix(".md"), **front_matter}
        head = "".join(f"{key}: {value}\n" for key, value in fields.items())
        (self.documents / name).write_text(f"---\n{head}---\n\n# {name}\n\n{text}\n", encoding="utf-8")

    def build(self, *, fresh: bool = False, today: date = TODAY) -> Report:
        pipeline = Pipeline(folder=self.index, embedder=self.embedder)
        return pipeline.build([self.documents], now=NOW, today=today, fresh=fresh)

    def indexed(self) -> dict[str, Document]:
        return read_contents(self.index / current_version(self.index)).documents

    def text(self) -> str:
        return " ".join(chunk.text for chunk in read_contents(self.index / current_version(self.index)).chunks)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path)
    library.write("a.md", "Ring til medarbejderen på dag 1. Ring igen på dag 3.")
    library.write("b.md", "Aftal en samtale inden fire uger.")
    return library


def test_the_first_build_adds_everything(library: Library) -> None:
    report = library.build()

    assert (report.added, report.changed, report.removed, report.unchanged, report.failed) == (
        ("a.md", "b.md"), (), (), (), (),
    )  # fmt: skip
    assert report.published
    assert set(library.indexed()) == {"a", "b"}


def test_what_is_published_can_be_searched(library: Library) -> None:
    library.build()
    index = IndexReader.open(library.index, model="counting")
    wanted = next(chunk for chunk in index.chunks if "fire uger" in chunk.text)
    vector = library.embedder.encode_queries([passage_text(wanted)])[0]

    assert index.passages.search(vector, 1)[0][0] == wanted.id
    index.close()


def test_when_nothing_changed_nothing_is_published_or_embedded(library: Library) -> None:
    first = library.build()
    embedder = CountingEmbedder()
    library.embedder = embedder
    second = library.build()

    assert (second.published, second.version, second.unchanged) == (False, first.version, ("a.md", "b.md"))
    assert embedder.texts == []


def test_only_what_changed_is_embedded_again(library: Library) -> None:
    library.build()
    embedder = CountingEmbedder()
    library.embedder = embedder
    library.write("b.md", "Aftal en samtale inden fire uger. Skriv et referat.")
    report = library.build()

    assert (report.changed, report.unchanged) == (("b.md",), ("a.md",))
    assert any("Skriv et referat." in text for text in embedder.texts)
    assert not any("dag 3" in text for text in embedder.texts)


def test_vectors_that_are_carried_over_stay_with_their_texts(library: Library) -> None:
    library.build()
    library.write("0.md", "Et nyt dokument, som kommer først i rækken.")
    library.build()
    contents = read_contents(library.index / current_version(library.index))
    passages, sentences = read_vectors(library.index / current_version(library.index))
    expected = HashingEmbedder(32)

    assert passages == pytest.approx(expected.encode_passages([passage_text(chunk) for chunk in contents.chunks]))
    texts = [sentence.text for chunk in contents.chunks for sentence in chunk.sentences]
    assert sentences == pytest.approx(expected.encode_passages(texts))


def test_a_removed_file_disappears(library: Library) -> None:
    library.build()
    (library.documents / "a.md").unlink()
    report = library.build()

    assert report.removed == ("a.md",)
    assert set(library.indexed()) == {"b"}
    assert "dag 1" not in library.text()


def test_a_renamed_file_is_not_embedded_again(library: Library) -> None:
    library.write("a.md", "Ring på dag 1.", title="Opfølgning", id="opfoelgning")
    library.build()
    embedder = CountingEmbedder()
    library.embedder = embedder
    (library.documents / "a.md").rename(library.documents / "c.md")
    report = library.build()

    assert (report.added, report.removed) == (("c.md",), ("a.md",))
    assert embedder.texts == []
    assert library.indexed()["opfoelgning"].path == "c.md"


def test_a_broken_file_keeps_its_last_good_version(library: Library) -> None:
    library.build()
    (library.documents / "a.md").write_bytes(b"\x00\x01binary\x00")
    library.write("b.md", "Noget nyt.")
    report = library.build()

    assert [failure.path for failure in report.failed] == ["a.md"]
    assert "binary" in report.failed[0].reason
    assert report.kept == ("a.md",)
    assert report.changed == ("b.md",)
    assert "dag 1" in library.text()


@pytest.mark.parametrize("name", ODD)
def test_an_odd_word_file_does_not_stop_the_rest(library: Library, name: str) -> None:
    (library.documents / "c.docx").write_bytes(word_file())
    library.build()
    (library.documents / "c.docx").write_bytes(ODD[name])
    library.write("b.md", "Noget nyt.")
    report = library.build()

    assert ([failure.path for failure in report.failed], report.kept) == (["c.docx"], ("c.docx",))
    assert "corrupt DOCX" in report.failed[0].reason
    assert "Noget nyt." in library.text()
    assert "Aftal en vikar" in library.text()


def test_a_fault_that_nobody_foresaw_is_one_of_the_file(library: Library) -> None:
    pipeline = Pipeline(folder=library.index, embedder=library.embedder, reading=Reading(work=stumbling))
    report = pipeline.build([library.documents], now=NOW, today=TODAY)

    assert [(failure.path, failure.reason) for failure in report.failed] == [("a.md", "cannot be read (KeyError)")]
    assert set(library.indexed()) == {"b"}


def test_a_name_that_is_no_text_does_not_stop_the_rest(library: Library) -> None:
    (library.documents / os.fsdecode(b"\xff.md")).write_bytes((library.documents / "a.md").read_bytes())
    report = library.build()

    assert (report.skipped, set(library.indexed())) == (("\\udcff.md",), {"a", "b"})


@pytest.mark.parametrize("target", ["//[", "a" * 5000, "%00", "a%2F" * 90])
def test_a_link_to_what_can_be_no_file_is_a_warning(library: Library, target: str) -> None:
    library.write("b.md", f"Se [her]({target}).")

    assert len(library.build().warnings) == (len(target) < 5000)
    assert set(library.indexed()) == {"a", "b"}


def test_brackets_by_the_thousand_do_not_hold_up_the_warnings(library: Library) -> None:
    library.write("b.md", "Se " + "[" * 40_000 + " og " + "[](a " * 20_000)
    library.build()
    started = time.process_time()
    library.build()
    assert time.process_time() - started < 5


def test_a_successor_from_the_first_day_there_is_ends_nothing(library: Library) -> None:
    library.write("ny.md", "Ny regel.", supersedes="[a]", valid_from="0001-01-01")
    library.build()
    assert library.indexed()["a"].valid_to is None


def test_a_cpr_number_in_an_id_is_neither_stored_nor_printed(library: Library) -> None:
    library.write("c.md", "Tekst.", id="010190-1234", supersedes="[020290-1234]")
    library.write("d.md", "Tekst.", id="010190-1234")
    report = library.build()

    told = " ".join([*(failure.reason for failure in report.failed), *report.warnings])
    assert "the id [cpr] belongs to" in told
    assert "0190" not in told
    assert "0290" not in told


def test_a_file_that_stays_broken_publishes_nothing_new(library: Library) -> None:
    library.build()
    (library.documents / "a.md").write_bytes(b"\x00")
    first, second = library.build(), library.build()

    assert (first.published, second.published) == (True, False)
    assert second.failed == first.failed


def test_a_file_that_is_put_right_is_indexed_again(library: Library) -> None:
    library.build()
    (library.documents / "a.md").write_bytes(b"\x00")
    library.build()
    library.write("a.md", "Ring til medarbejderen på dag 1. Ring igen på dag 3.")
    report = library.build()

    assert (report.failed, report.kept) == ((), ())
    assert report.published


def test_a_broken_file_that_was_never_good_does_not_stop_the_rest(library: Library) -> None:
    (library.documents / "c.md").write_bytes(b"\x00")
    report = library.build()

    assert ([failure.path for failure in report.failed], report.kept) == (["c.md"], ())
    assert set(library.indexed()) == {"a", "b"}


def test_when_every_file_is_broken_nothing_is_published(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.documents.mkdir()
    (library.documents / "a.md").write_bytes(b"\x00")
    report = library.build()

    assert (report.version, report.published, len(report.failed)) == (None, False, 1)


def test_an_emptied_folder_leaves_the_index_as_it_is(library: Library) -> None:
    version = library.build().version
    for file in library.documents.iterdir():
        file.unlink()

    with pytest.raises(SourceUnavailable, match="stays as it is"):
        library.build()
    assert current_version(library.index) == version


def test_a_document_without_text_is_told(library: Library) -> None:
    (library.documents / "c.md").write_text("---\ntitle: Kun hoved\n---\n", encoding="utf-8")

    assert [failure.path for failure in library.build().failed] == ["c.md"]


def test_of_two_documents_with_one_id_the_published_one_stays(library: Library) -> None:
    library.build()
    library.write("0.md", "En anden tekst.", id="b")
    report = library.build()

    assert [failure.path for failure in report.failed] == ["0.md"]
    assert library.indexed()["b"].path == "b.md"


def test_a_circle_of_supersedes_keeps_the_last_good_versions(library: Library) -> None:
    library.write("ny.md", "Ny regel.", supersedes="[gammel]", valid_from="2025-05-01")
    library.write("gammel.md", "Gammel regel.")
    library.build()
    library.write("gammel.md", "Gammel regel, rettet.", supersedes="[ny]", valid_from="2026-01-01")
    report = library.build()

    assert ([failure.path for failure in report.failed], report.kept) == (["gammel.md"], ("gammel.md",))
    assert "rettet" not in library.text()


def test_a_superseded_document_ends_when_its_successor_begins(library: Library) -> None:
    library.write("ny.md", "Ny regel.", supersedes="[a]", valid_from="2025-05-01")
    library.build()
    assert library.indexed()["a"].valid_to == date(2025, 4, 30)

    library.write("ny.md", "Ny regel.", supersedes="[a]", valid_from="2025-06-01")
    assert library.build().unchanged == ("a.md", "b.md")
    assert library.indexed()["a"].valid_to == date(2025, 5, 31)


def test_a_derived_end_goes_when_the_successor_goes(library: Library) -> None:
    library.write("ny.md", "Ny regel.", supersedes="[a]", valid_from="2025-05-01")
    library.build()
    (library.documents / "ny.md").unlink()
    library.build()

    assert library.indexed()["a"].valid_to is None


def test_another_model_embeds_everything_again(library: Library) -> None:
    library.build()
    embedder = CountingEmbedder("other model")
    library.embedder = embedder
    report = library.build()

    assert report.published
    assert any("dag 3" in text for text in embedder.texts)
    assert report.unchanged == ("a.md", "b.md")


def test_a_changed_reader_reads_again_what_did_not_change(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    first = library.build()
    monkeypatch.setattr("indexer.pipeline.recipe", lambda: "another recipe")
    report = library.build()

    assert report.published
    assert report.version != first.version
    assert report.embedded == 0


@pytest.mark.parametrize("name", ["manifest.json", "chunks.jsonl", "vectors.npz", "chroma"])
def test_a_damaged_index_is_built_anew(library: Library, name: str) -> None:
    version = library.build().version
    assert version is not None
    (library.index / version / name).rename(library.root / "away")
    library.write("b.md", "En ændring.")
    report = library.build()

    assert report.published
    assert set(library.indexed()) == {"a", "b"}


def test_a_fresh_build_reads_and_embeds_everything(library: Library) -> None:
    library.build()
    report = library.build(fresh=True)

    assert report.published
    assert report.embedded > 0


def test_when_embedding_fails_the_old_index_stays(library: Library) -> None:
    version = library.build().version
    library.write("b.md", "Noget nyt.")
    library.embedder = FailingEmbedder()

    with pytest.raises(KnowledgeError):
        library.build()
    assert current_version(library.index) == version


def test_warnings_are_reported_and_do_not_publish_by_themselves(library: Library) -> None:
    library.write("b.md", "Tekst.", review_due="2026-03-31")
    library.build()
    report = library.build(today=date(2026, 4, 1))

    assert report.warnings == ("b.md: the review was due on 2026-03-31. Review it and move review_due.",)
    assert not report.published


def test_progress_counts_up_to_all_texts(library: Library) -> None:
    calls: list[tuple[int, int]] = []
    pipeline = Pipeline(folder=library.index, embedder=library.embedder)
    report = pipeline.build(
        [library.documents], now=NOW, today=TODAY, progress=lambda done, total: calls.append((done, total))
    )

    assert calls[0] == (0, report.embedded)
    assert calls[-1] == (report.embedded, report.embedded)


def test_rows_of_the_vectors_are_of_length_one(library: Library) -> None:
    library.build()
    passages, _ = read_vectors(library.index / current_version(library.index))

    assert np.linalg.norm(passages, axis=1) == pytest.approx(1.0)
