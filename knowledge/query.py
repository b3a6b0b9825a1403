"""What a question asks for, read off its words: language, follow-up, kind of answer, figures, organisations, history.

Language knowledge only; nothing here knows a document or a single question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from knowledge.models import Question
from knowledge.text import content_tokens, digits_for_number_words, language_of, sanitize, squeeze, stem

MAX_CHARACTERS = 2_000
"""Longer questions are cut: the bot refuses them before, and no real question needs more."""


class Wanted(StrEnum):
    """The kind of fact that a question word asks for."""

    DATE = "date"
    DAY = "day"
    NUMBER = "number"
    NAME = "name"
    CHOICE = "choice"
    REASON = "reason"
    ANY = "any"


_WANTED = (
    (
        Wanted.NAME,
        (
            r"\bhvad hedder (?!(?:\w+ ){0,2}\w*(?:model\w*|projekt(?:et|er)?|værdi\w*|indsats\w*|tema\w*|kodeks\w*|politik\w*|strategi\w*)\b)"
            r"|\bnavnet på\b|\bwhat is the name of\b"
        ),
    ),
    (Wanted.DAY, r"\bhvilken dato\b|\bhvilken dag\b|\bhvad dato\b|\bwhat date\b|\bwhich date\b"),
    (Wanted.REASON, r"\bhvorfor\b|\bårsagen\b|\bgrunden til\b|\bwhy\b"),
    (Wanted.DATE, r"\bhvornår\b|\bhvilket år\b|\bsenest\b|\bfrist(?:en)?\b|\bwhen\b|\bdeadline\b"),
    (
        Wanted.NUMBER,
        (
            r"\bhvor (?:mange|meget|tit|ofte|højt|høj|stort|stor|lang|langt|længe|lavt)\b|\bhvor mange gange\b|\bhvad koster\b|\bprocent\b"
            r"|\bhow (?:many|much|often|long|high)\b"
        ),
    ),
)
_FOLLOW_UP_START = re.compile(r"^(?:og|men|hvad så|hvad med|hvad nu|også|and|but|what about|så)\b", re.IGNORECASE)
_ANAPHORA = re.compile(
    r"\b(?:det|den|de|dem|dette|denne|disse|deres|dens|dets|hun|han|ham|hende|så|it|they|them|that|this|those|these|then)\b(?! der\b)",
    re.IGNORECASE,
)
_FIXED_PHRASES = re.compile(
    r"\b(?:hvad er det for|er det rigtigt|gælder det(?! også)|hvordan er det|er det|kan det|skal det|må det|går det der)\b",
    re.IGNORECASE,
)
_HISTORY = re.compile(
    r"\b(?:stadig(?:væk)?|fortsat gælde\w*|tidligere|gamle|gammel|dengang|førhen|afløst\w*|erstatte\w*|ændre[dt]\w*|skiftede|skiftet"
    r"|før i tiden|previous(?:ly)?|former(?:ly)?|used to|old|before|still|changed?)\b|\bfør\s*(?:\?|$)|\bfør (?:1\.|maj|20\d\d)",
    re.IGNORECASE,
)
_PAST_ONLY = re.compile(
    r"\b(?:gamle|gammel|tidligere|dengang|førhen|før i tiden|previous|former|old|used to)\b|\bfør\s*(?:\?|$)",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b([A-ZÆØÅ][\wæøå-]+)(?:s)? [Kk]ommunes?\b|\b[Kk]ommunen? ([A-ZÆØÅ][\wæøå-]+)|\bRegion ([A-ZÆØÅ][\wæøå]+)"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_FIGURE = re.compile(r"\d+(?:[.,/-]\d+)*")
_ALTERNATIVES = re.compile(r"(?P<one>.*?)\b(?:eller|or)\b(?P<other>[^,?]*)", re.IGNORECASE)
_CHOICE = re.compile(
    r"\b(?:skal|er|sker|må|kan|bliver|holdes|tages|gives|is|are|should)\b.*\b(?:eller|or)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question as the search sees it. `search_text` includes the previous question when this one leans on it."""

    text: str
    search_text: str
    context: str
    language: str
    follow_up: bool
    wanted: Wanted
    figures: frozenset[str]
    years: frozenset[int]
    organisations: frozenset[str]
    about_history: bool
    past_only: bool
    alternatives: tuple[frozenset[str], ...] = ()


def understand(question: Question) -> Query:
    """Read a question. Never fails: hostile text comes out as an empty or harmless query."""
    text = squeeze(sanitize(question.text))[:MAX_CHARACTERS]
    context = squeeze(sanitize(question.context or ""))[:MAX_CHARACTERS]
    follow_up = bool(context) and leans_on_context(text)
    search_text = f"{context} {text}" if follow_up else text
    return Query(
        text=text,
        search_text=search_text,
        context=context if follow_up else "",
        language=language_of(text),
        follow_up=follow_up,
        wanted=wanted(text),
        figures=frozenset(_FIGURE.findall(digits_for_number_words(text))),
        years=frozenset(int(year) for year in _YEAR.findall(text)),
        organisations=organisations_in(text),
        about_history=bool(_HISTORY.search(text)),
        past_only=bool(_PAST_ONLY.search(text)),
        alternatives=alternatives_in(text),
    )


def leans_on_context(text: str) -> bool:
    """Whether a question needs the one before it: it starts with "og", points back with a pronoun, or names nothing itself."""
    if _FOLLOW_UP_START.search(text):
        return True
    words = content_tokens(text)
    pointing = _ANAPHORA.search(_FIXED_PHRASES.sub(" ", text))
    return (pointing is not None and len(words) <= 4) or not words


def wanted(text: str) -> Wanted:
    """The kind of fact that is asked for; `ANY` when the words do not tell."""
    folded = text.casefold()
    for kind, pattern in _WANTED:
        if re.search(pattern, folded):
            return kind
    return Wanted.CHOICE if _CHOICE.search(folded) else Wanted.ANY


def organisations_in(text: str) -> frozenset[str]:
    """Names of municipalities and regions in a text: "Syddjurs Kommune" -> {"syddjurs"}."""
    return frozenset(next(filter(None, match.groups())).casefold() for match in _ORGANISATION.finditer(text))


def alternatives_in(text: str) -> tuple[frozenset[str], ...]:
    """The stems of the two things between which a question lets choose, nearest to "eller" first: what an answer must name one of."""
    match = _ALTERNATIVES.search(text) if wanted(text) is Wanted.CHOICE else None
    if match is None:
        return ()
    before, after = content_tokens(match["one"]), content_tokens(match["other"])
    if not before or not after:
        return ()
    return frozenset({stem(before[-1])}), frozenset(stem(word) for word in after[:2])
