"""A chat in which a TRIO has its dialogue: the real use cases, handlers, maker, courier and dispatcher over memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import hr
from adaptive_cards.actions import Action, parse_action
from adaptive_cards.render import Card
from bot.courier import Courier, SendHours
from bot.events import Removed
from bot.handlers.dialogues.handlers import DialogueHandler, is_about_dialogues
from bot.makers.dialogues import DIALOGUE_KINDS, DialogueMaker
from bot.references import References
from hr.clock import COPENHAGEN
from hr.conversations.model import ConversationReference
from hr.dialogues.content import LiveThemes
from hr.dialogues.model import Dialogue
from hr.dialogues.service import DialogueService
from hr.outbox.dispatcher import Dispatcher, Pace, Report
from hr.outbox.model import OutboxMessage
from hr.outbox.policy import Delivered, Outcome
from hr.people import Person, Role
from hr.send_window import SendWindow
from tests.unit.bot.builders import CATALOGUE, asked, buttons_of, pressed, reference
from tests.unit.bot.fakes import FakeTurn
from tests.unit.hr.absence.service_builders import DITTE, MONDAY, Town

AMR, TR, EMPLOYEE = (f"5a3e0c00-0000-4000-8000-00000000010{n}" for n in range(3))
ROLES = {AMR: Role.AMR, TR: Role.TR, EMPLOYEE: Role.EMPLOYEE}
TRIO = "19:trio@thread.v2"
OTHER = "19:other@thread.v2"
MAY_4 = date(2026, 5, 4)


@dataclass(slots=True)
class FakePosts:
    """Keeps what was posted, and where."""

    posted: list[tuple[str, Card]] = field(default_factory=list)

    async def post(self, reference: ConversationReference, card: Card, *, replaces: str | None = None) -> Outcome:
        self.posted.append((reference.conversation_id, card))
        return Delivered(activity_id=f"posted-{len(self.posted)}")


class Room:
    """The chat. `turn` keeps what the last call said."""

    def __init__(self, *, retention_days: int = 365) -> None:
        self.town = Town()
        self.clock = self.town.clock
        self.service = DialogueService(
            new_unit=self.town.storage.unit,
            directory=self,
            themes=LiveThemes(Path(hr.__path__[0]) / "content"),
            content=self.town.content,
            window=SendWindow.parse("07:30-16:30", COPENHAGEN),
            clock=self.clock,
            retention_days=retention_days,
        )
        self.handler = DialogueHandler(service=self.service, clock=self.clock, catalogue=CATALOGUE)
        self.posts = FakePosts()
        maker = DialogueMaker(facts=self.service, catalogue=CATALOGUE, clock=self.clock)
        courier = Courier(
            makers=dict.fromkeys(DIALOGUE_KINDS, maker),
            notifier=self.posts,
            hours=SendHours(window=SendWindow.parse("07:30-16:30", COPENHAGEN), content=self.town.content),
            clock=self.clock,
        )
        self._dispatcher = Dispatcher(
            new_unit=self.town.storage.unit,
            courier=courier,
            clock=self.clock,
            pace=Pace(rate=50.0, chat_seconds=0.0),
            jitter=lambda: 0.0,
        )
        self.references = References(self.town.storage.unit, self.clock)
        self.turn = FakeTurn()

    async def find(self, person_id: str) -> Person | None:
        if person_id in ROLES:
            roles = frozenset({Role.EMPLOYEE, ROLES[person_id]})
            return Person(id=person_id, key="x", name="X", initials="X", email="x@example.test", roles=roles)
        return await self.town.directory.find(person_id)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.town.directory, name)

    async def write(
        self, text: str = "trio", *, by: str | None = DITTE, chat: str = TRIO, kind: str = "groupChat"
    ) -> FakeTurn:
        self.turn = FakeTurn()
        event = asked(text, by, chat=chat, kind=kind)
        assert self.handler.asks(event)
        await self.handler.typed(event, self.turn)
        await self.references.note(event)
        return self.turn

    async def press(
        self, action: Action, *, by: str | None = DITTE, chat: str = TRIO, kind: str = "groupChat"
    ) -> FakeTurn:
        self.turn = FakeTurn()
        event = pressed(action, by, chat=chat, kind=kind)
        assert is_about_dialogues(event)
        await self.handler.pressed(event, self.turn)
        return self.turn

    async def press_button(self, card: Card, title: str, *, by: str | None = DITTE, **inputs: Any) -> Card:
        """Press what a card shows, with what was typed into it."""
        return (await self.press(parse_action({**buttons_of(card)[title], **inputs}), by=by)).card

    async def begun(self, *, themes: str = "brug-af-data,forebyggelse") -> Card:
        """The first theme of a dialogue."""
        palette = (await self.write()).card
        return await self.press_button(palette, "Start dialogen", themes=themes)

    async def agreed(
        self, *, day: date = MAY_4, first: str = "Vis tallene på hvert personalemøde", second: str = ""
    ) -> Card:
        """What a group sees when it has agreed."""
        form = await self.press_button(await self.begun(), "Aftal et skridt")
        return await self.press_button(form, "Gem aftalen", first=first, second=second, follow_up=day.isoformat())

    async def kept(self, chat: str = TRIO) -> list[Dialogue]:
        async with self.town.storage.unit() as unit:
            return list(await unit.dialogues.of_conversation(chat))

    async def one(self) -> Dialogue:
        (dialogue,) = await self.kept()
        return dialogue

    async def outbox(self) -> list[OutboxMessage]:
        return await self.town.outbox()

    async def send(self, day: date, hour: int = 9) -> Report:
        """A pass of the worker."""
        self.clock.set(day, hour)
        return await self._dispatcher.dispatch(self.clock.now())

    async def removed(self, chat: str = TRIO) -> None:
        """The bot is taken out of the chat."""
        await self.references.note(Removed(reference=reference(DITTE, chat=chat, kind="groupChat")))


__all__ = ["AMR", "EMPLOYEE", "MAY_4", "MONDAY", "OTHER", "TR", "TRIO", "Room"]
