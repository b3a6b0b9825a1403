"""Who a message is about: names and initials in it, as labels of cases, whether or not there is such a case."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from bot.understanding.rules import rules
from privacy.labels import initials_of
from privacy.names import Called, called, is_abbreviation
from privacy.words import fold

TOKEN: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A person named at `text[start:end]`, as the label that a case of theirs would have. `other` is what it may be instead."""

    label: str
    start: int
    end: int
    other: str | None = None


def find_reference(text: str, known_labels: Collection[str]) -> str | None:
    """The one label of `known_labels` that a message means; None when it means none of them, or more than one.

    >>> find_reference("Mette er rask", ["ME", "KLH"]), find_reference("min souschef er rask", ["ME"])
    ('ME', None)
    """
    found = {label for mention in mentions(text, known_labels) if (label := known(mention, known_labels)) is not None}
    return found.pop() if len(found) == 1 else None


def known(mention: Mention, known_labels: Collection[str]) -> str | None:
    """The label among `known_labels` that a mention means."""
    by_fold = {fold(label): label for label in reversed(list(known_labels))}
    candidates = (by_fold.get(fold(label)) for label in (mention.label, mention.other) if label)
    return next((label for label in candidates if label is not None), None)


def mentions(text: str, known_labels: Collection[str] = ()) -> tuple[Mention, ...]:
    """Everybody named in a text, in order. Known labels of several words are found as they are written."""
    own = list(_own_labels(text, known_labels))
    words = [match for match in TOKEN.finditer(text) if not any(one.start <= match.start() < one.end for one in own)]
    return tuple(sorted([*own, *_named(text, words, known_labels)], key=lambda one: one.start))


def _own_labels(text: str, known_labels: Collection[str]) -> Iterator[Mention]:
    for label in known_labels:
        if not _SHORT.fullmatch(label):
            match = re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text, re.IGNORECASE)
            if match:
                yield Mention(label=label, start=match.start(), end=match.end())


_SHORT: Final = re.compile(r"[^\W\d_]{2,5}")
_CAPITALS: Final = re.compile(r"[A-ZÆØÅ]{2,4}")
_CONSONANTS: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]{2,4}")
_CAPITALISED: Final = re.compile(r"[A-ZÆØÅ][a-zæøåéüöä]{1,}(?:-[A-ZÆØÅ][a-zæøåéüöä]+)?")


def _named(text: str, words: list[re.Match[str]], known_labels: Collection[str]) -> Iterator[Mention]:
    """Runs of words that name one person."""
    shouting = text.isupper() and len(words) > 1
    written = [match.group().rstrip("'’") for match in words]
    short = {fold(label) for label in known_labels if _SHORT.fullmatch(label)}
    run: list[int] = []
    for index in range(len(words) + 1):
        surname = bool(run) and index < len(words) and _goes_on(text, words, written, index)
        if index < len(words) and (surname or (not run and _is_person(written, index, short, shouting))):
            run.append(index)
            continue
        if run:
            yield _mention(words, written, run)
            run = []
        if index < len(words) and _is_person(written, index, short, shouting):
            run = [index]


def _goes_on(text: str, words: list[re.Match[str]], written: list[str], index: int) -> bool:
    """Whether a word belongs to the name before it ("Mette Holmgaard")."""
    between = text[words[index - 1].end() : words[index].start()]
    before_is_name = not _CAPITALS.fullmatch(written[index - 1])
    return (
        between == " "
        and before_is_name
        and (bool(_CAPITALISED.fullmatch(written[index])) or _is_surname(written, index))
    )


def _is_surname(written: list[str], index: int) -> bool:
    return called(written, index, begins=False) is Called.SURNAME


def _is_person(written: list[str], index: int, short: set[str], shouting: bool) -> bool:
    word = written[index]
    folded = fold(word)
    if folded in short and ((word.isupper() and not shouting) or folded not in rules().people["everyday"]):
        return True
    if called(written, index, begins=index == 0) in {Called.NAME, Called.SURNAME, Called.GENITIVE}:
        return True
    if _CAPITALS.fullmatch(word):
        return not shouting and not is_abbreviation(folded)
    if _CONSONANTS.fullmatch(word):
        return folded not in rules().people["abbreviations"]
    # A capital in the middle of a sentence, where somebody may be named: a name that is on no list.
    unknown = index > 0 and bool(_CAPITALISED.fullmatch(word)) and folded not in rules().people["not_names"]
    return unknown and fold(written[index - 1]) in rules().people["before_names"]


def _mention(words: list[re.Match[str]], written: list[str], run: list[int]) -> Mention:
    parts = [written[index] for index in run]
    start, end = words[run[0]].start(), words[run[-1]].end()
    first = parts[0]
    if len(parts) == 1 and (_CAPITALS.fullmatch(first) or _CONSONANTS.fullmatch(first) or len(first) <= 2):
        return Mention(label=first.upper(), start=start, end=end)
    plain = [part[:-1] if called([part], 0, begins=False) is Called.GENITIVE else part for part in parts]
    return Mention(
        label=initials_of(plain),
        start=start,
        end=end,
        other=initials_of(plain[:1]) if len(plain) > 1 else first.upper(),
    )
