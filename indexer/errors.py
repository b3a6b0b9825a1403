"""What can go wrong while reading and indexing documents. The messages are for operators."""

from __future__ import annotations

from pathlib import PurePath


class IndexerError(Exception):
    """The indexer cannot do what it was asked."""


class UnreadableFile(IndexerError):  # noqa: N818 - named for what it is
    """One file cannot be indexed; `reason` says why and what to do. The rest of the folder is not affected."""

    def __init__(self, path: PurePath | str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = str(path)
        self.reason = reason
