"""A day that is played: in local mode `kompas worker --once --now T` says what time it is, and the running bot follows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.errors import StartRefusedError
from hr.clock import COPENHAGEN, Clock, SystemClock

FILE_NAME: Final = "simulated-now"
LOOK_SECONDS: Final = 1.0
"""How often the file is looked at, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Played:
    """It was `now` when the machine said `machine`."""

    now: datetime
    machine: datetime


class LocalClock:
    """The played time and what has passed since; without a file, or with one that cannot be read, the machine's. An `hr.clock.Clock`."""

    def __init__(
        self,
        file: Path,
        *,
        machine: Clock | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        zone: ZoneInfo = COPENHAGEN,
    ) -> None:
        self._file = file
        self._machine = machine or SystemClock()
        self._monotonic = monotonic
        self._zone = zone
        self._looked_at: float | None = None
        self._signature: tuple[int, int] | None = None
        self._played: _Played | None = None

    def now(self) -> datetime:
        """The moment, aware and in UTC."""
        played, machine = self._current(), self._machine.now()
        if played is None:
            return machine
        return played.now + max(timedelta(0), machine - played.machine)

    def today(self) -> date:
        """The date on the wall."""
        return self.now().astimezone(self._zone).date()

    def play(self, moment: datetime) -> None:
        """From now on it is `moment`, here and in the bot that runs on the same folder."""
        machine = self._machine.now()
        text = json.dumps({"now": moment.isoformat(), "machine": machine.isoformat()})
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_name(f".{self._file.name}.new")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self._file)
        self._looked_at = None

    def stop_playing(self) -> None:
        """It is the machine's time again."""
        self._file.unlink(missing_ok=True)
        self._looked_at = None

    def _current(self) -> _Played | None:
        elapsed = self._monotonic()
        if self._looked_at is not None and elapsed - self._looked_at < LOOK_SECONDS:
            return self._played
        self._looked_at = elapsed
        try:
            stat = self._file.stat()
        except OSError:
            self._signature = self._played = None
            return None
        signature = (stat.st_mtime_ns, stat.st_ino)
        if signature != self._signature:
            self._signature, self._played = signature, _read(self._file)
        return self._played


def _read(file: Path) -> _Played | None:
    try:
        entry = json.loads(file.read_text(encoding="utf-8"))
        played = _Played(now=datetime.fromisoformat(entry["now"]), machine=datetime.fromisoformat(entry["machine"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    aware = played.now.utcoffset() is not None and played.machine.utcoffset() is not None
    return played if aware else None


def local_moment(text: str, zone: ZoneInfo = COPENHAGEN) -> datetime:
    """The moment of `2026-03-02T08:30` on the wall in `zone`. Raises StartRefusedError, which says what to write."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise StartRefusedError(f"{text!r} is not a local time like 2026-03-02T08:30") from None
    return (moment if moment.utcoffset() is not None else moment.replace(tzinfo=zone)).astimezone(COPENHAGEN)
