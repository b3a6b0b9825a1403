"""`kompas bench`: how long a question takes over HTTP, beside the bare encoding of the same question in the same run; and what Kompas
sends by itself: reminders about absence, campaigns.

The bot runs as a process of its own, as in production; the Connector double takes its answers. Nothing is asserted here: the figures are
for reading, and docs/performance.md keeps the last honest table.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
from aiohttp import web

from bot import benchmark_absence, benchmark_campaign
from bot.app import create_app
from bot.assembly import open_model, open_parts
from bot.doubles.connector import ConnectorDouble
from bot.errors import BotError
from bot.settings import BotSettings, Mode, OfficeSettings
from knowledge.settings import KnowledgeSettings, load

Say = Callable[[str], None]

QUESTIONS = (
    "Hvornår skal jeg kontakte en sygemeldt?",
    "Hvad må jeg spørge om i en sygefraværssamtale?",
    "Hvor tit skal vi lave APV?",
    "Hvad er vores fire værdier?",
    "Hvor højt er sygefraværet?",
    "Hvem hjælper med personalejura?",
    "Hvad bruger vi dialogkortene til?",
    "When do I have to contact an employee who is off sick?",
)
ROUNDS, QUICK_ROUNDS, PARALLEL = 12, 3, 8
READY_SECONDS = 180.0
LAG_STEP = 0.005


class BenchmarkError(BotError):
    """The bot could not be measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Milliseconds of one kind of thing, measured many times."""

    p50: float
    p95: float
    count: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Timing:
        """The percentiles of a list of seconds."""
        ordered = sorted(seconds)
        at95 = min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))
        return cls(p50=statistics.median(ordered) * 1000, p95=ordered[at95] * 1000, count=len(ordered))

    def __str__(self) -> str:
        """`p50 41 ms, p95 60 ms (96 measured)`."""
        return f"p50 {self.p50:.0f} ms, p95 {self.p95:.0f} ms ({self.count} measured)"


async def run(office: OfficeSettings, knowledge: KnowledgeSettings, *, say: Say, quick: bool = False) -> None:
    """Measure and print. Needs a published index. Raises BenchmarkError, KnowledgeError, HrError."""
    await benchmark_absence.run(
        office.content_folder,
        load(benchmark_absence.BenchSettings),
        say=say,
        size=benchmark_absence.QUICK if quick else benchmark_absence.FULL,
    )
    await benchmark_campaign.run(
        office.content_folder, say=say, size=benchmark_campaign.QUICK if quick else benchmark_campaign.FULL
    )
    rounds = QUICK_ROUNDS if quick else ROUNDS
    async with ConnectorDouble() as double, aiohttp.ClientSession() as session:
        async with _served(session) as bot:
            say(f"start to ready           {bot.ready_seconds:.1f} s")
            await _turn(session, double, bot.url, QUESTIONS[0])
            turns = [await _turn(session, double, bot.url, question) for _ in range(rounds) for question in QUESTIONS]
            say(f"question over HTTP       {Timing.of(turns)}")
            say(f"memory of serve          {_resident_megabytes(bot.process.pid)}")
        encode = await asyncio.to_thread(_encode_times, knowledge, rounds)
        say(f"bare encode of the same  {Timing.of(encode)}")
        over = Timing.of(turns).p50 - Timing.of(encode).p50
        say(f"over the bare encode     p50 {over:+.0f} ms (aim: at most +40 ms)")
        await _measure_parallel(office, knowledge, double, session, say)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bot:
    process: asyncio.subprocess.Process
    url: str
    ready_seconds: float


@asynccontextmanager
async def _served(session: aiohttp.ClientSession) -> AsyncIterator[_Bot]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SERVE_LOCALLY, str(port), stdout=asyncio.subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while not await _is_ready(session, url):
            if process.returncode is not None or time.perf_counter() - started > READY_SECONDS:
                raise BenchmarkError("the bot did not become ready; try `kompas doctor`")
            await asyncio.sleep(0.05)
        yield _Bot(process=process, url=url, ready_seconds=time.perf_counter() - started)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


_SERVE_LOCALLY = """
import asyncio, sys
from bot.serving import LocalSettings, serve
from knowledge.settings import KnowledgeSettings, load
asyncio.run(serve(load(LocalSettings).model_copy(update={"port": int(sys.argv[1])}), load(KnowledgeSettings), say=print))
"""


async def _is_ready(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(f"{url}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def _turn(session: aiohttp.ClientSession, double: ConnectorDouble, url: str, question: str) -> float:
    """Seconds from the request until the double has the answer."""
    started = time.perf_counter()
    async with session.post(f"{url}/api/messages", json=_activity(question, double.service_url)) as response:
        response.raise_for_status()
    await double.next_message(seconds=30)
    return time.perf_counter() - started


def _activity(question: str, service_url: str) -> dict[str, Any]:
    """A message as Teams sends it, each in a chat of its own so that none is a follow-up."""
    person = str(uuid4())
    return {
        "type": "message",
        "id": str(uuid4()),
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {"id": f"29:{person}", "aadObjectId": person},
        "recipient": {"id": "28:bench"},
        "conversation": {"id": f"a:{person}", "conversationType": "personal", "tenantId": str(uuid4())},
        "channelData": {"tenant": {"id": str(uuid4())}},
        "text": question,
    }


def _encode_times(knowledge: KnowledgeSettings, rounds: int) -> list[float]:
    embedder = open_model(knowledge)
    embedder.encode_queries([QUESTIONS[0]])
    times = []
    for _ in range(rounds):
        for question in QUESTIONS:
            started = time.perf_counter()
            embedder.encode_queries([question])
            times.append(time.perf_counter() - started)
    return times


async def _measure_parallel(
    office: OfficeSettings,
    knowledge: KnowledgeSettings,
    double: ConnectorDouble,
    session: aiohttp.ClientSession,
    say: Say,
) -> None:
    """Eight askers at once against a bot in this process, with a clock that sees how long the event loop is held up."""
    settings = BotSettings(mode=Mode.LOCAL, port=0, database_url=office.database_url, people=office.people)
    async with open_parts(office, knowledge) as parts:
        runner = web.AppRunner(create_app(settings, parts))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            await _turn(session, double, url, QUESTIONS[0])
            lags: list[float] = []
            watch = asyncio.create_task(_watch_loop(lags))
            times = await asyncio.gather(*(_turn(session, double, url, question) for question in QUESTIONS[:PARALLEL]))
            watch.cancel()
        finally:
            await runner.cleanup()
    say(f"{PARALLEL} askers at once         {Timing.of(times)}")
    say(f"event loop held up       at most {max(lags, default=0.0) * 1000:.0f} ms (aim: below 100 ms)")


async def _watch_loop(lags: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(LAG_STEP)
        lags.append(time.perf_counter() - before - LAG_STEP)


def _resident_megabytes(pid: int) -> str:
    """Resident memory as Linux tells it; elsewhere a word instead of a figure."""
    status = Path(f"/proc/{pid}/status")
    if os.name != "posix" or not status.exists():
        return "not measured on this system"
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
    return f"{int(line.split()[1]) / 1024:.0f} MB (aim: at most 1536 MB)"
