"""Who is meant in a sentence though no list knows the name or the job: told by the place where the word stands.

There are more names than any list holds, and a dictionary of Danish is not at hand. So it is asked the other way round: a word where a
person could stand is a person, unless `privacy/data/strangers.toml` knows it for something else. That takes too many words for people
where nothing is told of anybody: ask only about sentences with a word of health or absence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from privacy.names import is_abbreviation
from privacy.words import Lexicon, fold, health_lists, word_list

_LONGEST_RUN: Final = 3
_LONGEST_PLACE: Final = 4
_NOBODY: Final = frozenset({"ordinary", "things", "proper", "absence", "people", "health"})
_SHARE_OF_A_TITLE: Final = 0.5
_ENDINGS_OF_THINGS: Final = ("en", "et", "er", "ne", "ing", "else", "hed", "tion", "s")
_ENDINGS_OF_PEOPLE: Final = (
    "eren",
    "isten",
    "enten",
    "anten",
    "manden",
    "konen",
    "damen",
    "oeren",
    "logen",
    "inden",
    "ammen",
    "anden",
)


@dataclass(frozen=True, slots=True)
class Strangers:
    """Places of words in a sentence. `named` is called so or named by a job ("Zbigniew", "kokken"), `owned` is somebody's ("min SOSU")."""

    named: frozenset[int]
    owned: frozenset[int]


def strangers(words: Sequence[str], *, begins: bool = True) -> Strangers:
    """The strangers of a sentence. Words come as written, without punctuation; `begins` says whether the sentence does with the first.

    >>> strangers("Zbigniew har kræft".split()).named, strangers("Reglerne er svære".split()).named
    (frozenset({0}), frozenset())
    >>> strangers("Min praktikvejleder er syg".split()).owned
    frozenset({1})
    """
    known = [_on(word) for word in words]
    places = range(len(words))
    inside = frozenset(place for place in places if _capital_inside(words, known, place)) - _of_a_title(words)
    subjects = frozenset(
        at for place in places if _opens_clause(known, place, begins) for at in _subject(known, place, inside)
    )
    subjects |= frozenset(
        at
        for place in places
        if place and "before_name" in known[place - 1] and _is_like_a_person(words[place])
        for at in _subject(known, place, inside)
    )
    subjects |= frozenset(
        at
        for place in places
        if _opens_clause(known, place, begins) or (place and "before_name" in known[place - 1])
        for at in _subject(known, place, inside, verbs="does")
        if _is_like_a_person(words[at])
    )
    if begins and words and _is_like_a_person(words[0]) and not _is_nobody(known[0]) and _does(known, 0):
        subjects |= {0}
    told = frozenset(place for place in places if _after_verb(known, place) or _is_genitive(words, known, place))
    return Strangers(inside | subjects | told, frozenset(place for place in places if _is_owned(known, place)))


def is_about_somebody(words: Sequence[str]) -> bool:
    """Whether a word of a sentence, or two together, are about health or absence, so that a stranger in it is to be protected."""
    folded = [fold(word) for word in words]
    lexicon = _lexicon()
    return any(
        not lexicon.of(one).isdisjoint({"health", "absence"})
        for one in (*folded, *(f"{a}_{b}" for a, b in pairwise(folded)))
    )


def is_plain_word(folded: str) -> bool:
    """Whether a folded word is one of every day, so that it is no other word misspelt."""
    return not _lexicon().of(folded).isdisjoint(_NOBODY - {"health"})


@cache
def _lexicon() -> Lexicon:
    data, people, health = word_list("strangers"), word_list("guard")["people"], health_lists()
    somebody = [people[name] for name in ("pronouns", "roles", "definite", "plural", "possessives", "questions")]
    ill = [
        *health["clinicians"],
        *(w for n in ("illness", "not_illness", "cause", "body", "trouble") for w in health[n]),
    ]
    lists = {name: words.split() for name, words in data.items()}
    return Lexicon(lists | {"people": " ".join(somebody).split(), "health": ill, "illness": health["illness"]})


def _on(word: str) -> frozenset[str]:
    """The lists a word is on; an abbreviation counts as an ordinary word."""
    folded = fold(word)
    lists = _lexicon().of(folded)
    ordinary = any(character.isdigit() for character in word) or len(word) == 1
    return lists | {"ordinary"} if ordinary or (word.isupper() and is_abbreviation(folded)) else lists


def _is_nobody(lists: frozenset[str]) -> bool:
    return not lists.isdisjoint(_NOBODY)


def _capital_inside(words: Sequence[str], known: Sequence[frozenset[str]], place: int) -> bool:
    """Whether a word has a capital as names have, and is neither a place nor part of the name of one."""
    word = words[place]
    if not place or not word[0].isupper() or word.isupper() or _is_nobody(known[place]):
        return False
    after = known[place + 1] if place + 1 < len(words) else frozenset()
    return fold(words[place - 1]) not in {"i", "in"} and "proper" not in known[place - 1] and "places" not in after


def _of_a_title(words: Sequence[str]) -> frozenset[int]:
    """Every place, where most words have a capital, as in an English headline: there it says nothing."""
    capitals = sum(word[0].isupper() for word in words[1:])
    return frozenset(range(len(words))) if capitals > max(2, len(words) * _SHARE_OF_A_TITLE) else frozenset()


def _opens_clause(known: Sequence[frozenset[str]], place: int, begins: bool) -> bool:
    return "before_subject" in known[place - 1] if place else begins


def _subject(
    known: Sequence[frozenset[str]], first: int, inside: frozenset[int], *, verbs: str = "verbs"
) -> Sequence[int]:
    """The places from `first` on that are the subject of a verb of a person: a few words that are nothing else ("Anh Thu har")."""
    run: list[int] = []
    for place in range(first, min(first + _LONGEST_RUN, len(known))):
        if run and verbs in known[place]:
            return run
        if run and "joins" in known[place]:
            return run if place + 1 in inside else ()
        if _is_nobody(known[place]):
            return ()
        run.append(place)
    return run if first + len(run) < len(known) and verbs in known[first + len(run)] else ()


def _is_like_a_person(word: str) -> bool:
    """Whether a word does not end as things do ("bølgen"); where things stand as often as people, that has to tell."""
    folded = fold(word)
    return folded.endswith(_ENDINGS_OF_PEOPLE) or not folded.endswith(_ENDINGS_OF_THINGS)


def _after_verb(known: Sequence[frozenset[str]], place: int) -> bool:
    """Whether a word is the subject of the verb before it ("i går fik rawan"), in a statement that began with an adverb."""
    return (
        place > 1
        and "verbs" in known[place - 1]
        and "adverbs" in known[place - 2]
        and place + 1 < len(known)
        and not _is_nobody(known[place])
    )


def _is_genitive(words: Sequence[str], known: Sequence[frozenset[str]], place: int) -> bool:
    """Whether the first word says whose illness is spoken of: "Oksanas depression"."""
    word = words[place]
    if place or len(words) == 1 or not word[0].isupper() or not word.endswith("s") or "illness" not in known[1]:
        return False
    return not _is_nobody(known[0] | _on(word[:-1] or word))


def _does(known: Sequence[frozenset[str]], place: int) -> bool:
    """Whether somebody does something, here or where they belong ("min makker i vejafdelingen har")."""
    after = known[place + 1 : place + 2 + _LONGEST_PLACE]
    if after and "verbs" in after[0]:
        return True
    return len(after) > 1 and "at_places" in after[0] and any("verbs" in lists for lists in after[1:])


def _is_owned(known: Sequence[frozenset[str]], place: int) -> bool:
    """Whether a word is somebody's and does something ("vores nye skolesekretær har"), or is one of several ("en af vores drenge")."""
    if _is_nobody(known[place]):
        return False
    owned = any("owners" in before for before in known[max(0, place - 2) : place])
    return owned and (
        _does(known, place) or (place > 1 and "owners" in known[place - 1] and "out_of" in known[place - 2])
    )
