"""What can go wrong while reading and indexing documents. The messages are for operators."""

from __future__ import annotations

from pathlib import PurePath

from knowledge.watch import shortened
from privacy.cpr import has_cpr, mask_cpr


class IndexerError(Exception):
    """The indexer cannot do what it was asked."""


class UnreadableFile(IndexerError):  # noqa: N818 - named for what it is
    """One file cannot be indexed; `reason` says why and what to do. The rest of the folder is not affected.

    A reason names fields, lines and what is expected, never what somebody wrote: it goes to logs, HR's cards and the database.
    """

    def __init__(self, path: PurePath | str, reason: str) -> None:
        reason = shortened(reason)
        super().__init__(f"{path}: {reason}")
        self.path = str(path)
        self.reason = reason


def told(line: str) -> str:
    """A line as it may be stored and printed: of bounded length, and without a CPR number that stands in an id or the name of a file."""
    line = shortened(line)
    return mask_cpr(line) if has_cpr(line) else line
