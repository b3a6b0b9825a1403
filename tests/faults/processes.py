"""Programs started, watched and killed as an operating system would; what they write is kept for the failure report."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_SQLITE_LOCK = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
"""


class Program:
    """A running process. Its output goes to one file, or what it logs to another one."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        log: Path,
        errors: Path | None = None,
        arguments: tuple[str, ...] = (),
    ) -> None:
        self._process = process
        self.arguments = arguments
        self.log = log
        self.errors = errors

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process.returncode is None

    def output(self) -> str:
        """All that it has written so far, to both streams."""
        return self.said() + self.logged()

    def said(self) -> str:
        """What went to standard output; to both streams, where they are not apart."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def logged(self) -> str:
        """What went to standard error, where that has a file of its own."""
        return self.errors.read_text(encoding="utf-8", errors="replace") if self.errors is not None else ""

    async def says(self, words: str, *, seconds: float = 30.0) -> None:
        """Wait until it has written `words`. Raises TimeoutError, or AssertionError when it ends before."""
        async with asyncio.timeout(seconds):
            while words not in self.output():
                assert self.runs, f"it ended without saying {words!r}:\n{self.output()}"
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """SIGKILL: no clean-up of any kind."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def end(self, *, seconds: float = 20.0) -> int:
        """Wait for the end; the exit code."""
        async with asyncio.timeout(seconds):
            return await self._process.wait()

    async def stop(self, *, seconds: float = 20.0) -> int:
        """SIGTERM, and SIGKILL if that does not do; the exit code."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            return await self.end(seconds=seconds)
        except TimeoutError:
            await self.kill()
            raise


async def start(*command: str, log: Path, environment: Mapping[str, str], errors: Path | None = None) -> Program:
    """Start `command` (a Python module and its arguments) with only `environment` and what any program needs."""
    with log.open("ab") as out, (errors or log).open("ab") as err:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, stdout=out, stderr=err, env={**bare_environment(), **environment}
        )
    return Program(process, log, errors, command[1:])


def bare_environment() -> dict[str, str]:
    """This process's environment without any setting of Kompas."""
    ours = os.environ  # noqa: TID251 - a child is given what it needs
    return {name: value for name, value in ours.items() if not name.startswith("KOMPAS_")}


@asynccontextmanager
async def exclusive_lock(database: Path, *, seconds: float, log: Path) -> AsyncIterator[Program]:
    """Another process that holds the database file for itself for that long; entered when it has the lock, left when it let go."""
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _SQLITE_LOCK, str(database), str(seconds), stdout=out, stderr=out
        )
    program = Program(process, log)
    try:
        await program.says("locked", seconds=35)
        yield program
        assert await program.end(seconds=seconds + 10) == 0, program.output()
    finally:
        await program.kill()
