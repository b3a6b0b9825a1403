"""Words that must not come out of Kompas, and a look for them in everything that does."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

QUESTION: Final = "Hvornår skal jeg kontakte en sygemeldt kanariekvidder?"
REFUSED: Final = "Kanarinette Fuglsangsen har kanariekræft og depression, cpr 010203-9991"
UNANSWERED: Final = "Hvor mange kanariebure har vi?"
COMMENT: Final = "Svaret var kanarieuklart for min afdeling"

CANARIES: Final[Mapping[str, str]] = {
    "a question": "kanariekvidder",
    "an unanswered question": "kanariebur",
    "a refused question's name": "Kanarinette",
    "a refused question's surname": "Fuglsangsen",
    "a diagnosis": "kanariekræft",
    "a known diagnosis": "depression",
    "a CPR number": "010203-9991",
    "a CPR number without its hyphen": "0102039991",
    "a comment": "kanarieuklart",
    "a question to HR": "kanariekursus",
    "an answer of HR": "kanariesvar",
    "an action of a TRIO": "kanariekrydstal",
    "a campaign's text": "kanariepåmindelse",
    "a malformed body": "kanarierod",
    "a hostile request": "kanariefugl",
    "a button": "kanarieknap",
    "an error's text": "kanariefejl",
    "a sender's name": "Kanariander",
    "the client secret": "kanarie-hemmelighed",
    "the path of a service address": "kanariesti",
    "a conversation": "a:kanariechat",
    "a Teams id": "29:kanarie",
}
"""What must be nowhere: by what it is, a word that stands in no text of Kompas'."""


def found(text: str, more: Mapping[str, str] | None = None) -> list[str]:
    """Which canaries a text holds, whatever the case of their letters, also as JSON or a URL would write them."""
    folded = text.casefold()
    return [what for what, word in {**CANARIES, **(more or {})}.items() if any(one in folded for one in _ways(word))]


def found_in_bytes(content: bytes, more: Mapping[str, str] | None = None) -> list[str]:
    """The same for a file of any kind."""
    return found(content.decode("utf-8", errors="replace"), more)


def everything(records: Iterable[logging.LogRecord]) -> str:
    """All that records hold, whatever a formatter would show: text, arguments, attributes, traceback."""
    return "\n".join(part for record in records for part in _parts(record))


def _parts(record: logging.LogRecord) -> Iterator[str]:
    yield record.getMessage()
    yield repr({name: value for name, value in vars(record).items() if name != "exc_info"})
    if record.exc_info and record.exc_info[1] is not None:
        yield "".join(traceback.format_exception(record.exc_info[1]))


def _ways(word: str) -> set[str]:
    folded = word.casefold()
    escaped = folded.encode("ascii", "backslashreplace").decode()
    as_json = re.sub(r"\\x([0-9a-f]{2})", r"\\u00\1", escaped)
    as_url = "".join(letter if letter.isascii() else "".join(f"%{b:02x}" for b in letter.encode()) for letter in folded)
    return {folded, escaped, as_json, as_url}
