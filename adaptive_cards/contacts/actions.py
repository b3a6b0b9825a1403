"""What the buttons of who helps with what send. Nothing changes by them, so they have no token; anyone may press them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from adaptive_cards.payloads import Language, Payload, Typed

TopicId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
"""The id of an entry in HR's file."""


class BrowseContacts(Payload):
    """Show all topics."""

    kind: Literal["contacts_browse"] = "contacts_browse"
    language: Language = "da"


class PickContact(Payload):
    """Show the topic that was picked from the list."""

    inputs: ClassVar[frozenset[str]] = frozenset({"topic"})

    kind: Literal["contacts_pick"] = "contacts_pick"
    topic: Typed = ""
    language: Language = "da"


class OpenContact(Payload):
    """Show a topic."""

    kind: Literal["contacts_open"] = "contacts_open"
    topic: TopicId
    language: Language = "da"


class AskHrAbout(Payload):
    """Ask HR about a topic."""

    kind: Literal["contacts_ask_hr"] = "contacts_ask_hr"
    topic: TopicId
    language: Language = "da"


ContactsAction = BrowseContacts | PickContact | OpenContact | AskHrAbout
"""What the buttons of who helps with what send."""
