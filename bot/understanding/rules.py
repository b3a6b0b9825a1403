"""Reads `intents.toml` into compiled rules; how they are written is told there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from bot.understanding.model import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `value` is the outcome, the change or whether somebody was reached; `context` what must be so for it to be certain."""

    action: Action
    value: str
    context: str
    asks: bool
    maybe: bool
    patterns: re.Pattern[str]
    unless: re.Pattern[str] | None

    def fits(self, sentence: str) -> bool:
        """Whether a tagged sentence fits."""
        return self.patterns.search(sentence) is not None and not (self.unless and self.unless.search(sentence))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The whole file. `vocabulary` are the words that misspelt ones are compared with; `literals` all words of the file, which are right.

    `spellings` are the words for forms that are written without æ, ø and å, and for short forms.
    """

    rules: tuple[Rule, ...]
    blocked: re.Pattern[str]
    onboarding: re.Pattern[str]
    never_onboarding: re.Pattern[str]
    greetings: frozenset[str]
    polite: re.Pattern[str]
    questions: frozenset[str]
    statements: re.Pattern[str]
    verbs_first: re.Pattern[str]
    inner: re.Pattern[str]
    absence: re.Pattern[str]
    act: re.Pattern[str]
    vocabulary: frozenset[str]
    literals: frozenset[str]
    spellings: Mapping[str, str]
    people: Mapping[str, frozenset[str]]
    guides: Mapping[str, str]
    steps: Mapping[str, int]

    def is_elsewhere(self, sentence: str) -> bool:
        """Whether a tagged sentence is certainly about something else than absence follow-up."""
        if self.blocked.search(sentence):
            return True
        return bool(self.onboarding.search(sentence)) and not self.never_onboarding.search(sentence)


@cache
def rules() -> Rules:
    """The rules that ship, parsed once."""
    text = files("bot.understanding").joinpath("intents.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    words: dict[str, list[str]] = {name: line.split() for name, line in data["words"].items()}
    macros = {f"<{name}>": f"(?:{'|'.join(_word(word) for word in listed)})" for name, listed in words.items()}
    for name, phrase in data["phrases"].items():
        macros[f"<{name}>"] = f"(?:{_filled(phrase, macros)})"
    openings = {name: line.split() for name, line in data["openings"].items()}
    literals = frozenset(_LITERAL.findall(text))
    short_forms = {form: word for word, line in data["spellings"].items() for form in line.split()}
    return Rules(
        rules=tuple(_rule(table, macros) for table in data["rule"]),
        blocked=_compiled(data["blocked"]["patterns"], macros),
        onboarding=_compiled(data["blocked"]["onboarding"], macros),
        never_onboarding=_compiled(data["blocked"]["unless"], macros),
        greetings=frozenset(openings["greetings"]),
        polite=re.compile(rf"^(?:(?:{'|'.join(_word(word) for word in openings['polite'])}) )+"),
        questions=frozenset(openings["questions"]),
        statements=re.compile(rf"^(?:{'|'.join(_word(word) for word in openings['statements'])})(?!\S)"),
        verbs_first=re.compile(
            rf"^(?:{'|'.join(openings['verbs_first'])}) (?:(?:{'|'.join(openings['subjects'])})(?!\S)|.*\?$)"
        ),
        inner=re.compile(rf"(?<!\S)(?:{'|'.join(_word(word) for word in openings['inner'])})(?!\S)"),
        absence=_compiled("(?:<case>|<sick>|<leave>|\\S*sygelist\\S*|sygdom)", macros),
        act=_compiled("<act>", macros),
        vocabulary=frozenset(part for listed in words.values() for word in listed for part in _spelt(word)),
        literals=literals,
        spellings={form: word for form, word in (_without_marks(literals) | short_forms).items() if word},
        people={name: frozenset(line.split()) for name, line in data["people"].items()},
        guides={word.replace("_", " "): guide for guide, line in data["guides"].items() for word in line.split()},
        steps={word: int(day) for day, line in data["steps"].items() for word in line.split()},
    )


_SHORTEST_CORRECTED: Final = 4
_LITERAL: Final = re.compile(r"[a-z]{4,}")
_GAP: Final = re.compile(r"<(\d)-(\d+)>")


def _without_marks(words: frozenset[str]) -> dict[str, str]:
    """Words by what is left of them when "a" and "o" are typed for æ, ø and å ("pamindelser"), unless that is a word itself."""
    plain = {word: re.sub("aa|ae", "a", word).replace("oe", "o") for word in sorted(words)}
    return {
        form: word
        for word, form in plain.items()
        if form != word and form not in words and len(form) >= _SHORTEST_CORRECTED
    }


def _word(pattern: str) -> str:
    return pattern.replace("_", " ").replace("*", r"\S*")


def _spelt(pattern: str) -> list[str]:
    """The words of a pattern that misspelt ones may stand for."""
    return [part for part in pattern.strip("*").split("_") if len(part) >= _SHORTEST_CORRECTED]


def _rule(table: Mapping[str, Any], macros: Mapping[str, str]) -> Rule:
    return Rule(
        action=Action(table["action"]),
        value=table.get("value", ""),
        context=table.get("context", ""),
        asks=table.get("asks", False),
        maybe=table.get("maybe", False),
        patterns=_compiled(table["patterns"], macros),
        unless=_compiled(table["unless"], macros) if "unless" in table else None,
    )


def _filled(pattern: str, macros: Mapping[str, str]) -> str:
    for macro, meaning in macros.items():
        pattern = pattern.replace(macro, meaning)
    return pattern


def _compiled(patterns: str, macros: Mapping[str, str]) -> re.Pattern[str]:
    """One expression of all lines. Gaps are bounded, so that no text makes them slow."""
    joined = _filled("|".join(f"(?:{line})" for line in patterns.splitlines() if line), macros)
    joined = _GAP.sub(r"(?: \\S++){\1,\2}?", joined)
    return re.compile(rf"(?<!\S)(?:{joined})(?!\S)")
