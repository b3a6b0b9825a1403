"""Who helps with a topic, and the list of all topics. Neither holds anything about the one who asks, so both may stand in a group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from microsoft_teams.cards import AdaptiveCard, CardElement, Choice, ChoiceSetInput, ExecuteAction

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.contacts.actions import AskHrAbout, BrowseContacts, OpenContact, PickContact
from adaptive_cards.texts import Texts
from hr.contacts.model import ChannelKind, Contact, Freshness, channel_kind


def contact_card(
    *,
    texts: Texts,
    contact: Contact,
    today: date,
    source: str | None = None,
    others: Sequence[Contact] = (),
    notice: str | None = None,
) -> AdaptiveCard:
    """One topic. `source` is the title of its document where it may be shown; `others` fit the question nearly as well."""
    body: list[CardElement] = [
        *([parts.told(notice)] if notice else []),
        parts.heading(contact.topic),
        parts.facts(_facts(texts, contact)),
        _channel(texts, contact),
        parts.remark(_checked(texts, contact, today)),
    ]
    if source is not None:
        body.append(parts.remark(texts.say("contacts.source", title=escape_markdown(source))))
    if others:
        body.append(parts.paragraph(texts.say("contacts.also")))
        body += parts.rows([_open(texts, other) for other in others])
    language = texts.language
    actions = [
        parts.button(title=texts.say("contacts.ask_hr"), payload=AskHrAbout(topic=contact.id, language=language)),
        parts.button(title=texts.say("contacts.back"), payload=BrowseContacts(language=language)),
    ]
    unit = contact.unit or texts.say("contacts.unit_missing")
    fallback = texts.say("contacts.fallback_entry", topic=contact.topic, unit=unit)
    return parts.card(texts=texts, body=body, actions=actions, fallback=fallback)


def list_card(*, texts: Texts, contacts: Sequence[Contact], notice: str | None = None) -> AdaptiveCard:
    """All topics to choose from; the client filters them as one types."""
    pick = ChoiceSetInput(
        id="topic",
        label=texts.say("contacts.pick"),
        is_required=True,
        error_message=texts.say("contacts.pick_missing"),
        style="filtered",
        choices=[Choice(title=contact.topic, value=contact.id) for contact in contacts],
    )
    body: list[CardElement] = [
        *([parts.told(notice)] if notice else []),
        parts.heading(texts.say("contacts.title")),
        parts.paragraph(texts.say("contacts.intro")),
        pick,
    ]
    show = parts.button(title=texts.say("contacts.show"), payload=PickContact(language=texts.language), look="positive")
    return parts.card(texts=texts, body=body, actions=[show], fallback=texts.say("contacts.fallback_list"))


def _open(texts: Texts, contact: Contact) -> ExecuteAction:
    return parts.button(title=contact.topic, payload=OpenContact(topic=contact.id, language=texts.language))


def _facts(texts: Texts, contact: Contact) -> list[tuple[str, str]]:
    """The unit in every case; the rest where HR has written something."""
    written = (("contacts.locally", contact.locally), ("contacts.centrally", contact.centrally))
    unit = contact.unit or texts.say("contacts.unit_missing")
    return [(texts.say("contacts.unit"), unit), *((texts.say(key), text) for key, text in written if text)]


def _channel(texts: Texts, contact: Contact) -> CardElement:
    if not contact.channel:
        return parts.paragraph(texts.say("contacts.channel_missing"))
    shown = escape_markdown(contact.channel)
    match channel_kind(contact.channel):
        case ChannelKind.MAIL:
            shown = f"[{shown}](mailto:{contact.channel})"
        case ChannelKind.PHONE:
            shown = f"[{shown}](tel:{contact.channel.replace(' ', '')})"
        case ChannelKind.LINK:
            shown = f"[{shown}]({contact.channel})"
        case None:
            pass
    return parts.paragraph(f"{texts.say('contacts.channel')}: {shown}")


def _checked(texts: Texts, contact: Contact, today: date) -> str:
    if contact.last_checked is None:
        return texts.say("contacts.never")
    key = "contacts.stale" if contact.freshness(today) is Freshness.STALE else "contacts.checked"
    return texts.say(key, date=texts.day(contact.last_checked))
