"""Takes personal data out of a text before it is stored.

What rules cannot see stays: a name on no list, but where a sentence about health or absence shows it for one; a description that only
one person fits. So redacted text is still nothing for logs or for strangers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NewType

from privacy.cpr import mask_cpr
from privacy.names import WORD, Called, called, is_abbreviation, is_person_word
from privacy.strangers import is_about_somebody, strangers
from privacy.words import clean, fold

RedactedText = NewType("RedactedText", str)
"""A text that has been through `redact`; stores accept nothing else."""

UNSETTLED: Final = "[fjernet]"
"""What is kept of a text in which each redaction uncovers something new; nobody writes one by accident."""

_MASK: Final = re.compile(r"\[(?:cpr|e-mail|telefon|navn|tal)\]")
_EMAIL: Final = re.compile(r"(?<![\w.+%-])[\w.+%'-]++@[\w.-]*\w")
_YEARS: Final = re.compile(r"(?:19|20)\d\d[ .\-](?:19|20)\d\d")
_PHONE: Final = re.compile(
    r"(?<![\d])(?:(?:\+|00)\d{2,3}[ .\-]?)?(?:\d{8}|\d{4}[ .\-]\d{4}|\d{2}(?:[ .\-]\d{2}){3}|\d{2}[ .\-]\d{3}[ .\-]\d{3})(?!\d)"
)
_NUMBER: Final = re.compile(r"\d(?:[ ./\-]?\d){8,}|\d{5,}")
_CAPITALS: Final = re.compile(r"([A-ZÆØÅ]{2,5})s?")
_JOINS: Final = re.compile(r"[ \-]|\. |\.")
_PASSES: Final = 6


def redact(text: str) -> RedactedText:
    """`text` with CPR numbers, e-mail addresses, phone numbers, names and long numbers masked: [cpr], [e-mail], [telefon], [navn], [tal].

    Short words in capitals that are no known abbreviation count as initials, unless the whole text is in capitals.
    A name on no list is seen only in a sentence about health or absence, by its place ("Zbigniew er syg").

    Idempotent: redacting twice changes nothing more. The text is also normalised to NFKC and loses characters that cannot be seen.

    >>> redact("Ring til Mette Hansen (MHA@kommune.example) på 89 59 10 00, CPR 010190-1234")
    'Ring til [navn] ([e-mail]) på [telefon], CPR [cpr]'
    >>> redact("Gælder 1-5-14 stadig i 2026, sag 24/4098?")
    'Gælder 1-5-14 stadig i 2026, sag 24/4098?'
    """
    for _ in range(_PASSES):
        redacted = _once(text)
        if redacted == text:
            return RedactedText(text)
        text = redacted
    return RedactedText(UNSETTLED)


def _once(text: str) -> str:
    text = mask_cpr(clean(text))
    text = _EMAIL.sub("[e-mail]", text)
    text = _PHONE.sub(lambda found: found.group() if _YEARS.fullmatch(found.group()) else "[telefon]", text)
    text = _NUMBER.sub("[tal]", text)
    return _mask_names(text)


@dataclass(frozen=True, slots=True)
class _Read:
    """A text with its words, their places in it, whether all is in capitals, and which words are people whom no list knows."""

    text: str
    words: list[str]
    spans: list[tuple[int, int]]
    shouting: bool
    unlisted: frozenset[int]


def _read(text: str) -> _Read:
    spans = [found.span() for found in WORD.finditer(_MASK.sub(lambda mask: "." * len(mask.group()), text))]
    words = [text[start:end] for start, end in spans]
    plain = _MASK.sub("", text)
    shouting = plain.isupper() and len(WORD.findall(plain)) > 1
    return _Read(text, words, spans, shouting, _unlisted(text, words, spans))


def _unlisted(text: str, words: list[str], spans: list[tuple[int, int]]) -> frozenset[int]:
    """The words that stand for a person whom no list knows, in the sentences about health or absence."""
    starts = [index for index, (start, _) in enumerate(spans) if index == 0 or _begins_sentence(text, start)]
    found: set[int] = set()
    for first, until in pairwise([*starts, len(words)]):
        sentence = words[first:until]
        if is_about_somebody(sentence):
            begins = _begins_sentence(text, spans[first][0])
            found |= {first + place for place in strangers(sentence, begins=begins).named}
    return frozenset(found)


def _mask_names(text: str) -> str:
    """Replace each name, with the capitalised words that follow it, by one [navn]."""
    read = _read(text)
    parts, last, index = [], 0, 0
    while index < len(read.words):
        until = _end_of_name(read, index)
        if until > index:
            start, end = read.spans[index][0], read.spans[until - 1][1]
            parts += [text[last:start], "[navn]"]
            last = end
        index = max(until, index + 1)
    return "".join([*parts, text[last:]])


def _kind(read: _Read, index: int) -> Called | None:
    """What a word says about a person, by the lists, by its place or by its capitals."""
    kind = called(read.words, index, begins=_begins_sentence(read.text, read.spans[index][0]))
    if kind is None and index in read.unlisted:
        return Called.NAME
    if kind is None and not read.shouting and _may_be_initials(read.words[index]):
        return Called.INITIALS
    return kind


def _end_of_name(read: _Read, index: int) -> int:
    """The index after the last word of the name that begins at `index`; `index` itself when none does."""
    text, words, spans, shouting = read.text, read.words, read.spans, read.shouting
    kind = _kind(read, index)
    if kind is None:
        announced = (
            index > 0 and is_person_word(fold(words[index - 1])) and text[spans[index - 1][1] : spans[index][0]] == " "
        )
        if shouting or not announced or not _is_proper(words[index]):
            return index
    elif kind is Called.INITIALS:
        return index if shouting else index + 1
    until = index + 1
    while (
        until < len(words)
        and kind is not Called.GENITIVE
        and _JOINS.fullmatch(text, spans[until - 1][1], spans[until][0])
    ):
        following = called(words, until, begins=False)
        single = len(words[until - 1]) == 1 or text[spans[until - 1][1]] != "."
        if following in {None, Called.INITIALS} and (shouting or not single or not _is_proper(words[until])):
            break
        until += 1
        if following is Called.GENITIVE:
            break
    return until


def _may_be_initials(word: str) -> bool:
    """Whether a word in capitals, or its genitive, is no known abbreviation. Nothing around it need tell of a person."""
    found = _CAPITALS.fullmatch(word)
    return found is not None and not is_abbreviation(fold(found[1]))


def _is_proper(word: str) -> bool:
    """Whether a word is written as a name is: a capital and small letters, or one initial letter."""
    return word[0].isupper() and (len(word) == 1 or not word.isupper()) and not is_abbreviation(fold(word))


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" \t\"'(")
    return not before.strip() or before[-1] in ".?!:\n"
