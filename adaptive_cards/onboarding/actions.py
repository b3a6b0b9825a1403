"""What the buttons of onboarding send."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from adaptive_cards.payloads import SHORT, Language, OpaqueId, Payload, Token, Typed

_EventId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
_ItemId = Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9]{2}$")]
_Page = Annotated[int, Field(ge=0, le=200, strict=True)]


class OnboardingPage(StrEnum):
    """What can be opened."""

    MINE = "mine"
    TEAM = "team"
    JOURNEY = "journey"
    """One journey, as the reader sees it."""
    MANAGE = "manage"
    SETTLED = "settled"
    """What is done or put aside in one journey, to be opened again."""
    START_OWN = "start_own"
    START_OTHER = "start_other"
    LISTS = "lists"


class Marking(StrEnum):
    """What is to become of ticked items; ASK opens no change but a question about the first of them."""

    DONE = "done"
    LATER = "later"
    NOT_RELEVANT = "not_relevant"
    ASK = "ask"


class OpenOnboarding(Payload):
    """Show something. `journey` for JOURNEY, MANAGE and SETTLED."""

    kind: Literal["onboarding_open"] = "onboarding_open"
    page: OnboardingPage
    journey: OpaqueId | None = None
    skip: _Page = 0
    """How many entries come before the first one shown."""
    language: Language = "da"


class StartJourney(Payload):
    """Start a journey: for oneself (`own`), or for a colleague by initials or e-mail."""

    inputs: ClassVar[frozenset[str]] = frozenset({"track", "colleague", "start_on"})
    lasts: ClassVar[timedelta] = SHORT

    kind: Literal["onboarding_start"] = "onboarding_start"
    token: Token
    track: Typed = ""
    colleague: Typed = ""
    start_on: Typed = ""
    language: Language = "da"


class StartOwnJourney(Payload):
    """Start one's own journey."""

    inputs: ClassVar[frozenset[str]] = frozenset({"track", "start_on"})
    lasts: ClassVar[timedelta] = SHORT

    kind: Literal["onboarding_start_own"] = "onboarding_start_own"
    token: Token
    track: Typed = ""
    start_on: Typed = ""
    language: Language = "da"


class MarkItems(Payload):
    """Mark the ticked items; `items` are their ids with commas between them."""

    inputs: ClassVar[frozenset[str]] = frozenset({"items"})

    kind: Literal["onboarding_mark"] = "onboarding_mark"
    token: Token
    journey: OpaqueId
    marking: Marking
    items: Typed = ""
    language: Language = "da"


class ConfirmDone(Payload):
    """Yes to "shall I tick this?"."""

    kind: Literal["onboarding_done"] = "onboarding_done"
    token: Token
    journey: OpaqueId
    item: _ItemId
    language: Language = "da"


class UndoMarks(Payload):
    """Take back the mark that the card has just told of."""

    kind: Literal["onboarding_undo"] = "onboarding_undo"
    token: Token
    journey: OpaqueId
    items: Annotated[tuple[_ItemId, ...], Field(min_length=1, max_length=20)]
    language: Language = "da"


class ReopenItems(Payload):
    """Open the ticked items again; `items` are their ids with commas between them."""

    inputs: ClassVar[frozenset[str]] = frozenset({"items"})

    kind: Literal["onboarding_reopen"] = "onboarding_reopen"
    token: Token
    journey: OpaqueId
    items: Typed = ""
    language: Language = "da"


class MoveStart(Payload):
    """Another start date."""

    inputs: ClassVar[frozenset[str]] = frozenset({"start_on"})

    kind: Literal["onboarding_move"] = "onboarding_move"
    token: Token
    journey: OpaqueId
    start_on: Typed = ""
    language: Language = "da"


class ChangeJourney(Payload):
    """Pause, go on, end. To end is asked about first; `sure` is the yes to that."""

    kind: Literal["onboarding_change"] = "onboarding_change"
    token: Token
    journey: OpaqueId
    change: Literal["pause", "resume", "end"]
    sure: bool = False
    language: Language = "da"


class ChooseMentor(Payload):
    """A mentor by initials or e-mail."""

    inputs: ClassVar[frozenset[str]] = frozenset({"mentor"})

    kind: Literal["onboarding_mentor"] = "onboarding_mentor"
    token: Token
    journey: OpaqueId
    mentor: Typed = ""
    language: Language = "da"


class SignUpFor(Payload):
    """Sign up for an event, or off (`up` False)."""

    kind: Literal["onboarding_sign"] = "onboarding_sign"
    token: Token
    journey: OpaqueId
    event: _EventId
    up: bool
    language: Language = "da"


OnboardingAction = (
    OpenOnboarding
    | StartJourney
    | StartOwnJourney
    | MarkItems
    | ConfirmDone
    | UndoMarks
    | ReopenItems
    | MoveStart
    | ChangeJourney
    | ChooseMentor
    | SignUpFor
)
"""What the buttons of onboarding send."""
