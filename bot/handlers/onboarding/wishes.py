"""What a typed message about onboarding asks for. Pure; conservative, for what it takes no other handler sees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hr.onboarding.model import Item

LONGEST: Final = 160
"""Characters of a message that is read as a wish; a longer one is a question with its story."""


class Wish(StrEnum):
    """What is asked for."""

    SHOW = "show"
    """One's own plan, or those one helps with; a form where there is none."""
    LOOK = "look"
    """The same, from a message that is as good a question: where there is no plan it is answered from the sources."""
    START_OTHER = "start_other"
    MANAGE = "manage"
    """Move, pause or end a plan, or choose the mentor: the form for it, never the change."""
    EVENTS = "events"
    """Sign up for a common event, or off."""
    LISTS = "lists"
    MARK = "mark"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A wish, and the initials or the address that it names, where a colleague's matter."""

    wish: Wish
    named: str = ""


_FLAGS: Final = re.IGNORECASE


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, _FLAGS)


_PLAN: Final = (
    r"(?:on ?boarding[\w-]*|intro(?:plan|liste|forløb|program|duktionsforløb)\w*|start(?:plan|forløb)\w*"
    r"|100[- ]dages[- ]plan\w*|velkomst(?:liste|pakke)\w*)"
)
_EVENT: Final = r"(?:velkomst(?:møde|arrangement)\w*|lederdag\w*)"
_DONE: Final = (
    r"(?:læst|hilst på|gennemført|gennemgået|været til|drøftet|aftalt|holdt|afholdt|gjort|tilmeldt mig|bestilt|mødt|(?:snakket|talt) (?:med|om)"
    r"|taget imod|vist|sendt|udpeget|overtaget|planlagt|færdig med|igennem|set)"
)

_LISTS: Final = _words(
    r"^\W*(?:vis |se )?(?:alle )?tilmelding(?:er|sliste)\w*(?: til \w+)?\W*$"
    rf"|\b(?:hvem|hvor mange|liste\w*)\b.*\b(?:kommer|meldt sig|tilmeldt|deltager|venteliste\w*)\b.*\b{_EVENT}"
    rf"|\b(?:hvem|hvor mange)\b.*\b{_EVENT}.*\b(?:kommer|meldt|tilmeldt|deltager)\b"
)
_EVENTS: Final = _words(
    rf"\b(?:meld|tilmeld|afmeld|framelde?) (?:mig )?.*\b{_EVENT}|\bmelde? mig (?:til|fra)\b.*\b{_EVENT}"
    rf"|\bjeg (?:vil gerne|kan|skal|kommer)\b.*\b(?:med til|komme|deltage|alligevel|ikke)\b.*\b{_EVENT}"
    rf"|\bplads\w*\b.*\b{_EVENT}|\bskriv mig\b.*\b{_EVENT}"
)
_START_FOR: Final = _words(
    r"\b(?:start|opret(?:te)?|lave?)\b.*\b(?:onboarding\w*|introforløb\w*|introplan)\b.*\b(?:for|til|på)\b|\bjeg skal starte en ny \w+ op\b"
    r"|\b(?:start|opret(?:te)?|lave?)\b (?:en )?plan (?:for|til) (?:min |en |den |vores )?ny\w*"
    r"|\b(?:får|ansat|ansætter|fået)\b (?:en|to|tre) nye?\b.*\bplan\w*"
    r"|\b[A-ZÆØÅ]{2,5} (?:begynder|starter|tiltræder)\b.*\bsæt (?:hende|ham|dem|vedkommende) i gang\b"
    r"|\bgør klar til,? at \S+ (?:begynder|starter|tiltræder)\b"
)
_MANAGE: Final = _words(
    rf"\b(?:sæt|hold)\b.*\b{_PLAN}.*\bpause\b|\b(?:afslut\w*|luk|genoptag|fortsæt)\b (?:\w+ ){{0,2}}{_PLAN}"
    r"|\b(?:flyt|udskyd|ret|ændr|skift)\b (?:\w+ )?(?:startdato\w*|starten)\b|\bmin (?:start|startdato|startdag) er (?:udskudt|flyttet|rykket)\b"
    r"|\b(?:udpeg|vælg|sæt|skift)\b (?:\w+ )?(?:\w+ )?som (?:mentor|makker) for\b|\b(?:vælg|skift) (?:en )?(?:ny )?mentor\b"
)
_UNDO: Final = _words(
    r"\b(?:fortryd\w*|forkerte?|fejl)\b.*\bflueben\w*|\bflueben\w*\b.*\b(?:fortryd\w*|forkerte?|fejl)\b|\bfortryd\w*\b.*\bpunkt(?:et)?\b"
    r"|^\W*fjern (?:mit |et )?flueben\w*"
)
_MARKS: Final = _words(
    rf"^\W*(?:nu )?(?:jeg |vi )?(?:har|er) (?:jeg |vi )?(?:nu |lige |også )*{_DONE}\s+.+$"
    r"|^\W*(?:sæt|sæt et) (?:flueben|kryds) (?:ved|ud for) .+$|^\W*sæt .+ som (?:læst|gjort|færdig)\W*$"
    r"|^\W*(?:punktet om )?.+? er (?:nu )?(?:gennemgået|gennemført|på plads|læst|ok|sendt|klaret|bestilt|drøftet)(?: til \S+)?\W*$"
    rf"|^\W*fjern .+ fra listen\b.*$|^\W*.+? har (?:jeg|vi) (?:nu |lige )*{_DONE}\b.*$"
    r"|^\W*jeg kan (?:nu )?logge på .+$"
)

_NOT_OURS: Final = _words(r"\b(?:stop\w*|ikke (?:at )?modtage|hvem i hr|på engelsk|in english|tilmelder jeg)\b")
_OF_ITS_OWN: Final = _words(
    r"\b(?:løn\w*|ferie\w*|sygemeld\w*|sygefravær\w*|fravær\w*|syg|dag \d+|barsel\w*|pension\w*|overenskomst\w*|ansættelsesbevis\w*|dataportal\w*)\b|\bhvem er min\b"
)
"""A question that names a topic is one for the sources, whoever is new."""
_QUESTION: Final = _words(r"\?|\b(?:hvordan|hvornår|hvem|hvor|hvad|må|kan|skal|får)\b")
LEADER_WORDS: Final = _words(
    r"\bny(?:e|ansat|udnævnt)?\s+(?:\w*leder|chef)\w*|\b(?:blevet|til) leder\b|\bsom \w*leder\b|\b100[- ]dages\b"
)
"""What says that a plan is for a new leader."""
_SHOW: Final = _words(
    r"^\W*(?:vis |se |start |min |mine |mit |næste )*(?:hele )?(?:min |mine |mit )?"
    rf"(?:{_PLAN}(?:[- ]?\w+)?|velkomstpakken|tjeklisten)\s*(?:trin|opgaver|tak)?\W*$"
    r"|\bjeg er (?:ny|nyansat|lige blevet|blevet leder)\b(?! chef for)|^\W*(?:kom godt i gang|nyansat, hjælp|mit forløb)\W*$"
    r"|\bvis (?:planen|program\w*|punkterne)\b.*\b(?:nye ledere|\d måneder)\b|\bprogram for nye ledere\b"
    r"|\bmine punkter som ny\b|^\W*(?:vis |se )?(?:alle )?(?:mine )?nye(?: kolleger| medarbejdere| ledere)?(?:,? der er i gang)?\W*$"
    r"|^\W*(?:hej,? )?(?:jeg )?er (?:lige |netop |nu )*(?:ny|nyansat|nystartet|nyudnævnt) \w*leder\b"
    r"|\bjeg er (?:lige |netop |nu )*(?:startet|begyndt|tiltrådt)(?: her\b| som\b| i dag\b|\W*$)"
    r"|\bjeg (?:startede|begyndte) (?:i |her |som )|\bmin første (?:arbejds)?dag i dag\b|\bskifter fra \w+ til leder\b"
    rf"|\b(?:hvad mangler jeg|hvor langt er jeg|hvor finder jeg|hvad er mit næste)\b.*\b(?:{_PLAN}|min plan)\b"
    r"|\bskal nå som ny\b|\bhvor langt er (?:min|mine|den|de) nye\b|\bventer på mig med (?:de|den|mine) nye\b"
    rf"|\bhvem af mine ny\w+ er i gang\b|\bhvilke {_PLAN} (?:kører|er)\b"
    r"|\bjeg er (?:mentor|makker) for\b|\baf mig som (?:mentor|makker)\b|\bhvem er jeg (?:mentor|makker) for\b"
)
_LOOK: Final = _words(
    r"\bon ?boarding\b|\bintro(?:plan|liste|forløb|duktionsforløb|duktion til)\w*|\bvelkomst(?:liste|pakke)\w*"
    r"|\bsom ny leder\b|\bmin nye (?:leder|medarbejder)\b.*\b(?:igennem|starter)\b|\bny medarbejder\b.*\b(?:starter|får|huske)\b|\bfår en ny medarbejder\b"
    r"|\b(?:nyansat|nye kolleger)\b|\bmentor for en ny\b|\bhar jeg en mentor\b"
    r"|\b(?:første (?:uge|måned|100 dage|tre måneder|arbejdsdag))\b|\bbegyndte i sidste uge\b"
    r"|\b(?:mit velkomstmøde|næste velkomstarrangement)\b|\bkommer jeg godt i gang\b|\bhvad skal jeg læse først\b"
)
_INITIALS: Final = re.compile(r"(?<!\w)(?!(?:TR|AMR|HR|IT|MED|APV|MUS|LUS|KKC|TRIO|AMO)\b)[A-ZÆØÅ]{2,5}(?!\w)|\S+@\S+")

_PLAIN: Final = ((Wish.UNDO, _UNDO), (Wish.MANAGE, _MANAGE), (Wish.LISTS, _LISTS))
"""What says so plainly what it is for that no topic in it matters."""
PLAIN: Final = frozenset(wish for wish, _ in _PLAIN)
"""The wishes of those messages."""
_OTHERS: Final = (
    (Wish.EVENTS, _EVENTS),
    (Wish.START_OTHER, _START_FOR),
    (Wish.SHOW, _SHOW),
    (Wish.LOOK, _LOOK),
)
_LONG_WORD: Final = 6
"""Letters from which on a word of HR's is taken with a Danish ending too: "rundvisningen", but "mailen" is any mail."""


def wanted(text: str, items: Sequence[Item]) -> Wanted | None:
    """What a message asks of onboarding; None: it is not for us.

    >>> wanted("Vis min onboarding", ())
    Wanted(wish=<Wish.SHOW: 'show'>, named='')
    """
    text = " ".join(text.split())
    if len(text) > LONGEST:
        return None
    first = _first(_PLAIN, text)
    if first is not None:
        return Wanted(wish=first)
    asks_elsewhere = _OF_ITS_OWN.search(text) and _QUESTION.search(text)
    if asks_elsewhere or _NOT_OURS.search(text):
        return None
    if _MARKS.match(text):
        return Wanted(wish=Wish.MARK) if items_named(text, items) else None
    found = _first(_OTHERS, text)
    if found is None:
        return None
    return Wanted(wish=found, named=initials_in(text) if found is Wish.START_OTHER else "")


def _first(patterns: Sequence[tuple[Wish, re.Pattern[str]]], text: str) -> Wish | None:
    return next((wish for wish, pattern in patterns if pattern.search(text)), None)


def initials_in(text: str) -> str:
    """The initials or the address that a message names; none is an empty text.

    >>> initials_in("Start onboarding for ETK, vores nye TR"), initials_in("start onboarding")
    ('ETK', '')
    """
    found = _INITIALS.search(text)
    return found[0].strip(".,!?") if found is not None else ""


def items_named(named: str, items: Sequence[Item]) -> tuple[Item, ...]:
    """The items that are called so, by the words that HR gave them; longer words with a Danish ending too."""
    return tuple(item for item in items if any(_named(word, named) for word in item.words))


def _named(word: str, text: str) -> bool:
    ending = r"(?:ne|en|et|n|t)?" if len(word) >= _LONG_WORD else ""
    return re.search(rf"(?<!\w){re.escape(word)}{ending}(?!\w)", text, _FLAGS) is not None
