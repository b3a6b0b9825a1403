"""Teams as these tests play it: every conversation is answered as planned, and every POST is kept with its moment."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from adaptive_cards.texts import load_catalogue
from bot.doubles.connector import FINE, Behaviour, Call, ConnectorDouble

TICK_SECONDS: Final = 0.01
READ_SECONDS: Final = 0.2
"""How long it takes to read what has come together."""

Plan = Callable[[str, int], Behaviour]
"""How the n-th POST (from 1) into a conversation is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One POST. `at` is the double's monotonic clock in seconds; `shown` says that Teams has the message, whatever was answered."""

    conversation: str
    at: float
    status: int
    shown: bool
    marked: bool
    body: str


class Teams(ConnectorDouble):
    """The Connector double with a plan for each conversation."""

    def __init__(self) -> None:
        super().__init__(on_call=self._note)
        self.plan: Plan = lambda conversation, number: FINE
        self.posts: list[Post] = []
        self._reached: set[str] = set()
        self._news = asyncio.Event()
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._remarks = resent_remarks()
        self._pauses: list[tuple[float, float]] = []
        self._watch: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._watch = asyncio.create_task(self._watch_pauses())
        return await super().__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._watch is not None:
            self._watch.cancel()
        await super().__aexit__(kind, error, traceback)

    async def _watch_pauses(self) -> None:
        """This process's own share in the moments of posts: when it had no turn on a busy machine, and for how long."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(TICK_SECONDS)
            after = time.monotonic()
            if after - before > 2 * TICK_SECONDS:
                self._pauses.append((after, after - before - TICK_SECONDS))

    def stood_still(self, since: float, until: float) -> float:
        """The longest time, in seconds, for which this process read nothing between two moments of the monotonic clock."""
        return max((seconds for at, seconds in self._pauses if since <= at <= until), default=0.0)

    def _next_behaviour(self, conversation_id: str | None) -> Behaviour:
        conversation = conversation_id or ""
        self._counts[conversation] += 1
        return self.plan(conversation, self._counts[conversation])

    def _note(self, call: Call) -> None:
        body = json.dumps(call.body, ensure_ascii=False)
        self.posts.append(
            Post(
                conversation=call.conversation_id or "",
                at=call.at,
                status=call.status,
                shown=call.delivered,
                marked=any(remark in body for remark in self._remarks),
                body=body,
            )
        )
        if call.delivered:
            self._reached.add(call.conversation_id or "")
        self._news.set()

    @property
    def shown(self) -> list[Post]:
        """What people see, in the order in which it came."""
        return [post for post in self.posts if post.shown]

    def shown_by_chat(self) -> dict[str, list[Post]]:
        """What people see, by conversation."""
        seen: defaultdict[str, list[Post]] = defaultdict(list)
        for post in self.shown:
            seen[post.conversation].append(post)
        return seen

    def doubles(self) -> dict[str, list[Post]]:
        """Conversations that show more than one message."""
        return {name: posts for name, posts in self.shown_by_chat().items() if len(posts) > 1}

    def missing(self, conversations: Iterable[str]) -> list[str]:
        """Those of `conversations` that show nothing."""
        return sorted(set(conversations) - set(self.shown_by_chat()))

    def too_many(self, rate: float, *, jitter: int = 1) -> list[str]:
        """Every second, from a call on, in which more than `rate` calls of any kind came, and how many; empty when the pace was kept.

        Each call is on its way for a while of its own: `jitter` may come early into a second that as many left late. What waited while
        this process stood still is read together, however far apart it was sent.
        """
        moments, found, last = sorted(post.at for post in self.posts), [], 0
        for first, since in enumerate(moments):
            while last < len(moments) and moments[last] < since + 1.0:
                last += 1
            late = sum(seconds for at, seconds in self._pauses if since - READ_SECONDS <= at <= since + 1.0)
            if last - first > rate + jitter + late * rate:
                found.append(f"{last - first} from {since - moments[0]:.2f} s on, having stood still for {late:.3f} s")
        return found

    async def until_shown(self, count: int, *, seconds: float) -> None:
        """Wait until `count` conversations show a message. Raises TimeoutError, which tells how many do."""
        try:
            async with asyncio.timeout(seconds):
                while len(self._reached) < count:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            reached = len(self._reached)
            raise TimeoutError(f"{reached} of {count} conversations show a message after {seconds:.0f} s") from None

    async def until_calls(self, count: int, *, seconds: float) -> None:
        """Wait until `count` calls of any kind have come. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while len(self.posts) < count:
                self._news.clear()
                await self._news.wait()

    async def until_quiet(self, quiet: float, *, seconds: float) -> None:
        """Wait until no POST has come for `quiet` seconds. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while True:
                self._news.clear()
                try:
                    await asyncio.wait_for(self._news.wait(), quiet)
                except TimeoutError:
                    return


def resent_remarks() -> tuple[str, ...]:
    """What a message that may be a double says of itself, in every language."""
    remarks = tuple(line for texts in load_catalogue().values() for key, line in texts.lines.items() if "resent" in key)
    assert remarks, "the catalogue has no text for a message that is sent again"
    return remarks


def most_within(moments: Sequence[float], seconds: float) -> int:
    """The largest number of moments in any half-open window of that length."""
    ordered, most, first = sorted(moments), 0, 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
