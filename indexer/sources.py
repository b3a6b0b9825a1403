"""Where documents come from: folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from indexer.errors import IndexerError
from indexer.readers.registry import READERS, is_readable

TEMPORARY_ENDINGS = ("~", ".tmp", ".temp", ".part", ".crdownload", ".swp", ".swx", ".bak", ".orig")
TEMPORARY_BEGINNINGS = (".", "~$", "#")


class SourceUnavailable(IndexerError):  # noqa: N818 - named for what it is
    """A folder to index does not exist, cannot be listed, or holds nothing that can be indexed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file to index. `path` is relative to its folder `root`, with forward slashes."""

    path: str
    file: Path
    root: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files of all folders, sorted by path; `skipped` are those that no reader knows."""

    files: tuple[SourceFile, ...]
    skipped: tuple[str, ...]


def is_temporary(path: PurePath) -> bool:
    """Whether a path (relative to its source folder) is hidden or one that editors and downloads leave for a moment."""
    return path.name.endswith(TEMPORARY_ENDINGS) or any(part.startswith(TEMPORARY_BEGINNINGS) for part in path.parts)


def list_files(roots: Sequence[Path]) -> Listing:
    """Everything under the folders. A file reached twice counts once. Raises SourceUnavailable."""
    found: dict[Path, SourceFile] = {}
    skipped: list[str] = []
    for root in roots:
        for file in _walk(root):
            path = file.relative_to(root)
            if is_temporary(path):
                continue
            if not _can_be_written(path):
                skipped.append(path.as_posix().encode("utf-8", "backslashreplace").decode())
                continue
            # A link out of the folder would publish what nobody meant for the knowledge base.
            if is_readable(file) and file.resolve().is_relative_to(root.resolve()):
                found.setdefault(file.resolve(), SourceFile(path=path.as_posix(), file=file, root=root))
            else:
                skipped.append(path.as_posix())
    if not found:
        folders = ", ".join(str(root) for root in roots)
        raise SourceUnavailable(
            f"There is no document in {folders}. Put in files ending in {', '.join(READERS)}, or name another folder with --source "
            "or KOMPAS_DOCUMENTS. A published index stays as it is."
        )
    return Listing(
        files=tuple(sorted(found.values(), key=lambda entry: (entry.path, entry.root))), skipped=tuple(sorted(skipped))
    )


def _can_be_written(path: PurePath) -> bool:
    """Whether the name is UTF-8, as everything is that the index writes down of it."""
    try:
        path.as_posix().encode()
    except UnicodeEncodeError:
        return False
    return True


def _walk(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        what = "is not a folder" if root.exists() else "does not exist"
        raise SourceUnavailable(
            f"The folder {root} {what}. Name the folder of documents with --source or KOMPAS_DOCUMENTS."
        )
    for folder, folders, files in os.walk(root, onerror=_cannot_list):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder) / name for name in sorted(files))


def _cannot_list(error: OSError) -> None:
    raise SourceUnavailable(
        f"The folder {error.filename} cannot be listed: {error.strerror}. Give the indexer's user read access."
    )
