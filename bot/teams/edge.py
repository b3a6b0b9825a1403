"""From an admitted activity to its handler and back: messages are acknowledged first, invokes are answered in the response."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount

from adaptive_cards.render import Card
from bot.conversation import RecentMap
from bot.errors import MalformedActivityError, RequestRefusedError
from bot.events import Asked, Event, Pressed, Unsupported
from bot.metrics import Metrics
from bot.seal import Seal
from bot.teams.adapter import KompasAdapter
from bot.teams.connector import ConnectorClient
from bot.teams.reading import is_invoke, read_event
from bot.teams.wire import card_activity, card_answer, message_activities, text_answer, typing_activity
from bot.turn import Message, Turn
from hr.clock import Clock

SEEN_SECONDS: Final = 10 * 60
SEEN: Final = 20_000
"""How many activity ids are remembered, and for how long: Teams resends after 15 seconds."""

INVOKE_SECONDS: Final = 9.0
"""Teams gives an invoke 10 seconds; a press that takes longer goes on behind an acknowledgement."""

STOP_SECONDS: Final = 20.0
"""How long turns under way are waited for at a stop."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The HTTP answer to an activity."""

    status: int
    body: Mapping[str, Any] | None = None


ACCEPTED: Final = Reply(status=202)


class Dispatch(Protocol):
    """Gives an event to its handler."""

    async def __call__(self, event: Event, turn: Turn) -> bool:
        """False when no handler takes it."""
        ...


class OnError(Protocol):
    """What a person is told when a turn fails."""

    async def __call__(self, event: Event, turn: Turn, error: Exception) -> None:
        """Must raise nothing but DeliveryError."""
        ...


class SdkTurn:
    """A turn over the SDK's context. What goes back in an invoke response is collected in `answer`."""

    def __init__(self, *, event: Event, context: TurnContext, invoke: bool, seal: Seal) -> None:
        self._event = event
        self._context = context
        self._invoke = invoke
        self._seal = seal
        self.answer: Mapping[str, Any] | None = None
        self.failed = False

    async def typing(self) -> None:
        """Three dots."""
        await self._context.send_activity(typing_activity())

    async def send(self, message: Message) -> str | None:
        """Post a message into the chat of the event; the id is that of the text."""
        if message.card is not None:
            message = replace(message, card=self._seal.card(message.card))
        activities = message_activities(
            message, personal=self._event.personal, service_url=self._event.reference.service_url
        )
        sent = [await self._context.send_activity(activity) for activity in activities]
        return sent[0].id if sent[0] is not None else None

    async def replace_card(self, card: Card) -> None:
        """In an invoke the card is the answer; after Action.Submit the message with the card is updated."""
        card = self._seal.card(card)
        if self._invoke:
            self.answer = card_answer(card)
            return
        if isinstance(self._event, Pressed) and self._event.card_id is not None:
            activity = card_activity(card)
            activity.id = self._event.card_id
            await self._context.update_activity(activity)
            return
        await self._context.send_activity(card_activity(card))


class Edge:
    """Reads activities, runs each once, and answers. `close` waits for what is under way."""

    def __init__(
        self,
        *,
        connector: ConnectorClient,
        dispatch: Dispatch,
        on_error: OnError,
        clock: Clock,
        seal: Seal,
        metrics: Metrics | None = None,
    ) -> None:
        self._adapter = KompasAdapter(connector, on_error=self._failed)
        self._dispatch = dispatch
        self._on_error = on_error
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._seal = seal
        self._tasks: set[asyncio.Task[Reply]] = set()
        self._seen: RecentMap[tuple[str, str], asyncio.Task[Reply]] = RecentMap(seconds=SEEN_SECONDS, size=SEEN)

    async def receive(self, activity: Mapping[str, Any]) -> Reply:
        """The HTTP answer to an admitted activity. Raises RequestRefusedError when it is none."""
        try:
            event = read_event(activity, received_at=self._clock.now(), seal=self._seal)
        except MalformedActivityError as error:
            raise RequestRefusedError(400, "the body is not an activity") from error
        invoke = is_invoke(activity)
        if isinstance(event, Unsupported) and invoke:
            return Reply(status=501)
        task = self._once(event, invoke=invoke)
        if not (invoke and isinstance(event, Pressed)):
            return Reply(status=200, body={}) if invoke else ACCEPTED
        done, _ = await asyncio.wait({task}, timeout=INVOKE_SECONDS)
        return task.result() if done else Reply(status=200, body=text_answer(""))

    async def close(self) -> None:
        """Wait for the turns under way, then end those that hang."""
        if self._tasks:
            _, hanging = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)

    def _once(self, event: Event, *, invoke: bool) -> asyncio.Task[Reply]:
        """The running or finished turn of an activity id: a second delivery gets the same answer and has no effect."""
        key = (event.reference.conversation_id, event.activity_id) if event.activity_id is not None else None
        known = self._seen.get(key) if key is not None else None
        if known is not None:
            return known
        task = asyncio.create_task(self._run(event, invoke=invoke))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if key is not None:
            self._seen.set(key, task)
        return task

    async def _run(self, event: Event, *, invoke: bool) -> Reply:
        turns: list[SdkTurn] = []

        async def logic(context: TurnContext) -> None:
            turn = SdkTurn(event=event, context=context, invoke=invoke, seal=self._seal)
            context.turn_state[_TURN] = (event, turn)
            turns.append(turn)
            await self._dispatch(event, turn)

        begun = time.monotonic()
        await self._adapter.process(_incoming(event), logic)
        failed = any(turn.failed for turn in turns)
        self._metrics.turn(type(event).__name__.lower(), time.monotonic() - begun, failed=failed)
        answer = turns[0].answer if turns else None
        return Reply(status=200, body=answer if answer is not None else text_answer(""))

    async def _failed(self, context: TurnContext, error: Exception) -> None:
        event, turn = context.turn_state[_TURN]
        turn.failed = True
        await self._on_error(event, turn, error)


_TURN: Final = "kompas.turn"


def _incoming(event: Event) -> Activity:
    """The little that the SDK needs to address its answers. Only what was written can be replied to; the rest has no id here."""
    reference = event.reference
    return Activity(
        type="message",
        id=event.activity_id if isinstance(event, Asked) else None,
        channel_id=reference.channel_id,
        service_url=reference.service_url,
        conversation=ConversationAccount(id=reference.conversation_id),
        from_property=ChannelAccount(id=reference.user_id),
        recipient=ChannelAccount(id=reference.bot_id),
    )
