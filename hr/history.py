"""Keeps the versions of HR's files that were taken into use, so that an edit can be taken back.

    <folder>/<file>/<20261128T101500123456Z>.<ext>

The file system does not tell who edited, so nobody is named.
"""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from hr.clock import Clock
from hr.errors import HrError

KEPT: Final = 50
"""Versions of a file that are kept; older ones go."""

_STAMP: Final = "%Y%m%dT%H%M%S%fZ"


class NoVersionError(HrError):
    """There is no such version of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version that was in use from `at` (UTC) on. `id` is what the command line takes."""

    file: str
    id: str
    at: datetime
    path: Path


class History:
    """The versions under one folder."""

    def __init__(self, folder: Path, clock: Clock, *, keep: int = KEPT) -> None:
        self._folder = folder
        self._clock = clock
        self._keep = keep

    def add(self, path: Path, *, name: str | None = None) -> None:
        """Keep the file as it is now, unless the last version kept is the same. `name` is its path below its folder, where that counts.

        A history that cannot be written must not keep an edit from going live: OSError is not passed on.
        """
        try:
            self._add(path, name or path.name)
        except OSError:
            return

    def _add(self, path: Path, name: str) -> None:
        content = path.read_bytes()
        before = self.versions(name)
        if before and before[-1].path.read_bytes() == content:
            return
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        at = self._clock.now().astimezone(UTC)
        kept = folder / f"{at.strftime(_STAMP)}{path.suffix}"
        write_whole(kept, content)
        for old in before[: max(0, len(before) + 1 - self._keep)]:
            old.path.unlink(missing_ok=True)

    def files(self) -> tuple[str, ...]:
        """The files that have versions."""
        found = {path.parent for path in self._folder.rglob("*") if path.is_file() and _moment(path) is not None}
        return tuple(sorted(folder.relative_to(self._folder).as_posix() for folder in found))

    def versions(self, file: str) -> tuple[Version, ...]:
        """The versions of a file, oldest first."""
        folder = self._folder / file
        if ".." in Path(file).parts or Path(file).is_absolute() or not folder.is_dir():
            return ()
        dated = sorted((at, path) for path in folder.iterdir() if (at := _moment(path)) is not None)
        return tuple(Version(file=file, id=path.stem, at=at, path=path) for at, path in dated)

    def forget_before(self, moment: datetime) -> int:
        """Delete the versions that were replaced before `moment`; how many. The last one of a file stays."""
        gone = [old for file in self.files() for old, new in pairwise(self.versions(file)) if new.at < moment]
        for old in gone:
            old.path.unlink(missing_ok=True)
        return len(gone)

    def find(self, file: str, version: str) -> Version:
        """One version. Raises NoVersionError."""
        for found in self.versions(file):
            if found.id == version:
                return found
        raise NoVersionError(f"{file} has no version {version!r}. Run: kompas content history {file}")


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` in the place of the file in one step: a reader sees the old or the new. Raises OSError."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    with beside.open("xb") as file:
        file.write(content)
    if path.exists():
        shutil.copymode(path, beside)
    beside.replace(path)


def _moment(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.stem, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
