"""Sentences with the words that matter replaced by tags, as the patterns of the guard read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from privacy.names import Called, called, may_be_called
from privacy.rules import rules
from privacy.spelling import spelling
from privacy.strangers import is_plain_word, strangers
from privacy.words import fold

_WORD_OR_END: Final = re.compile(r"§ ?\d+|[^\W_]+(?:['’](?!\w))?|(?<!\.)\.(?=\s|$)|[?!;\n]")
"""Three dots end no sentence: who stops short often says next what it is ("hun har fået ... ja, kræft")."""
_DOTTED: Final = re.compile(r"\b(?:[A-ZÆØÅ]\.){2,4}(?=\s|$)")
"""Initials with dots ("E.S. er syg"), whose dots end no sentence."""
_ENDS: Final = frozenset(".?!;\n")
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
    ("jobs_definite", "PERSON"),
    ("plural", "STAFF"),
)
_LONGEST_PIECE: Final = 80
_NEAR: Final = 4
_ARTICLES: Final = frozenset({"en", "et", "den", "det", "de", "a", "an", "the"})
_SHORTEST_HALF: Final = 3
_SHORTEST_INITIALS: Final = 2
_LONGEST_INITIALS: Final = 4
_SHORTEST_WHOLE: Final = 8


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its tags. `lists` names the word lists that any of its words is on; `health` is the text for the rules about
    health, in which people of no list are tagged too. `asks` says that it begins as a question; one without end is in pieces, not whole."""

    text: str
    health: str
    tags: frozenset[str]
    lists: frozenset[str]
    asks: bool
    is_whole: bool


def is_about_health(sentence: Sentence) -> bool:
    """Whether there is a word for an illness or for a cause of absence."""
    return "CAUSE" in sentence.tags or is_ill(sentence)


def is_ill(sentence: Sentence) -> bool:
    """Whether there is a word for an illness, or one for a part of the body that is in trouble."""
    in_trouble = "BODY" in sentence.tags and not sentence.lists.isdisjoint({"trouble", "ails"})
    return "HEALTH" in sentence.tags or in_trouble


def sentences(text: str, *, every: bool = False) -> Iterator[Sentence]:
    """The sentences of a cleaned text that have a word of some list, or really `every` one, tagged."""
    tagger = _Tagger(shouting=text.isupper(), every=every)
    words: list[str] = []
    text = _DOTTED.sub(lambda found: found[0].replace(".", ""), text)
    for word in [*_WORD_OR_END.findall(text), "\n"]:
        if word not in _ENDS:
            words.append(word)
        elif words and not (word == "." and _is_abbreviated(words[-1])):
            for some in _in_pieces(words):
                sentence = tagger.sentence(some, question=word == "?", is_whole=len(some) == len(words))
                if sentence is not None:
                    yield sentence
            words = []


def _in_pieces(words: list[str]) -> Iterator[list[str]]:
    """A sentence, or where it is endless the pieces of it, that overlap: words far apart say nothing of each other."""
    step = _LONGEST_PIECE // 2
    for start in range(0, max(1, len(words) - step), step):
        yield words[start : start + _LONGEST_PIECE]


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
    misspelt: bool


class _Tagger:
    """Replaces words by tags; remembers each word of the text that it has looked up."""

    def __init__(self, *, shouting: bool, every: bool) -> None:
        self._shouting = shouting
        self._every = every
        self._lexicon = rules().lexicon
        self._suspicious = rules().suspicious
        self._known: dict[str, _Word] = {}

    def sentence(self, written: list[str], *, question: bool, is_whole: bool) -> Sentence | None:
        """The tagged sentence; None when no word of it can matter, which is quickly seen and so for most."""
        words = [self._known.get(word) or self._look_up(word) for word in written]
        on = [self._on(words, index) for index in range(len(words))]
        lists = frozenset[str]().union(*on)
        if self._suspicious.isdisjoint(lists) and not self._every and not any(word.may_be_name for word in words):
            return None
        ill = not lists.isdisjoint({"illness", "cause", "body", "clinicians"})
        out = [self._tag(words, index, on, ill=ill) for index in range(len(words))]
        opening = next((word for word in words if word.folded not in _GREETINGS), words[0])
        text = (" ".join(out) + (" ?" if question else "")).replace("NAME s ", "NAMES ")
        return Sentence(
            text=text,
            health=self._with_strangers(words, out, text),
            tags=frozenset(word for word in out if word.isupper()),
            lists=lists,
            asks="questions" in opening.on,
            is_whole=is_whole,
        )

    def _with_strangers(self, words: list[_Word], out: list[str], text: str) -> str:
        """The tagged `text` with the people of no list tagged; the same object where there are none."""
        found = strangers([word.written.rstrip("'’") for word in words])
        places = {
            place for place in found.named | found.owned if not out[place].isupper() and "things" not in words[place].on
        }
        if out[1:2] == ["HEALTH"] and _is_like_initials(words[0]):
            places.add(0)
        if not places:
            return text
        end = " ?" if text.endswith(" ?") else ""
        return " ".join("STRANGER" if place in places else word for place, word in enumerate(out)) + end

    def _look_up(self, written: str) -> _Word:
        word = written.rstrip("'’")
        folded = fold(word).replace(" ", "")
        folded = rules().spoken.get(folded, folded)
        on, is_name = self._lexicon.of(folded), may_be_called(word)
        misspelt = not on and not is_name and spelling().has(folded)
        entry = _Word(written, folded, on, is_name, self._lexicon.begins_two(folded), misspelt)
        self._known[written] = entry
        return entry

    def _on(self, words: list[_Word], index: int) -> frozenset[str]:
        """The lists of a word, those of the two words that begin with it included, but for what the second alone is on."""
        word = words[index]
        if word.misspelt and (index == 0 or not word.written[0].isupper() or self._shouting):
            return word.on | {"illness"}
        if index + 1 == len(words):
            return word.on
        following = words[index + 1]
        on = word.on
        if word.begins_two:
            on |= self._lexicon.of(f"{word.folded}_{following.folded}") - following.on
        return on | {"illness"} if self._is_torn(word, following) else on

    def _is_torn(self, word: _Word, following: _Word) -> bool:
        """Whether two words are one about health, written with a blank in it ("hjerne rystelse")."""
        halves = (len(word.folded), len(following.folded))
        if min(halves) < _SHORTEST_HALF or sum(halves) < _SHORTEST_WHOLE or not following.written[0].islower():
            return False
        if "illness" in word.on or "illness" in following.on or is_plain_word(word.folded):
            return False
        return "illness" in self._lexicon.of(word.folded + following.folded)

    def _tag(self, words: list[_Word], index: int, on: Sequence[frozenset[str]], *, ill: bool) -> str:
        """The tag of a word, or the folded word itself; `ill` says that its sentence is about health."""
        name = self._name(words, index, on, ill=ill) if words[index].may_be_name else ""
        return name or self._health(words, index, on) or self._person(words, index, on) or words[index].folded

    def _name(self, words: list[_Word], index: int, on: Sequence[frozenset[str]], *, ill: bool) -> str:
        """The tag of a name or of initials, if the word is one; its neighbours are enough to tell."""
        word = words[index]
        near = [other.written.rstrip("'’") for other in words[max(0, index - 1) : index + 2]]
        name = called(near, min(index, 1), begins=index == 0, loose=ill)
        if name is None or (name is Called.INITIALS and (self._shouting or "illness" in on[index])):
            return ""  # "PMDD" is nobody
        return "NAMES" if word.written[-1] in "'’" else _TAG_OF[name]

    def _health(self, words: list[_Word], index: int, on: Sequence[frozenset[str]]) -> str:
        """The tag of a word about health, if it is one here: what is a job, a topic or a thing tells of nobody."""
        if "illness" in on[index] and "not_illness" not in on[index] and not _is_of_things(on, index):
            return "TOPIC" if "topic" in rules().topics.of(words[index].folded) or _is_topic(words, index) else "HEALTH"
        if "clinicians" in on[index] and any("treated_by" in before for before in on[max(0, index - 2) : index]):
            return "HEALTH"
        return ""

    def _person(self, words: list[_Word], index: int, on: Sequence[frozenset[str]]) -> str:
        """The tag of any other word that has one."""
        if "plural" in on[index] and "definite" in on[index] and not _is_owned(on, index):
            return "STAFF"  # "ansatte" is several of them, or "den ansatte"
        for listed, tag in _LISTED:
            if listed in on[index] and not (tag == "BODY" and self._is_phrase(words, index)):
                return tag
        if not on[index].isdisjoint({"roles", "jobs"}):
            return "PERSON" if _is_owned(on, index) else "ROLE"
        return ""

    def _is_phrase(self, words: list[_Word], index: int) -> bool:
        """Whether a part of the body is there in a turn of phrase only ("tage hånd om")."""
        around = [word.folded for word in words[max(0, index - 1) : index + 2]]
        return any("not_body" in self._lexicon.of(f"{one}_{two}") for one, two in pairwise(around))


def _is_owned(on: Sequence[frozenset[str]], index: int) -> bool:
    """Whether a word is somebody's ("vores nye daglige leder")."""
    return any("possessives" in before for before in on[max(0, index - 3) : index])


def _is_of_things(on: Sequence[frozenset[str]], index: int) -> bool:
    """Whether a word about health is said of a thing ("virus på computeren")."""
    near = on[max(0, index - _NEAR) : index + _NEAR + 1]
    return "figurative" in on[index] and any("things" in other for other in near)


def _is_topic(words: Sequence[_Word], index: int) -> bool:
    """Whether a word says what is spoken of or where somebody works ("oplæg om sorg", "arbejder på hospice")."""
    before = [word.folded for word in words[max(0, index - 3) : index] if word.folded not in _ARTICLES][-2:]
    return len(before) > 1 and before[1] in rules().small and bool(rules().topics.of(before[0]) & {"about"})


def _is_like_initials(word: _Word) -> bool:
    """Whether a word is initials in small letters, where an illness follows at once ("klh - blodprop")."""
    letters = word.folded.isalpha() and _SHORTEST_INITIALS <= len(word.written) <= _LONGEST_INITIALS
    return letters and not word.on and not is_plain_word(word.folded)
