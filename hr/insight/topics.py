"""Which topic a question is about: the one with most of its words. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic and the beginnings of words that speak of it, in lower case; one that begins with `=` is the whole word."""

    name: str
    words: tuple[str, ...]

    def has(self, word: str) -> bool:
        """Whether a word, in lower case, speaks of it."""
        return any(word == one[1:] if one.startswith("=") else word.startswith(one) for one in self.words)


Topics = Sequence[Topic]


def topic_of(text: str, topics: Topics) -> str | None:
    """The topic that has most words of the text; the first of the file where several do, None where none does.

    >>> topic_of("Må jeg holde ferie i juli?", [Topic(name="Ferie", words=("ferie",))])
    'Ferie'
    """
    words = [word.casefold() for word in _WORD.findall(text)]
    scored = [(sum(map(topic.has, words)), topic.name) for topic in topics]
    best = max((score for score, _ in scored), default=0)
    return next((name for score, name in scored if score == best), None) if best else None
