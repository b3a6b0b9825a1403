"""Free text to entries of who helps with what: words are folded and shortened, and compared. Nothing is looked up elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from hr.contacts.model import Contact

MOST: Final = 3
"""How many entries a search brings at most."""

_WORD: Final = re.compile(r"[^\W_]+")
_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
_ENDINGS: Final = ("ernes", "erne", "enes", "eren", "ene", "ers", "ens", "ets", "er", "en", "et", "es", "e", "s")
_SHORTEST_STEM: Final = 3
_COMPOUND: Final = 5
"""Letters that a stem must have to be found at the beginning of a longer word."""
_PART: Final = 0.7
"""What a beginning counts; and as much of HR's word must be said ("arbejdsplads" is not yet "arbejdspladsvurdering")."""
_TOPIC_WORD: Final = 0.5
"""What a single word of a topic counts."""
_CLEAR: Final = 0.6
"""An entry counts beside the best one only when it fits nearly as well."""

_FILL: Final = frozenset(
    [
        "hvem",
        "hvor",
        "hvad",
        "hvilken",
        "hvilke",
        "kan",
        "kunne",
        "skal",
        "skulle",
        "maa",
        "maatte",
        "jeg",
        "mig",
        "min",
        "mit",
        "mine",
        "du",
        "dig",
        "din",
        "vi",
        "os",
        "vores",
        "der",
        "som",
        "er",
        "var",
        "har",
        "have",
        "faar",
        "faa",
        "i",
        "paa",
        "om",
        "til",
        "med",
        "for",
        "fra",
        "af",
        "at",
        "ved",
        "hos",
        "ind",
        "ud",
        "op",
        "en",
        "et",
        "den",
        "det",
        "de",
        "nogen",
        "noget",
        "mere",
        "og",
        "eller",
        "men",
        "hvis",
        "naar",
        "nu",
        "brug",
        "ved",
        "hjaelp",
        "hjaelpe",
        "hjaelper",
        "kontakt",
        "kontakte",
        "kontakter",
        "ring",
        "ringe",
        "ringer",
        "spoerg",
        "spoerge",
        "spoerger",
        "spoergsmaal",
        "svar",
        "svare",
        "svarer",
        "tager",
        "tage",
        "sig",
        "ansvar",
        "ansvarlig",
        "ansvaret",
        "staar",
        "laver",
        "lave",
        "findes",
        "henvender",
        "komme",
        "ud",
        "fat",
        "sidder",
        "gerne",
        "lige",
        "ikke",
        "the",
        "who",
        "with",
        "can",
        "help",
        "helps",
        "i",
        "my",
        "me",
        "about",
        "for",
        "of",
        "to",
    ]
)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, folded: small letters, `ae` for `æ`, no marks.

    >>> words_of("Løn & MED-udvalg")
    ('loen', 'med', 'udvalg')
    """
    composed = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    return tuple(_WORD.findall(composed))


def stem(word: str) -> str:
    """A folded word without its Danish ending, and without the second of two last letters that are the same.

    >>> stem("loensedlen"), stem("lederne"), stem("loennen")
    ('loensedl', 'led', 'loen')
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] else word


def search(entries: Sequence[Contact], text: str, *, most: int = MOST) -> tuple[Contact, ...]:
    """The entries that fit best, the best first; none when no word of theirs is in the text. The order of the file settles a tie."""
    spoken = [word for word in words_of(text) if word not in _FILL]
    asked = words_of(text)
    found = [(_score(entry, spoken, asked), -place) for place, entry in enumerate(entries)]
    ranked = sorted((score for score in found if score[0] > 0), reverse=True)
    if not ranked:
        return ()
    best = ranked[0][0]
    return tuple(entries[-place] for score, place in ranked[:most] if score >= best * _CLEAR)


def _score(entry: Contact, spoken: Sequence[str], asked: Sequence[str]) -> float:
    topic = max((_share(word, spoken) for word in words_of(entry.topic) if word not in _FILL), default=0.0)
    phrases = (words_of(phrase) for phrase in (entry.topic, *entry.words))
    best = max((_phrase(phrase, spoken, asked) for phrase in phrases), default=0.0)
    return max(best, topic * _TOPIC_WORD)


def _phrase(phrase: Sequence[str], spoken: Sequence[str], asked: Sequence[str]) -> float:
    """How much of the text a phrase covers: all its words must be there. In letters, so that the longer phrase wins."""
    told = [word for word in phrase if word not in _FILL]
    # "MED-aftalen" is no more than "aftalen" without the word that also fills sentences.
    if not told or (len(phrase) > len(told) and len(told) == 1 and not _all_in(phrase, asked)):
        return 0.0
    shares = [_share(word, spoken) for word in told]
    return sum(shares) if all(shares) else 0.0


def _all_in(phrase: Sequence[str], asked: Sequence[str]) -> bool:
    return all(any(stem(word) == stem(one) for one in asked) for word in phrase)


def _share(word: str, spoken: Sequence[str]) -> float:
    return max((_alike(word, one) for one in spoken), default=0.0)


@lru_cache(maxsize=20_000)
def _alike(word: str, one: str) -> float:
    """How many letters two words share: all when they are the same but for the ending, fewer when one begins the other."""
    if word == one:
        return len(word) + 1.0
    listed, said = stem(word), stem(one)
    if listed == said:
        return float(len(listed))
    if len(listed) >= _COMPOUND and said.startswith(listed):
        return len(listed) * _PART
    if len(said) >= max(_COMPOUND, len(listed) * _PART) and listed.startswith(said):
        return len(said) * _PART
    return 0.0
