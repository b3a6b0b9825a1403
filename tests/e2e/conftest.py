"""The whole product as a leader meets it: `serve` as a process of its own, the local Teams client, and headless Chromium.

The model, the index and the client are prepared once in `.data/e2e` and kept; the database is new in every run.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from bot import playground
from hr.people import FileDirectory
from tests.e2e.client import WIDE, TeamsClient
from tests.prepared import ROOT, SHARED, around, built_index, environment

ARTIFACTS = ROOT / "artifacts" / "e2e"
PEOPLE = FileDirectory.load(ROOT / "hr" / "content" / "people.sample.toml").people
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
READY_SECONDS = 120

Result = TypeVar("Result")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)


def give_up(why: str) -> NoReturn:
    if os.environ.get("KOMPAS_TEST_REQUIRE_E2E") == "1":  # noqa: TID251 - what the tests may skip is no setting of the product
        pytest.fail(f"{why}, and KOMPAS_TEST_REQUIRE_E2E=1")
    pytest.skip(why)


class LoopThread:
    """An event loop in a thread: the browser's synchronous API does not allow one in the main thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="package")
def loop() -> Iterator[LoopThread]:
    thread = LoopThread()
    yield thread
    thread.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        give_up("no Chromium on the PATH (Debian: apt-get install chromium)")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def local_client(loop: LoopThread) -> None:
    """The local client is installed, or the tests are skipped with the reason."""

    async def prepare() -> None:
        await playground.install(SHARED, node=await playground.find_node())

    try:
        loop.run(prepare())
    except playground.PlaygroundError as fault:
        give_up(str(fault))


@pytest.fixture(scope="package")
def index() -> Path:
    """The data folder with model and index."""
    return built_index()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningBot:
    """A bot process: its address, and what its sister commands must see to work on the same data."""

    address: str
    environment: dict[str, str]

    def worker(self, now: str) -> dict[str, Any]:
        """One pass of the worker as of that local time; what it says it did."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", "worker", "--once", "--now", now],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report


@contextmanager
def serving(folder: Path, data_dir: Path, **settings: str) -> Iterator[RunningBot]:
    """A bot in local mode with a database of its own in `folder`."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = folder / "serve.log"
    own = {"MODE": "local", "DATA_DIR": str(data_dir), "DATABASE_URL": f"sqlite:///{folder / 'kompas.db'}"}
    seen = environment(**{**own, "WATCH": "off", **settings})  # the index is shared
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve", "--host", "127.0.0.1", "--port", str(port)],
            cwd=ROOT,
            env=seen,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(address, process, log)
        yield RunningBot(address=address, environment=seen)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="package")
def bot(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    """The bot that the conversations are with."""
    with serving(tmp_path_factory.mktemp("bot"), index) as running:
        yield running


@pytest.fixture
def bot_without_worker(index: Path, tmp_path: Path) -> Iterator[RunningBot]:
    """A bot whose days pass by `worker` alone. The day is kept in the data folder, so it has one of its own around the shared index."""
    with serving(tmp_path, around(index, tmp_path / "data"), WORKER="off") as running:
        yield running


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"serve ended with {process.returncode}: {log.read_text(errors='replace')[-2000:]}")
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"serve was not ready within {READY_SECONDS} s: {log.read_text(errors='replace')[-2000:]}")


OpenAs = Callable[[str], TeamsClient]


@pytest.fixture
def teams_as(bot: RunningBot, loop: LoopThread, browser: Browser, local_client: None) -> Iterator[OpenAs]:
    """Opens the client as one of the sample people; every call has a client and a window of its own."""
    with clients_of(bot, loop, browser) as open_as:
        yield open_as


@pytest.fixture
def days_as(bot_without_worker: RunningBot, loop: LoopThread, browser: Browser, local_client: None) -> Iterator[OpenAs]:
    """As `teams_as`, against the bot whose days are made to pass."""
    with clients_of(bot_without_worker, loop, browser) as open_as:
        yield open_as


@contextmanager
def clients_of(bot: RunningBot, loop: LoopThread, browser: Browser) -> Iterator[OpenAs]:
    """The clients of one test; the same person again is the same chat. At the end none of them may have reached beyond this machine."""
    clients: list[playground.Playground] = []
    pages: list[Page] = []
    left: list[str] = []

    def finished(request: Request) -> None:
        if not request.url.startswith((*(client.url for client in clients), "data:", "blob:")):
            left.append(request.url)

    def open_as(key: str) -> TeamsClient:
        client = loop.run(
            playground.start(
                people=PEOPLE, as_person=key, data_dir=SHARED, app_endpoint=f"{bot.address}/api/messages", port=0
            )
        )
        clients.append(client)
        page = browser.new_page(viewport={"width": WIDE, "height": 900}, locale="da-DK")
        pages.append(page)
        page.set_default_timeout(10_000)
        page.on("requestfinished", finished)
        teams = TeamsClient(page, screenshots=ARTIFACTS)
        teams.open(client.url)
        return teams

    yield open_as
    for page in pages:
        page.close()
    for client in clients:
        loop.run(client.stop())
    assert left == [], "the browser reached beyond this machine"
