"""What there can be about a person, and what came of erasing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """One kind of what is stored. The values are keys of the catalogue's `my_data.kinds`, and of an export."""

    CHATS = "chats"
    WELCOMES = "welcomes"
    RATINGS = "ratings"
    CASES = "cases"
    CHOICES = "choices"
    AWAY = "away"
    OFFERS = "offers"
    MESSAGES = "messages"
    REQUESTS = "requests"
    JOURNEYS = "journeys"
    SIGN_UPS = "sign_ups"
    CAMPAIGNS = "campaigns"
    WORK = "work"
    """What a person has done for others in Kompas: answered for HR, written a reminder, been a mentor or a deputy."""
    LOG = "log"


class Scope(StrEnum):
    """How much is erased."""

    OWN_WISH = "own_wish"
    """What a person may have deleted at once, by himself: nothing that is running needs it."""
    ALL = "all"


Row = Mapping[str, Any]
"""A row as JSON can hold it, by column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How many rows went, or lost the person, by kind, and what is left: how many rows by table in which the id still stands."""

    counts: Mapping[Kind, int]
    remaining: Mapping[str, int]
    case_ids: tuple[str, ...] = ()
    """The cases that are gone."""

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.counts.values())
