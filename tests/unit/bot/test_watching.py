"""The watcher beside the bot: started again when it dies, ended with the bot, and left to others where one runs."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter

from bot.watching import document_faults, standing, watching
from hr.clock import FixedClock, SystemClock
from hr.live_file import ContentFault
from knowledge.watch import MAX_FAULTS, MAX_REASON, SILENT, DocumentFault, WatchState, read_watch, write_watch

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WAITS = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); sys.stdin.read()"


def command(log: Path, script: str = WAITS) -> tuple[str, ...]:
    return (sys.executable, "-c", script, str(log))


def started(log: Path) -> list[int]:
    return [int(line) for line in log.read_text().split()] if log.exists() else []


async def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


def runs(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def test_a_watcher_that_is_killed_is_started_again_and_the_last_one_ends_with_the_bot(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with watching(tmp_path, command=command(log), first_pause=0.01):
        await until(lambda: len(started(log)) == 1)
        os.kill(started(log)[0], signal.SIGKILL)
        await until(lambda: len(started(log)) == 2)
    assert not runs(started(log)[1])


async def test_one_that_keeps_dying_is_started_less_and_less_often(tmp_path: Path) -> None:
    log = tmp_path / "log"
    dies = "import sys; open(sys.argv[1], 'a').write('1\\n'); sys.exit(2)"
    async with watching(tmp_path, command=command(log, dies), first_pause=0.2):
        await until(lambda: len(started(log)) >= 2)
        before = asyncio.get_running_loop().time()
        await until(lambda: len(started(log)) >= 3)
        assert asyncio.get_running_loop().time() - before >= 0.35


async def test_a_command_that_cannot_be_run_does_not_stop_the_bot(tmp_path: Path) -> None:
    async with watching(tmp_path, command=[str(tmp_path / "missing")], first_pause=0.01):
        await asyncio.sleep(0.1)
    assert read_watch(tmp_path) is None


async def test_where_somebody_elses_watcher_runs_none_is_started(tmp_path: Path) -> None:
    write_watch(tmp_path, WatchState(pid=1, alive_at=SystemClock().now()))
    async with watching(tmp_path, command=command(tmp_path / "log"), first_pause=0.01):
        await asyncio.sleep(0.3)
    assert started(tmp_path / "log") == []


def test_the_faults_of_documents_are_those_of_the_last_build(tmp_path: Path) -> None:
    assert document_faults(tmp_path) is None
    write_watch(tmp_path, WatchState(built_at=NOW, faults=(DocumentFault(file="a.md", line=3, reason="is empty"),)))
    assert document_faults(tmp_path) == (ContentFault(file="a.md", line=3, reason="is empty"),)


def test_a_long_report_does_not_hold_up_the_bot(tmp_path: Path) -> None:
    fault = DocumentFault(file="a.md", reason="x" * 2_000_000)
    (tmp_path / "watch.json").write_bytes(TypeAdapter(WatchState).dump_json(WatchState(built_at=NOW, faults=(fault,))))
    assert document_faults(tmp_path) is None
    assert standing(tmp_path)[0] is None


def test_what_is_written_can_be_read_however_much_failed(tmp_path: Path) -> None:
    faults = tuple(DocumentFault(file=f"{number:05}" + "\x01" * 4000, reason="æ" * 500) for number in range(2000))
    write_watch(tmp_path, WatchState(built_at=NOW, failed="x" * 5000, faults=faults))
    state = read_watch(tmp_path)
    assert state is not None
    assert 0 < len(state.faults) <= MAX_FAULTS
    assert {len(state.failed or ""), *(len(fault.reason) for fault in state.faults)} == {MAX_REASON}


def test_a_damaged_report_is_as_none(tmp_path: Path) -> None:
    (tmp_path / "watch.json").write_text("{", encoding="utf-8")
    assert document_faults(tmp_path) is None


def test_the_operator_is_told_who_watches_and_when_that_has_died(tmp_path: Path) -> None:
    clock = FixedClock(moment=NOW)
    assert standing(tmp_path, clock) == (None, "nobody keeps the index fresh just now, no build yet")
    write_watch(tmp_path, WatchState(pid=7, alive_at=NOW, built_at=NOW))
    runs_now, told = standing(tmp_path, clock)
    assert runs_now is True
    assert "process 7" in told
    silent = FixedClock(moment=NOW + SILENT + timedelta(seconds=1))
    assert standing(tmp_path, silent)[0] is False
