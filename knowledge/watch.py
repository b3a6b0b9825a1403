"""How the indexing goes: written by the indexer after each build and while it watches, read by the bot.

<index>/watch.json    replaced in one step
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

WATCH: Final = "watch.json"

BEAT_SECONDS: Final = 5.0
"""How often a watcher says that it is alive."""

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


def read_watch(folder: Path) -> WatchState | None:
    """What the index folder says; None when there is nothing that can be read."""
    try:
        return _STATE.validate_json((folder / WATCH).read_bytes())
    except (OSError, ValidationError):
        return None


def write_watch(folder: Path, state: WatchState) -> None:
    """Put the state in the place of the last one. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{WATCH}.{os.getpid()}"
    beside.write_bytes(_STATE.dump_json(state, indent=1))
    beside.replace(folder / WATCH)
