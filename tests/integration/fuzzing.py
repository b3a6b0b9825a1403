"""A bot in a thread of its own and bodies without end for it."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st

from adaptive_cards.payloads import Payload
from tests.integration.wire import running
from tests.unit.bot.builders import APP_ID, TENANT, activity

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(["..", "\x00", "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
KINDS = (
    "message",
    "invoke",
    "invoke",
    "invoke",
    "conversationUpdate",
    "installationUpdate",
    "messageUpdate",
    "messageReaction",
    "event",
)
NAMES = (
    "adaptiveCard/action",
    "adaptiveCard/action",
    "adaptiveCard/action",
    "message/submitAction",
    "task/fetch",
    "composeExtension/query",
    "",
)
ACTIONS = {one.model_fields["kind"].default: sorted(one.model_fields) for one in Payload.__subclasses__()}
"""The fields of each button's payload by its kind."""
LIKELY = st.sampled_from(["da", "start", "case", "step", "open", "2026-03-02", "a" * 32, "A03", 1, True])


@st.composite
def activities(draw: st.DrawFn) -> bytes:
    """An activity that would be let in, with a few things of it replaced by anything."""
    made = activity(draw(st.sampled_from(KINDS)), service_url="SERVICE", id=str(uuid4()))
    made["from"] = {"id": "29:fuzz", "aadObjectId": str(uuid4())}
    made["text"] = draw(st.text(max_size=60))
    made["name"] = draw(st.sampled_from(NAMES))
    kind = draw(st.sampled_from(sorted(ACTIONS)))
    data = {name: draw(LIKELY | VALUES) for name in draw(st.sets(st.sampled_from(ACTIONS[kind])))} | {"kind": kind}
    made["value"] = {"action": {"type": "Action.Execute", "data": data}, "actionName": "feedback", "actionValue": data}
    for name in draw(st.lists(st.sampled_from(sorted(made)), max_size=2, unique=True)):
        made[name] = draw(VALUES)
    if draw(st.booleans()):
        made["conversation"] = {"id": draw(st.text(max_size=20)), "tenantId": TENANT}
    return json.dumps(made).encode()


BODIES = st.one_of(
    st.binary(max_size=200), VALUES.map(lambda value: json.dumps(value).encode()), activities(), activities()
)


@dataclass(slots=True)
class Fuzzed:
    """The bot under test, spoken to in the plainest way; `faults` are the turns that failed by an error of the bot's own."""

    connection: http.client.HTTPConnection
    token: str
    service_url: str
    faults: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def post(self, body: bytes) -> int:
        """The status of a request with a good token."""
        whole = body.replace(b'"SERVICE"', json.dumps(self.service_url).encode())
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.connection.request("POST", "/api/messages", body=whole, headers=headers)
        response = self.connection.getresponse()
        response.read()
        self.statuses[response.status] = self.statuses.get(response.status, 0) + 1
        return response.status


class _Faults(logging.Handler):
    """Keeps what the bot logs of turns that failed; what the double does not take is no fault of the bot."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if "Error" in line and not any(name in line for name in ("BlockedError", "RejectedError", "HostRefusedError")):
            self._kept.append(line)


@contextmanager
def fuzzed() -> Iterator[Fuzzed]:
    """A bot in mode teams, until the block ends."""
    ready: list[Any] = []
    started, loop_stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with running(teams=True, follow_up=True) as wire:
            ready.append((wire.server.port, wire.double.inbound_token(APP_ID), wire.double.service_url))
            started.set()
            await loop_stop.wait()

    def run() -> None:
        try:
            loop.run_until_complete(serve())
        finally:
            started.set()
            loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    started.wait(60)
    port, token, service_url = ready[0]
    bot = Fuzzed(http.client.HTTPConnection("127.0.0.1", port, timeout=30), token, service_url)
    handler = _Faults(bot.faults)
    logging.getLogger("bot").addHandler(handler)
    try:
        yield bot
    finally:
        bot.connection.close()
        logging.getLogger("bot").removeHandler(handler)
        loop.call_soon_threadsafe(loop_stop.set)
        thread.join(60)
