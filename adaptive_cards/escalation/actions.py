"""What the buttons of questions to HR send."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from adaptive_cards.payloads import SHORT, Language, OpaqueId, Payload, Token, Typed
from hr.escalation.model import HrDeed

LongText = Annotated[str, Field(max_length=8_000)]
"""What was typed into a field for more than a line. How long it may really be the handler says, in words."""


class AskingMenu(StrEnum):
    """What can be opened without a question of one's own."""

    FORM = "form"
    MINE = "mine"
    HR_OPEN = "hr_open"
    CANCEL = "cancel"


class OwnDeed(StrEnum):
    """What the one who asked does by one press."""

    SHOW = "show"
    WITHDRAW = "withdraw"
    HELPED = "helped"
    ASK_ON = "ask_on"
    """Opens the form; nothing changes yet."""


class OpenAsking(Payload):
    """Open the form, or a list from its `start`-th question on (0 is the first)."""

    kind: Literal["asking_open"] = "asking_open"
    menu: AskingMenu
    start: Annotated[int, Field(ge=0, le=100_000)] = 0
    language: Language = "da"


class SendRequest(Payload):
    """Send a question to HR. `confirmed` is the mark of the warning on the card, empty where there was none."""

    inputs: ClassVar[frozenset[str]] = frozenset({"question", "topic"})
    lasts: ClassVar[timedelta] = SHORT

    kind: Literal["asking_send"] = "asking_send"
    token: Token
    confirmed: Annotated[str, Field(pattern=r"^[a-z0-9_-]{0,40}$")] = ""
    language: Language = "da"
    question: LongText = ""
    topic: Typed = ""


class OwnRequest(Payload):
    """Something with a question of one's own."""

    kind: Literal["asking_own"] = "asking_own"
    request_id: OpaqueId
    deed: OwnDeed
    language: Language = "da"


class AskOn(Payload):
    """Ask on after an answer."""

    inputs: ClassVar[frozenset[str]] = frozenset({"question"})

    kind: Literal["asking_on"] = "asking_on"
    token: Token
    request_id: OpaqueId
    language: Language = "da"
    question: LongText = ""


class HrRequest(Payload):
    """Something that HR does with a question."""

    kind: Literal["asking_hr"] = "asking_hr"
    request_id: OpaqueId
    deed: HrDeed
    language: Language = "da"


class HrAnswer(Payload):
    """HR's answer."""

    inputs: ClassVar[frozenset[str]] = frozenset({"answer"})

    kind: Literal["asking_answer"] = "asking_answer"
    token: Token
    request_id: OpaqueId
    language: Language = "da"
    answer: LongText = ""


EscalationAction = OpenAsking | SendRequest | OwnRequest | AskOn | HrRequest | HrAnswer
"""What the buttons of questions to HR send."""
