"""The data files of the guard, ready for use: its word lists, and its patterns compiled (`privacy/data/guard.toml` tells how they are written)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from privacy.words import Lexicon, fold, health_lists, word_list


class GuardReason(StrEnum):
    """Why a text is refused, the most urgent first. The values equal those of `knowledge.models.RefusalReason`."""

    ACUTE = "acute"
    CPR_NUMBER = "cpr_number"
    HEALTH_DETAILS = "health_details"
    DISMISSAL = "dismissal"
    RANKING = "ranking"
    OTHERS_DATA = "others_data"


STATEMENTS: Final = frozenset({"health_statement", "cause_statement"})
"""Groups that are asked only of sentences which state something. Their triggers are words of every day."""
_OF_HEALTH: Final = frozenset({"health", "health_phrases"}) | STATEMENTS
_OF_PEOPLE: Final = ("pronouns", "definite", "jobs_definite", "asker")
_MACROS: Final = {
    "<who>": "(?:NAME|INITIALS|PRONOUN|PERSON)",
    "<someone>": "(?:NAME|INITIALS|PRONOUN|PERSON|ROLE|STAFF)",
    "<named>": "(?:NAME|INITIALS)",
    "<anyone>": "(?:NAME|INITIALS|PRONOUN|PERSON|STRANGER)",
    "<ill>": "(?:HEALTH|CAUSE|BODY)",
}
_GAP_MACRO: Final = re.compile(r"<(\d)-(\d+)>")


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns that give a reason; `triggers` of the lexicon have the name of the group."""

    name: str
    reason: GuardReason
    pattern: re.Pattern[str]

    @property
    def always(self) -> bool:
        """Whether it is asked of every sentence that is looked at, for its words are those of every day."""
        return self.reason is GuardReason.HEALTH_DETAILS


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a text is judged by. A sentence without a word of the lists `suspicious` needs no further look."""

    lexicon: Lexicon
    topics: Lexicon
    small: frozenset[str]
    groups: tuple[Group, ...]
    permission: re.Pattern[str]
    stranger: re.Pattern[str]
    suspicious: frozenset[str]
    spoken: Mapping[str, str]


@cache
def rules() -> Rules:
    """The rules, read once."""
    guard, health = word_list("guard"), dict(health_lists())
    topics = health.pop("topic")
    tables = {name: guard[name] for name in guard if name in _OF_HEALTH or name in set(GuardReason)}
    patterns = {name: str(table["patterns"]) for name, table in tables.items()}
    triggers = {name: table["triggers"].split() for name, table in tables.items()}
    people = {name: words.split() for name, words in guard["people"].items() if name != "permission"}
    spoken = (pair.split("=") for pair in guard["spoken"]["words"].split())
    return Rules(
        lexicon=Lexicon(people | health | triggers),
        topics=Lexicon({"topic": topics, "about": guard["topics"]["about"].split()}),
        small=frozenset(map(fold, guard["topics"]["small"].split())),
        groups=tuple(Group(name, _reason(name), _compiled(lines)) for name, lines in patterns.items()),
        permission=_compiled(guard["people"]["permission"]),
        stranger=_compiled(guard["stranger"]["patterns"]),
        suspicious=frozenset({"illness", "cause", "body", "clinicians", *_OF_PEOPLE, *tables}) - STATEMENTS,
        spoken={fold(typed): fold(meant) for typed, meant in spoken},
    )


def _reason(group: str) -> GuardReason:
    return GuardReason.HEALTH_DETAILS if group in _OF_HEALTH else GuardReason(group)


def _compiled(patterns: str) -> re.Pattern[str]:
    """One expression for a group. Gaps are bounded and possessive, so that no text makes them slow."""
    joined = "|".join(f"(?:{line})" for line in patterns.splitlines() if line)
    for macro, meaning in _MACROS.items():
        joined = joined.replace(macro, meaning)
    joined = _GAP_MACRO.sub(r"(?: \\S++){\1,\2}", joined)
    return re.compile(rf"(?<!\S)(?:{joined})(?!\S)")
