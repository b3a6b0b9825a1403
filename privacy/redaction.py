"""Takes personal data out of a text before it is stored.

What rules cannot see stays: a name that is on no list, a description that only one person fits. So redacted text is still nothing
for logs or for strangers.
"""

from __future__ import annotations

import re
from typing import Final, NewType

from privacy.cpr import mask_cpr
from privacy.names import WORD, Called, called, is_abbreviation, is_person_word
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


def _mask_names(text: str) -> str:
    """Replace each name, with the capitalised words that follow it, by one [navn]."""
    spans = [found.span() for found in WORD.finditer(_MASK.sub(lambda mask: "." * len(mask.group()), text))]
    words = [text[start:end] for start, end in spans]
    plain = _MASK.sub("", text)
    shouting = plain.isupper() and len(WORD.findall(plain)) > 1
    parts, last, index = [], 0, 0
    while index < len(words):
        until = _end_of_name(text, words, spans, index, shouting)
        if until > index:
            start, end = spans[index][0], spans[until - 1][1]
            parts += [text[last:start], "[navn]"]
            last = end
        index = max(until, index + 1)
    return "".join([*parts, text[last:]])


def _end_of_name(text: str, words: list[str], spans: list[tuple[int, int]], index: int, shouting: bool) -> int:
    """The index after the last word of the name that begins at `index`; `index` itself when none does."""
    kind = called(words, index, begins=_begins_sentence(text, spans[index][0]))
    if kind is None and not shouting and _may_be_initials(words[index]):
        kind = Called.INITIALS
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
