"""The bot's port under fire: ten thousand bodies, and a thousand strangers at once while people go on with their work."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from hypothesis import HealthCheck, given, settings

from bot.doubles.connector import ConnectorDouble
from tests.integration.fuzzing import BODIES, fuzzed
from tools.bench_gate import Meter

STRANGERS: Final = 1000
HEALTH_SECONDS: Final = 1.0

_STRANGERS: Final = """
import asyncio, collections, sys

async def one(port, gate, statuses, number):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await gate.wait()
    token = "" if number % 2 else "Authorization: Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30.e30\\r\\n"
    writer.write(("POST /api/messages HTTP/1.1\\r\\nHost: x\\r\\nContent-Type: application/json\\r\\n" + token
                  + "Content-Length: 2\\r\\n\\r\\n{}").encode())
    statuses[(await reader.readline()).split()[1].decode()] += 1
    writer.close()

async def main(port, count):
    gate, statuses = asyncio.Event(), collections.Counter()
    tasks = [asyncio.create_task(one(port, gate, statuses, number)) for number in range(count)]
    await asyncio.sleep(1)
    gate.set()
    await asyncio.gather(*tasks)
    print(dict(statuses))

asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
"""


def test_ten_thousand_bodies_and_none_of_them_is_a_5xx() -> None:
    with fuzzed() as bot:

        @settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(body=BODIES)
        def no_5xx(body: bytes) -> None:
            status = bot.post(body)
            assert status < 500 or (status == 501 and b'"invoke"' in body)

        no_5xx()
        assert bot.faults == []
        assert sum(bot.statuses.values()) >= 10_000
        assert bot.statuses[202] > 100


async def test_a_thousand_strangers_at_once_do_not_keep_people_from_their_work() -> None:
    meters: list[Meter] = []
    async with (
        ConnectorDouble(on_call=lambda call: meters[0].arrived(call.conversation_id)) as double,
        aiohttp.ClientSession() as session,
        _bot(double) as (port, pid),
    ):
        meter = Meter(double, session, f"http://127.0.0.1:{port}/api/messages")
        meters.append(meter)
        await meter.run(30, pid=pid)
        alone = [await meter.turn() for _ in range(30)]
        strangers = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _STRANGERS, str(port), str(STRANGERS), stdout=asyncio.subprocess.PIPE
        )
        health, meanwhile = [], []
        while strangers.returncode is None:
            meanwhile.append(await meter.turn())
            begun = time.monotonic()
            async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
                assert response.status == 200
            health.append(time.monotonic() - begun)
            await asyncio.sleep(0.02)
        assert strangers.stdout is not None
        assert (await strangers.stdout.read()).decode().strip() == str({"401": STRANGERS})
        print(
            f"{len(meanwhile)} turns meanwhile: p50 {statistics.median(meanwhile) * 1000:.0f} ms, longest"
            f" {max(meanwhile) * 1000:.0f} ms; alone p50 {statistics.median(alone) * 1000:.0f} ms;"
            f" /healthz longest {max(health) * 1000:.0f} ms; load {os.getloadavg()[0]:.1f}"
        )
        # Others may hold the processor: what a machine of our own would take is asked for.
        patience = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        assert max(health) < HEALTH_SECONDS * patience
        assert statistics.median(meanwhile) < 3 * statistics.median(alone) + 0.1


@asynccontextmanager
async def _bot(double: ConnectorDouble) -> AsyncIterator[tuple[int, int]]:
    """A bot as a process of its own that answers with a card; its port and process id."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools.bench_gate", "--serve", "ours", double.metadata_url, double.token_url,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield int(await process.stdout.readline()), process.pid
    finally:
        process.terminate()
        await process.wait()
