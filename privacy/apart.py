"""A person in one sentence and an illness in another: "KLH er væk. Nyresten."."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from privacy.tagging import Sentence, is_about_health, sentences

_NEAR: Final = 3
_NAMED: Final = frozenset({"NAME", "NAMES", "INITIALS"})
_PERSONS: Final = _NAMED | {"PRONOUN", "PERSON"}
_BARE: Final = re.compile(
    r"(?:(?:det|der|staar|stod|siger|sagde|skriver|skrev|hun|han|har|er|fik|faaet|blev|bliver|skal|ligger|kan|kommer|gaar|tager|lider|venter"
    r"|aarsag\S*|grund\S*|diagnose\S*|pga|paa|grund|af|p|g|a|skyldes|vist\S*|nok|maaske|desvaerre|igen|nu|ogsaa|jo|altsaa|noget|med|en|et"
    r"|svaer|alvorlig|slem|let|akut|kronisk|mulig|formentlig|formodentlig|muligvis|endnu|stadig|saa|og|den|PRONOUN|BODY|CAUSE"
    r"|it|is|has|had|was|got|an|the|because|of|due|to|again|probably|bad|severe) ){0,6}(?:HEALTH|CAUSE|BODY)(?: \S++){0,6}"
)
"""A statement that has no subject, or "det": whose illness it is, another sentence says."""
_BODY_ALONE: Final = re.compile(
    r"(?:(?:det|der|er|vist|nok|desvaerre|pga|paa grund af|igen|PRONOUN|med) ){0,4}(?:BODY|alkohol\S*|druk|sprut\S*|flasken|nerverne)"
    r"(?: (?:igen|nu|der driller|driller|stadig|desvaerre|som saedvanlig|der er gal|vist|nok))?"
)
_OF_A_TOPIC: Final = re.compile(
    r"(?<!\S)(?:jeg|vi|man|os|om|mod|imod|mig|ROLE|STAFF|TOPIC|emne\S*|tema\S*|we|you|about|policy|\?)(?!\S)"
)
_IT_IS_THEIRS: Final = re.compile(
    r"(?:det|den|dem|saadan en|saadan|that|which) (?:har|havde|fik|fejler|lider|er det) (?:NAME|INITIALS|PRONOUN|PERSON|STRANGER)"
    r"(?: (?!brug|ret|lov|svaert|godt|fri)\S++){0,2}"
)
"""What was spoken of is what somebody has."""


def tells_apart(text: str, suspicious: Sequence[Sentence]) -> bool:
    """Whether the sentences of a cleaned text say together whose illness it is; `suspicious` are those that alone said nothing.

    Where a name stands in a sentence nearby, any statement about health will do, if it is not as about a topic; where nobody is named,
    it has to be bare.
    """
    if not any(is_about_health(one) or _BODY_ALONE.fullmatch(one.text) for one in suspicious):
        return False
    every = [one for one in sentences(text, every=True) if one.is_whole]
    return any(
        _tells(one, [other for other in every[max(0, at - _NEAR) : at + _NEAR + 1] if other is not one])
        for at, one in enumerate(every)
    )


def _tells(sentence: Sentence, near: Sequence[Sentence]) -> bool:
    if _IT_IS_THEIRS.fullmatch(sentence.health.removesuffix(" ?")):
        return any(map(is_about_health, near))
    if "conditions" in sentence.lists or _OF_A_TOPIC.search(sentence.text):
        return False
    is_bare = bool(_BODY_ALONE.fullmatch(sentence.text)) or (
        is_about_health(sentence) and bool(_BARE.fullmatch(sentence.text))
    )
    if is_bare:
        return any(not one.tags.isdisjoint(_PERSONS) or "STRANGER" in one.health for one in near)
    return is_about_health(sentence) and not sentence.asks and any(not one.tags.isdisjoint(_NAMED) for one in near)
