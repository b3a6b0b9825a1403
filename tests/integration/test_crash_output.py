"""A program that ends badly, or does not start, shows neither what was at hand nor what stands in its settings."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.faults.processes import Program, start
from tests.integration.canaries import found
from tests.integration.talkative import loud
from tests.unit.bot.builders import APP_ID, TENANT

SECRET = "kanarie-hemmelighed"
SECONDS = 120

CRASHING = """
import asyncio, gc, logging, sys, threading, warnings
from contextlib import asynccontextmanager

from bot import cli, serving
from tests.integration.canaries import QUESTION, REFUSED

TEXT = f"kanariefejl {QUESTION} {REFUSED}"


class Broken:
    def __del__(self):
        raise RuntimeError(TEXT)


class Unprintable:
    def __str__(self):
        raise ValueError(TEXT)


def fail():
    try:
        raise KeyError(TEXT)
    except KeyError as error:
        raise RuntimeError(TEXT) from error


async def fail_later():
    fail()


@asynccontextmanager
async def open_worker(*settings, **more):
    Broken()
    thread = threading.Thread(target=fail, name=TEXT)
    thread.start()
    thread.join()
    task = asyncio.create_task(fail_later(), name=TEXT)
    await asyncio.wait([task])
    del task
    gc.collect()
    asyncio.get_running_loop().call_soon(fail)
    await asyncio.sleep(0)
    warnings.warn(TEXT)
    ours, library = logging.getLogger("bot.somewhere"), logging.getLogger("a_library")
    ours.error("not a number: %d", TEXT)
    ours.error("cannot be written: %s", Unprintable())
    library.debug("sent %s", TEXT)
    library.error(TEXT, stack_info=True, extra={"error": TEXT, "at": TEXT, "id": TEXT})
    try:
        fail()
    except RuntimeError:
        ours.exception("a fault")
        library.exception(TEXT)
    fail()
    yield


serving.open_worker = open_worker
raise SystemExit(cli.main(sys.argv[1:]))
"""

BROKEN_PEOPLE = """
[[people]]
key = "leader"
id = "kanarinette"
name = "Kanarinette Fuglsangsen
"""

TEAMS = {"MODE": "teams", "APP_ID": APP_ID, "APP_TENANT_ID": TENANT, "APP_SECRET": SECRET}

UNUSABLE: dict[str, tuple[str, dict[str, str]]] = {
    "no database at that address": ("worker", {"DATABASE_URL": f"postgresql://k:{SECRET}@127.0.0.1:1/kompas"}),
    "no database URL": ("serve", {"DATABASE_URL": f"postgresql//k:{SECRET}@h/kompas"}),
    "an unknown database": ("worker", {"DATABASE_URL": f"oracle://k:{SECRET}@h/kompas"}),
    "a port that is no number": ("worker", {"DATABASE_URL": f"postgresql://k:{SECRET}@h:{SECRET}/kompas"}),
    "a misspelt secret": ("serve", {"APP_SECERT": SECRET}),
    "a secret where the app id belongs": ("serve", {"APP_ID": SECRET}),
    "a secret where the mode belongs": ("serve", {"MODE": SECRET}),
    "a secret where the port belongs": ("serve", {"PORT": SECRET}),
    "a secret where the format belongs": ("serve", {"LOG_FORMAT": SECRET}),
    "a key that is too short": ("serve", {"CARD_KEYS": SECRET}),
    "a token address with a password": ("serve", {"TOKEN_URL": f"https://k:{SECRET}@login.microsoftonline.com/x"}),
    "a certificate that is none": ("worker", {"APP_SECRET": "", "APP_CERTIFICATE": "{folder}/certificate.pem"}),
    "a broken people file": ("worker", {"PEOPLE": "{folder}/people.toml"}),
    "a broken list of groups": ("worker", {"GRAPH_GROUPS": "{folder}/people.toml"}),
}
"""What an operator gets wrong: the command, and what is other than it should be."""


class Runs:
    """Starts programs that end by themselves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = loud(folder / "loud")
        self.programs: list[Program] = []

    async def run(self, *command: str, **settings: str) -> tuple[int, Program]:
        """The exit code, and what it wrote."""
        number = len(self.programs)
        named = {f"KOMPAS_{name}": value.format(folder=self._folder) for name, value in settings.items()}
        program = await start(
            *command,
            log=self._folder / f"{number}.out",
            errors=self._folder / f"{number}.err",
            environment={**self._environment, "KOMPAS_DATA_DIR": str(self._folder / f"data-{number}"), **named},
        )
        self.programs.append(program)
        try:
            return await program.end(seconds=SECONDS), program
        finally:
            await program.kill()


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """Programs with a folder of their own, in which an operator has left two files."""
    (tmp_path / "people.toml").write_text(BROKEN_PEOPLE, encoding="utf-8")
    (tmp_path / "certificate.pem").write_text(f"-----BEGIN CERTIFICATE-----\n{SECRET}\n", encoding="utf-8")
    return Runs(tmp_path)


@pytest.mark.parametrize("log_format", ["json", "text"])
async def test_a_program_that_crashes_in_every_way_tells_kinds_and_places_alone(
    log_format: str, runs: Runs, tmp_path: Path
) -> None:
    (tmp_path / "loud" / "crashing.py").write_text(CRASHING, encoding="utf-8")
    code, program = await runs.run("crashing", "worker", MODE="local", LOG_FORMAT=log_format)
    told = program.logged()
    assert code == 1, told
    assert found(program.output()) == []
    assert "Traceback" not in told
    assert "DEBUG" in told
    for what in (
        "the program has ended by a fault of Kompas",
        "a thread has ended by a fault",
        "a fault that nobody can catch",
        "a fault",
        "a library reports something at",
    ):
        assert what in told
    assert told.count("RuntimeError") >= 5


async def test_a_program_that_cannot_start_says_why_without_what_stands_in_its_settings(runs: Runs) -> None:
    at_once = asyncio.Semaphore(2)

    async def try_it(what: str, log_format: str) -> tuple[str, str, list[str], int, str]:
        command, changes = UNUSABLE[what]
        async with at_once:
            code, program = await runs.run("bot", command, **{**TEAMS, "LOG_FORMAT": log_format, **changes})
        return what, log_format, found(program.output()), code, program.output()

    formats = [("json", "text")[number % 2] for number in range(len(UNUSABLE))]
    ended = await asyncio.gather(*(try_it(what, how) for what, how in zip(UNUSABLE, formats, strict=True)))
    assert [(what, leaks) for what, _, leaks, _, _ in ended if leaks] == []
    assert {what: output for what, _, _, code, output in ended if code != 2 or "Traceback" in output} == {}
