"""A typed message: what may be taken in, whether it is about a case, and otherwise the question answering."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Final

from adaptive_cards.actions import Menu, OpenMenu
from adaptive_cards.texts import Catalogue
from bot.events import Asked
from bot.handlers.absence.commands import MenuWords, Opening
from bot.handlers.absence.desk import Desk, Sender
from bot.handlers.absence.parts import Cards
from bot.handlers.absence.which import choose
from bot.handlers.ask import QUESTION_LIMIT
from bot.router import Handler
from bot.turn import Message, Turn
from bot.understanding.intents import understand
from bot.understanding.model import (
    Clarify,
    CloseCase,
    Context,
    CorrectFirstDay,
    ListCases,
    NotAbsence,
    ShowGuide,
    StepGuidance,
    Topic,
    TransferCase,
    Understood,
)
from bot.understanding.nearest import Nearest
from bot.understanding.references import mentions
from hr.errors import DirectoryUnavailableError, NotALeaderError, StorageError
from knowledge.errors import ModelUnavailable
from knowledge.text import language_of
from privacy.guard import GuardReason, inspect

_SOMEBODY: Final = "·"
"""Stands for the label of any open case while it is found out whether the cases matter at all."""

_ANSWERABLE: Final = (StepGuidance, ShowGuide, Clarify, NotAbsence)
"""What can also be answered without a case."""

_OF_A_CASE: Final = (CloseCase, CorrectFirstDay, TransferCase)
"""What is told to have no case to go with, rather than looked up in the sources."""

_OPENS_A_QUESTION: Final = re.compile(
    r"(?:hv\w+|må|skal|kan|er|har|gælder|findes|what|when|who|how|where|why|which|may|must|can|should|is|are|do|does)\b",
    re.IGNORECASE,
)
_LONGEST_REMARK: Final = 8
"""Words of a message that may be about a case by a label that only its leader knows ("Grøn stue er rask")."""


class TypedHandler:
    """Shows the card that a message asks for. Nothing changes here: cards have buttons for that.

    `otherwise` answers everything that is not about a case, and refuses what must not be taken in. `nearest` guesses what the rules leave
    open; without it they decide alone.
    """

    def __init__(
        self,
        *,
        desk: Desk,
        cards: Cards,
        catalogue: Catalogue,
        otherwise: Handler[Asked],
        nearest: Nearest | None = None,
    ) -> None:
        self._desk = desk
        self._meanings = cards.meanings
        self._menus = cards.menus
        self._catalogue = catalogue
        self._words = MenuWords(catalogue)
        self._otherwise = otherwise
        self._nearest = nearest

    async def __call__(self, event: Asked, turn: Turn) -> None:
        """The guard first, then the sender's cases, then the sources."""
        if not event.text or len(event.text) > QUESTION_LIMIT:
            await self._otherwise(event, turn)
            return
        texts = self._catalogue.get(language_of(event.text), self._catalogue["da"])
        sender = Sender(person_id=event.person_id, chat=event.reference.conversation_id, texts=texts)
        known = event.reference.aad_object_id is not None
        finding = await asyncio.to_thread(inspect, event.text)
        if finding is not None:
            await self._otherwise(event, turn)
            if finding.reason is GuardReason.HEALTH_DETAILS and event.personal and known:
                await self._offer_start(sender, turn)
            return
        opening = self._words.understand(event.text)
        likely = await self._understand(event, sender, (_SOMEBODY,))
        if not known:
            await self._ask(event, turn, sender)
        elif not event.personal:
            await self._in_a_group(opening is None and isinstance(likely, _ANSWERABLE), event, turn, sender)
        elif (
            opening is not None
            and opening.menu is Menu.START
            and not await self._desk.service.may_lead(sender.person_id)
        ):
            await turn.send(Message(text=sender.texts.say("absence.say.not_a_leader")))
        elif opening is not None and await self._takes_part(sender):
            texts = self._catalogue[opening.language]
            action = OpenMenu(menu=opening.menu, language=opening.language)
            await self._open(action, replace(sender, texts=texts), turn)
        elif await self._lists_nothing(opening, likely, event.text, sender):
            told = self._catalogue[opening.language] if opening is not None else sender.texts
            await turn.send(Message(text=told.say("absence.say.no_cases")))
        else:
            await self._about_a_case(likely, event, turn, sender)

    async def _lists_nothing(self, opening: Opening | None, likely: Understood, text: str, sender: Sender) -> bool:
        """Whether somebody who has nothing to do with cases asks for a list of them."""
        wanted = opening.menu is Menu.LIST if opening is not None else isinstance(likely, ListCases) and not _asks(text)
        return wanted and not await self._takes_part(sender)

    async def _about_a_case(self, likely: Understood, event: Asked, turn: Turn, sender: Sender) -> None:
        likely = await self._guess(likely, event, sender, (_SOMEBODY,))
        if isinstance(likely, NotAbsence) and _asks(event.text):
            await self._ask(event, turn, sender)
        else:
            await self._follow_up(likely, event, turn, sender)

    async def _open(self, action: OpenMenu, sender: Sender, turn: Turn) -> None:
        try:
            card = await self._menus.open(action, sender)
        except NotALeaderError:
            await turn.send(Message(text=sender.texts.say("absence.say.not_a_leader")))
            return
        await turn.send(Message(card=card))

    async def _takes_part(self, sender: Sender) -> bool:
        """Whether the person leads somebody or may see a case."""
        if await self._desk.service.may_lead(sender.person_id):
            return True
        return await self._desk.service.labels(sender.person_id) is not None

    async def _follow_up(self, likely: Understood, event: Asked, turn: Turn, sender: Sender) -> None:
        """The card that the message asks for. People who have nothing to do with cases have their message answered as before."""
        try:
            leads = await self._desk.service.may_lead(sender.person_id)
        except DirectoryUnavailableError:
            if not isinstance(likely, _ANSWERABLE):
                raise
            await self._ask(event, turn, sender)
            return
        try:
            labels = await self._desk.service.labels(sender.person_id)
        except StorageError:
            if not leads or isinstance(likely, _ANSWERABLE):
                await self._ask(event, turn, sender)
                return
            raise
        if labels is None:
            await self._ask(event, turn, sender)
            return
        meant = await self._guess(await self._understand(event, sender, labels), event, sender, labels)
        if isinstance(meant, NotAbsence) and isinstance(likely, _OF_A_CASE) and not labels:
            meant = likely
        try:
            card = await self._meanings.card(meant, sender, event.text)
        except NotALeaderError:
            await turn.send(Message(text=sender.texts.say("absence.say.not_a_leader")))
            return
        if card is None:
            await self._ask(event, turn, sender)
            return
        await turn.send(Message(card=card))

    async def _in_a_group(self, general: bool, event: Asked, turn: Turn, sender: Sender) -> None:
        """Others read along: no case is looked up, let alone shown."""
        if general:
            await self._ask(event, turn, sender)
        else:
            await turn.send(Message(text=sender.texts.say("absence.say.private")))

    async def _ask(self, event: Asked, turn: Turn, sender: Sender) -> None:
        self._desk.touch(sender, Topic.ANSWER)
        await self._otherwise(event, turn)

    async def _understand(self, event: Asked, sender: Sender, labels: tuple[str, ...]) -> Understood:
        context = self._context(sender, labels)
        return await asyncio.to_thread(understand, event.text, today=self._desk.today(), context=context)

    async def _guess(self, found: Understood, event: Asked, sender: Sender, labels: tuple[str, ...]) -> Understood:
        """What the examples make of a message that the rules leave open. Without a model the rules stand."""
        if self._nearest is None:
            return found
        context, today = self._context(sender, labels), self._desk.today()
        try:
            return await asyncio.to_thread(self._nearest.guess, event.text, today=today, context=context, found=found)
        except ModelUnavailable:
            return found

    def _context(self, sender: Sender, labels: tuple[str, ...]) -> Context:
        touched = self._desk.memory.touched(sender.chat, sender.person_id)
        return Context(open_cases=labels, last_topic=touched.topic)

    async def _offer_start(self, sender: Sender, turn: Turn) -> None:
        """A way on after the refusal, without a word of what was refused."""
        try:
            if not await self._desk.service.may_lead(sender.person_id):
                return
        except DirectoryUnavailableError:
            return
        texts = sender.texts
        start = OpenMenu(menu=Menu.START, language=texts.language)
        option = (texts.say("absence.say.start_without_cause"), start)
        await turn.send(Message(card=choose(self._desk, sender, texts.say("absence.say.without_cause"), [option])))


def _asks(text: str) -> bool:
    """Whether a message that no rule understands is more than a remark on a case. One that names somebody may be a long remark."""
    long = len(text.split()) > _LONGEST_REMARK and not mentions(text)
    return long or text.endswith("?") or bool(_OPENS_A_QUESTION.match(text))
