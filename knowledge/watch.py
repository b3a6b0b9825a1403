"""How the indexing goes: written by the indexer after each build and while it watches, read by the bot.

<index>/watch.json    replaced in one step
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

WATCH: Final = "watch.json"

BEAT_SECONDS: Final = 5.0
"""How often a watcher says that it is alive."""

MAX_REASON: Final = 300
"""Characters of a reason. What is wrong and what to do fit; a text that grows with what stands in a document does not."""

MAX_FAULTS: Final = 500
"""Documents whose faults are told at once."""

MAX_BYTES: Final = 1024 * 1024
"""A larger file is not read. Five hundred faults take about a tenth of it."""

SILENT: Final = timedelta(seconds=4 * BEAT_SECONDS)
"""A watcher that has not said so for this long is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFault:
    """Why the newest version of a document is not in the index. `file` is its path below its folder."""

    file: str
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchState:
    """`alive_at` is when a watcher last said that it runs as process `pid`; None where there has been none.

    `built_at` is the end of the last build, `failed` why the last one could not be done at all (None: it was done).
    """

    pid: int | None = None
    alive_at: datetime | None = None
    built_at: datetime | None = None
    failed: str | None = None
    faults: tuple[DocumentFault, ...] = ()

    def alive(self, now: datetime) -> bool:
        """Whether a watcher runs. One whose word lies in the future is not believed: the clock was set back."""
        return self.alive_at is not None and abs(now - self.alive_at) <= SILENT


_STATE: TypeAdapter[WatchState] = TypeAdapter(WatchState)


def shortened(reason: str) -> str:
    """A reason of at most `MAX_REASON` characters."""
    return reason if len(reason) <= MAX_REASON else reason[: MAX_REASON - 1] + "…"


def read_watch(folder: Path) -> WatchState | None:
    """What the index folder says; None when there is nothing that can be read. The bot reads it between two messages: it is never long."""
    try:
        with (folder / WATCH).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        return bounded(_STATE.validate_json(content)) if len(content) <= MAX_BYTES else None
    except (OSError, ValidationError):
        return None


def bounded(state: WatchState) -> WatchState:
    """The same with no more faults and no longer reasons than are told. The first faults stay: the order of paths is the same each time."""
    return replace(
        state,
        failed=None if state.failed is None else shortened(state.failed),
        faults=tuple(replace(fault, reason=shortened(fault.reason)) for fault in state.faults[:MAX_FAULTS]),
    )


def write_watch(folder: Path, state: WatchState) -> None:
    """Put the state in the place of the last one. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{WATCH}.{os.getpid()}"
    state = bounded(state)
    while len(written := _STATE.dump_json(state, indent=1)) > MAX_BYTES:
        state = replace(state, faults=state.faults[: len(state.faults) // 2])  # names of files may be long too
    beside.write_bytes(written)
    beside.replace(folder / WATCH)
