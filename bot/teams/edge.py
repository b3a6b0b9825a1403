"""From an admitted activity to its handler and back: messages are acknowledged first, invokes are answered in the response."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount

from bot.conversation import RecentMap
from bot.errors import MalformedActivityError, RequestRefusedError
from bot.events import Asked, Event, Pressed, Unsupported
from bot.metrics import Metrics
from bot.seal import Seal
from bot.teams.adapter import KompasAdapter
from bot.teams.connector import ConnectorClient
from bot.teams.places import Places
from bot.teams.reading import is_invoke, read_event
from bot.teams.sdk_turn import InvokeAnswer, SdkTurn
from bot.teams.wire import text_answer
from bot.turn import Turn
from hr.clock import Clock

SEEN_SECONDS: Final = 10 * 60
SEEN: Final = 20_000
"""How many activity ids are remembered, and for how long."""

ANSWER_SECONDS: Final = 60.0
ANSWERS: Final = 1_000
"""How many answers to presses are kept for the same press, and for how long: Teams repeats within seconds, and a card takes up to 50 KB."""

INVOKE_SECONDS: Final = 9.0
"""Teams gives an invoke 10 seconds; a press that takes longer goes on behind an acknowledgement."""

STOP_SECONDS: Final = 20.0
"""How long turns under way are waited for at a stop."""


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


class StillWorking(Protocol):
    """What is shown at once for a press that takes long."""

    def __call__(self, event: Pressed) -> str:
        """In the language of the card."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A turn that runs or ran, and what its press is answered with."""

    task: asyncio.Task[None]
    answer: InvokeAnswer | None


class Edge:
    """Reads activities, runs each once, and answers. `close` waits for what is under way."""

    def __init__(
        self,
        *,
        connector: ConnectorClient,
        dispatch: Dispatch,
        on_error: OnError,
        still_working: StillWorking,
        clock: Clock,
        seal: Seal,
        metrics: Metrics | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._adapter = KompasAdapter(connector, on_error=self._failed)
        self._dispatch = dispatch
        self._on_error = on_error
        self._still_working = still_working
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._seal = seal
        self._places = Places(monotonic=monotonic)
        self._tasks: set[asyncio.Task[None]] = set()
        self._seen: RecentMap[_Key, bool] = RecentMap(seconds=SEEN_SECONDS, size=SEEN, monotonic=monotonic)
        self._begun: RecentMap[_Key, _Begun] = RecentMap(seconds=ANSWER_SECONDS, size=ANSWERS, monotonic=monotonic)

    async def receive(self, activity: Mapping[str, Any]) -> Reply:
        """The HTTP answer to an admitted activity. Raises RequestRefusedError when it is none."""
        try:
            event = read_event(activity, received_at=self._clock.now(), seal=self._seal)
        except MalformedActivityError as error:
            raise RequestRefusedError(400, "the body is not an activity") from error
        invoke = is_invoke(activity)
        if isinstance(event, Unsupported) and invoke:
            return Reply(status=501)
        if invoke and isinstance(event, Pressed):
            return Reply(status=200, body=await self._answer(event))
        self._once(event, answer=None)
        return Reply(status=200, body={}) if invoke else ACCEPTED

    async def close(self) -> None:
        """Wait for the turns under way, then end those that hang."""
        if self._tasks:
            _, hanging = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)

    async def _answer(self, press: Pressed) -> Mapping[str, Any]:
        """The card of a press, if it comes in time. A text that comes of it goes into the chat by itself."""
        begun = self._once(press, answer=InvokeAnswer())
        if begun is None or begun.answer is None:
            return text_answer("")
        answer = begun.answer
        # A second delivery waits for nothing: what comes of the turn goes into the chat since the first was answered.
        done, _ = await asyncio.wait({begun.task}, timeout=0 if answer.late else INVOKE_SECONDS)
        if done:
            begun.task.result()
        else:
            answer.late = True
        if answer.body is not None:
            return answer.body
        return text_answer("" if done else self._still_working(press))

    def _once(self, event: Event, *, answer: InvokeAnswer | None) -> _Begun | None:
        """The running or finished turn of an activity id: a second delivery has no effect. None when it came too long ago."""
        key = (event.reference.conversation_id, event.activity_id) if event.activity_id is not None else None
        if key is not None and self._seen.get(key):
            return self._begun.get(key)
        task = asyncio.create_task(self._run(event, answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        begun = _Begun(task=task, answer=answer)
        if key is not None:
            self._seen.set(key, True)
            if answer is not None:
                self._begun.set(key, begun)
        return begun

    async def _run(self, event: Event, answer: InvokeAnswer | None) -> None:
        turns: list[SdkTurn] = []

        async def logic(context: TurnContext) -> None:
            turn = SdkTurn(event=event, context=context, answer=answer, seal=self._seal, places=self._places)
            context.turn_state[_TURN] = (event, turn)
            turns.append(turn)
            await self._dispatch(event, turn)

        begun = time.monotonic()
        await self._adapter.process(_incoming(event), logic)
        failed = any(turn.failed for turn in turns)
        self._metrics.turn(type(event).__name__.lower(), time.monotonic() - begun, failed=failed)

    async def _failed(self, context: TurnContext, error: Exception) -> None:
        event, turn = context.turn_state[_TURN]
        turn.failed = True
        await self._on_error(event, turn, error)


_TURN: Final = "kompas.turn"
_Key = tuple[str, str]


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
