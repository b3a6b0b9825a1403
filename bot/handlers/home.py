"""Everything that is said without looking anything up: welcome, help, thanks, and forgetting."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final, NamedTuple

from adaptive_cards.texts import Catalogue, Texts
from bot.conversation import ConversationMemory
from bot.events import Asked, Event, Installed, MembersAdded, Removed, Withdrawn
from bot.handlers.known import known_or_nobody
from bot.turn import Message, Turn
from hr.clock import Clock
from hr.conversations.model import Welcome, WelcomeKind
from hr.policy import is_hr, is_leader
from hr.ports import Directory, NewUnitOfWork

_NO_WORD = re.compile(r"[^\w\s]+")


class Command(StrEnum):
    """What a whole message can mean; the values are keys of the catalogue's `words`."""

    HELP = "help"
    FORGET = "forget"
    THANKS = "thanks"
    GREETING = "greeting"


class Understood(NamedTuple):
    """A command and the language it was given in."""

    command: Command
    language: str


class Words:
    """The commands of all languages. Only a message that is nothing but the command is one."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._commands: Final = {
            whole_message(word): Understood(command, language)
            for language, texts in reversed(list(catalogue.items()))
            for command in Command
            for word in texts.several(f"words.{command.value}")
        }

    def understand(self, text: str) -> Understood | None:
        """The command of a message, or None. Question marks alone ask for help."""
        if text and not text.strip("? "):
            return Understood(Command.HELP, "da")
        return self._commands.get(whole_message(text))

    def is_command(self, event: Asked) -> bool:
        """A filter for the router."""
        return self.understand(event.text) is not None


def whole_message(text: str) -> str:
    """A message as commands are compared: in lower case, without punctuation, with single blanks."""
    composed = unicodedata.normalize("NFKC", text[:100]).casefold()
    return " ".join(_NO_WORD.sub(" ", composed).split())


class Starters:
    """What a person may want to begin with. `directory` is None where Kompas does not follow up on absence."""

    def __init__(self, directory: Directory | None) -> None:
        self._directory = directory

    async def of(self, event: Event, texts: Texts) -> tuple[str, ...]:
        """Leaders begin with their cases; everyone else, and whoever is not known, with a question."""
        person_id = event.reference.aad_object_id
        if self._directory is None or person_id is None:
            return texts.several("home.starters")
        person = await known_or_nobody(self._directory, person_id)
        return texts.several("home.leader_starters" if is_leader(person) else "home.starters")


class CommandHandler:
    """Answers a command in its language."""

    def __init__(
        self,
        *,
        words: Words,
        catalogue: Catalogue,
        memory: ConversationMemory,
        starters: Starters,
        directory: Directory,
    ) -> None:
        self._directory = directory
        self._words = words
        self._catalogue = catalogue
        self._memory = memory
        self._starters = starters

    async def __call__(self, event: Asked, turn: Turn) -> None:
        """One short message."""
        understood = self._words.understand(event.text)
        if understood is None:
            return
        texts = self._catalogue[understood.language]
        starters = await self._starters.of(event, texts)
        match understood.command:
            case Command.HELP:
                text = await self._help(event, texts)
                await turn.send(Message(text=text, suggestions=starters, suggestions_lead=texts.say("home.try")))
            case Command.FORGET:
                self._memory.forget(event.reference.conversation_id)
                await turn.send(
                    Message(
                        text=texts.say("home.forgotten"), suggestions=starters, suggestions_lead=texts.say("home.try")
                    )
                )
            case Command.THANKS:
                await turn.send(Message(text=texts.say("home.thanks")))
            case Command.GREETING:
                await turn.send(
                    Message(
                        text=texts.say("home.greeting"), suggestions=starters, suggestions_lead=texts.say("home.try")
                    )
                )

    async def _help(self, event: Asked, texts: Texts) -> str:
        """The help; for HR in a chat of its own with what HR alone can do."""
        person = await known_or_nobody(self._directory, event.reference.aad_object_id) if event.personal else None
        if not is_hr(person):
            return texts.say("home.help")
        return f"{texts.say('home.help')}\n\n{texts.say('home.help_hr')}"


class WelcomeHandler:
    """Greets a person once in a lifetime, and a group once."""

    def __init__(self, *, new_unit: NewUnitOfWork, clock: Clock, catalogue: Catalogue, starters: Starters) -> None:
        self._new_unit = new_unit
        self._clock = clock
        self._catalogue = catalogue
        self._starters = starters

    async def installed(self, event: Installed, turn: Turn) -> None:
        """The app was added."""
        greeted = event.person_id if event.personal else event.reference.conversation_id
        await self._welcome(greeted, event, turn)

    async def members_added(self, event: MembersAdded, turn: Turn) -> None:
        """A personal chat was opened. Who joins a group is not greeted: nobody asked for that message."""
        if event.personal:
            await self._welcome(event.person_ids[0] if event.from_bot else event.person_id, event, turn)

    async def _welcome(self, greeted: str, event: Event, turn: Turn) -> None:
        welcome = Welcome(person_id=greeted, kind=WelcomeKind.INSTALLED, welcomed_at=self._clock.now())
        async with self._new_unit() as unit:
            first = await unit.welcomes.claim(welcome)
            await unit.commit()
        if not first:
            return
        texts = self._catalogue["da"]
        if event.personal:
            await turn.send(
                Message(
                    text=texts.say("home.welcome"),
                    suggestions=await self._starters.of(event, texts),
                    suggestions_lead=texts.say("home.try"),
                )
            )
        else:
            await turn.send(Message(text=texts.say("home.welcome_group")))


class ForgetHandler:
    """Lets go of what is remembered of a chat when the app or a message in it is taken away."""

    def __init__(self, memory: ConversationMemory) -> None:
        self._memory = memory

    async def __call__(self, event: Removed | Withdrawn, turn: Turn) -> None:
        """Nothing is said: after a removal nobody would see it."""
        self._memory.forget(event.reference.conversation_id)
