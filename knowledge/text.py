"""Words, sentences and marks of a text: the language knowledge that the indexer and the search share.

Pure functions. Everything is linear in the length of the text, so that hostile input costs no more than its size.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

import snowballstemmer

from knowledge.danish import (
    ABBREVIATIONS,
    AMBIGUOUS_STOP_WORDS,
    CLOSING_ABBREVIATIONS,
    COUNTED_ONLY_BEFORE_UNITS,
    MONTHS,
    NUMBER_WORDS_DA,
    NUMBER_WORDS_EN,
    STOP_WORDS_DA,
    STOP_WORDS_EN,
    UNIT_WORD,
)

_SPACE_LIKE_CONTROLS = re.compile(r"[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_HARMFUL = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")

_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_PRIVATE_USE = re.compile(r"[\ue000-\uf8ff]")
_LEADING_MARK = re.compile(r"^(?:#{1,6}\s+|>\s*|[•◦▪‣·●○■□✓✔➢►➤*+–—-]\s+|o\s+(?=\S))+")
_EMPHASIS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_TRAILING_HASHES = re.compile(r"\s+#+$")
_HANGING_HYPHEN = re.compile(r"(?<=\w)- (?!(?:og|eller|samt|til|kontra|men|and|or)\b)(?=\w)")

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”“’»)\]*_]*$")
_OPENERS = "\"'”“‘»«([*_–—-"
_BULLET_START = re.compile(r"^[•◦▪‣●○■□\ue000-\uf8ff]")
_INTEGER_DOT = re.compile(r"^\d{1,3}\.$")


def squeeze(text: str) -> str:
    """Runs of white space become one blank; none at the ends."""
    return " ".join(text.split())


def sanitize(text: str) -> str:
    """Drop what breaks tokenizers, logs and terminals: lone surrogates, NUL, control and direction characters. Line breaks stay."""
    return _HARMFUL.sub("", _SPACE_LIKE_CONTROLS.sub(" ", text))


def clean(raw: str) -> str:
    """A text for reading: no bullets, Markdown marks, link targets, soft hyphens or private-use glyphs. List numbers stay."""
    text = _INVISIBLE.sub("", raw)
    text = _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", text))
    text = squeeze(_PRIVATE_USE.sub(" ", text))
    if text.startswith("|") and text.endswith("|") and len(text) > 1:
        text = "; ".join(cell.strip() for cell in text.strip("|").split("|"))
    text = _TRAILING_HASHES.sub("", text) if text.startswith("#") else text
    text = _EMPHASIS.sub("", _LEADING_MARK.sub("", text))
    return squeeze(_HANGING_HYPHEN.sub("-", text))


def split_sentences(raw: str) -> list[str]:
    """The sentences of a text. Joined by one blank they are `squeeze(raw)` again."""
    words = raw.split()
    sentences: list[str] = []
    start = 0
    for at in range(len(words) - 1):
        if _ends_sentence(words, start, at):
            sentences.append(" ".join(words[start : at + 1]))
            start = at + 1
    if start < len(words):
        sentences.append(" ".join(words[start:]))
    return sentences


def _ends_sentence(words: list[str], start: int, at: int) -> bool:
    word, following = words[at], words[at + 1]
    if not _SENTENCE_END.search(word[-12:]):
        return False
    if _BULLET_START.match(following):
        return True
    first = following.lstrip(_OPENERS)[:1]
    if not first or not (first.isupper() or first.isdigit()):
        return False
    core = word.lstrip(_OPENERS).rstrip("\"'”“’»)]*_")
    if core.endswith(("!", "?", "…")):
        return True
    return _full_stop_ends(core, at == start, words[at - 1] if at > start else "", following, first)


def _full_stop_ends(core: str, opens_sentence: bool, before: str, following: str, first: str) -> bool:
    """Whether the full stop of `core` ends a sentence, when `following` begins with a capital letter or a digit (`first`)."""
    folded = core[:24].casefold()
    if folded in ABBREVIATIONS or (len(core) == 2 and core[0].isalpha()):
        return False
    if folded in CLOSING_ABBREVIATIONS:
        return first.isupper()
    if _INTEGER_DOT.match(core):
        if opens_sentence or first.isdigit() or following.rstrip(".,;:").casefold() in MONTHS:
            return False
        return before.casefold() not in {"den", "d."}
    return True


def fold(text: str) -> str:
    """A text for matching: compatibility characters unified, case folded, invisible marks gone."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def tokens(text: str) -> list[str]:
    """Folded words and numbers in order; "7,2" and "4.700" stay whole, "1-5-14" is three numbers."""
    return _TOKEN.findall(fold(text))


def content_tokens(text: str) -> list[str]:
    """`tokens` without the small words of Danish and English; an abbreviation in capitals (MED, TR) is never a small word."""
    shouted = text.isupper()
    kept: list[str] = []
    for match in _TOKEN.finditer(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text))):
        word = match.group()
        folded = word.casefold()
        is_abbreviation = not shouted and len(word) > 1 and word.isupper()
        if is_abbreviation or (folded not in STOP_WORDS_DA and folded not in STOP_WORDS_EN):
            kept.append(folded)
    return kept


@lru_cache(maxsize=50_000)
def stem(token: str) -> str:
    """The Danish Snowball stem of a folded word."""
    # A fresh stemmer for each new word: the library's objects keep state and may not be shared between threads.
    return str(snowballstemmer.stemmer("danish").stemWord(token)) if len(token) <= 60 else token


def char_ngrams(token: str, size: int = 4) -> list[str]:
    """The character n-grams of one word with "<" and ">" at its ends; a word no longer than `size` stays whole."""
    marked = f"<{token}>"
    if len(token) <= size:
        return [marked]
    return [marked[at : at + size] for at in range(len(marked) - size + 1)]


def language_of(text: str) -> str:
    """ "da" or "en", by small words and letters. Short or undecided texts are Danish."""
    words = (
        set(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text[:5_000].casefold().replace("’", "'"))) - AMBIGUOUS_STOP_WORDS
    )
    english = len(words & STOP_WORDS_EN) + 0.5 * sum(1 for word in words if "w" in word or "th" in word)
    danish = len(words & STOP_WORDS_DA) + sum(1 for word in words if re.search("[æøå]", word))
    return "en" if english > danish else "da"


def digits_for_number_words(text: str) -> str:
    """Number words as digits: "tiende sygedag" -> "10 sygedag", "på den anden dag" -> "på den 2 dag". Danish, or English in English texts."""
    table = NUMBER_WORDS_EN if language_of(text) == "en" else NUMBER_WORDS_DA

    def digits(match: re.Match[str]) -> str:
        word = match["word"].casefold()
        if word not in table or (word in COUNTED_ONLY_BEFORE_UNITS and not match["unit"]):
            return match["word"]
        return str(table[word])

    return re.sub(rf"(?P<word>[^\W\d_]+)(?=(?P<unit>\s+{UNIT_WORD}\b)?)", digits, text, flags=re.IGNORECASE)


def format_date_da(day: date) -> str:
    """ "1. maj 2025"."""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


_MONTH_PATTERN = "|".join(MONTHS)
_DATE = re.compile(
    rf"\b(?:(?P<y1>\d{{4}})-(?P<m1>\d{{1,2}})-(?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}})[-./](?P<m2>\d{{1,2}})[-./ ](?P<y2>\d{{4}})"
    rf"|(?P<d3>\d{{1,2}})\.?\s+(?P<m3>{_MONTH_PATTERN})\s+(?P<y3>\d{{4}}))\b",
    re.IGNORECASE,
)


def find_dates(text: str) -> list[date]:
    """The full dates written in a Danish text in order: "6. maj 2025", "06-05-2025", "6/5 2025", "2025-05-06". Impossible ones are left out."""
    found: list[date] = []
    for match in _DATE.finditer(text):
        year = int(match["y1"] or match["y2"] or match["y3"])
        day = int(match["d1"] or match["d2"] or match["d3"])
        month = MONTHS.index(match["m3"].casefold()) + 1 if match["m3"] else int(match["m1"] or match["m2"])
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return found
