"""Where a person can be reached in Teams, and who has been welcomed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hr.clock import require_aware


class ConversationType(StrEnum):
    """What kind of chat it is (the wire's `conversationType`; a missing one is personal)."""

    PERSONAL = "personal"
    GROUP_CHAT = "groupChat"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationReference:
    """What is needed to write into a conversation later. One per `conversation_id`.

    `service_url` changes over time and is refreshed by each activity. `user_id` and `aad_object_id` are those of the last sender;
    only in a personal chat do they say whose chat it is. `updated_at` is the moment of the activity it was read from.
    """

    conversation_id: str
    conversation_type: ConversationType
    service_url: str
    channel_id: str
    bot_id: str
    user_id: str
    aad_object_id: str | None = None
    tenant_id: str | None = None
    locale: str | None = None
    updated_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.updated_at)


class WelcomeKind(StrEnum):
    """What a person is greeted with; each kind once in a lifetime."""

    INSTALLED = "installed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """That a person has had a welcome. `person_id` is the aadObjectId, or the channel's user id where there is none."""

    person_id: str
    kind: WelcomeKind
    welcomed_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.welcomed_at)
