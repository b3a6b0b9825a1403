"""What a build tells the bot and leaves behind: faults by document, that the watcher is alive, and versions of what was taken into use."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from hr.history import History
from indexer.pipeline import Report
from indexer.sources import list_files
from knowledge.index import Failure
from knowledge.watch import BEAT_SECONDS, DocumentFault, WatchState, read_watch, write_watch

EDITED: Final = (".md", ".txt")
"""What HR writes itself. Papers have their versions where they come from, and name people that a history would keep."""

DOCUMENTS: Final = "documents"
"""The folder of documents in the history."""

_LINE: Final = re.compile(r"\bline (\d+): ")


def faults_of(failed: Iterable[Failure]) -> tuple[DocumentFault, ...]:
    """What failed, with the line out of the reason, so that a fault stays the same when lines are put in above it."""
    return tuple(_fault(failure) for failure in failed)


def _fault(failure: Failure) -> DocumentFault:
    first = failure.reason.split("; line ")[0]
    found = _LINE.search(first)
    line = int(found[1]) if found else None
    return DocumentFault(file=failure.path, line=line, reason=_LINE.sub("", first, count=1))


class Standing:
    """Keeps `watch.json` of one index folder up to date. A file that cannot be written holds up no build."""

    def __init__(self, folder: Path, now: Callable[[], datetime], *, pid: int | None = None) -> None:
        """`pid` is that of a watcher; None for a single build, which says nothing of whether one is alive."""
        self._folder = folder
        self._now = now
        self._pid = pid
        self._writing = threading.Lock()

    def built(self, report: Report) -> None:
        """A build was done."""
        self._change(built_at=self._now(), failed=None, faults=faults_of(report.failed))

    def failed(self, why: str) -> None:
        """A build could not be done at all."""
        self._change(failed=why)

    def beat(self) -> None:
        """The watcher is alive."""
        self._change()

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Say so every few seconds, also during a long build; at the end, that it is not any more."""
        stop = threading.Event()

        def beat() -> None:
            while not stop.wait(BEAT_SECONDS):
                self.beat()

        self.beat()
        thread = threading.Thread(target=beat, name="beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            self._pid = None
            self._change(pid=None, alive_at=None)

    def _change(self, **values: object) -> None:
        alive = {"pid": self._pid, "alive_at": self._now()} if self._pid is not None else {}
        with self._writing, suppress(OSError):
            state = read_watch(self._folder) or WatchState()
            write_watch(self._folder, replace(state, **alive, **values))  # type: ignore[arg-type]


class Versions:
    """Keeps the versions of the documents that HR writes, as they are taken into use."""

    def __init__(self, history: History, sources: Sequence[Path]) -> None:
        self._history = history
        self._sources = sources
        self._first = True

    def keep(self, report: Report) -> None:
        """Keep what this build took into use; at the first build of a process also what was there already."""
        used = {*report.added, *report.changed, *(report.unchanged if self._first else ())}
        self._first = False
        for source in list_files(self._sources).files:
            if source.path in used and source.file.suffix.lower() in EDITED:
                self._history.add(source.file, name=f"{DOCUMENTS}/{source.path}")


def end_with_parent(stream: BinaryIO) -> None:
    """End this process, as by SIGTERM, when the other end of its input is closed: whoever started it is gone, even if it was killed."""

    def wait() -> None:
        with suppress(OSError, ValueError):
            while os.read(stream.fileno(), 1024):  # unbuffered: a buffer that is waited on cannot be closed at the end
                pass
        os.kill(
            os.getpid(), signal.SIGTERM
        )  # to the process: a signal raised in this thread would not wake the main one

    threading.Thread(target=wait, name="parent", daemon=True).start()


@contextmanager
def ending_in_order() -> Iterator[None]:
    """SIGTERM leaves by way of what is open, so that nobody takes a watcher for alive that has gone. An index is published in one step."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
