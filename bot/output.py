"""What commands print, and their exit codes."""

from __future__ import annotations

import json
import sys
from typing import Any

OK, FAULT, UNUSABLE = 0, 1, 2


def as_json(record: dict[str, Any], indent: int | None = None) -> str:
    """JSON with Danish letters as they are, or all in ASCII where the output could not carry them."""
    text = json.dumps(record, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(record, indent=indent)
    return text


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
