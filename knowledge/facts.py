"""Does a text hold the kind of fact that is asked for: a date, a day, a number, the year in question?"""

from __future__ import annotations

import re

from knowledge.coverage import likeness
from knowledge.danish import MONTHS
from knowledge.models import Document
from knowledge.query import Query, Wanted

_MONTH = "|".join(MONTHS)
_DATE_LIKE = re.compile(
    rf"\b(?:(?:19|20)\d\d|{_MONTH}|forår\w*|efterår\w*|sommer\w*|vinter\w*|\w*årlig\w*|dag \d+|\w*dag(?:e|en)?\b|"
    r"uger?(?:ne)?|måned\w*|årets?|straks|tidligst|senest|hver[t]?)\b",
    re.IGNORECASE,
)
_DAY_LIKE = re.compile(
    rf"\b\d{{1,2}}\.? (?:{_MONTH})\b|\b\d{{1,2}}[-./]\d{{1,2}}[-./](?:19|20)?\d\d\b|\bdag \d", re.IGNORECASE
)
_NUMBER_LIKE = re.compile(
    r"\d|\b(?:en gang|to|tre|fire|fem|seks|syv|otte|ni|ti|tolv|begge|ingen|\w*årlig\w*|månedlig\w*|ugentlig\w*|mindst|højst|hver[t]?)\b",
    re.IGNORECASE,
)
_REASON_LIKE = re.compile(
    r"\b(?:fordi|derfor|idet|så (?:at )?|for at|skyldes|forvent\w*|ventes|formål\w*|hensigt\w*|baggrund\w*|årsag\w*|grund\w*|effekt\w*|virke\w*|gavn\w*)\b",
    re.IGNORECASE,
)
_SAID_TO_BE_OPEN = re.compile(
    r"\bikke (?:endnu )?(?:afklaret|fastsat|besluttet|aftalt|udfyldt|oplyst)\b|\bfremgår ikke\b|\bikke er afklaret\b",
    re.IGNORECASE,
)
"""A source that says that the matter is open answers the question, whatever kind of fact it asks for."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PATTERNS = {Wanted.DATE: _DATE_LIKE, Wanted.DAY: _DAY_LIKE, Wanted.NUMBER: _NUMBER_LIKE, Wanted.REASON: _REASON_LIKE}


def holds(wanted: Wanted, text: str) -> bool:
    """Whether the text holds a fact of the kind; true for kinds that leave no mark, false for names, which are never told."""
    if wanted is Wanted.NAME:
        return False
    pattern = _PATTERNS.get(wanted)
    if _SAID_TO_BE_OPEN.search(text):
        return True
    return pattern is None or pattern.search(text) is not None


def figures_held(query: Query, text: str) -> float:
    """The share of the question's figures (years apart) that the text holds: "1-5-14" needs 1, 5 and 14."""
    asked = {figure for figure in query.figures if not (figure.isdigit() and int(figure) in query.years)}
    if not asked:
        return 1.0
    numbers = set(_NUMBER.findall(text))
    return sum(all(part in numbers for part in re.split(r"[-/]", figure)) for figure in asked) / len(asked)


def figures_fit(query: Query, text: str) -> float:
    """Like `figures_held`, but a text about just these figures fits better than one that lists them among others."""
    held = figures_held(query, text)
    if not query.figures:
        return held
    asked = {part for figure in query.figures for part in re.split(r"[-/]", figure)}
    numbers = set(_NUMBER.findall(text))
    return held * (0.5 + 0.5 * len(asked & numbers) / max(1, len(numbers)))


def years_held(query: Query, text: str, document: Document) -> float:
    """The share of the question's years that the text holds. A text that names no year at all has the years of its document."""
    if not query.years:
        return 1.0
    named = {int(year) for year in _YEAR.findall(text)}
    if not named:
        named = {day.year for day in (document.decision_date, document.valid_from, document.valid_to) if day}
        named |= {source.decision_date.year for source in document.sources if source.decision_date}
    return len(query.years & named) / len(query.years)


def names_an_alternative(query: Query, words: frozenset[str]) -> bool:
    """Whether stems of a text name one of the things that the question lets choose between."""
    return not query.alternatives or any(
        likeness(wanted, found) > 0 for alternative in query.alternatives for wanted in alternative for found in words
    )
