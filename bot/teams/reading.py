"""Raw activity JSON as our events. The SDK's models drop or refuse parts of it, so nothing here goes through them."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from bot.errors import MalformedActivityError
from bot.events import Asked, Event, Installed, MembersAdded, Pressed, Rated, Removed, Unsupported, Withdrawn
from bot.seal import Seal
from hr.conversations.model import ConversationReference, ConversationType
from hr.feedback.model import Reaction

ID_LIMIT: Final = 512
"""Characters of an id; the longest that Teams makes have about 250."""

KEPT_CHARACTERS: Final = 10_000
"""What is read of a message before anything else is done with it: a question five times too long is still told to be too long."""

KEPT_MARKS: Final = 8
"""Marks on one letter; sorting very many of them takes Unicode's composition a time that grows with their square."""

_MENTION = re.compile(r"<at\b[^>]{0,300}>[^<]{0,300}</at>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|<!--(?:(?!<!--).){0,2000}?-->", re.DOTALL)
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_WAYS_UP: Final = frozenset({".", ".."})
_BLANKS = re.compile(r"\s+")


def read_event(activity: Mapping[str, Any], *, received_at: datetime, seal: Seal) -> Event:
    """The event an activity tells of; `seal` opens what buttons send. Raises MalformedActivityError when it lacks what every activity has."""
    kind = _name(activity, "type")
    reference = _reference(activity, received_at)
    activity_id = _optional_id(activity.get("id"))
    common: dict[str, Any] = {"reference": reference, "activity_id": activity_id}
    match kind:
        case "message":
            return _message(activity, common, seal)
        case "invoke":
            return _invoke(activity, common, seal)
        case "installationUpdate":
            return _installation(activity, common)
        case "conversationUpdate":
            added = _added(activity, reference.bot_id)
            return MembersAdded(**common, person_ids=added) if added else Unsupported(**common, kind=kind)
        case "messageUpdate" | "messageDelete":
            return Withdrawn(**common)
        case _:
            return Unsupported(**common, kind=kind)


def is_invoke(activity: Mapping[str, Any]) -> bool:
    """Whether the sender waits for the answer in the HTTP response."""
    return activity.get("type") == "invoke"


def clean_text(raw: str) -> str:
    """What a person typed: without mentions, tags and invisible characters, in composed form, with single blanks."""
    text = _TAG.sub(" ", _MENTION.sub(" ", raw[:KEPT_CHARACTERS]))
    text = unicodedata.normalize("NFC", "".join(_shown(html.unescape(text))))
    return _BLANKS.sub(" ", text).strip()


def _shown(text: str) -> Iterator[str]:
    """The characters that a reader sees, blanks for hidden ones that part words."""
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category in _HIDDEN:
            if char.isspace():
                yield " "
            continue
        marks = marks + 1 if category.startswith("M") else 0
        if marks <= KEPT_MARKS:
            yield char


def _message(activity: Mapping[str, Any], common: dict[str, Any], seal: Seal) -> Event:
    value = activity.get("value")
    text = activity.get("text")
    if isinstance(value, dict) and not text:
        return _pressed(value, common, seal, card_id=_optional_id(activity.get("replyToId")))
    return Asked(**common, text=clean_text(text) if isinstance(text, str) else "", has_files=_has_files(activity))


def _has_files(activity: Mapping[str, Any]) -> bool:
    """Teams sends the message itself once more as a text/html attachment, which is no file."""
    attachments = activity.get("attachments")
    return isinstance(attachments, list) and any(
        isinstance(item, dict) and item.get("contentType") != "text/html" for item in attachments
    )


def _invoke(activity: Mapping[str, Any], common: dict[str, Any], seal: Seal) -> Event:
    name = activity.get("name")
    value = activity.get("value")
    reply_to = _optional_id(activity.get("replyToId"))
    if name == "adaptiveCard/action":
        action = value.get("action") if isinstance(value, dict) else None
        data = action.get("data") if isinstance(action, dict) else None
        return _pressed(data, common, seal, card_id=reply_to)
    if name == "message/submitAction" and isinstance(value, dict) and value.get("actionName") == "feedback":
        given = value.get("actionValue")
        reaction = given.get("reaction") if isinstance(given, dict) else None
        if isinstance(given, dict) and reaction in tuple(Reaction):
            comment = _comment(given.get("feedback"))
            return Rated(**common, reaction=Reaction(reaction), answer_id=reply_to, comment=comment)
    return Unsupported(**common, kind=str(name)[:64])


def _installation(activity: Mapping[str, Any], common: dict[str, Any]) -> Event:
    action = activity.get("action")
    if action in ("add", "add-upgrade"):
        return Installed(**common)
    if action in ("remove", "remove-upgrade"):
        return Removed(**common)
    return Unsupported(**common, kind="installationUpdate")


def _added(activity: Mapping[str, Any], bot_id: str) -> tuple[str, ...]:
    """The people who came, each by aadObjectId where the wire tells it; the bot's own id is left out."""
    sender = _object(activity, "from")
    members = activity.get("membersAdded")
    found: list[str] = []
    for member in members if isinstance(members, list) else []:
        member_id = _optional_id(member.get("id")) if isinstance(member, dict) else None
        if member_id is None or member_id == bot_id:
            continue
        known = sender if sender.get("id") == member_id else {}
        found.append(_entra_id(member) or _entra_id(known) or member_id)
    return tuple(found)


def _comment(feedback: object) -> str:
    """The words of a thumb: JSON in a string by the documentation, plain text from some clients."""
    if not isinstance(feedback, str):
        return ""
    try:
        parsed = json.loads(feedback)
    except (ValueError, RecursionError):
        return clean_text(feedback)
    words = parsed.get("feedbackText") if isinstance(parsed, dict) else feedback
    return clean_text(words) if isinstance(words, str) else ""


def _pressed(data: object, common: dict[str, Any], seal: Seal, *, card_id: str | None) -> Event:
    opened = seal.open(data)
    return Pressed(**common, action=opened.action, expired=opened.expired, card_id=card_id, seal=opened.seal)


def _reference(activity: Mapping[str, Any], received_at: datetime) -> ConversationReference:
    conversation = _object(activity, "conversation")
    sender = _object(activity, "from")
    return ConversationReference(
        conversation_id=_id(conversation, "id"),
        conversation_type=_conversation_type(conversation),
        service_url=_name(activity, "serviceUrl"),
        channel_id=_name(activity, "channelId"),
        bot_id=_id(_object(activity, "recipient"), "id"),
        user_id=_id(sender, "id"),
        aad_object_id=_entra_id(sender),
        tenant_id=_tenant(activity, conversation),
        locale=_optional_id(activity.get("locale")),
        updated_at=received_at,
    )


def _conversation_type(conversation: Mapping[str, Any]) -> ConversationType:
    """An unknown kind counts as a group: less is said there."""
    kind = conversation.get("conversationType")
    if kind is None:  # as the local client has it of personal chats; ids of Teams' groups and channels begin with 19:
        group = conversation.get("isGroup") is True or str(conversation.get("id")).startswith("19:")
        return ConversationType.GROUP_CHAT if group else ConversationType.PERSONAL
    try:
        return ConversationType(kind)
    except ValueError:
        return ConversationType.GROUP_CHAT


def _tenant(activity: Mapping[str, Any], conversation: Mapping[str, Any]) -> str | None:
    channel_data = activity.get("channelData")
    tenant = channel_data.get("tenant") if isinstance(channel_data, dict) else None
    from_channel = _optional_id(tenant.get("id")) if isinstance(tenant, dict) else None
    return from_channel or _optional_id(conversation.get("tenantId"))


def _object(activity: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = activity.get(name)
    if not isinstance(value, dict):
        raise MalformedActivityError(f"The activity has no {name}.")
    return value


def _id(holder: Mapping[str, Any], name: str) -> str:
    value = _optional_id(holder.get(name))
    if value is None:
        raise MalformedActivityError(f"The activity has no usable {name}.")
    return value


_name = _id


def _entra_id(account: Mapping[str, Any]) -> str | None:
    """In lower case, however it came: one person must not be two."""
    found = _optional_id(account.get("aadObjectId"))
    return found.lower() if found is not None else None


def _optional_id(value: object) -> str | None:
    """A short, printable string or nothing: ids go into addresses, where dots alone are a way up, and into the database."""
    if isinstance(value, str) and 0 < len(value) <= ID_LIMIT and value.isprintable() and value not in _WAYS_UP:
        return value
    return None
