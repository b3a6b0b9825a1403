"""What may be kept as the reference of an employee: initials, or a short word of the leader's own. A name becomes initials."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Final

from privacy.cpr import has_cpr
from privacy.guard import GuardReason, inspect
from privacy.names import Called, called
from privacy.words import Lexicon, clean, fold, health_lists, word_list

LONGEST_LABEL: Final = 20


class LabelRefusal(StrEnum):
    """Why a text may not be kept as a reference."""

    EMPTY = "empty"
    NUMBER = "number"
    """A CPR number, or digits enough for one or for a date of birth."""
    EMAIL = "email"
    HEALTH = "health"
    """It says something about health or the cause of absence; a topic ("Stress") is enough here."""
    JUDGEMENT = "judgement"
    """An opinion of the employee, or a sanction."""
    PRIVATE = "private"
    """Union, belief, origin or sexuality."""
    CHARACTERS = "characters"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Label:
    """A reference that may be kept."""

    text: str


@dataclass(frozen=True, slots=True)
class LabelRefused:
    """That a text may not be kept, and why; nothing of the text."""

    reason: LabelRefusal


def reference_from(text: str) -> Label | LabelRefused:
    """What to keep of what a leader wrote in the field for the reference.

    A name on the lists, or two or three capitalised words, become initials; so do a first name and one word more, as in
    "ahmed khan". A single name that is on no list ("Zbigniew") cannot be told from a word of one's own ("Solsikken") without a
    dictionary, and is kept as it is written.

    >>> reference_from("Hansen, Mette"), reference_from("klh"), reference_from("Grøn stue 2")
    (Label(text='MH'), Label(text='KLH'), Label(text='Grøn stue 2'))
    """
    cleaned = " ".join(clean(text[:_LONGEST_READ]).split()).strip(" .,-")
    refusal = _refusal(cleaned)
    if refusal is not None:
        return LabelRefused(refusal)
    label = _shortened(cleaned)
    if not label or _OTHER.search(label):
        return LabelRefused(LabelRefusal.CHARACTERS)
    if len(text) > _LONGEST_READ or len(label) > LONGEST_LABEL:
        return LabelRefused(LabelRefusal.TOO_LONG)
    # Joined or shortened, it may say what its parts did not.
    again = LabelRefusal.HEALTH if _says_health(label) else _says_private(label)
    return LabelRefused(again) if again else Label(label)


def initials_of(name: Sequence[str]) -> str:
    """The initials of a person called by these words, in their order: the first two letters where there is but one.

    >>> initials_of(["Mette"]), initials_of(["Anne-Grethe", "Hansen"])
    ('ME', 'AGH')
    """
    parts = [part for word in name for part in _PART.findall(word)]
    if len(parts) == 1:
        return str(parts[0][:2]).upper()
    return "".join(str(part[0]) for part in parts[:_MOST_INITIALS]).upper()


_CAUSES_OF_LEAVE: Final = ("barsel*", "orlov*", "plejeorlov*")
_LONGEST_READ: Final = 200
_MOST_INITIALS: Final = 5
_DATE_OF_BIRTH: Final = 6
_PART: Final = re.compile(r"[^\W\d_]+")
_OTHER: Final = re.compile(r"[^\w \-]|_")
_DOTTED: Final = re.compile(r"(?:[^\W\d_]\. ?){1,4}[^\W\d_]?\.?")
_SURNAME_FIRST: Final = re.compile(r"([^\W\d_][^,]*), *([^\W\d_][^,]*)")
_INITIALS: Final = re.compile(r"[^\W\d_]{2,5}")
_TITLE: Final = re.compile(r"[^\W\d_a-zæøåéü][^\W\d_]*(?:-[^\W\d_]+)*")


_REFUSED_FOR: Final = {
    "health": LabelRefusal.HEALTH,
    "beside_health": LabelRefusal.HEALTH,
    "family": LabelRefusal.HEALTH,
    "opinion": LabelRefusal.JUDGEMENT,
    "dismissal": LabelRefusal.JUDGEMENT,
    "union": LabelRefusal.PRIVATE,
    "beside_union": LabelRefusal.PRIVATE,
    "belief": LabelRefusal.PRIVATE,
    "origin": LabelRefusal.PRIVATE,
    "sexuality": LabelRefusal.PRIVATE,
}
"""What each list of labels.toml is refused for; the first that fits is told."""


@cache
def _lexicon() -> Lexicon:
    health = health_lists()
    lists = {name: health[name] for name in ("illness", "not_illness", "cause", "body")}
    return Lexicon(lists | {"leave": _CAUSES_OF_LEAVE})


@cache
def _of_labels() -> Lexicon:
    return Lexicon({name: table["words"].split() for name, table in word_list("labels").items()})


@cache
def _neutral() -> Lexicon:
    """Words that follow a first name without being a surname: roles."""
    people = word_list("guard")["people"]
    return Lexicon({name: people[name].split() for name in ("roles", "definite", "plural")})


def _refusal(cleaned: str) -> LabelRefusal | None:
    """What speaks against the text whatever is made of it."""
    finding = inspect(cleaned)
    if not cleaned:
        return LabelRefusal.EMPTY
    if has_cpr(cleaned) or sum(character.isdigit() for character in cleaned) >= _DATE_OF_BIRTH:
        return LabelRefusal.NUMBER
    if "@" in cleaned:
        return LabelRefusal.EMAIL
    if _says_health(cleaned) or (finding and finding.reason in {GuardReason.HEALTH_DETAILS, GuardReason.ACUTE}):
        return LabelRefusal.HEALTH
    return LabelRefusal.JUDGEMENT if finding else _says_private(cleaned)


def _says_health(text: str) -> bool:
    """Whether any word, or two together, are about health. Here no person need stand beside them: the label is the person."""
    words = [fold(word) for word in re.findall(r"§ ?\d+|[^\W_]+", text)]
    for one in (*words, *(f"{a}_{b}" for a, b in pairwise(words)), "".join(words)):
        lists = _lexicon().of(one.replace(" ", ""))
        if (
            not lists.isdisjoint({"illness", "cause", "body", "leave"})
            and "not_illness" not in lists
            and not _is_name(one)
        ):
            return True
    return False


def _says_private(text: str) -> LabelRefusal | None:
    """What labels.toml refuses in a text: by a word, with its digits or without, by two together, or by all written as one."""
    words = [fold(word) for word in re.findall(r"[^\W_]+", text)]
    found: set[str] = set()
    for index, word in enumerate(words):
        for one in {word, word.strip("0123456789")}:
            lists = _of_labels().of(one) if not _is_name(one) else frozenset()
            found |= {name for name in lists if index or not name.startswith("beside_")}
    for one in (*(f"{a}_{b}" for a, b in pairwise(words)), "".join(words)):
        found |= {name for name in _of_labels().of(one) if not name.startswith("beside_") and not _is_name(one)}
    return next((reason for name, reason in _REFUSED_FOR.items() if name in found), None)


def _is_name(folded: str) -> bool:
    return called([folded], 0, begins=False) is Called.NAME


def _shortened(cleaned: str) -> str:
    """The label: names replaced by their initials."""
    if _DOTTED.fullmatch(cleaned):
        return "".join(_PART.findall(cleaned)).upper()
    turned = _SURNAME_FIRST.fullmatch(cleaned)
    if turned:
        cleaned = f"{turned[2]} {turned[1]}"
    words = cleaned.replace(".", "").split()
    if len(words) == 1:
        return _single(words[0])
    capitalised = all(_TITLE.fullmatch(word) for word in words) and not cleaned.isupper()
    if turned or (capitalised and len(words) <= _MOST_INITIALS) or _all_names(words):
        return initials_of(words)
    return _with_initials(words)


def _single(word: str) -> str:
    """A single word: a name, initials, or a word of one's own."""
    short_capitals = word.isupper() and len(word) <= 3
    parts = word.split("-")
    if not short_capitals and any(_called_alone(part) for part in parts):
        return initials_of([word])
    return word.upper() if _INITIALS.fullmatch(word) else word


def _called_alone(word: str) -> bool:
    """Whether a word on its own is on the lists of names, the ambiguous ones included."""
    if not _PART.fullmatch(word):
        return False
    return called(["", word.capitalize(), "er"], 1, begins=False) in {Called.NAME, Called.SURNAME, Called.GENITIVE}


def _all_names(words: list[str]) -> bool:
    """ "mette hansen", "METTE HANSEN", "mette h"."""
    if not _called_alone(words[0]):
        return False
    if len(words) == 2 and _PART.fullmatch(words[1]) and _is_name(fold(words[0])):
        return not _neutral().of(fold(words[1]))
    return all(_called_alone(word) or len(word) == 1 for word in words[1:])


def _with_initials(words: list[str]) -> str:
    """A label of several words in which each run of names is replaced by its initials."""
    kept: list[str] = []
    run: list[str] = []
    for index, word in enumerate([*words, ""]):
        if word and called([*words, ""], index, begins=index == 0) in {Called.NAME, Called.SURNAME, Called.GENITIVE}:
            run.append(word)
            continue
        if run:
            kept.append(initials_of(run))
            run = []
        kept.append(word)
    return " ".join(kept).strip()
