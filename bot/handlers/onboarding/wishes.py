"""What a typed message about onboarding asks for. Pure; conservative, for what it takes no other handler sees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hr.onboarding.model import Item


class Wish(StrEnum):
    """What is asked for."""

    SHOW = "show"
    """One's own plan, or those one helps with; a form where there is none."""
    LOOK = "look"
    """The same, from a message that is as good a question: where there is no plan it is answered from the sources."""
    START_OTHER = "start_other"
    LISTS = "lists"
    MARK = "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A wish, and the words that name an item or a colleague."""

    wish: Wish
    named: str = ""


_FLAGS: Final = re.IGNORECASE
_LISTS: Final = re.compile(r"^\W*(?:vis|se) (?:alle )?tilmeldinger\w*\W*$", _FLAGS)
_START_FOR: Final = re.compile(
    r"\b(?:start|opret|lav)\b.*\b(?:onboarding\w*|introforløb\w*|introplan)\b.*\b(?:for|til)\b\s+(?P<who>\S+)|\bjeg skal starte en ny \w+ op\b",
    _FLAGS,
)
_NOT_OURS: Final = re.compile(
    r"\b(?:stop\w*|ikke (?:at )?modtage|hvem i hr|på engelsk|in english|tilmelder jeg)\b", _FLAGS
)
_OF_ITS_OWN: Final = re.compile(
    r"\b(?:løn\w*|ferie\w*|sygemeld\w*|syg|barsel\w*|pension\w*|overenskomst\w*|ansættelsesbevis\w*)\b|\bhvem er min\b",
    _FLAGS,
)
"""A question that names a topic is one for the sources, whoever is new."""
_QUESTION: Final = re.compile(r"\?|\b(?:hvordan|hvornår|hvem|hvor|hvad|må|kan|skal|får)\b", _FLAGS)
LEADER_WORDS: Final = re.compile(r"\bny(?:e|ansat)?\s+leder\w*|\bblevet leder\b|\bsom leder\b", _FLAGS)
"""What says that a plan is for a new leader."""
_SHOW: Final = re.compile(
    r"^\W*(?:vis |se |start |min |mine |mit |næste )*(?:hele )?(?:min |mine |mit )?"
    r"(?:on ?boarding(?:[- ]?\w+)?|introplan\w*|introduktionsforløb|introforløb|introliste|velkomstliste|velkomstpakken|tjeklisten)\s*(?:trin|opgaver)?\W*$"
    r"|\bjeg er (?:ny|nyansat|lige blevet)\b(?! chef for)|^\W*(?:kom godt i gang|nyansat, hjælp|mit forløb)\W*$"
    r"|\bvis (?:planen|program\w*|punkterne)\b.*\b(?:nye ledere|\d måneder)\b|\bprogram for nye ledere\b"
    r"|\bmine punkter som ny\b|^\W*(?:vis |se )?(?:mine )?nye (?:kolleger|medarbejdere|ledere)\W*$",
    _FLAGS,
)
_LOOK: Final = re.compile(
    r"\bon ?boarding\b|\bintro(?:plan|liste|forløb|duktionsforløb|duktion til)\w*|\bvelkomst(?:liste|pakke)\w*"
    r"|\bsom ny leder\b|\bmin nye (?:leder|medarbejder)\b.*\b(?:igennem|starter)\b|\bny medarbejder\b.*\b(?:starter|får|huske)\b|\bfår en ny medarbejder\b"
    r"|\b(?:nyansat|nye kolleger|ny kollega)\b|\bmentor for en ny\b|\bhar jeg en mentor\b"
    r"|\b(?:første (?:uge|måned|100 dage|tre måneder|arbejdsdag))\b|\bbegyndte i sidste uge\b"
    r"|\b(?:mit velkomstmøde|næste velkomstarrangement)\b|\bkommer jeg godt i gang\b|\bhvad skal jeg læse først\b",
    _FLAGS,
)
_MARKS: Final = re.compile(
    r"^\W*(?:jeg |vi )?(?:har (?:læst|hilst på|gennemført|været til|drøftet|aftalt|holdt|gjort|tilmeldt mig)|er igennem)\s+(?P<a>.+)$"
    r"|^\W*(?:sæt|sæt et) (?:flueben|kryds) (?:ved|ud for) (?P<b>.+)$|^\W*sæt (?P<c>.+) som (?:læst|gjort|færdig)\W*$"
    r"|^\W*(?:punktet om )?(?P<d>.+?) er (?:gennemgået|på plads|læst|ok|sendt)\W*$|^\W*fjern (?P<e>.+) fra listen\b.*$",
    _FLAGS,
)


def wanted(text: str, items: Sequence[Item]) -> Wanted | None:
    """What a message asks of onboarding; None: it is not for us.

    >>> wanted("Vis min onboarding", ())
    Wanted(wish=<Wish.SHOW: 'show'>, named='')
    """
    text = " ".join(text.split())
    asks_elsewhere = _OF_ITS_OWN.search(text) and _QUESTION.search(text)
    if len(text) > 160 or asks_elsewhere or _NOT_OURS.search(text):
        return None
    if _LISTS.match(text):
        return Wanted(wish=Wish.LISTS)
    found = _MARKS.match(text)
    if found is not None:
        named = next(part for part in found.groups() if part is not None)
        return Wanted(wish=Wish.MARK, named=named) if items_named(named, items) else None
    starting = _START_FOR.search(text)
    if starting is not None:
        return Wanted(wish=Wish.START_OTHER, named=(starting["who"] or "").strip(".,!?"))
    if _SHOW.search(text):
        return Wanted(wish=Wish.SHOW)
    return Wanted(wish=Wish.LOOK) if _LOOK.search(text) else None


def items_named(named: str, items: Sequence[Item]) -> tuple[Item, ...]:
    """The items that are called so, by the words that HR gave them."""
    return tuple(
        item
        for item in items
        if any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", named, _FLAGS) for word in item.words)
    )
