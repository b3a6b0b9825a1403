"""A second opinion on what the rules let pass: how much a message sounds like those that tell of somebody's health.

Weights of words, pairs of words and pieces of words, learned from sentences written for the purpose (`tools/train_guard.py`,
docs/adr/0034). It reads the tagged text, so it knows that there is a person, and never who.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from privacy.tagging import Sentence

_SHORTEST_PIECE: Final = 3
_LONGEST_PIECE: Final = 5
_FEWEST_WORDS: Final = 4
_PERSONS: Final = frozenset(
    {"NAME", "NAMES", "INITIALS", "PRONOUN", "PERSON", "STRANGER", "jeg", "mig", "min", "mit", "mine", "my"}
)
_AT_ONCE: Final = 3
"""So many sentences are judged together; a longer text is judged piece by piece."""


@dataclass(frozen=True, slots=True)
class _Opinion:
    weights: Mapping[str, float]
    bias: float
    least: float


@cache
def _opinion() -> _Opinion:
    data = json.loads(files("privacy").joinpath("data", "opinion.json").read_text(encoding="utf-8"))
    scale = float(data["scale"])
    weights = {feature: weight * scale for feature, weight in data["weights"].items()}
    return _Opinion(weights, float(data["bias"]), float(data["least"]))


def sounds_told(sentences: Sequence[Sentence]) -> bool:
    """Whether sentences that follow each other sound as if they told of somebody's health."""
    whole = [one.health for one in sentences if one.is_whole]
    together = [whole[start : start + _AT_ONCE] for start in range(max(1, len(whole) - _AT_ONCE + 1))]
    return any(is_of_somebody(some) and probability(some) >= _opinion().least for some in together)


def is_of_somebody(tagged: Sequence[str]) -> bool:
    """Whether there is a person in tagged sentences, the asker included, and enough to judge."""
    words = [word for sentence in tagged for word in sentence.split()]
    return len(words) >= _FEWEST_WORDS and not _PERSONS.isdisjoint(words)


def probability(tagged: Sequence[str]) -> float:
    """How sure it is, from 0 to 1, for tagged sentences taken together."""
    weights = _opinion().weights
    found = set(features(tagged))
    total = sum(weights.get(feature, 0.0) for feature in found)
    score = _opinion().bias + total / math.sqrt(len(found) or 1)
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


def features(tagged: Sequence[str]) -> Iterator[str]:
    """What is weighed: words and tags, pairs of them, and for words three to five letters in a row with the edges.

    >>> [one for one in features(["NAME er"]) if one[0] in "=N"]
    ['=NAME', '=er', '=.', 'NAME er', 'NAME _ .']
    """
    words = [word for sentence in tagged for word in (*sentence.split(), ".")]
    for word in dict.fromkeys(words):
        yield f"={word}"
        if word.islower():
            edged = f" {word} "
            for size in range(_SHORTEST_PIECE, _LONGEST_PIECE + 1):
                for start in range(len(edged) - size + 1):
                    yield edged[start : start + size]
    for one, two in pairwise(words):
        yield f"{one} {two}"
    for one, two in zip(words, words[2:], strict=False):
        yield f"{one} _ {two}"
