"""How much of a question's words a text holds, rare words counting more.

Vectors see the topic; this sees whether the word that matters ("HR-konsulenter", "2025") is there at all. It is what tells a near miss
from an answer (docs/adr/0008).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler

from knowledge.text import content_tokens, stem

ALIKE = 0.90
"""Jaro-Winkler similarity from which two stems count as the same word misspelt or inflected."""
COMPOUND_PART = 5
"""Letters from which a word that opens or ends another counts as its part: "velkomst" in "velkomstmøde"."""


def stems_of(text: str) -> list[str]:
    """The stems of the content words of a text, in order."""
    return [stem(token) for token in content_tokens(text)]


@lru_cache(maxsize=65_536)
def likeness(wanted: str, found: str) -> float:
    """0..1: 1 for the same stem, 0.8 for a part of a compound, 0.7 for a likely misspelling, else 0."""
    if wanted == found:
        return 1.0
    shorter, longer = sorted((wanted, found), key=len)
    if len(shorter) >= COMPOUND_PART and (longer.startswith(shorter) or longer.endswith(shorter)):
        return 0.8
    if len(shorter) >= COMPOUND_PART and not wanted.isdigit() and JaroWinkler.similarity(wanted, found) >= ALIKE:
        return 0.7
    return 0.0


class WordWeights:
    """Inverse document frequency of stems over the passages of an index."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        counts: Counter[str] = Counter()
        total = 0
        for stems in texts:
            counts.update(set(stems))
            total += 1
        self._total = max(1, total)
        self._counts = counts

    def weight(self, word: str) -> float:
        """Between about 0.1 (everywhere) and log(n) (nowhere)."""
        return math.log(1 + self._total / (0.5 + self._counts[word]))

    def occurs(self, word: str) -> bool:
        """Whether the stem stands in the index as it is."""
        return word in self._counts


def coverage(wanted: Sequence[Sequence[str]], found: frozenset[str], weights: WordWeights) -> float:
    """The share (0..1) of the question's word weight that a text holds.

    `wanted` has one entry per word of the question: the stems that would do for it (the word itself and what the glossary adds).
    """
    total = got = 0.0
    for choices in wanted:
        weight = weights.weight(choices[0])
        best = max((likeness(choice, other) for choice in choices for other in found), default=0.0)
        total += weight
        got += weight * best
    return got / total if total else 0.0
