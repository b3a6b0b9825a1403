"""What the cards of questions to HR show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hr.escalation.model import Request, RequestState
from hr.escalation.routing import Group, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something said after the question. `name` is empty for whom the people file no longer knows."""

    name: str
    from_hr: bool
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A question of which a card is no longer to show anything: its group is elsewhere, or its reader no longer in it."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A question with the names that belong to it. `topic` is None where HR has taken it away; unknown people have an empty name."""

    request: Request
    topic: Topic | None
    group: Group
    asker: str = ""
    taker: str = ""
    thread: tuple[Said, ...] = ()

    @property
    def state(self) -> RequestState:
        """Where the question is."""
        return self.request.state

    @property
    def number(self) -> int:
        """What people call it by."""
        return self.request.number

    @property
    def last_answer(self) -> Said | None:
        """The latest that HR has said."""
        return next((said for said in reversed(self.thread) if said.from_hr), None)


PAGE: Final = 5
"""How many questions a list shows at a time, each with a button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of a list: the questions from the `start`-th on (0 is the first), of `total`."""

    views: tuple[RequestView, ...]
    start: int = 0
    total: int = 0
