"""What the buttons of HR's reminders send."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from adaptive_cards.payloads import SHORT, Language, OpaqueId, Payload, Token, Typed
from hr.campaigns.rules import Deed

LongText = Annotated[str, Field(max_length=8_000)]
"""What was typed into a field for more than a line. How long it may really be the handler says, in words."""

_TemplateId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
_Toggle = Annotated[str, Field(pattern="^(true|false)$")]


class CampaignPage(StrEnum):
    """What can be opened; nothing changes."""

    LIST = "list"
    CHOOSE = "choose"
    EDIT = "edit"
    SHOW = "show"
    """A draft, or how one that was sent stands."""
    MISSED = "missed"
    """Who was not reached."""


class OpenCampaign(Payload):
    """Show something; nothing changes. `start` is for long lists."""

    kind: Literal["campaigns_open"] = "campaigns_open"
    page: CampaignPage
    campaign_id: OpaqueId | None = None
    start: Annotated[int, Field(ge=0, le=100_000)] = 0
    language: Language = "da"


class ChooseTemplate(Payload):
    """Open the form with a template, or empty."""

    inputs: ClassVar[frozenset[str]] = frozenset({"template"})

    kind: Literal["campaigns_choose"] = "campaigns_choose"
    template: Typed = ""
    language: Language = "da"


class SaveCampaign(Payload):
    """A draft as it was written, `version` being the one that was open; `keep_list`: those of its list stay: `groups` and `areas` as the client joins a multiple choice, by commas; toggles send "true" or "false"."""

    inputs: ClassVar[frozenset[str]] = frozenset(
        {
            "title",
            "text",
            "groups",
            "areas",
            "people",
            "source",
            "acknowledgement",
            "mandatory",
            "deadline",
            "send_on",
            "send_at",
        }
    )
    lasts: ClassVar[timedelta] = SHORT

    kind: Literal["campaigns_save"] = "campaigns_save"
    token: Token
    campaign_id: OpaqueId | None = None
    version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    keep_list: bool = False
    title: Typed = ""
    text: LongText = ""
    groups: Typed = ""
    areas: LongText = ""
    people: LongText = ""
    source: Typed = ""
    acknowledgement: _Toggle = "false"
    mandatory: _Toggle = "false"
    deadline: Typed = ""
    send_on: Typed = ""
    send_at: Typed = ""
    language: Language = "da"


class SaveFromTemplate(Payload):
    """The same from a template, whose dates HR confirms."""

    inputs: ClassVar[frozenset[str]] = SaveCampaign.inputs | {"confirmed"}
    lasts: ClassVar[timedelta] = SHORT

    kind: Literal["campaigns_save_template"] = "campaigns_save_template"
    token: Token
    template: _TemplateId
    campaign_id: OpaqueId | None = None
    version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    keep_list: bool = False
    title: Typed = ""
    text: LongText = ""
    groups: Typed = ""
    areas: LongText = ""
    people: LongText = ""
    source: Typed = ""
    acknowledgement: _Toggle = "false"
    mandatory: _Toggle = "false"
    deadline: Typed = ""
    send_on: Typed = ""
    send_at: Typed = ""
    confirmed: _Toggle = "false"
    language: Language = "da"


class DoCampaign(Payload):
    """Send, approve, pause and so on. `version` is the one that the card shows; what cannot be undone is `confirmed` on a card of its own."""

    kind: Literal["campaigns_do"] = "campaigns_do"
    token: Token
    campaign_id: OpaqueId
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    deed: Deed
    confirmed: bool = False
    language: Language = "da"


class TryCampaign(Payload):
    """Send the card to oneself; it counts nowhere."""

    kind: Literal["campaigns_try"] = "campaigns_try"
    token: Token
    campaign_id: OpaqueId
    language: Language = "da"


class AcknowledgeCampaign(Payload):
    """Acknowledge a reminder. `trial`: the card was sent to oneself, and nothing is kept."""

    kind: Literal["campaigns_acknowledge"] = "campaigns_acknowledge"
    campaign_id: OpaqueId
    trial: bool = False
    language: Language = "da"


CampaignsAction = (
    OpenCampaign | ChooseTemplate | SaveCampaign | SaveFromTemplate | DoCampaign | TryCampaign | AcknowledgeCampaign
)
"""What the buttons of HR's reminders send."""
