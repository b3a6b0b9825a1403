"""Finds Danish CPR numbers in running text, however they are written.

python-stdnum knows which ten digits are a birth date and a serial number; what it does not know is how people write them: with
blanks, dots, dashes of all kinds, on two lines, digit by digit, in words as a telephone hears them, in two parts ("12.03.79 og de sidste
fire er ..."), with a full year, or as a replacement number, whose day is 60 too high. The control digit is not asked:
numbers have been given out without one since 2007.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stdnum.dk import cpr
from stdnum.exceptions import ValidationError

from privacy.words import clean

_GAP: Final = r"[ .\-/_]"
_WIDE_GAP: Final = r"[ .\-/_:,;*=\u00b7|\n]"
"""What people put before the serial number as well, a new line too; only behind a date without gaps, for "12.03.25: 14.00" is none."""
# It begins with a plain digit, for which the search is quick; the lookbehind then sees to it that no digit or plus came before.
_CANDIDATE: Final = re.compile(
    rf"\d(?<![\d+]\d)(?=(\d{_GAP}?\d{{2}}{_GAP}?(?:\d{{2}}{_GAP}{{0,3}}\d{{4}}|(?:18|19|20)\d{{2}}{_GAP}{{1,3}}\d{{4}}"
    rf"|\d{{2}}{_GAP}{{1,3}}\d{{2}}[ ]\d{{2}})"
    rf"|\d{{5}}{_WIDE_GAP}{{1,3}}\d{{2}} ?\d{{2}}"
    rf"|(?:{_GAP}\d){{9}})(?!\d))"
)
_DIGITS: Final = re.compile(r"\d")
_IN_TWO_PARTS: Final = re.compile(
    r"(?<!\d)\d{2}[ .\-/]?\d{2}[ .\-/]?(?:19|20)?\d{2}(?!\d)\D{0,60}?\b(?:sidste|last) (?:fire|4|four)\b\D{0,25}\d{4}(?!\d)",
    re.IGNORECASE,
)
_SPOKEN: Final = {
    word: digit
    for digit, words in enumerate(("nul", "en et én ét", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni"))
    for word in words.split()
}
_WORD: Final = f"(?:{'|'.join(_SPOKEN)})"
_IN_WORDS: Final = re.compile(
    rf"\b{_WORD}(?:[ ,.\-]{{1,3}}(?:(?:binde|skrå)?streg[ ,.\-]{{1,3}})?{_WORD}){{9}}\b", re.IGNORECASE
)
_OTHER_NUMBER_BEFORE: Final = re.compile(r"(?:p-?(?:nummer|nr)|\b(?:kr|dkk|ean|cvr))[.: ]{0,3}$", re.IGNORECASE)
_CASE_NUMBER: Final = re.compile(r"(?:19|20)\d\d-\d{6}")
"""A year and a running number. Nobody parts a CPR number behind the month alone."""
_OTHER_NUMBER_AFTER: Final = re.compile(r"[.,\d]{0,4} ?(?:kr\b|kroner|dkk|mio|mia|,-)", re.IGNORECASE)


def find_cpr(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each CPR number in `clean(text)`, in order and without overlap.

    >>> find_cpr("CPR 010190-1234, sag 24/4098"), find_cpr("Ring 89 59 10 00 den 12.03.2025")
    (((4, 15),), ())
    """
    return tuple(_each(clean(text)))


def has_cpr(text: str) -> bool:
    """Whether there is one."""
    return next(_each(clean(text)), None) is not None


def _each(text: str) -> Iterator[tuple[int, int]]:
    last = 0
    for start, end in sorted([*_in_digits(text), *_told_apart(text)]):
        if start >= last:
            last = end
            yield start, end


def _in_digits(text: str) -> Iterator[tuple[int, int]]:
    last = 0
    for candidate in _CANDIDATE.finditer(text):
        start, end = candidate.start(), candidate.end(1)
        if start >= last and _is_cpr(text[start:end]) and not _is_other_number(text, start, end):
            last = end
            yield start, end


def _told_apart(text: str) -> Iterator[tuple[int, int]]:
    """Those in words, and those whose date and serial number stand apart."""
    for found in _IN_TWO_PARTS.finditer(text):
        digits = "".join(_DIGITS.findall(_NAMED_FOUR.sub(" ", found[0])))
        if len(digits) in {10, 12} and _is_cpr(digits):
            yield found.span()
    for found in _IN_WORDS.finditer(text):
        words = re.findall(rf"\b{_WORD}\b", found[0].lower())
        if _is_cpr("".join(str(_SPOKEN[word]) for word in words)):
            yield found.span()


_NAMED_FOUR: Final = re.compile(r"\b(?:sidste|last) 4\b", re.IGNORECASE)


def mask_cpr(text: str, mask: str = "[cpr]") -> str:
    """`clean(text)` with every CPR number replaced by `mask`."""
    text = clean(text)
    parts, last = [], 0
    for start, end in find_cpr(text):
        parts += [text[last:start], mask]
        last = end
    return "".join([*parts, text[last:]])


def _is_cpr(written: str) -> bool:
    digits = "".join(_DIGITS.findall(written))
    if len(digits) == 12:
        digits = digits[:4] + digits[6:]
    day = int(digits[:2])
    if day > 60:
        digits = f"{day - 60:02d}{digits[2:]}"
    try:
        cpr.get_birth_date(digits)
    except ValidationError:
        return False
    return True


def _is_other_number(text: str, start: int, end: int) -> bool:
    """An amount of money, a case number with its year, or a number that says what it is."""
    if _CASE_NUMBER.fullmatch(text, start, end):
        return True
    return bool(_OTHER_NUMBER_AFTER.match(text, end) or _OTHER_NUMBER_BEFORE.search(text, max(0, start - 14), start))
