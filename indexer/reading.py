"""Reads documents in a process of its own, within limits of memory and time.

Whoever can write a document can write one that unpacks to a thousand times its size, or that a library handles slowly or not at
all. In a process of its own such a file ends nothing but that process: it is told as a failure of the file, and the next file is
read by a new one. A process starts when there is something to read, reads one file after another, and ends with the round, so that
a build pays for one start and a build that reads nothing for none.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Final, Self

from indexer.chunking import chunk
from indexer.errors import IndexerError, UnreadableFile
from indexer.readers.registry import read_content
from knowledge.models import Chunk, Document

if sys.platform != "win32":
    import resource

MEMORY: Final = 1024 * 1024 * 1024
"""Bytes of address space. The readers take 80 MB, a PDF is read page by page; the largest DOCX that Word makes of text stays far below."""

SECONDS: Final = 120
"""For one file. A full page of a PDF takes up to 0.2 seconds on a busy machine of two cores: this is a book of 600 pages."""

START_SECONDS: Final = 60
"""For the start, which takes a third of a second on a machine that is not busy."""

GRACE_SECONDS: Final = 5
"""After how much more time the process ends by itself: whoever started it is gone."""

MAX_CHARACTERS: Final = 2_000_000
"""Text of one document: a thousand pages. Every sentence is embedded, about twenty to a hundred in a second."""

MAX_SENTENCES: Final = 20_000
"""Of one document, for the same reason."""

LIMITED: Final = sys.platform == "linux"
"""Whether the operating system keeps the limit of memory; elsewhere there is the limit of time alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """What was read of one file."""

    document: Document
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a file could not be read. `spent`: the process has ended or must, at a limit; `slow`: that of time."""

    reason: str
    spent: bool = False
    slow: bool = False


Work = Callable[[bytes, str], Passages]
"""Reads the content of the file at a path; raises UnreadableFile, and whatever a library raises."""


class ReadingUnavailable(IndexerError):  # noqa: N818 - named for what it is
    """No process can be started to read documents in."""


def passages_of(content: bytes, path: str) -> Passages:
    """The passages of a file. Raises UnreadableFile."""
    parsed = read_content(content, path=path)
    if sum(len(block.raw) for block in parsed.blocks) > MAX_CHARACTERS:
        raise UnreadableFile(
            path, f"holds more than {MAX_CHARACTERS:,} characters of text; split it into several files"
        )
    chunks = chunk(parsed)
    sentences = sum(len(passage.sentences) for passage in chunks)
    if sentences > MAX_SENTENCES:
        raise UnreadableFile(path, f"holds more than {MAX_SENTENCES:,} sentences; split it into several files")
    if not sentences:
        raise UnreadableFile(path, "holds no text; a scanned document needs text recognition first")
    return Passages(document=parsed.document, chunks=chunks)


class Reading:
    """Reads files, one at a time. Leaving the `with` block ends the process; the next file starts another.

    It remembers which contents went beyond a limit, so that a watch does not spend that time again at each edit of another file.
    """

    def __init__(
        self,
        *,
        work: Work = passages_of,
        memory: int = MEMORY,
        seconds: float = SECONDS,
        start_seconds: float = START_SECONDS,
    ) -> None:
        """`memory` in bytes; `work` must be a function that another process can import."""
        self._work = work
        self._memory = memory
        self._seconds = seconds
        self._start_seconds = start_seconds
        self._helper: _Helper | None = None
        self._refused: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, content: bytes, path: str) -> Passages:
        """The passages of one file.

        Raises:
            UnreadableFile: whatever is wrong with the file.
            ReadingUnavailable: nothing is wrong with it, but there is no process to read it in.
        """
        key = hashlib.sha256(path.encode("utf-8", "surrogatepass") + b"\0" + content).hexdigest()
        if key in self._refused:
            raise UnreadableFile(path, self._refused[key])
        fresh = self._helper is None
        outcome = self._ask(content, path)
        if not fresh and isinstance(outcome, Refusal) and outcome.spent and not outcome.slow:
            outcome = self._ask(content, path)  # what it had read before may have been to blame
        if isinstance(outcome, Passages):
            return outcome
        if outcome.spent:
            self._refused[key] = outcome.reason
        raise UnreadableFile(path, outcome.reason)

    def _ask(self, content: bytes, path: str) -> Passages | Refusal:
        helper = self._helper = self._helper or _Helper(self._work, self._memory, self._seconds, self._start_seconds)
        try:
            outcome = helper.ask(content, path, self._seconds)
        except (EOFError, OSError):
            code = self._end()
            return Refusal(reason=f"cannot be read (the process that read it ended with {code})", spent=True)
        if outcome is None:
            reason = f"needs more than {self._seconds:g} seconds to read; split it, or save it anew"
            outcome = Refusal(reason=reason, spent=True, slow=True)
        if isinstance(outcome, Refusal) and outcome.spent:
            self._end()
        return outcome

    def _end(self) -> int | None:
        helper, self._helper = self._helper, None
        return helper.end() if helper is not None else None


class _Helper:
    """One process and the way to it."""

    def __init__(self, work: Work, memory: int, seconds: float, start_seconds: float) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks of the model
        self.calls, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=_serve, args=(theirs, work, memory, seconds), name="reading", daemon=True
        )
        try:
            self._process.start()
        except OSError as error:
            raise ReadingUnavailable(
                f"No process can be started to read documents in: {error.strerror or type(error).__name__}"
            ) from error
        finally:
            theirs.close()
        try:
            ready = self.calls.poll(start_seconds) and self.calls.recv() == _READY
        except (EOFError, OSError):
            ready = False
        if not ready:
            self.end()
            raise ReadingUnavailable("The process to read documents in did not start. Is there enough memory?")

    def ask(self, content: bytes, path: str, seconds: float) -> Passages | Refusal | None:
        """What it has made of a file; None when it needs longer. Raises EOFError or OSError when it has died."""
        self.calls.send((content, path))
        found: Passages | Refusal | None = self.calls.recv() if self.calls.poll(seconds) else None
        return found

    def end(self) -> int | None:
        """Its exit code (negative: the signal that ended it), or None for one that was ended here."""
        self.calls.close()
        self._process.join(0.2)
        code = self._process.exitcode
        if code is None:
            self._process.kill()
            self._process.join()
        self._process.close()
        return code


_READY: Final = "ready"


def _serve(calls: Connection, work: Work, memory: int, seconds: float) -> None:
    """The life of the process. Nothing it says may hold what stands in a document, so errors leave by their kind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for whoever started it
    if sys.platform != "win32":
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold documents
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    with suppress(EOFError, OSError):
        calls.send(_READY)
        while True:
            content, path = calls.recv()
            if sys.platform != "win32":
                signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS)
            outcome = _outcome(work, content, path, memory)
            if sys.platform != "win32":
                signal.setitimer(signal.ITIMER_REAL, 0)
            calls.send(outcome)


def _end_with_parent() -> None:
    """Nobody waits any more for what is being read."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _outcome(work: Work, content: bytes, path: str, memory: int) -> Passages | Refusal:
    try:
        return work(content, path)
    except UnreadableFile as error:
        return Refusal(reason=error.reason)
    except MemoryError:
        megabytes = memory // 1024 // 1024
        return Refusal(
            reason=f"needs more than {megabytes} MB of memory to read; split it, or save it anew", spent=True
        )
    except Exception as error:  # noqa: BLE001 - libraries raise whatever they like at a file that nobody foresaw
        return Refusal(reason=f"cannot be read ({type(error).__name__})")
