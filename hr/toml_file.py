"""Reads the TOML files that HR edits, so that every fault is told with its line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from hr.errors import ContentError

_MAX_BYTES: Final = 5_000_000
_SYNTAX_LINE: Final = re.compile(r"\s*\(at line (\d+), column \d+\)")


def read_toml(path: Path, error: type[ContentError]) -> tuple[dict[str, Any], str]:
    """The parsed file and its text. Raises `error` (missing, not UTF-8, too large, not TOML) with the line where there is one."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise error(path=path, reason="the file is larger than 5 MB")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise error(path=path, reason="the file is not UTF-8 text; save it as UTF-8") from fault
    except OSError as fault:
        raise error(path=path, reason=f"the file cannot be read ({fault.strerror or fault})") from fault
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as fault:
        message = str(fault)
        found = _SYNTAX_LINE.search(message)
        line = int(found.group(1)) if found else text.count("\n") + 1
        raise error(path=path, line=line, reason=f"not valid TOML: {_SYNTAX_LINE.sub('', message)}") from fault
    except (ValueError, RecursionError) as fault:
        # A number of thousands of digits, or thousands of brackets: the reader of the language gives up without a line.
        raise error(
            path=path, line=1, reason="not valid TOML: a number is too long, or brackets are too deep"
        ) from fault


def line_of_entry(text: str, table: str, index: int, field: str | None = None) -> int:
    """The 1-based line of the `index`-th `[[table]]`, or of `field` in it; the entry's line when the field is not written there."""
    header = re.compile(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]")
    wanted = re.compile(rf"\s*[\"']?{re.escape(field)}[\"']?\s*=") if field is not None else None
    another = re.compile(rf"\s*\[+\s*(?!{re.escape(table)}\s*[.\]])[\w.-]+\s*\]+\s*(#.*)?$")
    entry_line, seen = 1, -1
    for number, line in enumerate(text.splitlines(), start=1):
        if header.match(line):
            seen += 1
            if seen > index:
                break
            entry_line = number
        elif seen == index and another.match(line):
            break
        elif seen == index and wanted is not None and wanted.match(line):
            return number
    return entry_line
