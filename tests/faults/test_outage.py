"""The database goes away in the middle of the morning and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import make_url

from bot.doubles.connector import Behaviour
from hr.outbox.model import MessageState
from tests.faults.processes import exclusive_lock
from tests.faults.proxy import TcpProxy
from tests.faults.world import World, through, world

NUDGES = 600
BEFORE = 150
GONE_SECONDS = 30.0


class Outage(Protocol):
    """Takes the database away for GONE_SECONDS; left when it is back."""

    def __call__(self) -> AbstractAsyncContextManager[None]: ...


@pytest.fixture
async def fragile(database: str, tmp_path: Path) -> AsyncIterator[tuple[World, Outage]]:
    """A municipality whose workers' way to the database can be cut: a proxy before PostgreSQL, an exclusive lock on SQLite."""
    if database.startswith("sqlite"):
        async with world(tmp_path, database) as made:
            yield made, lambda: _locked(made)
        return
    server = make_url(database)
    async with (
        TcpProxy(server.host or "127.0.0.1", server.port or 5432) as proxy,
        world(tmp_path, database, worker_url=through(database, proxy.port)) as made,
    ):
        yield made, lambda: _cut(proxy)


@asynccontextmanager
async def _locked(made: World) -> AsyncIterator[None]:
    assert made.database_file is not None
    async with exclusive_lock(made.database_file, seconds=GONE_SECONDS, log=made.folder / "lock.log"):
        yield


@asynccontextmanager
async def _cut(proxy: TcpProxy) -> AsyncIterator[None]:
    await proxy.cut()
    yield
    await asyncio.sleep(GONE_SECONDS)
    await proxy.mend()
    assert proxy.dropped > 0, "no connection was open when the line was cut: this run shows nothing"


async def test_a_database_that_is_gone_for_half_a_minute_costs_no_nudge_and_no_worker(
    fragile: tuple[World, Outage],
) -> None:
    office, outage = fragile
    teams = office.teams
    teams.plan = lambda conversation, number: Behaviour(delay=0.05)
    await office.seed(NUDGES)
    worker = await office.worker()
    await teams.until_shown(BEFORE, seconds=60)
    async with outage():
        await teams.until_quiet(3.0, seconds=GONE_SECONDS)
        during = len(teams.posts)
    assert during < NUDGES, "everything had been sent before the outage: this run shows nothing"
    await teams.until_shown(NUDGES, seconds=90)
    await office.until_settled(seconds=30)
    assert worker.runs
    assert await worker.stop() == 0, office.logs()

    assert teams.missing(office.conversations) == []
    assert teams.doubles() == {}
    assert await office.states() == {MessageState.SENT: NUDGES}
