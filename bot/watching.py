"""Keeps the index fresh beside the bot: the indexer as a process of its own, started again when it dies, and what it reports."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from hr.clock import Clock, SystemClock
from hr.live_file import ContentFault
from knowledge.watch import WatchState, read_watch

COMMAND: Final = (sys.executable, "-m", "indexer", "build", "--watch", "--with-parent")

FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 60.0
"""How long it waits before it starts a watcher that keeps on dying."""

STEADY_SECONDS: Final = 60.0
"""A watcher that ran for this long has not died of how it was started."""

OTHERS_SECONDS: Final = 5.0
"""How often it looks whether a watcher that somebody else runs is still there."""

GOES_SECONDS: Final = 10.0
"""How long a watcher may take to end before it is killed."""

_log = logging.getLogger(__name__)


def document_faults(index: Path) -> Sequence[ContentFault] | None:
    """The documents whose newest version is not in the index; None when no build has told."""
    state = read_watch(index)
    if state is None or state.built_at is None:
        return None
    return tuple(ContentFault(file=one.file, line=one.line, reason=one.reason) for one in state.faults)


def standing(index: Path, now: Clock | None = None) -> tuple[bool | None, str]:
    """Whether a watcher runs, and how it goes, for the operator. None: none does, and none has died either."""
    state = read_watch(index) or WatchState()
    built = f"last build {state.built_at.isoformat(timespec='seconds')}" if state.built_at else "no build yet"
    faults = f", {len(state.faults)} documents failed" if state.faults else ""
    failed = f", the last try failed: {state.failed}" if state.failed else ""
    told = f"{built}{faults}{failed}"
    if state.alive((now or SystemClock()).now()):
        return True, f"process {state.pid} keeps the index fresh, {told}"
    died = state.alive_at is not None
    return (False if died else None), f"nobody keeps the index fresh just now, {told}"


@asynccontextmanager
async def watching(
    index: Path,
    *,
    command: Sequence[str] = COMMAND,
    clock: Clock | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    first_pause: float = FIRST_PAUSE_SECONDS,
) -> AsyncIterator[None]:
    """While it is open, one watcher runs on this machine's index folder: this one's, or one that is there already."""
    task = asyncio.create_task(_supervise(index, command, clock or SystemClock(), monotonic, first_pause))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _supervise(
    index: Path, command: Sequence[str], clock: Clock, monotonic: Callable[[], float], first_pause: float
) -> None:
    pause, own = first_pause, None
    while True:
        state = read_watch(index)
        if state is not None and state.pid != own and state.alive(clock.now()):
            await asyncio.sleep(OTHERS_SECONDS)
            continue
        began = monotonic()
        try:
            own, code = await _run(command)
        except OSError as error:
            code = error.strerror or type(error).__name__
        pause = first_pause if monotonic() - began >= STEADY_SECONDS else pause
        _log.warning("the watcher of documents has ended (%s): it starts again in %.0f s", code, pause)
        await asyncio.sleep(pause)
        pause = min(LONGEST_PAUSE_SECONDS, pause * 2)


async def _run(command: Sequence[str]) -> tuple[int, int | str]:
    """The watcher from its start to its end: its process id and exit code. It ends as well when this process does, however that is: its input is then closed."""
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
    _log.info("the watcher of documents runs as process %d", process.pid)
    try:
        return process.pid, await process.wait()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                async with asyncio.timeout(GOES_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
