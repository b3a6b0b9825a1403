"""Which words of a text are a person's name or initials, as far as lists and rules can tell (`privacy/data/names.toml`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Final

from privacy.words import fold, word_list

WORD: Final = re.compile(r"[^\W\d_]+")
_USUAL_INITIALS: Final = 3
_INITIALS: Final = re.compile(r"[A-ZÆØÅ]{2,4}")


class Called(Enum):
    """What a word says about a person."""

    NAME = auto()
    GENITIVE = auto()
    SURNAME = auto()
    INITIALS = auto()


@dataclass(frozen=True, slots=True)
class _Lists:
    first: frozenset[str]
    ambiguous: frozenset[str]
    surnames: frozenset[str]
    abbreviations: frozenset[str]
    person_words: frozenset[str]
    before_initials: frozenset[str]
    verbs: frozenset[str]
    before_loosely: frozenset[str]
    after_loosely: frozenset[str]
    after_ambiguous: frozenset[str]
    times: frozenset[str]
    any: frozenset[str]


@cache
def _lists() -> _Lists:
    data = word_list("names")

    def words(name: str) -> frozenset[str]:
        return frozenset(fold(word) for word in data[name].split())

    return _Lists(
        first=words("first_names") - words("ambiguous_names"),
        ambiguous=words("ambiguous_names"),
        surnames=words("surnames"),
        abbreviations=words("abbreviations") | words("stressed"),
        person_words=words("person_words"),
        before_initials=words("before_initials"),
        verbs=words("verbs"),
        before_loosely=words("before_loosely"),
        after_loosely=words("after_loosely"),
        after_ambiguous=words("after_ambiguous"),
        times=words("times"),
        any=words("first_names") | words("ambiguous_names") | words("surnames"),
    )


def is_person_word(folded: str) -> bool:
    """Whether a folded word ("medarbejderen") announces the name that follows it."""
    return folded in _lists().person_words


def is_abbreviation(folded: str) -> bool:
    """Whether a folded word in capitals is a known abbreviation, or one that is stressed, and nobody's initials."""
    return folded in _lists().abbreviations


def may_be_called(word: str) -> bool:
    """Whether a word can be a name or initials at all; what it is in its sentence, `called` tells."""
    folded = fold(word)
    lists = _lists()
    return folded in lists.any or folded.removesuffix("s") in lists.any or bool(_INITIALS.fullmatch(word))


def called(words: Sequence[str], index: int, *, begins: bool, loose: bool = False) -> Called | None:
    """What `words[index]` says about a person; `begins` says whether it is the first word of its sentence.

    Words come as written, without punctuation. Whether a text is all in capitals is for the caller to see. `loose` takes more words in
    capitals for initials: where health is spoken of, "støtter jeg BEH der har" is somebody.
    """
    word = words[index]
    folded = fold(word)
    lists = _lists()
    if folded in lists.first:
        return Called.NAME
    if folded in lists.surnames:
        return Called.SURNAME
    if folded.endswith("s") and (
        folded[:-1] in lists.first
        or (folded[:-1] in lists.ambiguous and _stands_out(words, index, begins, loose=False))
    ):
        return Called.GENITIVE
    if folded in lists.ambiguous and _stands_out(words, index, begins, loose=loose):
        return Called.NAME
    if _INITIALS.fullmatch(word) and folded not in lists.abbreviations and _is_tied(words, index, loose=loose):
        return Called.INITIALS
    return None


def _stands_out(words: Sequence[str], index: int, begins: bool, *, loose: bool) -> bool:
    """Whether a word that may be a name is one: by its capital, by the surname or by the verb after it."""
    word = words[index]
    if not word[0].isupper() or (word.isupper() and len(word) > 1):
        return False
    following = words[index + 1] if index + 1 < len(words) else ""
    lists, after = _lists(), fold(following)
    if not begins or after in lists.surnames or after in lists.verbs:
        return True
    return loose and after in lists.after_ambiguous and fold(word) not in lists.times


def _is_tied(words: Sequence[str], index: int, *, loose: bool) -> bool:
    lists = _lists()
    before = fold(words[index - 1]) if index else ""
    after = fold(words[index + 1]) if index + 1 < len(words) else ""
    if before in lists.before_initials or before in lists.person_words or after in lists.verbs:
        return True
    if loose and len(words[index]) == _USUAL_INITIALS:
        return True
    return loose and (not index or before in lists.before_loosely or after in lists.after_loosely)
