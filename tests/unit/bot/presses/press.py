"""What a press of a button is, in the tests of who may do what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, Literal

from hr.policy import Actor, Operation
from tests.unit.bot.everybody import TODAY, Ids

Kind = Literal["personal", "groupChat", "channel"]

TOKEN: Final = "token-of-a-press"

FRIDAY: Final[date] = TODAY + timedelta(days=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button pressed (or, where `make` gives a text, a message written). Whoever may one of `asks_for` is let through.

    `lacks` are what nobody is to the thing in this press; `also` says as what somebody counts in it: everyone is "the one who asked" to
    the list of his own questions. `empty`: who may not gets the same card with nothing on it. `quiet`: nothing is kept and no secret shown.
    """

    name: str
    asks_for: tuple[Operation, ...]
    make: Callable[[Ids, str], Any]
    lacks: frozenset[Actor] = frozenset()
    also: Mapping[Actor, Actor] = field(default_factory=lambda: MappingProxyType({}))
    empty: bool = False
    quiet: bool = False
    chat: str = "a:chat"
    kind: Kind = "personal"


def simple(name: str, operation: Operation, make: Callable[[Ids, str], Any], **more: Any) -> Press:
    return Press(name=name, asks_for=(operation,), make=make, **more)
