"""A part that hangs costs a bounded wait, one thread, and nobody else's answer."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot import readiness
from bot.readiness import Finding, Look

FINE = Finding(fine=True)
DOWN = Finding(fine=False)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PROBE_SECONDS", 0.2)
    monkeypatch.setattr(readiness, "LOOK_SECONDS", 0.0)


class Server:
    """A server that hangs, each time that it is asked, until it is let go."""

    def __init__(self) -> None:
        self.lets_go = threading.Event()
        self.asked = 0
        self.waiting = 0

    def answer(self) -> None:
        self.asked += 1
        self.waiting += 1
        self.lets_go.wait(30)
        self.waiting -= 1

    async def probe(self) -> bool:
        await asyncio.to_thread(self.answer)
        return True


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    yield made
    made.lets_go.set()


def always(fine: bool) -> Callable[[], Awaitable[bool]]:
    async def probe() -> bool:
        return fine

    return probe


async def test_each_part_is_told_by_itself() -> None:
    assert await Look().take({"database": always(True), "index": always(False)}) == {"database": FINE, "index": DOWN}


async def test_a_part_that_hangs_is_asked_once_and_keeps_one_thread(server: Server) -> None:
    look = Look()
    for _ in range(5):
        assert (await look.take({"index": server.probe}))["index"].fine is False
    assert (server.asked, server.waiting) == (1, 1)


async def test_only_the_first_who_asks_waits_for_a_part_that_hangs(server: Server) -> None:
    look = Look()
    begun = time.monotonic()
    await look.take({"index": server.probe})
    waited = time.monotonic() - begun
    begun = time.monotonic()
    found = await look.take({"index": server.probe})
    assert waited >= 0.2
    assert time.monotonic() - begun < 0.1
    assert (found["index"].hanging or 0.0) >= 0.2


async def test_those_who_ask_at_once_wait_together(server: Server) -> None:
    look = Look()
    begun = time.monotonic()
    await asyncio.gather(*(look.take({"index": server.probe}) for _ in range(50)))
    assert server.asked == 1
    assert time.monotonic() - begun < 1.0


async def test_whoever_gives_up_asking_does_not_end_the_look_of_others(server: Server) -> None:
    look = Look()
    first = asyncio.create_task(look.take({"index": server.probe}))
    await asyncio.sleep(0.05)
    first.cancel()
    server.lets_go.set()
    assert await look.take({"index": server.probe}) == {"index": FINE}
    assert server.asked == 1


async def test_the_other_parts_are_looked_at_while_one_hangs(server: Server) -> None:
    look, works = Look(), {"database": True}

    async def database() -> bool:
        return works["database"]

    parts = {"index": server.probe, "database": database}
    assert (await look.take(parts))["database"] == FINE
    works["database"] = False
    assert (await look.take(parts))["database"] == DOWN


async def test_a_part_that_has_come_back_is_asked_anew(server: Server) -> None:
    look = Look()
    await look.take({"index": server.probe})
    server.lets_go.set()
    async with asyncio.timeout(5):
        while await look.take({"index": server.probe}) != {"index": FINE}:
            pass  # its thread is about to end
    assert server.waiting == 0


async def test_the_log_tells_once_that_a_part_hangs(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    look = Look()
    for _ in range(3):
        await look.take({"index": server.probe})
    assert [record.getMessage() for record in caplog.records] == ["a part hangs: index"]


async def test_what_was_found_a_moment_ago_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "LOOK_SECONDS", 60.0)
    look, asked = Look(), []

    async def probe() -> bool:
        asked.append(1)
        return True

    for _ in range(3):
        assert await look.take({"model": probe}) == {"model": FINE}
    assert len(asked) == 1
