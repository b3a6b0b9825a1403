"""Questions to HR with everything around them in memory: who asks, who answers, and a Teams that takes the cards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from adaptive_cards.actions import parse_action
from adaptive_cards.escalation.actions import HrRequest, OwnDeed, OwnRequest
from adaptive_cards.render import Card
from bot.conversation import ConversationMemory
from bot.courier import Courier, SendHours
from bot.handlers.escalation.desk import Desk
from bot.handlers.escalation.hr_press import HrPresses
from bot.handlers.escalation.press import PressHandler
from bot.handlers.escalation.typed import TypedHandler
from bot.makers.escalation import ESCALATION_KINDS, EscalationMaker
from bot.sources import Sources
from hr.clock import COPENHAGEN
from hr.escalation.model import HrDeed, Request
from hr.escalation.routing import Group, Routing
from hr.escalation.routing_file import load_routing
from hr.escalation.service import EscalationService
from hr.outbox.dispatcher import Dispatcher, Pace
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.outbox.policy import Delivered, Later, Outcome
from hr.send_window import SendWindow
from tests.unit.bot.builders import CATALOGUE, asked, buttons_of, pressed, reference, words_of
from tests.unit.bot.fakes import FakePassages, FakeTurn
from tests.unit.hr.absence.service_builders import DITTE, HANNE, FakeDirectory, Town

CONTENT = Path(__file__).parents[3] / "hr" / "content"
WINDOW = SendWindow.parse("07:30-16:30", COPENHAGEN)


class Directory(FakeDirectory):
    """People that can all be listed."""

    async def everyone(self) -> tuple[Any, ...]:
        return tuple(self._people.values())


class Source:
    """HR's routing, which a test edits."""

    def __init__(self, routing: Routing) -> None:
        self.routing = routing

    def group(self, group_id: str, **changes: Any) -> None:
        """Write or change a group."""
        old = self.routing.groups.get(group_id, Group(id=group_id, label=group_id))
        groups = {**self.routing.groups, group_id: replace(old, **changes)}
        self.routing = replace(self.routing, groups=MappingProxyType(groups))

    def without(self, group_id: str) -> None:
        """Take a group away, and from its topics."""
        groups = {key: group for key, group in self.routing.groups.items() if key != group_id}
        topics = tuple(replace(one, group=None if one.group == group_id else one.group) for one in self.routing.topics)
        self.routing = replace(self.routing, groups=MappingProxyType(groups), topics=topics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A card that Teams took."""

    chat: str
    words: str
    replaces: str | None


class Posts:
    """A Teams that takes every card, or does what `outcome` says; `meanwhile` happens once while the next card is on its way."""

    def __init__(self) -> None:
        self.outcome: Outcome | None = None
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        self.posted: list[Posted] = []

    async def post(self, reference: Any, card: Card, *, replaces: str | None = None) -> Outcome:
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            await happens()
        if self.outcome is not None:
            return self.outcome
        self.posted.append(Posted(chat=reference.conversation_id, words=words_of(card), replaces=replaces))
        return Delivered(activity_id=replaces or f"posted-{len(self.posted)}")

    def shown(self) -> dict[str | None, Posted]:
        """What stands on each card now, by its activity."""
        return {one.replaces or f"posted-{number}": one for number, one in enumerate(self.posted, start=1)}


class Office:
    """Ditte asks, Hanne answers, Inger leads HR. Nothing leaves before `sends_out`."""

    def __init__(self, drafts: Path) -> None:
        self.town = Town()
        self.clock = self.town.clock
        self.directory, self.memory = Directory(), ConversationMemory()
        self.source, self.posts = Source(load_routing(CONTENT)), Posts()
        self.service = self.another_service()
        self.sources = Sources(passages=FakePassages(), clock=self.clock)
        desk = Desk(service=self.service, memory=self.memory, sources=self.sources)
        hr_presses = HrPresses(desk=desk, drafts=drafts, clock=self.clock)
        self._press = PressHandler(desk=desk, hr_presses=hr_presses, catalogue=CATALOGUE)
        self.typed = TypedHandler(desk=desk, catalogue=CATALOGUE)
        self.maker = EscalationMaker(facts=self.service, catalogue=CATALOGUE, sources=self.sources)
        courier = Courier(
            makers=dict.fromkeys(ESCALATION_KINDS, self.maker),
            notifier=self.posts,
            hours=SendHours(window=WINDOW, content=self.town.content),
            clock=self.clock,
        )
        self._dispatcher = Dispatcher(
            new_unit=self.town.storage.unit,
            courier=courier,
            clock=self.clock,
            pace=Pace(rate=1000, chat_seconds=0.0, lead_seconds=0.0),
        )

    def another_service(self) -> EscalationService:
        """A second process over the same storage."""
        return EscalationService(
            new_unit=self.town.storage.unit,
            directory=self.directory,
            source=self.source,
            window=WINDOW,
            calendar=lambda: self.town.content.calendar,
            clock=self.clock,
            retention_days=183,
        )

    async def write(self, text: str, by: str | None = DITTE, **where: str) -> FakeTurn:
        turn = FakeTurn()
        await self.typed(asked(text, by, **where), turn)
        return turn

    async def press(self, action: Any, by: str | None = DITTE, **where: str) -> FakeTurn:
        turn = FakeTurn()
        await self._press(pressed(action, by, **where), turn)
        return turn

    async def push(self, card: Card, title: str, by: str = DITTE, **inputs: Any) -> Card:
        return (await self.press(parse_action({**buttons_of(card)[title], **inputs}), by)).card

    async def asks(self, question: str = "Hvor meget ferie har vi?", topic: str = "loen", by: str = DITTE) -> Card:
        form = (await self.write("spørg HR", by)).card
        return await self.push(form, "Send til HR", by, question=question, topic=topic)

    async def sends(self, question: str = "Hvor meget ferie har vi?", topic: str = "loen", by: str = DITTE) -> str:
        await self.asks(question, topic, by)
        return (await self.service.asking.mine(by)).views[0].request.id

    async def kept(self, request_id: str) -> Request:
        async with self.town.storage.unit() as unit:
            found = await unit.requests.find(request_id)
        assert found is not None
        return found

    async def queued(self, request_id: str, kind: MessageKind | None = None) -> list[OutboxMessage]:
        async with self.town.storage.unit() as unit:
            return [one for one in await unit.outbox.about(request_id) if kind is None or one.kind is kind]

    async def made(self, message: OutboxMessage) -> Card | Why | Later:
        async with self.town.storage.unit() as unit:
            return await self.maker.card(unit, message)

    async def hr(self, request_id: str, deed: HrDeed, by: str = HANNE) -> Card:
        return (await self.press(HrRequest(request_id=request_id, deed=deed), by)).card

    async def own(self, request_id: str, deed: OwnDeed, by: str = DITTE) -> Card:
        return (await self.press(OwnRequest(request_id=request_id, deed=deed), by)).card

    async def answers(self, request_id: str, text: str = "25 dage.", by: str = HANNE) -> Card:
        return await self.push(await self.hr(request_id, HrDeed.TAKE, by), "Send svar", by, answer=text)

    async def joins(self, *people: str, **where: str) -> None:
        """Kompas is in the chats of these people, or in the channel."""
        async with self.town.storage.unit() as unit:
            for person in people:
                await unit.conversations.save(reference(person, **(where or {"chat": f"a:{person}"})))
            await unit.commit()

    async def sends_out(self, rounds: int = 1, **later: float) -> None:
        """What the worker does, after a while."""
        self.clock.forward(**later)
        for _ in range(rounds):
            while await self.service.chores.follow_groups():
                pass
            await self.service.chores.remind()
            await self._dispatcher.dispatch(self.clock.now())
