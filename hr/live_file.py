"""The last good content of a file that HR edits while Kompas runs, and the fault that keeps a newer one out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Generic, TypeVar

from hr.errors import ContentError

LOOK_SECONDS: Final = 2.0
"""How often a file is looked at, at most."""

_LOG = logging.getLogger(__name__)

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFault:
    """Why the newest version of a file is not used. `file` is its name without folders, `reason` as the program tells it."""

    file: str
    reason: str
    line: int | None = None

    @property
    def id(self) -> str:
        """The same for the same fault of the same file, on whatever line: 32 hexadecimal digits."""
        return sha256(f"{self.file}\0{self.reason}".encode()).hexdigest()[:32]


class LiveFile(Generic[Content]):
    """One file, looked at (date and size) no more than once every two seconds of `monotonic`.

    The first load raises ContentError. `accepted` is called with the path at every version that is taken into use.
    """

    def __init__(
        self,
        path: Path,
        load: Callable[[], Content],
        *,
        accepted: Callable[[Path], None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._load = load
        self._accepted = accepted
        self._monotonic = monotonic
        self._looked_at = monotonic()
        self._stamp = self._stamp_now()
        self._value = load()
        self._fault: ContentFault | None = None
        self._accept()

    @property
    def value(self) -> Content:
        """The content as it is now; with a fault in the file, as it was before."""
        self._look()
        return self._value

    @property
    def fault(self) -> ContentFault | None:
        """What is wrong with the file as it is now; None when it is in use."""
        self._look()
        return self._fault

    def _look(self) -> None:
        now = self._monotonic()
        if now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        stamp = self._stamp_now()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._value = self._load()
        except ContentError as error:
            self._fault = ContentFault(file=self._path.name, line=error.line, reason=error.reason)
            _LOG.warning("kept the earlier content of %s (line %s)", self._path.name, error.line)
            return
        self._fault = None
        self._accept()

    def _accept(self) -> None:
        if self._accepted is not None:
            self._accepted(self._path)

    def _stamp_now(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
