"""What Kompas stores about the one who asks, and its deletion. Whose data it is follows from the authenticated sender alone."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from adaptive_cards.my_data.actions import AskErase, EraseMyData, MyDataAction, ShowMyData
from adaptive_cards.my_data.cards import confirm_card, my_data_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from bot.events import Asked, Pressed
from bot.handlers.home import whole_message
from bot.turn import Message, Turn
from hr.my_data.service import MyDataService


class MyDataHandler:
    """Only in personal chats: in a group others would read along."""

    def __init__(self, *, service: MyDataService, catalogue: Catalogue) -> None:
        self._service = service
        self._catalogue = catalogue
        self._words: Final = {
            whole_message(word): language
            for language, texts in reversed(list(catalogue.items()))
            for word in texts.several("my_data.words")
        }

    def asks(self, event: Asked) -> bool:
        """A filter for the router: a message that is nothing but the words."""
        return whole_message(event.text) in self._words

    async def typed(self, event: Asked, turn: Turn) -> None:
        """A card in a message of its own."""
        texts = self._catalogue[self._words.get(whole_message(event.text), "da")]
        if not event.personal:
            await turn.send(Message(text=texts.say("my_data.group")))
            return
        await turn.send(Message(card=await self._overview(texts, event.person_id)))

    async def pressed(self, event: Pressed, turn: Turn) -> None:
        """The card that takes the place of the pressed one."""
        action = event.action
        if not isinstance(action, MyDataAction):
            return
        texts = self._catalogue[action.language]
        if not event.personal:
            await turn.send(Message(text=texts.say("my_data.group")))
            return
        match action:
            case ShowMyData():
                card = await self._overview(texts, event.person_id)
            case AskErase():
                card = await self._confirm(texts, event.person_id)
            case EraseMyData():
                card = await self._erase(texts, event.person_id, action.token)
        await turn.replace_card(card)

    async def _overview(self, texts: Texts, person_id: str, notice: str | None = None) -> Card:
        found = await self._service.overview(person_id)
        card = my_data_card(
            texts=texts, counts=found.counts, erasable=found.erasable, days=self._service.days, notice=notice
        )
        return render(card, summary=texts.say("my_data.fallback"))

    async def _confirm(self, texts: Texts, person_id: str) -> Card:
        erasable = (await self._service.overview(person_id)).erasable
        if not erasable:
            return await self._overview(texts, person_id, texts.say("my_data.erased_before"))
        card = confirm_card(texts=texts, erasable=erasable, token=uuid4().hex)
        return render(card, summary=texts.say("my_data.fallback"))

    async def _erase(self, texts: Texts, person_id: str, token: str) -> Card:
        erased = await self._service.erase_own(person_id, token=token)
        if erased is None or not erased.total:
            notice = texts.say("my_data.erased_before")
        elif erased.total == 1:
            notice = texts.say("my_data.erased_one")
        else:
            notice = texts.say("my_data.erased", count=erased.total)
        return await self._overview(texts, person_id, notice)


def is_about_my_data(event: Pressed) -> bool:
    """A filter for the router."""
    return isinstance(event.action, MyDataAction)
