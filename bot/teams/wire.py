"""Messages as activities: the wire formats of teams that the SDK does not model, as plain JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from botbuilder.schema import Activity, ActivityTypes, Attachment, CardAction, SuggestedActions

from adaptive_cards.answers import RenderedCitation
from adaptive_cards.render import CONTENT_TYPE, Card
from bot.teams.entities import OpenEntity
from bot.turn import Message

SCHEMA_TYPE: Final = "https://schema.org/Message"
LEAD: Final = "…"
MESSAGE_TYPE: Final = "application/vnd.microsoft.activity.message"


def typing_activity() -> Activity:
    """Three dots."""
    return Activity(type=ActivityTypes.typing)


def message_activity(message: Message, *, personal: bool) -> Activity:
    """A message with all that goes with it. Suggestions go to personal chats only: others would see one person's."""
    if message.card is not None:
        return card_activity(message.card)
    activity = Activity(type=ActivityTypes.message, text=message.text, text_format="markdown")
    entity = message_entity(message.citations, written_by_model=message.written_by_model)
    if entity is not None:
        activity.entities = [entity]
    if message.feedback:
        activity.channel_data = {"feedbackLoop": {"type": "default"}}
    if message.suggestions and personal:
        actions = [CardAction(type="imBack", title=text, value=text) for text in message.suggestions]
        activity.suggested_actions = SuggestedActions(to=[], actions=actions)
    return activity


def message_activities(message: Message, *, personal: bool, service_url: str) -> tuple[Activity, ...]:
    """What is posted for a message: one activity, except to the local client.

    That client shows any text with suggestions as plain text, without citations; there the suggestions follow by themselves.
    """
    if message.card is None and message.suggestions and personal and is_local_client(service_url):
        lead = Message(text=message.suggestions_lead or LEAD, suggestions=message.suggestions)
        alone = replace(message, suggestions=())
        return message_activity(alone, personal=True), message_activity(lead, personal=True)
    return (message_activity(message, personal=personal),)


def is_local_client(service_url: str) -> bool:
    """Whether the other side is Microsoft's local client, which takes its messages under this path on this machine."""
    parts = urlsplit(service_url)
    return parts.hostname == "127.0.0.1" and parts.path.rstrip("/") == "/_connector"


def card_activity(card: Card) -> Activity:
    """A card by itself; the summary is what a notification shows."""
    attachment = Attachment(content_type=CONTENT_TYPE, content=card.content)
    return Activity(type=ActivityTypes.message, attachments=[attachment], summary=card.summary)


def message_entity(citations: tuple[RenderedCitation, ...], *, written_by_model: bool) -> OpenEntity | None:
    """The one root entity with sources and AI label; None when there is neither.

    An extractive answer is made of the sources' own sentences, so it does not carry the label of generated content.
    """
    if not citations and not written_by_model:
        return None
    fields: dict[str, Any] = {"@type": "Message", "@context": "https://schema.org", "@id": ""}
    if written_by_model:
        fields["additionalType"] = ["AIGeneratedContent"]
    if citations:
        fields["citation"] = [_claim(citation) for citation in citations]
    return OpenEntity(type=SCHEMA_TYPE, fields=fields)


def _claim(citation: RenderedCitation) -> dict[str, Any]:
    appearance: dict[str, Any] = {"@type": "DigitalDocument", "name": citation.name, "abstract": citation.abstract}
    if citation.url is not None:
        appearance["url"] = citation.url
    if citation.keywords:
        appearance["keywords"] = list(citation.keywords)
    return {"@type": "Claim", "position": citation.position, "appearance": appearance}


def card_answer(card: Card) -> dict[str, Any]:
    """The answer to Action.Execute that puts a card in the place of the old one."""
    return {"statusCode": 200, "type": CONTENT_TYPE, "value": card.content}


def text_answer(text: str) -> dict[str, Any]:
    """The answer to Action.Execute that shows a text and leaves the card."""
    return {"statusCode": 200, "type": MESSAGE_TYPE, "value": text}
