"""Files for a spreadsheet: semicolons, as Danish Excel expects, and no cell that it would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
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
