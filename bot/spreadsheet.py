"""Files for a spreadsheet: semicolons, as Danish Excel expects, and no cell that it would take for a formula."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """The text of the file.

    >>> as_csv([["Emne", "Antal"], ["=1+1", "3"]])
    "Emne;Antal\\r\\n'=1+1;3\\r\\n"
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return written.getvalue()


def write(out: Path, data: bytes) -> None:
    """The file is its owner's alone, also where one was there before; a link is not followed. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(out, flags, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(data)
