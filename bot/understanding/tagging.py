"""Turns a message into a sentence of folded words and tags, which the rules are written for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.dates import Direction, all_days, folded_with_places
from bot.understanding.references import TOKEN, Mention, mentions
from bot.understanding.rules import rules
from bot.understanding.times import LATER_PHRASE
from privacy.words import Lexicon, word_list

STEP_PHRASE: Final = re.compile(
    r"\b(?:dag|day) ?(\d{1,2}|tre|ti)\b(?! ?(?:dage|timer|maj|juni))|\b(\d{1,2}|tredje|tiende)\.? ?dagen?(?:s)?\b"
)
_STEP_WORDS: Final = {"tre": 3, "ti": 10, "tredje": 3, "tiende": 10}
_PLACES: Final = re.compile(rf"{TOKEN.pattern}|§ ?\d+|\?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """A message ready for the rules. `mentions` are the people named in it, `step_day` the n of the first "dag n"."""

    sentence: str
    mentions: tuple[Mention, ...]
    step_day: int | None


def tagged(text: str, *, today: date, known_labels: Collection[str]) -> Tagged:
    """The tagged sentence of a text that has been through `privacy.words.clean`."""
    folded, at = folded_with_places(text)
    named = mentions(text, known_labels)
    spans = [(one.start, one.end, "DAY") for one in all_days(text, today=today, prefer=Direction.FUTURE)]
    steps = list(STEP_PHRASE.finditer(folded))
    spans = [(at[step.start()], at[step.end()], "STEP") for step in steps] + spans
    spans += [(at[time.start()], at[time.end()], "TIME") for time in LATER_PHRASE.finditer(folded)]
    spans += [(one.start, one.end, "NAME") for one in named]
    words = list(_words(text, spans))
    return Tagged(
        sentence=_without_opening(" ".join(words)),
        mentions=named,
        step_day=_number_of(steps[0]) if steps else _step_named(words),
    )


def _number_of(step: re.Match[str]) -> int:
    word = step[1] or step[2]
    return _STEP_WORDS[word] if word in _STEP_WORDS else int(word)


def _step_named(words: list[str]) -> int | None:
    return next((day for word in words if (day := rules().steps.get(word)) is not None), None)


def _words(text: str, spans: list[tuple[int, int, str]]) -> Iterator[str]:
    """Tags and words in order; of tags in the same place, the one that was listed first."""
    done: set[tuple[int, int, str]] = set()
    for match in _PLACES.finditer(text):
        covering = next((span for span in spans if span[0] <= match.start() < span[1]), None)
        if covering is None:
            yield _word(folded_with_places(match.group())[0].replace("'", "").replace("’", ""))
        elif covering not in done:
            done.add(covering)
            yield covering[2]


def _word(folded: str) -> str:
    if folded in rules().people["pronouns"]:
        return "PRON"
    if folded not in rules().people["no_roles"] and _people().of(folded):
        return "ROLE"
    return _spelt_right(folded)


@cache
def _people() -> Lexicon:
    people = word_list("guard")["people"]
    return Lexicon({name: people[name].split() for name in ("roles", "definite")})


def _spelt_right(word: str) -> str:
    """The word of the vocabulary that a word of four letters and more is one slip away from (two from eight letters), else the word."""
    known = rules()
    if word in known.spellings:
        return known.spellings[word]
    if len(word) < 4 or not word.isalpha() or word in known.literals:
        return word
    found = process.extractOne(word, known.vocabulary, scorer=OSA.distance, score_cutoff=1 if len(word) < 8 else 2)
    if found is None or found[0][0] != word[0] or _is_inflection(word, found[0]):
        return word
    return str(found[0])


def _is_inflection(word: str, other: str) -> bool:
    """Whether only the ends differ: another form of the word is no slip."""
    return word.startswith(other) or other.startswith(word) or (len(word) == len(other) and word[:-1] == other[:-1])


def _without_opening(sentence: str) -> str:
    """Without greeting and politeness."""
    words = sentence.split(" ")
    while len(words) > 1 and words[0] in rules().greetings:
        words.pop(0)
    return rules().polite.sub("", " ".join(words))
