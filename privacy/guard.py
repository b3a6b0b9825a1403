"""Whether a text is one that Kompas must not take in: the local guard that runs before logging, search and storage.

Pure rules over the word lists in `privacy/data`. A text is cut into sentences; in each the words that matter are replaced by tags
(NAME, PRONOUN, HEALTH ...), and patterns look for what must not be there. How the patterns are written is told in `guard.toml`.
A finding never carries the text it was found in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from privacy.cpr import has_cpr
from privacy.names import Called, called, may_be_called
from privacy.words import Lexicon, clean, fold, word_list


class GuardReason(StrEnum):
    """Why a text is refused, the most urgent first. The values equal those of `knowledge.models.RefusalReason`."""

    ACUTE = "acute"
    CPR_NUMBER = "cpr_number"
    HEALTH_DETAILS = "health_details"
    DISMISSAL = "dismissal"
    RANKING = "ranking"
    OTHERS_DATA = "others_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """That a text is refused, and why; deliberately nothing of the text."""

    reason: GuardReason


def inspect(text: str) -> Finding | None:
    """The first reason, in the order of `GuardReason`, for which `text` must not be taken in; None when it may be.

    >>> inspect("Mette er syg med stress")
    Finding(reason=<GuardReason.HEALTH_DETAILS: 'health_details'>)
    >>> inspect("Hvordan håndterer jeg stress i teamet?") is None
    True
    """
    cleaned = clean(text)
    found = {reason for sentence in _sentences(cleaned) for reason in _reasons(sentence)}
    if has_cpr(cleaned):
        found.add(GuardReason.CPR_NUMBER)
    return next((Finding(reason=reason) for reason in GuardReason if reason in found), None)


_WORD_OR_END: Final = re.compile(r"§ ?\d+|[^\W_]+(?:['’](?!\w))?|\.(?=\s|$)|[?!;\n]")
_ENDS: Final = frozenset(".?!;\n")
_NEED_HEALTH: Final = frozenset({"health_statement"})
"""Groups whose patterns all ask for a tag of health.toml; their triggers are words of every day."""
_ABBREVIATED: Final = frozenset(
    {"pga", "kl", "ca", "evt", "mht", "ift", "dvs", "nr", "hr", "fr", "inkl", "ang", "eks", "fx"}
)
_GREETINGS: Final = frozenset({"hej", "hejsa", "goddag", "kaere", "hi", "hello", "og", "men", "saa", "ok", "kompas"})
_TAG_OF: Final = {
    Called.NAME: "NAME",
    Called.SURNAME: "NAME",
    Called.GENITIVE: "NAMES",
    Called.INITIALS: "INITIALS",
}
_LISTED: Final = (
    ("pronouns", "PRONOUN"),
    ("cause", "CAUSE"),
    ("body", "BODY"),
    ("definite", "PERSON"),
    ("plural", "STAFF"),
)
_MACROS: Final = {
    "<who>": "(?:NAME|INITIALS|PRONOUN|PERSON)",
    "<someone>": "(?:NAME|INITIALS|PRONOUN|PERSON|ROLE|STAFF)",
    "<named>": "(?:NAME|INITIALS)",
}
_GAP_MACRO: Final = re.compile(r"<(\d)-(\d+)>")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with its tags. `lists` names the word lists that any of its words is on."""

    text: str
    tags: frozenset[str]
    lists: frozenset[str]
    asks: bool


@dataclass(frozen=True, slots=True)
class _Rules:
    """The data files, ready for use."""

    lexicon: Lexicon
    groups: tuple[tuple[str, GuardReason, re.Pattern[str]], ...]
    permission: re.Pattern[str]
    suspicious: frozenset[str]


@cache
def _rules() -> _Rules:
    guard, health = word_list("guard"), word_list("health")
    reasons = {reason.value: reason for reason in GuardReason} | {
        "health": GuardReason.HEALTH_DETAILS,
        "health_statement": GuardReason.HEALTH_DETAILS,
    }
    groups = {name: table for name, table in guard.items() if name in reasons}
    people = {name: words.split() for name, words in guard["people"].items() if name != "permission"}
    lists = people | {name: words.split() for name, words in health.items()}
    triggers = {name: table["triggers"].split() for name, table in groups.items()}
    return _Rules(
        lexicon=Lexicon(lists | triggers),
        groups=tuple((name, reasons[name], _compiled(table["patterns"])) for name, table in groups.items()),
        permission=_compiled(guard["people"]["permission"]),
        suspicious=frozenset({"illness", "cause", "body", *groups}) - _NEED_HEALTH,
    )


def _compiled(patterns: str) -> re.Pattern[str]:
    """One expression for a group. Gaps are bounded and possessive, so that no text makes them slow."""
    joined = "|".join(f"(?:{line})" for line in patterns.splitlines() if line)
    for macro, meaning in _MACROS.items():
        joined = joined.replace(macro, meaning)
    joined = _GAP_MACRO.sub(r"(?: \\S++){\1,\2}", joined)
    return re.compile(rf"(?<!\S)(?:{joined})(?!\S)")


def _reasons(sentence: _Sentence) -> Iterator[GuardReason]:
    """Every reason that a sentence gives."""
    if _tells_health(sentence):
        yield GuardReason.HEALTH_DETAILS
    for name, reason, pattern in _rules().groups:
        skipped = name in _NEED_HEALTH and (sentence.asks or "conditions" in sentence.lists)
        if name in sentence.lists and not skipped and pattern.search(sentence.text):
            yield reason


def _tells_health(sentence: _Sentence) -> bool:
    """Whether a health word stands beside a person. To ask what one may ask of an unnamed person is allowed."""
    tags = sentence.tags
    named = not tags.isdisjoint({"NAME", "NAMES", "INITIALS"})
    if "CAUSE" in tags and (named or "PRONOUN" in tags):
        return not _asks_permission(sentence, named)
    if "HEALTH" not in tags and not ("BODY" in tags and "trouble" in sentence.lists):
        return False
    return (named or not tags.isdisjoint({"PRONOUN", "PERSON"})) and not _asks_permission(sentence, named)


def _asks_permission(sentence: _Sentence, named: bool) -> bool:
    return not named and bool(_rules().permission.search(sentence.text))


def _sentences(text: str) -> Iterator[_Sentence]:
    """The sentences of a cleaned text that have a word of some list, tagged."""
    tagger = _Tagger(shouting=text.isupper())
    words: list[str] = []
    for word in [*_WORD_OR_END.findall(text), "\n"]:
        if word not in _ENDS:
            words.append(word)
        elif words and not (word == "." and _is_abbreviated(words[-1])):
            sentence = tagger.sentence(words, question=word == "?")
            if sentence is not None:
                yield sentence
            words = []


def _is_abbreviated(word: str) -> bool:
    """Whether a full stop after a word ends no sentence ("sygemeldt p.g.a. stress")."""
    return len(word) == 1 or fold(word) in _ABBREVIATED


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as written, folded, the lists it is on, and what else may have to be looked at."""

    written: str
    folded: str
    on: frozenset[str]
    may_be_name: bool
    begins_two: bool


class _Tagger:
    """Replaces words by tags; remembers each word of the text that it has looked up."""

    def __init__(self, *, shouting: bool) -> None:
        self._shouting = shouting
        self._lexicon = _rules().lexicon
        self._suspicious = _rules().suspicious
        self._known: dict[str, _Word] = {}

    def sentence(self, written: list[str], *, question: bool) -> _Sentence | None:
        """The tagged sentence; None when no word of it can matter, which is quickly seen and so for most."""
        words = [self._known.get(word) or self._look_up(word) for word in written]
        on = [self._on(words, index) if word.begins_two else word.on for index, word in enumerate(words)]
        lists = frozenset[str]().union(*on)
        if self._suspicious.isdisjoint(lists):
            return None
        out = [self._tag(words, index, on) for index in range(len(words))]
        opening = next((word for word in words if word.folded not in _GREETINGS), words[0])
        return _Sentence(
            text=" ".join(out) + (" ?" if question else ""),
            tags=frozenset(word for word in out if word.isupper()),
            lists=lists,
            asks="questions" in opening.on,
        )

    def _look_up(self, written: str) -> _Word:
        word = written.rstrip("'’")
        folded = fold(word).replace(" ", "")
        entry = _Word(written, folded, self._lexicon.of(folded), may_be_called(word), self._lexicon.begins_two(folded))
        self._known[written] = entry
        return entry

    def _on(self, words: list[_Word], index: int) -> frozenset[str]:
        """The lists of a word, those of the two words that begin with it included."""
        if index + 1 == len(words):
            return words[index].on
        return words[index].on | self._lexicon.of(f"{words[index].folded}_{words[index + 1].folded}")

    def _tag(self, words: list[_Word], index: int, on: list[frozenset[str]]) -> str:
        """The tag of a word, or the folded word itself."""
        word = words[index]
        if word.may_be_name:
            # The neighbours are enough to tell a name.
            near = [other.written.rstrip("'’") for other in words[max(0, index - 1) : index + 2]]
            name = called(near, min(index, 1), begins=index == 0)
            if name is not None and not (name is Called.INITIALS and self._shouting):
                return "NAMES" if word.written[-1] in "'’" else _TAG_OF[name]
        if "illness" in on[index] and "not_illness" not in on[index]:
            return "HEALTH"
        for listed, tag in _LISTED:
            if listed in on[index]:
                return tag
        if "roles" in on[index]:
            owned = any("possessives" in before for before in on[max(0, index - 2) : index])
            return "PERSON" if owned else "ROLE"
        return word.folded
