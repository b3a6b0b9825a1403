"""Whether a word of no list is a word about health, misspelt: as it sounds, and with a letter or two wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from privacy.words import fold, health_lists, word_list

_SHORTEST: Final = 5
_LONG: Final = 8
_SHORTEST_STEM: Final = 7
_LONGEST: Final = 40
_TWICE: Final = re.compile(r"(.)\1+")
_SOUNDS: Final = (
    ("aa", "å"),
    ("ae", "æ"),
    ("oe", "ø"),
    ("sch", "sk"),
    ("ph", "f"),
    ("th", "t"),
    ("ch", "k"),
    ("ck", "k"),
    ("tz", "s"),
    ("ts", "s"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "sy"),
    ("hj", "j"),
    ("hv", "v"),
    ("nd", "n"),
    ("ld", "l"),
    ("c", "k"),
    ("q", "k"),
    ("z", "s"),
    ("w", "v"),
    ("x", "ks"),
)
_ENDINGS: Final = ("ernes", "erne", "ens", "ets", "ene", "en", "et", "er", "es", "ne", "s", "n", "r", "t", "e")


def sounded(folded: str) -> str:
    """A folded word as it sounds, so that what is often mixed up in writing is the same.

    >>> sounded("skitsofreni") == sounded("skizofreni"), sounded("jernebloedning") == sounded("hjernebloedning")
    (True, True)
    """
    for written, sound in _SOUNDS:
        if written in folded:
            folded = folded.replace(written, sound)
    return _TWICE.sub(r"\1", folded)


class Spelling:
    """Words with what is close to them."""

    def __init__(self, words: Iterable[str], *, heads: Iterable[str], ordinary: Iterable[str]) -> None:
        """`heads` are words that others end in ("betændelse"); `ordinary` look like one of `words`, and are none."""
        self._ordinary = frozenset(map(fold, ordinary))
        self._near: dict[str, dict[int, list[str]]] = {}
        for key in {sounded(fold(word)) for word in words}:
            if len(key) >= _SHORTEST:
                self._near.setdefault(key[0], {}).setdefault(len(key), []).append(key)
        self._heads = tuple({sounded(fold(word)) for word in heads})

    def has(self, folded: str) -> bool:
        """Whether a folded word that is no known one is a slip of one of the words.

        >>> spelling().has("deprestion"), spelling().has("ferieplan")
        (True, False)
        """
        if not _SHORTEST <= len(folded) <= _LONGEST or folded in self._ordinary:
            return False
        key = sounded(folded)
        if self._is_near(key):
            return True
        stems = (key.removesuffix(ending) for ending in _ENDINGS if key.endswith(ending))
        if any(len(stem) >= _SHORTEST_STEM and self._is_near(stem) for stem in stems):
            return True
        return self._has_head(key)

    def _is_near(self, key: str) -> bool:
        """Whether a key is at most one letter off, or two in a long word; the first letter is seldom the wrong one."""
        size = len(key)
        if size < _SHORTEST:
            return False
        if size == _SHORTEST:
            return key in self._near.get(key[0], {}).get(size, ())
        most = _most_wrong(size)
        by_length = self._near.get(key[0], {})
        return any(
            extractOne(key, by_length[length], scorer=OSA.distance, score_cutoff=min(most, _most_wrong(length)))
            for length in range(max(size - most, _SHORTEST), size + most + 1)
            if length in by_length
        )

    def _has_head(self, key: str) -> bool:
        """Whether a long word ends like one of the heads, with a letter wrong: "blindtarmsbetndelse"."""
        return any(
            len(key) >= len(head) + 3
            and any(OSA.distance(key[-length:], head, score_cutoff=1) <= 1 for length in (len(head) - 1, len(head)))
            for head in self._heads
        )


def _most_wrong(size: int) -> int:
    return 2 if size > _LONG else 1


@cache
def spelling() -> Spelling:
    """The words about health, and those that only look like them (`privacy/data/spelling.toml`)."""
    data = word_list("spelling")
    listed = [word for word in health_lists()["illness"] if not {"*", "_"} & set(word) and len(word) > _SHORTEST]
    return Spelling([*data["words"].split(), *listed], heads=data["heads"].split(), ordinary=data["ordinary"].split())
