"""A typed message about HR's reminders: the templates or the list. Nothing is sent from here."""

from __future__ import annotations

from adaptive_cards.texts import Catalogue
from bot.events import Asked
from bot.handlers.campaigns.desk import CampaignDesk
from bot.handlers.campaigns.words import CampaignWords, Wish
from bot.turn import Message, Turn
from hr.errors import NotInHrError


class CampaignTyped:
    """Answers what `takes` lets through. The guard has run before."""

    def __init__(self, *, desk: CampaignDesk, catalogue: Catalogue) -> None:
        self._desk = desk
        self._catalogue = catalogue
        self._words = CampaignWords(catalogue)

    def takes(self, event: Asked) -> bool:
        """A filter for the router."""
        return self._words.wish(event.text) is not None

    async def __call__(self, event: Asked, turn: Turn) -> None:
        """A card for HR; a kind no for everybody else."""
        found = self._words.wish(event.text)
        if found is None:
            return
        wish, language = found
        texts = self._catalogue[language]
        if not event.personal:
            await turn.send(Message(text=texts.say("campaigns.say.private")))
            return
        if event.reference.aad_object_id is None:
            await turn.send(Message(text=texts.say("campaigns.say.unknown_person")))
            return
        try:
            open_card = self._desk.choose if wish is Wish.NEW else self._desk.list
            card = await open_card(texts, event.person_id)
        except NotInHrError:
            await turn.send(Message(text=texts.say("campaigns.say.not_hr")))
            return
        await turn.send(Message(card=card))
