"""Who helps with what: typed questions, and the buttons of the cards. Nothing here is personal, so groups are answered too."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from adaptive_cards.contacts.actions import AskHrAbout, BrowseContacts, ContactsAction, OpenContact, PickContact
from adaptive_cards.contacts.cards import contact_card, list_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from bot.events import Asked, Pressed
from bot.handlers.absence.desk import Passages
from bot.handlers.contacts.asks import AskedFor, ContactWords
from bot.router import Handler
from bot.turn import Message, Turn
from hr.clock import Clock
from hr.contacts.content import LiveContacts
from hr.contacts.model import Contact
from hr.contacts.search import search
from knowledge.text import language_of


class ContactHandler:
    """Answers from HR's list as it is now.

    `ask_hr` takes over when somebody wants to ask HR about a topic; without it the words to write are shown. Without `passages` no source
    is named.
    """

    def __init__(
        self,
        *,
        contacts: LiveContacts,
        clock: Clock,
        catalogue: Catalogue,
        passages: Passages | None = None,
        ask_hr: Handler[Pressed] | None = None,
    ) -> None:
        self._contacts = contacts
        self._clock = clock
        self._catalogue = catalogue
        self._passages = passages
        self._ask_hr = ask_hr
        self._words = ContactWords(catalogue)

    def asks(self, event: Asked) -> bool:
        """A filter for the router: the list was asked for, or somebody who helps with a topic that is on it."""
        asked_for = self._words.of(event.text)
        return asked_for is AskedFor.LIST or (asked_for is AskedFor.ENTRY and bool(self._found(event.text)))

    async def typed(self, event: Asked, turn: Turn) -> None:
        """A card in a message of its own."""
        texts = self._catalogue.get(language_of(event.text), self._catalogue["da"])
        found = () if self._words.of(event.text) is AskedFor.LIST else self._found(event.text)
        card = await self._entry(texts, found[0], others=found[1:]) if found else self._list(texts)
        await turn.send(Message(card=card))

    async def pressed(self, event: Pressed, turn: Turn) -> None:
        """A card in the place of the one that was pressed."""
        action = event.action
        if not isinstance(action, ContactsAction):
            return
        texts = self._catalogue[action.language]
        match action:
            case BrowseContacts():
                await turn.replace_card(self._list(texts))
            case AskHrAbout() if self._ask_hr is not None:
                await self._ask_hr(event, turn)
            case AskHrAbout():
                await turn.replace_card(await self._topic(texts, action.topic, texts.say("contacts.ask_hr_words")))
            case PickContact() | OpenContact():
                await turn.replace_card(await self._topic(texts, action.topic))

    def _found(self, text: str) -> tuple[Contact, ...]:
        return search(self._contacts.entries, text)

    async def _topic(self, texts: Texts, contact_id: str, notice: str | None = None) -> Card:
        contact = self._contacts.find(contact_id)
        if contact is None:
            return self._list(texts, notice=texts.say("contacts.gone"))
        return await self._entry(texts, contact, notice=notice)

    async def _entry(
        self, texts: Texts, contact: Contact, *, others: Sequence[Contact] = (), notice: str | None = None
    ) -> Card:
        today = self._clock.today()
        source = None
        if self._passages is not None:  # opening a new version of the index reads files
            source = await asyncio.to_thread(self._passages.find, contact.document, None, today)
        card = contact_card(
            texts=texts,
            contact=contact,
            today=today,
            source=source.title if source is not None else None,
            others=others,
            notice=notice,
        )
        return render(card, summary=texts.say("contacts.summary_entry"))

    def _list(self, texts: Texts, *, notice: str | None = None) -> Card:
        card = list_card(texts=texts, contacts=self._contacts.entries, notice=notice)
        return render(card, summary=texts.say("contacts.summary_list"))


def is_about_contacts(event: Pressed) -> bool:
    """A filter for the router."""
    return isinstance(event.action, ContactsAction)
