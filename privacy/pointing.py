"""Whether a question points at somebody, so that its text must not be shown to others. Pure, and careful the other way round than the guard.

The guard refuses what it recognises. This keeps what it recognises: a question with a word about health or absence may be shown only when
every word of it is known for something else than a person. What it does not know it takes for somebody, and so some harmless questions
are withheld; whoever shows them counts those without their text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from privacy.guard import mentions_health
from privacy.names import WORD, called, is_abbreviation
from privacy.strangers import is_about_somebody, strangers
from privacy.words import Lexicon, clean, fold, health_lists, word_list

_SENTENCE: Final = re.compile(r"[.!?;\n]+(?:\s|$)")


def _listed(name: str) -> frozenset[str]:
    return frozenset(fold(word) for word in word_list("pointing")[name].split())


_ANY_PRONOUN: Final = _listed("pronouns")
_ONE_PERSON: Final = _listed("one_person")
_OWNERS: Final = _listed("owners")
_ASKER: Final = _listed("asker")
_MODALS: Final = _listed("modals")
_CONDITIONS: Final = _listed("conditions")
_HAVE: Final = _listed("have")
_SOMEBODY: Final = _listed("somebody")
_WHO: Final = _listed("who")
_ONE: Final = frozenset({"en", "et", "a", "an"})
_ABSENT: Final = ("syg", "fravaer", "sick", "barsel", "orlov")
_OF_THINGS: Final = ("ss", "ets", "ens", "nes", "ers", "is", "us")
_LIKE_NAMES: Final = ("a", "i", "o", "u")
"""Few Danish words end so, and many names do."""
_INITIALS: Final = re.compile(r"[A-ZÆØÅ]{2,4}")
_PLURALS: Final = ("er", "ere", "erne", "ene", "ers")
_NUMBERS: Final = re.compile(r"1-3-10|1-5-14|(?:§+|paragraf) ?\d+[a-z]?", re.IGNORECASE)


def points_at_somebody(text: str) -> bool:
    """Whether a question names a person, speaks of one by a pronoun, as somebody's own or as a certain one; or tells of the asker's health.

    >>> points_at_somebody("Må Oksana arbejde hjemme?"), points_at_somebody("Hvad er reglerne ved stress?")
    (True, False)
    """
    cleaned = clean(text)
    sentences = [words for part in _SENTENCE.split(cleaned) if (words := WORD.findall(part))]
    if any(_tells_of_one(words) for words in sentences):
        return True
    if mentions_health(cleaned):
        return bool(re.search(r"\d", _NUMBERS.sub(" ", cleaned))) or any(map(_may_tell_of_health, sentences))
    if any(is_about_somebody(words) or any(fold(word).startswith(_ABSENT) for word in words) for words in sentences):
        return any(_has_unknown(words, places=True) for words in sentences)
    return any(map(_asks_about_unknown, sentences))


def _tells_of_one(words: Sequence[str]) -> bool:
    """What points at somebody whatever the question is about."""
    folded = [fold(word) for word in words]
    known = [_lexicon().of(word) for word in folded]
    places = range(len(words))
    if not _ONE_PERSON.isdisjoint(folded) or any("definite" in lists for lists in known):
        return True
    if any(called(words, place, begins=place == 0) is not None for place in places) or _has_initials(words):
        return True
    found = strangers(words)
    return (
        bool(found.named or found.owned)
        or _states(folded, known)
        or any(_is_certain(folded, place) for place in places)
    )


def _has_initials(words: Sequence[str]) -> bool:
    shouting = len(words) > 1 and all(word.isupper() for word in words)
    return not shouting and any(_INITIALS.fullmatch(word) and not is_abbreviation(fold(word)) for word in words)


def _states(folded: Sequence[str], known: Sequence[frozenset[str]]) -> bool:
    """Whether a sentence is no question but tells of one ("en medarbejder er syg ...", "medarbejder syg", "jeg er syg")."""
    lead = 1 if folded[0] in _ONE | {"syg", "sygemeldt"} else 0
    if lead < len(known) and "roles" in known[lead]:
        return True
    if not known[0] and folded[0] not in _ONE_PERSON and not folded[0].endswith(_PLURALS):
        return True  # "Kaja begynder ...": an unknown word at the beginning is somebody
    for place, word in enumerate(folded):
        if word in {"jeg", "i"} and any(after.startswith(_ABSENT) for after in folded[place + 1 : place + 5]):
            return word == "jeg" or "sick" in folded
    return False


def _is_certain(folded: Sequence[str], place: int) -> bool:
    """Whether a word is a person who is somebody's ("min nye kollega", "en af mine") or whom the asker has ("jeg har en medarbejder")."""
    word, before = folded[place], folded[max(0, place - 3) : place]
    if word in _OWNERS and before[-1:] in (["af"], ["of"]) and not {"en", "one", "et"}.isdisjoint(before):
        return True
    is_role = any("roles" in _lexicon().of(form) for form in (word, word.removesuffix("s")))
    if is_role and not _OWNERS.isdisjoint(before[-2:]):
        return True
    if not (is_role or word in _SOMEBODY) or _HAVE.isdisjoint(before) or _ONE.isdisjoint(before):
        return False
    return not _ASKER.isdisjoint(folded[:place]) or folded[place + 1 : place + 2] in [[one] for one in _WHO]


def _may_tell_of_health(words: Sequence[str]) -> bool:
    """Whether a sentence of a question about health is anything else than a plain question about rules."""
    folded = [fold(word) for word in words]
    if "questions" not in _lexicon().of(folded[0]) or not _ANY_PRONOUN.isdisjoint(folded):
        return True
    asker = [place for place, word in enumerate(folded) if word in _ASKER or words[place] == "I"]
    return bool(asker and not _acts_for_others(folded, asker)) or _has_unknown(words, places=False)


def _acts_for_others(folded: Sequence[str], asker: Sequence[int]) -> bool:
    """Whether the asker is there once, as who acts "når en medarbejder ..." or as all of them ("hvordan forebygger vi ...")."""
    (first, *others) = asker
    if others or folded[first] not in {"jeg", "vi", "we", "i"}:
        return False
    is_role = ["roles" in _lexicon().of(word) for word in folded]
    if folded[first] in {"vi", "we"} and not any(is_role) and _HAVE.isdisjoint(folded) and _ONE.isdisjoint(folded):
        return True
    after = range(first + 1, len(folded) - 2)
    return any(folded[at] in _CONDITIONS and folded[at + 1] in _ONE and is_role[at + 2] for at in after)


def _has_unknown(words: Sequence[str], *, places: bool) -> bool:
    """Whether some word is on no list. With a word about health, `places` and offices do not count as known: they narrow down who is meant."""
    lexicon, harmless = _lexicon(), _HARMLESS | {"proper"} if places else _HARMLESS
    folded = [fold(word) for word in words]
    of_two = {
        at
        for at, two in enumerate(pairwise(folded))
        if lexicon.begins_two(two[0]) and not lexicon.of("_".join(two)).isdisjoint(harmless)
    }
    return any(
        lexicon.of(word).isdisjoint(harmless) and not _is_plain(words[at]) and of_two.isdisjoint({at - 1, at})
        for at, word in enumerate(folded)
    )


def _is_plain(word: str) -> bool:
    return len(word) == 1 or (word.isupper() and is_abbreviation(fold(word)))


def _asks_about_unknown(words: Sequence[str]) -> bool:
    """Whether a word of no list may be a person: bare after the verb ("må rawan køre"), as owner ("rawans bil"), or in a name's ending ("for anneliza")."""
    folded = [fold(word) for word in words]
    unknown = [not _lexicon().of(word) and not _is_plain(words[place]) for place, word in enumerate(folded)]
    if len(words) > 1 and folded[0] in _MODALS and unknown[1] and not folded[1].endswith(_PLURALS):
        return True
    owners = {place for place, word in enumerate(folded[:-1]) if word.endswith("s") and not word.endswith(_OF_THINGS)}
    return any(unknown[place] and (place in owners or word.endswith(_LIKE_NAMES)) for place, word in enumerate(folded))


_HARMLESS: Final = frozenset({"ordinary", "things", "absence", "health", "roles", "plural", "questions", "harmless"})


@cache
def _lexicon() -> Lexicon:
    """What words are known for; `health` as the guard has it."""
    data, people, health = word_list("strangers"), word_list("guard")["people"], health_lists()
    lists = {name: data[name].split() for name in ("ordinary", "things", "absence", "proper")}
    lists |= {name: people[name].split() for name in ("roles", "definite", "plural", "questions")}
    lists["harmless"] = word_list("pointing")["harmless"].split()
    lists["health"] = [word for name in ("illness", "cause", "body", "trouble") for word in health[name]]
    return Lexicon(lists)
