"""How the programs log: one line a record, as text or as JSON, with the kind and the place of an error and never what it says.

What an error or a library says may hold a question, a name or a token; where it was said holds none. So texts come only from our
own records, whose authors keep content out of them, and from libraries there is the place alone.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType
from typing import Any, Final, TextIO

from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.errors import SettingsError
from knowledge.settings import PREFIX, LogFormat, load

OURS: Final = frozenset({"adaptive_cards", "bot", "hr", "indexer", "knowledge", "privacy", "__main__"})
"""First parts of the names of loggers whose texts are shown."""

TALKATIVE: Final = (
    "aiohttp.access", "aiohttp.client", "aiosqlite", "asyncio", "asyncpg", "azure", "botbuilder", "botframework", "chromadb",
    "httpcore", "httpx", "msal", "msrest", "requests_oauthlib", "sqlalchemy", "urllib3",
)  # fmt: skip
"""Libraries that log values of statements, headers or addresses below WARNING."""

FRAMES: Final = 8
"""How many places of a traceback are told, the innermost ones."""

_TEXT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"

_log = logging.getLogger(__name__)


class _Field(StrEnum):
    """What a JSON line may hold besides time, level, module and event."""

    ERROR = "error"
    AT = "at"
    ID = "id"


class _LogSettings(BaseSettings):
    """Read before anything else, and forgiving: the section that a command loads tells what is wrong."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    log_format: LogFormat = LogFormat.TEXT


def set_up(*, text: str = _TEXT, stream: TextIO | None = None) -> None:
    """Log to standard error (or `stream`) from WARNING on, in the format of the settings; what ends the program ends as such a line too."""
    try:
        chosen = load(_LogSettings).log_format
    except SettingsError:
        chosen = LogFormat.TEXT
    quiet_libraries()
    if logging.getLogger().handlers:
        return  # within another program, which has its own ways, such as a test run
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if chosen is LogFormat.JSON else TextLines(text))
    handler.addFilter(places_alone)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.raiseExceptions = False  # a record that cannot be formatted would be printed with all its arguments
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _in_thread


def quiet_libraries() -> None:
    """Keep libraries from logging what they carry, whatever level the root logger is set to."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def watch_loop() -> None:
    """Errors that nobody awaits in the running event loop are logged by kind and place, without asyncio's `repr` of them."""
    asyncio.get_running_loop().set_exception_handler(_in_loop)


def kind_and_place(error: BaseException) -> tuple[str, str]:
    """The kind of an error, and the files and lines on the way to it, the outermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = (f"{frame.filename.replace(chr(92), '/').rpartition('/')[2]}:{frame.lineno}" for frame in frames)
    return type(error).__name__, " > ".join(places) or "unknown"


def places_alone(record: logging.LogRecord) -> bool:
    """A filter that lets every record through, those of libraries without what they say and every one without its traceback's texts."""
    error = record.exc_info[1] if record.exc_info else None
    if record.name.partition(".")[0] not in OURS:
        record.msg, record.args = "a library reports something at %s:%d", (record.filename, record.lineno)
        for field in _Field:
            vars(record).pop(field.value, None)  # a library's `extra` may bear the names of ours
    elif not _can_be_told(record):
        record.msg, record.args = "a record that cannot be formatted, of %s:%d", (record.filename, record.lineno)
    if error is not None:
        record.error, record.at = kind_and_place(error)
    record.exc_info = record.exc_text = record.stack_info = None
    return True


def _can_be_told(record: logging.LogRecord) -> bool:
    """Whether text and arguments of a record fit: logging would leave out the whole line, and nobody would know that something was said."""
    try:
        record.getMessage()
    except Exception:  # noqa: BLE001 - arguments may raise whatever they like
        return False
    return True


class TextLines(logging.Formatter):
    """A line for reading."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, with kind and place of the error behind the text."""
        line = super().format(record)
        told = _told(record)
        if _Field.AT in told:
            line = f"{line}: {told[_Field.ERROR]} at {told[_Field.AT]}"
        return " ".join(line.splitlines())


class JsonLines(logging.Formatter):
    """A line for a machine: `time` (ISO 8601, UTC), `level`, `module`, `event`, and where there are such `error`, `at` and `id`."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object on one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "module": record.name,
            "event": record.getMessage(),
            **_handled(record),
            **_told(record),
        }
        return json.dumps(line, ensure_ascii=False)


def _handled(record: logging.LogRecord) -> Mapping[str, str]:
    """The error in whose `except` block a warning was written: its author names the kind in the text only."""
    error = sys.exc_info()[1]
    if error is None or record.levelno < logging.WARNING:
        return {}
    kind, at = kind_and_place(error)
    return {_Field.ERROR.value: kind, _Field.AT.value: at}


def _told(record: logging.LogRecord) -> Mapping[str, str]:
    return {field.value: str(getattr(record, field)) for field in _Field if getattr(record, field, None) is not None}


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    del trace
    if not issubclass(kind, KeyboardInterrupt):
        _end("the program has ended by a fault of Kompas", error)


def _in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _end("a thread has ended by a fault", args.exc_value)


def _unraisable(args: Any) -> None:
    if args.exc_value is not None:
        _end("a fault that nobody can catch", args.exc_value)


def _in_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    del loop
    error = context.get("exception")
    if isinstance(error, BaseException):
        _end("nobody awaited a task that failed", error)
    else:
        _log.error("the event loop reports something")


def _end(what: str, error: BaseException) -> None:
    kind, at = kind_and_place(error)
    _log.critical("%s", what, extra={_Field.ERROR.value: kind, _Field.AT.value: at})
