"""What can happen in a chat, as frozen values. `bot.teams.edge` makes them; handlers never see the wire."""

from __future__ import annotations

from dataclasses import dataclass

from adaptive_cards.actions import Action
from hr.conversations.model import ConversationReference, ConversationType
from hr.feedback.model import Reaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Where and by whom. `reference` names the authenticated sender; `activity_id` is None where the channel gave none."""

    reference: ConversationReference
    activity_id: str | None = None

    @property
    def personal(self) -> bool:
        """Whether nobody else reads along."""
        return self.reference.conversation_type is ConversationType.PERSONAL

    @property
    def person_id(self) -> str:
        """The sender's aadObjectId, or the channel's user id where there is none."""
        return self.reference.aad_object_id or self.reference.user_id

    @property
    def from_bot(self) -> bool:
        """Whether the channel names the bot itself as the sender, as it does in some updates of a chat."""
        return self.reference.user_id == self.reference.bot_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Event):
    """A message. `text` is without tags and mentions, and empty when nothing was left; `has_files` when something was attached."""

    text: str
    has_files: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed(Event):
    """The app was added for the sender or in a chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed(Event):
    """The app was taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersAdded(Event):
    """People came into the chat; the bot itself is not among them. `person_ids` as in `Event.person_id`."""

    person_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated(Event):
    """A thumb on the answer with the activity id `answer_id` (None where the client does not say). `comment` is unredacted."""

    reaction: Reaction
    answer_id: str | None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Event):
    """A button of a card. `action` is None when no card of ours sends such a payload; `card_id` is the message with the card.

    `expired` is what a card of ours asked for that is too old by now; `action` is None then. `seal` is that of the button, and good.
    The client says which message the card was in.
    """

    action: Action | None
    expired: Action | None = None
    card_id: str | None = None
    seal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(Event):
    """A message was edited or deleted by its writer: what we remember of the chat goes too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsupported(Event):
    """Something that Kompas does nothing about. `kind` is its type on the wire."""

    kind: str
