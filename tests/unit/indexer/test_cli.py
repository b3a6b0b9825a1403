from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from hr.clock import FixedClock
from indexer.cli import Program
from indexer.settings import IndexerSettings
from knowledge.embedding import Embedder, HashingEmbedder
from knowledge.errors import ModelUnavailable, SettingsError
from knowledge.index import current_version, read_contents
from knowledge.store import Vectors
from knowledge.watch import read_watch


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def hashing(settings: IndexerSettings, bar: Callable[[int, int], None]) -> Embedder:
    return HashingEmbedder(32)


@dataclass
class Bench:
    """The program in a folder of its own."""

    root: Path
    out: io.StringIO = field(default_factory=io.StringIO)
    err: io.StringIO = field(default_factory=io.StringIO)
    stop: threading.Event = field(default_factory=threading.Event)
    embedder: Callable[[IndexerSettings, Callable[[int, int], None]], Embedder] = hashing

    def settings(self) -> IndexerSettings:
        return IndexerSettings(data_dir=self.root / "data", documents=(self.root / "documents",))

    def write(self, name: str, text: str) -> Path:
        file = self.root / "documents" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        head = "" if text.startswith("---") else f"---\ntitle: {name}\n---\n\n"
        file.write_text(head + text, encoding="utf-8")
        return file

    def run(self, *arguments: str, open_settings: Callable[[], IndexerSettings] | None = None) -> int:
        program = Program(
            out=self.out,
            err=self.err,
            clock=FixedClock.on(date(2026, 3, 2)),
            open_settings=open_settings or self.settings,
            embedder=self.embedder,
            stop=self.stop,
        )
        return program.run(arguments)

    def indexed_text(self, index: Path | None = None) -> str:
        folder = index or self.root / "data" / "index"
        return " ".join(chunk.text for chunk in read_contents(folder / current_version(folder)).chunks)

    def failed(self) -> str | None:
        state = read_watch(self.root / "data" / "index")
        return None if state is None else state.failed

    @contextmanager
    def watching(self) -> Iterator[None]:
        thread = threading.Thread(target=self.run, args=("build", "--watch"))
        thread.start()
        try:
            assert wait_until(lambda: "watching" in self.out.getvalue())
            time.sleep(0.3)  # the watcher starts a moment after it is announced
            yield
        finally:
            self.stop.set()
            thread.join(15)
            assert not thread.is_alive()


def wait_until(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Ten seconds: within them an edit has to be live."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.write("a.md", "# Opfølgning\n\nRing på dag 1.\n")
    return bench


def test_build_tells_what_it_did(bench: Bench) -> None:
    assert bench.run("build") == 0

    lines = bench.out.getvalue().splitlines()
    assert lines[:5] == ["added      1  a.md", "changed    0", "removed    0", "unchanged  0", "failed     0"]
    assert lines[5].startswith("published  version 000001-")


def test_a_second_build_says_that_nothing_changed(bench: Bench) -> None:
    bench.run("build")

    assert bench.run("build") == 0
    assert bench.out.getvalue().splitlines()[-1].startswith("nothing changed, version 000001-")


def test_some_failed_files_give_exit_code_1_and_their_reasons(bench: Bench) -> None:
    bench.run("build")
    (bench.root / "documents" / "a.md").write_bytes(b"\x00")
    bench.write("b.md", "# B\n\nTekst.\n")

    assert bench.run("build") == 1
    assert (
        "  a.md: is binary, not text, in spite of its name (.md) (the last good version stays in the index)"
        in bench.out.getvalue()
    )


def test_source_and_index_can_be_named(bench: Bench, tmp_path: Path) -> None:
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.md").write_text(f"---\ntitle: {name}\n---\n\nIndhold {name}.\n")

    code = bench.run(
        "build", "--source", str(tmp_path / "x"), "--source", str(tmp_path / "y"), "--index", str(tmp_path / "i")
    )
    assert code == 0
    assert "Indhold x." in bench.indexed_text(tmp_path / "i")
    assert "Indhold y." in bench.indexed_text(tmp_path / "i")


@pytest.mark.parametrize("name", ["nope", "empty"])
def test_a_wrong_folder_gives_exit_code_2_before_the_model_is_loaded(tmp_path: Path, name: str) -> None:
    def no_model(settings: IndexerSettings, bar: Callable[[int, int], None]) -> Embedder:
        raise ModelUnavailable("must not be asked for")

    (tmp_path / "empty").mkdir()
    bench = Bench(tmp_path, embedder=no_model)

    assert bench.run("build", "--source", str(tmp_path / name)) == 2
    assert name in bench.err.getvalue()
    assert "must not" not in bench.err.getvalue()


def test_a_missing_model_gives_exit_code_2_and_one_clear_line(bench: Bench) -> None:
    def no_model(settings: IndexerSettings, bar: Callable[[int, int], None]) -> Embedder:
        raise ModelUnavailable("The package is not installed. Run: pip install it")

    bench.embedder = no_model

    assert bench.run("build") == 2
    assert bench.err.getvalue() == "The package is not installed. Run: pip install it\n"


def test_wrong_settings_give_exit_code_2(bench: Bench) -> None:
    def wrong() -> IndexerSettings:
        raise SettingsError("KOMPAS_X is not a setting of Kompas.")

    assert bench.run("status", open_settings=wrong) == 2
    assert bench.err.getvalue() == "KOMPAS_X is not a setting of Kompas.\n"


def test_wrong_usage_gives_exit_code_2(bench: Bench) -> None:
    with pytest.raises(SystemExit) as caught:
        bench.run("biuld")
    assert caught.value.code == 2


def test_status_tells_what_is_indexed(bench: Bench) -> None:
    bench.write("b.md", "---\ntitle: B\nvalid_from: 2025-05-01\nvalid_to: 2027-04-30\n---\n\n# B\n\nTekst.\n")
    bench.run("build")
    bench.out.truncate(0)

    assert bench.run("status") == 0
    assert "model      hashing-32, 32 columns" in bench.out.getvalue()
    assert "2 documents" in bench.out.getvalue()
    assert "  b.md: 1 passages from 2025-05-01 until 2027-04-30" in bench.out.getvalue()


def test_status_without_an_index_names_the_next_step(bench: Bench) -> None:
    assert bench.run("status") == 2
    assert "python -m indexer build" in bench.err.getvalue()


def test_check_finds_faults_without_a_model_or_an_index(bench: Bench) -> None:
    bench.write("b.md", "---\ntitle: B\nvalid_from: i morgen\n---\n\n# B\n\nTekst.\n")
    bench.write("c.md", "---\ntitle: C\nsupersedes: [ukendt]\nreview_due: 2026-01-01\n---\n\n# C\n\nSe [x](x.md).\n")
    bench.write("d.xyz", "?")

    assert bench.run("check") == 1
    told = bench.out.getvalue()
    assert "failed     b.md: " in told
    assert "warning    c.md: supersedes ukendt" in told
    assert "warning    c.md: the review was due on 2026-01-01" in told
    assert "warning    c.md: links to x.md" in told
    assert "skipped    d.xyz" in told
    assert not (bench.root / "data").exists()


def test_a_terminal_sees_a_progress_bar_and_a_log_file_one_line(bench: Bench) -> None:
    bench.run("build")
    assert bench.err.getvalue() == "embedding: 3 texts\n"

    bench.err = Terminal()
    bench.run("build", "--fresh")
    assert "embedding" in bench.err.getvalue()
    assert "text/s" in bench.err.getvalue()


def test_an_edit_is_live_within_ten_seconds(bench: Bench) -> None:
    with bench.watching():
        bench.write("a.md", "# Opfølgning\n\nRing på dag 3 i stedet.\n")
        assert wait_until(lambda: "dag 3 i stedet" in bench.indexed_text())


def test_an_editor_that_saves_by_renaming_is_noticed(bench: Bench) -> None:
    with bench.watching():
        beside = bench.write(".a.md.swp", "# Opfølgning\n\nGemt ved omdøbning.\n")
        beside.replace(bench.root / "documents" / "a.md")
        assert wait_until(lambda: "Gemt ved omdøbning" in bench.indexed_text())


def test_a_removed_file_disappears_while_watching(bench: Bench) -> None:
    bench.write("b.md", "# B\n\nSkal væk.\n")
    with bench.watching():
        (bench.root / "documents" / "b.md").unlink()
        assert wait_until(lambda: "Skal væk" not in bench.indexed_text())


class Stumbling(HashingEmbedder):
    """A model that fails at one word, with what it was given in its error."""

    def encode_passages(self, texts: list[str]) -> Vectors:
        if any("Snubletråd" in text for text in texts):
            raise RuntimeError(*texts)
        return super().encode_passages(texts)


def stumbling(settings: IndexerSettings, bar: Callable[[int, int], None]) -> Embedder:
    return Stumbling(32)


def test_a_fault_that_nobody_foresaw_is_told_without_its_words_and_does_not_end_the_watch(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.embedder = stumbling
    with bench.watching():
        bench.write("a.md", "# Opfølgning\n\nSnubletråd for modellen.\n")
        assert wait_until(lambda: bench.failed() is not None)
        bench.write("a.md", "# Opfølgning\n\nTilbage igen.\n")
        assert wait_until(lambda: "Tilbage igen" in bench.indexed_text())
        assert wait_until(lambda: bench.failed() is None)
    assert "the build could not be done" in caplog.messages


def test_a_first_build_that_nobody_foresaw_to_fail_is_told_and_the_watch_begins(bench: Bench) -> None:
    bench.embedder = stumbling
    bench.write("a.md", "# Opfølgning\n\nSnubletråd for modellen.\n")
    with bench.watching():
        told = bench.failed() or ""
        assert told.startswith("a fault of Kompas (RuntimeError at ")
        assert "Snubletråd" not in told
        bench.write("a.md", "# Opfølgning\n\nTilbage igen.\n")
        assert wait_until(lambda: bench.failed() is None)
        assert wait_until(lambda: "Tilbage igen" in bench.indexed_text())


def test_a_watch_that_cannot_begin_says_why_in_its_report(bench: Bench) -> None:
    (bench.root / "data" / "index").mkdir(parents=True)
    (bench.root / "data" / "index" / "current").mkdir()

    assert bench.run("build", "--watch") == 2
    assert "current" in (bench.failed() or "")


def test_a_failing_build_does_not_stop_the_watch(bench: Bench) -> None:
    with bench.watching():
        (bench.root / "documents" / "a.md").unlink()
        assert wait_until(lambda: "no document" in bench.err.getvalue())
        bench.write("a.md", "# Opfølgning\n\nTilbage igen.\n")
        assert wait_until(lambda: "Tilbage igen" in bench.indexed_text())
