"""The last good content of a file that HR edits while Kompas runs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, TypeVar

from hr.errors import ContentError

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 2.0

_Content = TypeVar("_Content")


class LiveFile(Generic[_Content]):
    """What `load` makes of the file at `path`. The first load raises its ContentError.

    The file is looked at (date and size) no more than once every two seconds of `monotonic`. A fault changes nothing, and one warning
    tells where it is.
    """

    def __init__(
        self, path: Path, load: Callable[[Path], _Content], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = path
        self._load = load
        self._monotonic = monotonic
        self._looked_at = monotonic()
        self._stamp = self._stamp_now()
        self._value = load(path)

    @property
    def value(self) -> _Content:
        """The content; the same object for as long as the file is the same."""
        now = self._monotonic()
        if now - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = now
            self._look()
        return self._value

    def _look(self) -> None:
        stamp = self._stamp_now()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._value = self._load(self._path)
        except ContentError as fault:
            _LOG.warning("kept the earlier content: %s", fault)

    def _stamp_now(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
