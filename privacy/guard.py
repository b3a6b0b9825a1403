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
from privacy.strangers import strangers
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
    found = reasons_against(text)
    return Finding(reason=found[0]) if found else None


def reasons_against(text: str) -> tuple[GuardReason, ...]:
    """All reasons for which `text` must not be taken in, in the order of `GuardReason`: an urgent one hides no other.

    >>> [reason.value for reason in reasons_against("Ring 112, Mette er syg med stress")]
    ['acute', 'health_details']
    """
    cleaned = clean(text)
    sentences = tuple(_sentences(cleaned))
    asks = "?" in cleaned
    found = {reason for sentence in sentences for reason in _reasons(sentence, asks)}
    if has_cpr(cleaned):
        found.add(GuardReason.CPR_NUMBER)
    return tuple(reason for reason in GuardReason if reason in found)


def mentions_health(text: str) -> bool:
    """Whether any word of `text` is about illness, its treatment or a cause of absence, tied to a person or not.

    >>> mentions_health("Hvordan håndterer jeg stress i teamet?"), mentions_health("Hvem betaler for kaffen?")
    (True, False)
    """
    return any(_is_about_health(sentence) for sentence in _sentences(clean(text)))


_WORD_OR_END: Final = re.compile(r"§ ?\d+|[^\W_]+(?:['’](?!\w))?|(?<!\.)\.(?=\s|$)|[?!;\n]")
"""Three dots end no sentence: who stops short often says next what it is ("hun har fået ... ja, kræft")."""
_ENDS: Final = frozenset(".?!;\n")
_STATEMENTS: Final = frozenset({"health_statement", "cause_statement"})
"""Groups that are asked only of sentences which state something. Their patterns all ask for a tag of health.toml; their triggers are
words of every day."""
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
    "<anyone>": "(?:NAME|INITIALS|PRONOUN|PERSON|STRANGER)",
    "<ill>": "(?:HEALTH|CAUSE|BODY)",
}
_GAP_MACRO: Final = re.compile(r"<(\d)-(\d+)>")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with its tags. `lists` names the word lists that any of its words is on; `health` is the text for the rules about
    health, in which people of no list are tagged too."""

    text: str
    health: str
    tags: frozenset[str]
    lists: frozenset[str]
    asks: bool


@dataclass(frozen=True, slots=True)
class _Rules:
    """The data files, ready for use."""

    lexicon: Lexicon
    groups: tuple[tuple[str, GuardReason, re.Pattern[str]], ...]
    permission: re.Pattern[str]
    stranger: re.Pattern[str]
    suspicious: frozenset[str]


@cache
def _rules() -> _Rules:
    guard, health = word_list("guard"), word_list("health")
    reasons = {reason.value: reason for reason in GuardReason} | {
        "health": GuardReason.HEALTH_DETAILS,
        "health_statement": GuardReason.HEALTH_DETAILS,
        "cause_statement": GuardReason.HEALTH_DETAILS,
    }
    groups = {name: table for name, table in guard.items() if name in reasons}
    people = {name: words.split() for name, words in guard["people"].items() if name != "permission"}
    lists = people | {name: words.split() for name, words in health.items()}
    triggers = {name: table["triggers"].split() for name, table in groups.items()}
    return _Rules(
        lexicon=Lexicon(lists | triggers),
        groups=tuple((name, reasons[name], _compiled(table["patterns"])) for name, table in groups.items()),
        permission=_compiled(guard["people"]["permission"]),
        stranger=_compiled(guard["stranger"]["patterns"]),
        suspicious=frozenset({"illness", "cause", "body", *groups}) - _STATEMENTS,
    )


def _compiled(patterns: str) -> re.Pattern[str]:
    """One expression for a group. Gaps are bounded and possessive, so that no text makes them slow."""
    joined = "|".join(f"(?:{line})" for line in patterns.splitlines() if line)
    for macro, meaning in _MACROS.items():
        joined = joined.replace(macro, meaning)
    joined = _GAP_MACRO.sub(r"(?: \\S++){\1,\2}", joined)
    return re.compile(rf"(?<!\S)(?:{joined})(?!\S)")


def _reasons(sentence: _Sentence, asks: bool) -> Iterator[GuardReason]:
    """Every reason that a sentence gives; `asks` says whether its text asks anything."""
    if _tells_health(sentence):
        yield GuardReason.HEALTH_DETAILS
    for name, reason, pattern in _rules().groups:
        if name not in sentence.lists or (name in _STATEMENTS and not _states(name, sentence, asks)):
            continue
        if pattern.search(sentence.health if reason is GuardReason.HEALTH_DETAILS else sentence.text):
            yield reason


def _states(group: str, sentence: _Sentence, asks: bool) -> bool:
    """Whether a sentence states something. What applies to an employee who is pregnant may be asked; that one is, is not to be told."""
    if sentence.asks or "conditions" in sentence.lists:
        return False
    return not (group == "cause_statement" and asks and "employees" in sentence.lists)


def _tells_health(sentence: _Sentence) -> bool:
    """Whether a health word stands beside a person. To ask what one may ask of an unnamed person is allowed."""
    tags = sentence.tags
    if not _is_about_health(sentence):
        return False
    named = not tags.isdisjoint({"NAME", "NAMES", "INITIALS"})
    if not named and sentence.health is not sentence.text and _rules().stranger.search(sentence.health):
        named = True
    told = named or "PRONOUN" in tags or ("PERSON" in tags and _is_ill(sentence))
    return told and not _asks_permission(sentence, named)


def _is_about_health(sentence: _Sentence) -> bool:
    return "CAUSE" in sentence.tags or _is_ill(sentence)


def _is_ill(sentence: _Sentence) -> bool:
    """Whether there is a word for an illness, or one for a part of the body that is in trouble."""
    return "HEALTH" in sentence.tags or ("BODY" in sentence.tags and "trouble" in sentence.lists)


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
        text = " ".join(out) + (" ?" if question else "")
        return _Sentence(
            text=text,
            health=self._with_strangers(words, out, text),
            tags=frozenset(word for word in out if word.isupper()),
            lists=lists,
            asks="questions" in opening.on,
        )

    def _with_strangers(self, words: list[_Word], out: list[str], text: str) -> str:
        """The tagged `text` with the people of no list tagged; the same object where there are none."""
        found = strangers([word.written.rstrip("'’") for word in words])
        places = {place for place in found.named | found.owned if not out[place].isupper()}
        if not places:
            return text
        end = " ?" if text.endswith(" ?") else ""
        return " ".join("STRANGER" if place in places else word for place, word in enumerate(out)) + end

    def _look_up(self, written: str) -> _Word:
        word = written.rstrip("'’")
        folded = fold(word).replace(" ", "")
        entry = _Word(written, folded, self._lexicon.of(folded), may_be_called(word), self._lexicon.begins_two(folded))
        self._known[written] = entry
        return entry

    def _on(self, words: list[_Word], index: int) -> frozenset[str]:
        """The lists of a word, those of the two words that begin with it included, but for what the second alone is on."""
        if index + 1 == len(words):
            return words[index].on
        first, second = words[index], words[index + 1]
        return first.on | (self._lexicon.of(f"{first.folded}_{second.folded}") - second.on)

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
