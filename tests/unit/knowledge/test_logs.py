"""A line of the log tells what failed and where, and nothing of what an error or a library says."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from knowledge.logs import JsonLines, TextLines, kind_and_place, places_alone, quiet_libraries, watch_loop

CANARY = "Fru Kanariefugl har migræne"
TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"

_PROGRAM = """
import asyncio, logging, threading, warnings
from knowledge import logs
logs.set_up()

def breaks():
    raise ValueError("{canary}")

async def main():
    logs.watch_loop()
    task = asyncio.get_running_loop().create_task(fails())
    await asyncio.sleep(0.01)
    del task
    import gc; gc.collect()

async def fails():
    breaks()

class Heavy:
    def __del__(self):
        breaks()

asyncio.run(main())
thread = threading.Thread(target=breaks); thread.start(); thread.join()
Heavy()
warnings.warn("{canary}")
logging.getLogger("bot.test").error("%d", "{canary}")
logging.getLogger("aiohttp.server").error("Error handling request {canary}")
breaks()
"""


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """What two loggers write, one of ours and one of a library, in JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    handler.addFilter(places_alone)
    loggers = [logging.getLogger(name) for name in ("bot.canary", "somelibrary.deep")]
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


def fail() -> None:
    raise KeyError(CANARY)


def test_a_json_line_has_time_level_module_event_error_place_and_id(out: io.StringIO) -> None:
    try:
        fail()
    except KeyError:
        logging.getLogger("bot.canary").warning("turn failed: id=%s", "4d9e01aa", extra={"id": "4d9e01aa"})
    (line,) = out.getvalue().splitlines()
    told = json.loads(line)
    assert set(told) == {"time", "level", "module", "event", "error", "at", "id"}
    assert (told["level"], told["module"], told["event"]) == ("WARNING", "bot.canary", "turn failed: id=4d9e01aa")
    assert (told["error"], told["id"]) == ("KeyError", "4d9e01aa")
    assert told["at"].startswith("test_logs.py:")
    assert told["time"].endswith("+00:00")


def test_a_traceback_becomes_the_kind_and_the_places_of_the_error(out: io.StringIO) -> None:
    try:
        fail()
    except KeyError:
        logging.getLogger("bot.canary").exception("it failed")
    told = json.loads(out.getvalue())
    assert told["error"] == "KeyError"
    assert told["at"].count("test_logs.py:") == 2
    assert CANARY not in out.getvalue()


def test_what_a_library_says_is_not_shown_but_where_it_said_it(out: io.StringIO) -> None:
    logging.getLogger("somelibrary.deep").warning("answered %s", CANARY)
    told = json.loads(out.getvalue())
    assert told["module"] == "somelibrary.deep"
    assert told["event"].startswith("a library reports something at test_logs.py:")
    assert CANARY not in out.getvalue()


def test_a_line_for_reading_stays_one_line() -> None:
    record = logging.LogRecord("bot.x", logging.WARNING, __file__, 1, "one\ntwo %s", ("a\r\nb",), None)
    assert TextLines(TEXT).format(record).endswith("WARNING bot.x one two a b")


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert kind_and_place(ValueError(CANARY)) == ("ValueError", "unknown")


def test_what_a_library_adds_to_its_records_is_not_shown_as_if_it_were_ours(out: io.StringIO) -> None:
    logging.getLogger("somelibrary.deep").error(
        "no", extra={"error": "kanariefejl", "at": "kanariesti", "id": "kanarie"}
    )
    assert "kanarie" not in out.getvalue()


def test_a_record_that_cannot_be_formatted_is_told_by_its_place(out: io.StringIO) -> None:
    logging.getLogger("bot.canary").error("%d", CANARY)
    (line,) = out.getvalue().splitlines()
    assert "a record that cannot be formatted, of test_logs.py:" in line
    assert CANARY not in line


def test_libraries_that_log_values_are_silent_below_warning() -> None:
    quiet_libraries()
    assert not any(
        logging.getLogger(name).isEnabledFor(logging.INFO)
        for name in (
            "aiosqlite",
            "sqlalchemy.engine.Engine",
            "httpx",
            "aiohttp.access",
            "chromadb.telemetry",
            "asyncio",
        )
    )


async def test_an_error_that_nobody_awaits_is_logged_by_its_kind(caplog: pytest.LogCaptureFixture) -> None:
    watch_loop()
    asyncio.get_running_loop().call_soon(fail)
    await asyncio.sleep(0.01)
    (record,) = caplog.records
    assert record.getMessage() == "nobody awaited a task that failed"
    assert record.error == "KeyError"
    assert CANARY not in caplog.text


@pytest.mark.parametrize("shape", ["text", "json"])
def test_whatever_ends_a_program_ends_as_a_line_without_what_the_error_says(shape: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.replace("{canary}", CANARY)],
        env={"KOMPAS_LOG_FORMAT": shape, "PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Kanariefugl" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    for event in (
        "nobody awaited a task that failed",
        "a thread has ended by a fault",
        "a fault that nobody can catch",
        "the program has ended by a fault of Kompas",
    ):
        (line,) = [line for line in lines if event in line]
        assert "ValueError" in line
        assert "<string>:" in line
    if shape == "json":
        assert {json.loads(line)["level"] for line in lines} == {"CRITICAL", "ERROR", "WARNING"}
