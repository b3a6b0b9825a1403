"""Cleaning and folding of text, and reading of the word lists in `privacy/data`."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

_FOLDED: Final = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "u", "é": "e", "è": "e", "ê": "e", "á": "a", "ó": "o"}
)
_KEPT_CONTROLS: Final = frozenset("\n\t")
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co"})
_SHORTEST: Final = 2
_FEW: Final = 12
_LONGEST_FORM: Final = 4
"""A character that stands for a whole phrase (U+FDFA for 18 characters) would make a long text out of a short one."""


@cache
def word_list(name: str) -> Mapping[str, Any]:
    """The tables of `privacy/data/<name>.toml`, parsed once."""
    return tomllib.loads(files("privacy").joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))


@cache
def health_lists() -> Mapping[str, tuple[str, ...]]:
    """The lists of `health.toml` with their patterns; `illness` holds those of `illness.toml` too, and words put together."""
    lists = {name: tuple(words.split()) for name, words in word_list("health").items()}
    more = tuple(word for words in word_list("illness").values() for word in words.split())
    parts, troubles = lists.pop("part_of"), lists.pop("in_trouble")
    joined = tuple(f"{part}{trouble}*" for part in parts for trouble in troubles)
    return lists | {"illness": lists["illness"] + more + joined}


def fold(word: str) -> str:
    """Lower case with ae, oe, aa for the Danish letters, as many keyboards write them anyway.

    >>> fold("Brækket") == fold("BRAEKKET")
    True
    """
    return word.lower().translate(_FOLDED)


def clean(text: str) -> str:
    """`text` in NFKC, without characters that cannot be seen or stored, with one kind of digit, dash and blank.

    >>> clean("Met\\u200bte \\uff11\\u0662\\u2013\\u00a03")
    'Mette 12- 3'
    """
    if text.isascii() and text.isprintable():
        return text
    phrases = [one for one in set(text) if len(unicodedata.normalize("NFKC", one)) > _LONGEST_FORM]
    text = _replaced(text, dict.fromkeys(phrases, "\N{REPLACEMENT CHARACTER}"))
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return _replaced(text, {one: plain for one in set(text) if (plain := _plain(one)) != one})


def _replaced(text: str, changes: dict[str, str]) -> str:
    """`text` with single characters changed; a few changes are quicker one by one than by a table."""
    if len(changes) > _FEW:
        return text.translate({ord(old): new for old, new in changes.items()})
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def _plain(character: str) -> str:
    if character in _KEPT_CONTROLS:
        return character
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return "" if category != "Cc" else " "
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Zs":
        return " "
    return "-" if category == "Pd" or character == "\N{MINUS SIGN}" else character


class Lexicon:
    """Lists of words that are asked all at once.

    A list holds patterns as the data files explain them: `word` whole, `word*` a beginning, `*word` an end, `*word*` anywhere.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        """`lists` maps the name of a list to its patterns, in any case and with Danish letters or without."""
        self._whole: dict[str, frozenset[str]] = {}
        self._beginnings: dict[str, frozenset[str]] = {}
        self._ends: dict[str, frozenset[str]] = {}
        self._parts: dict[str, frozenset[str]] = {}
        self._first_of_two: set[str] = set()
        for name, patterns in lists.items():
            for pattern in map(fold, patterns):
                self._add(pattern, frozenset({name}))
        self._lengths = sorted({len(core) for core in self._beginnings})
        self._end_lengths = sorted({len(core) for core in self._ends})

    def _add(self, pattern: str, names: frozenset[str]) -> None:
        core = pattern.strip("*")
        if pattern.startswith("*") and pattern.endswith("*"):
            kept = self._parts
        elif pattern.startswith("*"):
            kept = self._ends
        elif pattern.endswith("*"):
            kept = self._beginnings
        else:
            kept = self._whole
        if kept is not self._whole and len(core) < _SHORTEST:
            raise ValueError(f"{pattern!r} is on a word list and fits too many words")
        kept[core] = kept.get(core, frozenset()) | names
        if "_" in core:
            self._first_of_two.add(core.split("_")[0])

    def of(self, folded: str) -> frozenset[str]:
        """The names of the lists that have a folded word."""
        found = self._whole.get(folded, frozenset())
        size = len(folded)
        for length in self._lengths:
            if length > size:
                break
            names = self._beginnings.get(folded[:length])
            if names:
                found |= names
        for length in self._end_lengths:
            if length > size:
                break
            names = self._ends.get(folded[-length:])
            if names:
                found |= names
        for part, names in self._parts.items():
            if part in folded:
                found |= names
        return found

    def begins_two(self, folded: str) -> bool:
        """Whether some list has a pattern of two words (`kronisk_syg`) that begins with this one."""
        return folded in self._first_of_two
