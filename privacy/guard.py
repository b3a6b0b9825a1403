"""Whether a text is one that Kompas must not take in: the local guard that runs before logging, search and storage.

Pure rules over the word lists in `privacy/data`. A text is cut into sentences; in each the words that matter are replaced by tags
(NAME, PRONOUN, HEALTH ...), and patterns look for what must not be there. How the patterns are written is told in `guard.toml`.
A finding never carries the text it was found in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from privacy.cpr import has_cpr
from privacy.rules import STATEMENTS, Group, GuardReason, rules
from privacy.tagging import Sentence, sentences
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
    if GuardReason.HEALTH_DETAILS not in found and _tells_apart(cleaned, suspicious):
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
        _is_about_health(one) or "TOPIC" in one.tags or "clinicians" in one.lists for one in sentences(clean(text))
    )


_ASKING: Final = re.compile(r"\?|\b(?:hvad|hvordan|hvilken|hvilke|hvilket|hvornår|hvor|hvem|what|which|how|when)\b", re.IGNORECASE)
_PERSONS: Final = frozenset({"NAME", "NAMES", "INITIALS", "PRONOUN", "PERSON"})
_BARE: Final = re.compile(
    r"(?:(?:det|der|hun|han|har|er|fik|faaet|blev|bliver|skal|ligger|kan|kommer|gaar|tager|lider|venter|aarsag\S*|grund\S*|diagnose\S*|pga|paa|grund|af|p|g|a|skyldes|vist\S*|nok|maaske|desvaerre|igen|nu|ogsaa|jo|altsaa|noget|med|en|et|"
    r"svaer|alvorlig|slem|let|akut|kronisk|mulig|formentlig|formodentlig|muligvis|endnu|stadig|saa|og|den|hans|hendes|PRONOUN|BODY|CAUSE|it|is|has|had|was|got|a|an|the|because|of|due|to|again|probably|bad|severe) ){0,6}(?:HEALTH|CAUSE|BODY)(?: \S++){0,6}"
)
"""A statement that has no subject, or "det": whose illness it is, the sentence before says."""
_OF_A_TOPIC: Final = re.compile(r"(?<!\S)(?:jeg|vi|man|os|om|mod|imod|mig|ROLE|STAFF|TOPIC|emne\S*|tema\S*|we|you|about|policy|\?)(?!\S)")


_IT_IS_THEIRS: Final = re.compile(
    r"(?:det|den|dem|saadan en|saadan|that|which) (?:har|havde|fik|fejler|lider|er det) (?:NAME|INITIALS|PRONOUN|PERSON|STRANGER)(?: (?!brug|ret|lov|svaert|godt|fri)\S++){0,2}"
)
"""What was spoken of is what somebody has."""


def _tells_apart(text: str, suspicious: Sequence[Sentence]) -> bool:
    """Whether one sentence speaks of a person and another says the illness: "KLH er væk. Nyresten."."""
    if any(map(_is_about_health, suspicious)):
        if any(_IT_IS_THEIRS.fullmatch(one.health.removesuffix(" ?")) for one in sentences(text, every=True)):
            return True
    bare = [one for one in suspicious if _is_bare(one)]
    if not bare:
        return False
    texts = {one.text for one in bare}
    others = [one for one in sentences(text, every=True) if one.text not in texts]
    return any(not one.tags.isdisjoint(_PERSONS) or "STRANGER" in one.health for one in others)


def _is_bare(sentence: Sentence) -> bool:
    if not _is_about_health(sentence) or "conditions" in sentence.lists or _OF_A_TOPIC.search(sentence.text):
        return False
    return bool(_BARE.fullmatch(sentence.text))


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
        if group.pattern.search(text):
            yield group.reason
        elif group.name == "health_phrases" and _tells_own(sentence, group):
            yield group.reason


def _tells_own(sentence: Sentence, group: Group) -> bool:
    """Whether a turn of phrase that tells of somebody's health is told of oneself, in a statement: "jeg er gået ned med flaget"."""
    if sentence.asks or "conditions" in sentence.lists or not _ASKER.search(sentence.text):
        return False
    return bool(group.pattern.search(_ASKER.sub("NAME", sentence.text)))


_ASKER: Final = re.compile(r"(?<!\S)jeg(?!\S)")


def _states(group: str, sentence: Sentence, asks: bool) -> bool:
    """Whether a sentence states something. What applies to an employee who is pregnant may be asked; that one is, is not to be told."""
    if sentence.asks or "conditions" in sentence.lists:
        return False
    return not (group == "cause_statement" and asks and _is_about_own(sentence))


def _is_about_own(sentence: Sentence) -> bool:
    return "employees" in sentence.lists or bool(_OWN.search(sentence.text))


_OWN: Final = re.compile(r"(?<!\S)(?:min|vores|my|our) (?:\S++ )?PERSON(?!\S)")


def _tells_health(sentence: Sentence, asks: bool) -> bool:
    """Whether a health word stands beside a person. To ask what one may ask of an unnamed person is allowed."""
    tags = sentence.tags
    if not _is_about_health(sentence):
        return False
    named = not tags.isdisjoint({"NAME", "NAMES", "INITIALS"})
    if not named and sentence.health is not sentence.text and rules().stranger.search(sentence.health):
        named = True
    if not named and not _is_ill(sentence) and asks and _OWN.search(sentence.text):
        return False  # "min medarbejder er gravid, hvornår skal hun ...": which rules apply may be asked
    told = named or "PRONOUN" in tags or ("PERSON" in tags and _is_ill(sentence))
    return told and not _asks_permission(sentence, named)


_FACT_INSIDE: Final = re.compile(
    r"(?<!\S)(?:at|fordi|da|efter|siden|inden|naar|nu|med|for|paa grund af|pga|that|because|since|after) (?:PRONOUN|PERSON|sin|sit|sine|his|her)(?: \S++){0,5} HEALTH"
)
"""What is told as a fact in a question of what may be done: "må jeg sige, at han har ..."; "om hun er ..." tells nothing."""


def _is_about_health(sentence: Sentence) -> bool:
    return "CAUSE" in sentence.tags or _is_ill(sentence)


def _is_ill(sentence: Sentence) -> bool:
    """Whether there is a word for an illness, or one for a part of the body that is in trouble."""
    in_trouble = "BODY" in sentence.tags and not sentence.lists.isdisjoint({"trouble", "ails"})
    return "HEALTH" in sentence.tags or in_trouble


def _asks_permission(sentence: Sentence, named: bool) -> bool:
    if named or not rules().permission.search(sentence.text):
        return False
    return not _FACT_INSIDE.search(sentence.text)
