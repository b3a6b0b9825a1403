"""Servers and databases that contract tests run against."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hr.ports import Storage
from hr.storage.engine import create_engine
from hr.storage.memory import MemoryStorage
from hr.storage.migrate import upgrade
from hr.storage.sql import SqlStorage
from hr.storage.tables import metadata
from tests.contract.databases import temporary_postgres


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """The URL of a database with all tables, None for memory."""
    if request.param == "memory":
        return None
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'kompas.db')}"
    url: str = request.getfixturevalue("migrated_postgres")
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def sql_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a real database with all tables; what is in it is for the test to empty."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'kompas.db')}"
    server: str = request.getfixturevalue("migrated_postgres")
    return server


@pytest.fixture
async def storages(database: str | None) -> AsyncIterator[tuple[Storage, Storage]]:
    """Two over one empty database, as two processes have them."""
    if database is None:
        storage = MemoryStorage()
        yield storage, storage
        return
    engine = create_engine(database)
    async with engine.begin() as connection:
        for table in metadata.sorted_tables:
            await connection.execute(table.delete())
    one, other = SqlStorage(engine), SqlStorage(create_engine(database))
    yield one, other
    await one.close()
    await other.close()


@pytest.fixture
def storage(storages: tuple[Storage, Storage]) -> Storage:
    return storages[0]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to be copied: the migrations have tests of their own."""
    path = tmp_path_factory.mktemp("migrated") / "kompas.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[str]:
    """A PostgreSQL database with all tables, which each test begins by emptying."""
    with asyncio.Runner() as runner:
        database = temporary_postgres()
        url = runner.run(database.__aenter__())
        runner.run(upgrade(url))
        yield url
        runner.run(database.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("chroma-server")) as (url, _):
        yield url


@contextmanager
def chroma_server(folder: Path) -> Iterator[tuple[str, int]]:
    """A Chroma server with its data in `folder`: its address and its process id."""
    folder.mkdir(exist_ok=True)
    program = Path(sys.executable).with_name("chroma")
    if not program.exists():
        _without_chroma("the chroma command is not installed beside this Python")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "ANONYMIZED_TELEMETRY": "False"}  # noqa: TID251 - the server is given ours
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=folder
    )
    url = f"http://127.0.0.1:{port}"
    try:
        if not _answers(url, server):
            _without_chroma("a Chroma server could not be started on this machine")
        yield url, server.pid
    finally:
        server.terminate()
        server.wait(timeout=10)


def _without_chroma(why: str) -> None:
    """Skips, or fails where a server is required."""
    if os.environ.get("KOMPAS_TEST_REQUIRE_CHROMA") == "1":  # noqa: TID251 - where the tests run is no setting of the product
        pytest.fail(f"{why}, and KOMPAS_TEST_REQUIRE_CHROMA=1")
    pytest.skip(why)


def _answers(url: str, server: subprocess.Popen[bytes]) -> bool:
    for _ in range(150):
        if server.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=1):  # noqa: S310 - loopback
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False
