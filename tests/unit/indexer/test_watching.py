"""What a build tells the bot, and which versions it keeps."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hr.clock import SystemClock
from hr.history import History
from indexer.pipeline import Report
from indexer.watching import Standing, Versions, faults_of
from knowledge.index import Failure
from knowledge.watch import DocumentFault, WatchState, read_watch

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def report(*, added: tuple[str, ...] = (), unchanged: tuple[str, ...] = (), failed: tuple[Failure, ...] = ()) -> Report:
    return Report(
        version="1", published=True, added=added, changed=(), removed=(), unchanged=unchanged, failed=failed, kept=(),
        warnings=(), skipped=(), embedded=0, embedding_seconds=0.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "line", "told"),
    [
        ("is empty", None, "is empty"),
        ("front matter: line 8: `valid_from`: is not a date", 8, "front matter: `valid_from`: is not a date"),
        ("front matter: line 2: unknown key `a`; line 3: unknown key `b`", 2, "front matter: unknown key `a`"),
    ],
)
def test_a_fault_is_told_with_its_line_and_stays_the_same_when_it_moves(
    reason: str, line: int | None, told: str
) -> None:
    assert faults_of([Failure(path="a.md", reason=reason)]) == (DocumentFault(file="a.md", line=line, reason=told),)


def test_a_watcher_is_alive_while_it_watches_and_not_after(tmp_path: Path) -> None:
    standing = Standing(tmp_path, lambda: NOW, pid=7)
    with standing.beating():
        standing.built(report(failed=(Failure(path="a.md", reason="is empty"),)))
        state = read_watch(tmp_path)
        assert state is not None
        assert (state.pid, state.alive(NOW), state.built_at) == (7, True, NOW)
    state = read_watch(tmp_path)
    assert state is not None
    assert (state.pid, state.alive(NOW), len(state.faults)) == (None, False, 1)


def test_a_single_build_says_nothing_of_a_watcher(tmp_path: Path) -> None:
    Standing(tmp_path, lambda: NOW, pid=7).beat()
    Standing(tmp_path, lambda: NOW).built(report())
    state = read_watch(tmp_path)
    assert state is not None
    assert state.pid == 7


def test_a_build_that_cannot_be_done_is_told_and_keeps_the_faults_there_were(tmp_path: Path) -> None:
    standing = Standing(tmp_path, lambda: NOW)
    standing.built(report(failed=(Failure(path="a.md", reason="is empty"),)))
    standing.failed("the disk is full")
    state = read_watch(tmp_path)
    assert state is not None
    assert (state.failed, len(state.faults)) == ("the disk is full", 1)
    standing.built(report())
    assert read_watch(tmp_path) == WatchState(built_at=NOW)


def test_a_report_that_cannot_be_written_holds_up_no_build(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("no folder", encoding="utf-8")
    Standing(tmp_path / "index", lambda: NOW).built(report())
    assert read_watch(tmp_path / "index") is None


def test_what_hr_writes_is_kept_when_it_is_taken_into_use_and_papers_are_not(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    (documents / "fra hr").mkdir(parents=True)
    for name in ("a.md", "fra hr/b.txt", "papir.pdf", "broken.md"):
        (documents / name).write_text(name, encoding="utf-8")
    history = History(tmp_path / "history", SystemClock())
    versions = Versions(history, [documents])
    versions.keep(report(added=("a.md", "papir.pdf"), unchanged=("fra hr/b.txt",)))
    assert history.files() == ("documents/a.md", "documents/fra hr/b.txt")
    (documents / "fra hr" / "b.txt").write_text("not read yet", encoding="utf-8")
    versions.keep(report(unchanged=("fra hr/b.txt",)))
    assert len(history.versions("documents/fra hr/b.txt")) == 1


def test_a_watcher_ends_in_order_when_who_started_it_is_gone(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom hr.clock import SystemClock\n"
        "from indexer.watching import Standing, end_with_parent, ending_in_order\n"
        "with ending_in_order(), Standing(Path(sys.argv[1]), SystemClock().now, pid=7).beating():\n"
        "    end_with_parent(sys.stdin.buffer)\n    print('ready', flush=True)\n    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"ready\n"
        assert read_watch(tmp_path) != WatchState()
        process.stdin.close()
        assert process.wait(40) == 0
    assert read_watch(tmp_path) == WatchState()
