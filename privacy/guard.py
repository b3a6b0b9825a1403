"""Whether a text is one that Kompas must not take in: the local guard that runs before logging, search and storage.

Pure rules over the word lists in `privacy/data`. A text is cut into sentences; in each the words that matter are replaced by tags
(NAME, PRONOUN, HEALTH ...), and patterns look for what must not be there. How the patterns are written is told in `guard.toml`.
A finding never carries the text it was found in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from privacy.apart import tells_apart
from privacy.cpr import has_cpr
from privacy.opinion import sounds_told
from privacy.rules import STATEMENTS, Group, GuardReason, rules
from privacy.tagging import Sentence, is_about_health, is_ill, sentences
from privacy.words import clean

__all__ = ["Finding", "GuardReason", "inspect", "mentions_health", "reasons_against"]


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
    suspicious = tuple(sentences(cleaned))
    asks = bool(_ASKING.search(cleaned))
    found = {reason for sentence in suspicious for reason in _reasons(sentence, asks)}
    if GuardReason.HEALTH_DETAILS not in found and tells_apart(cleaned, suspicious):
        found.add(GuardReason.HEALTH_DETAILS)
    if not found and sounds_told(tuple(sentences(cleaned, every=True))):
        found.add(GuardReason.HEALTH_DETAILS)
    if has_cpr(cleaned):
        found.add(GuardReason.CPR_NUMBER)
    return tuple(reason for reason in GuardReason if reason in found)


def mentions_health(text: str) -> bool:
    """Whether any word of `text` is about illness, its treatment or a cause of absence, tied to a person or not.

    >>> mentions_health("Hvordan håndterer jeg stress i teamet?"), mentions_health("Hvem betaler for kaffen?")
    (True, False)
    """
    return any(
        is_about_health(one) or "TOPIC" in one.tags or "clinicians" in one.lists for one in sentences(clean(text))
    )


_ASKING: Final = re.compile(
    r"\?|\b(?:hvad|hvordan|hvilken|hvilke|hvilket|hvornår|hvor|hvem|what|which|how|when)\b", re.IGNORECASE
)


def _reasons(sentence: Sentence, asks: bool) -> Iterator[GuardReason]:
    """Every reason that a sentence gives; `asks` says whether its text asks anything."""
    if _tells_health(sentence, asks):
        yield GuardReason.HEALTH_DETAILS
    for group in rules().groups:
        if not group.always and group.name not in sentence.lists:
            continue
        if group.name in STATEMENTS and not _states(group.name, sentence, asks):
            continue
        text = sentence.health if group.reason is GuardReason.HEALTH_DETAILS else sentence.text
        if group.pattern.search(text) or (group.name == "health_phrases" and _tells_own(sentence, group)):
            yield group.reason


def _tells_own(sentence: Sentence, group: Group) -> bool:
    """Whether a turn of phrase that tells of somebody's health is told of oneself, in a statement: "jeg er gået ned med flaget"."""
    if _supposes(sentence) or not _ASKER.search(sentence.text):
        return False
    return bool(group.pattern.search(_ASKER.sub("NAME", sentence.text)))


_ASKER: Final = re.compile(r"(?<!\S)jeg(?!\S)")


def _states(group: str, sentence: Sentence, asks: bool) -> bool:
    """Whether a sentence states something. What applies to an employee who is pregnant may be asked; that one is, is not to be told."""
    if _supposes(sentence):
        return False
    return not (group == "cause_statement" and asks and _is_about_own(sentence))


def _supposes(sentence: Sentence) -> bool:
    """Whether a sentence asks, or sets a condition before it speaks of health ("hvis ...")."""
    return sentence.asks or ("conditions" in sentence.lists and bool(_CONDITION_FIRST.match(sentence.text)))


_CONDITION_FIRST: Final = re.compile(r"(?:(?!HEALTH|CAUSE|BODY)\S+ )*?(?:hvis|naar|saafremt|if|when)(?!\S)")


def _is_about_own(sentence: Sentence) -> bool:
    return "employees" in sentence.lists or bool(_OWN.search(sentence.text))


_OWN: Final = re.compile(r"(?<!\S)(?:min|vores|my|our) (?:\S++ )?PERSON(?!\S)")


_ONLY_IF: Final = re.compile(
    r"(?<!\S)(?:hvis|saafremt|if) (?:\S+ ){0,3}(?:PERSON|ROLE) (?:\S+ )?(?:faar|bliver|gaar|skulle|fik|blev|gets|becomes)(?!\S)"
)
"""What may happen to somebody who is not named is a case for the rules."""


def _tells_health(sentence: Sentence, asks: bool) -> bool:
    """Whether a health word stands beside a person. To ask what one may ask of an unnamed person is allowed."""
    tags = sentence.tags
    if not is_about_health(sentence):
        return False
    named = not tags.isdisjoint({"NAME", "NAMES", "INITIALS"})
    if not named and sentence.health is not sentence.text and rules().stranger.search(sentence.health):
        named = True
    if not named and not is_ill(sentence) and asks and _OWN.search(sentence.text):
        return False  # "min medarbejder er gravid, hvornår skal hun ...": which rules apply may be asked
    if not named and _ONLY_IF.search(sentence.text):
        return False
    told = named or "PRONOUN" in tags or ("PERSON" in tags and is_ill(sentence))
    return told and not _asks_permission(sentence, named)


_FACT_INSIDE: Final = re.compile(
    r"(?<!\S)(?:at|fordi|da|efter|siden|inden|naar|nu|med|for|paa grund af|pga|that|because|since|after) (?:PRONOUN|PERSON|sin|sit|sine|his|her)(?: \S++){0,5} HEALTH"
)
"""What is told as a fact in a question of what may be done: "må jeg sige, at han har ..."; "om hun er ..." tells nothing."""


def _asks_permission(sentence: Sentence, named: bool) -> bool:
    if named or not rules().permission.search(sentence.text):
        return False
    return not _FACT_INSIDE.search(sentence.text)
