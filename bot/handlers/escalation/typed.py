"""A typed message that wants HR: the form, a list, or a channel. Nothing is sent to HR here."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from adaptive_cards.render import Card
from adaptive_cards.texts import Catalogue
from bot.events import Asked, Pressed
from bot.handlers.escalation.desk import Desk, Sender
from bot.handlers.escalation.words import AskingWords, Wanted, Wish
from bot.turn import Message, Turn
from hr.errors import RequestNotFoundError

_ALIKE: Final = 0.75
"""How much a name must be like that of a group to be a slip of the pen."""

_NAME_WORDS: Final = 2
"""Words of a name that may be a group's which HR has not written."""


class TypedHandler:
    """Answers what `wants_hr` lets through. The guard has run before."""

    def __init__(self, *, desk: Desk, catalogue: Catalogue) -> None:
        self._desk = desk
        self._catalogue = catalogue
        self._words = AskingWords(catalogue)

    def wants_hr(self, event: Asked) -> bool:
        """A filter for the router."""
        return self._wanted(event) is not None

    def _wanted(self, event: Asked) -> Wanted | None:
        """What a message wants of HR. Words for a channel that name no group are about something else, unless a group chat hears one or two."""
        wanted = self._words.understand(event.text)
        if wanted is None or wanted.wish is not Wish.CHANNEL or self._desk.service.routing.group_named(wanted.text):
            return wanted
        groups = self._desk.service.routing.groups.values()
        names = [name.casefold() for group in groups for name in (group.id, group.label)]
        meant = get_close_matches(wanted.text.casefold(), names, n=1, cutoff=_ALIKE)
        return wanted if meant or (not event.personal and len(wanted.text.split()) <= _NAME_WORDS) else None

    async def __call__(self, event: Asked, turn: Turn) -> None:
        """One card, or a word where others read along."""
        wanted = self._wanted(event)
        if wanted is None:
            return
        texts = self._catalogue[wanted.language]
        if event.reference.aad_object_id is None:
            await turn.send(Message(text=texts.say("asking.say.unknown_person")))
            return
        sender = Sender(person_id=event.person_id, chat=event.reference.conversation_id, texts=texts)
        if wanted.wish is Wish.CHANNEL:
            await turn.send(Message(text=await self._channel(sender, wanted, personal=event.personal)))
        elif not event.personal:
            await turn.send(Message(text=texts.say("asking.say.private")))
        else:
            await turn.send(Message(card=await self._card(sender, wanted)))

    async def pressed(self, event: Pressed, turn: Turn) -> None:
        """The form, for a button elsewhere that says "ask HR"; what HR is asked is written there."""
        texts = self._catalogue["da"]
        if event.reference.aad_object_id is None:
            await turn.send(Message(text=texts.say("asking.say.unknown_person")))
        elif not event.personal:
            await turn.send(Message(text=texts.say("asking.say.private")))
        else:
            sender = Sender(person_id=event.person_id, chat=event.reference.conversation_id, texts=texts)
            await turn.send(Message(card=self._desk.form(sender, question=None)))

    async def _card(self, sender: Sender, wanted: Wanted) -> Card:
        desk = self._desk
        match wanted.wish:
            case Wish.MINE:
                return await desk.mine(sender)
            case Wish.HR_OPEN:
                answers = await desk.service.answering.answers(sender.person_id)
                return await (desk.waiting(sender) if answers else desk.mine(sender))
            case _:
                return desk.form(sender, question=wanted.text or None)

    async def _channel(self, sender: Sender, wanted: Wanted, *, personal: bool) -> str:
        """What becomes of "brug kanalen til ...": by the right of the writer alone."""
        texts, service = sender.texts, self._desk.service
        if personal:
            return texts.say("asking.say.channel_private")
        try:
            group = await service.answering.register_channel(sender.person_id, sender.chat, wanted.text)
        except RequestNotFoundError:
            return texts.say("asking.say.channel_refused")
        if group is None:
            groups = ", ".join(one.label for one in service.routing.groups.values())
            return texts.say("asking.say.channel_unknown", groups=groups)
        return texts.say("asking.say.channel", group=group.label)
