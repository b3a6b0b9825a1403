"""`python -m bot.doubles`: the double of the Bot Framework as a process of its own, for tests that kill and restart the bot.

The first line on standard output is one JSON object with its addresses. Every call of the Connector is one JSON line in `--log`, written
before it is answered. `POST /control` with the fields of `Behaviour` (and `conversation`, for one chat alone; `times`, for so many calls)
changes how it answers; `{}` makes all fine again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.doubles.connector import FINE, Behaviour, Call, ConnectorDouble


class _Control(BaseModel):
    """What `POST /control` takes: the fields of `Behaviour`, and for which calls."""

    model_config = ConfigDict(extra="forbid")

    status: int = 201
    delay: float = Field(0.0, ge=0.0)
    retry_after: str | int | None = None
    drop: bool = False
    process_then_drop: bool = False
    redirect_to: str | None = None
    plain_text: bool = False
    conversation: str | None = None
    times: int | None = Field(None, ge=1, le=10_000)

    def behaviour(self) -> Behaviour:
        """How the calls are answered."""
        values = self.model_dump(exclude={"conversation", "times", "retry_after"})
        return Behaviour(**values, retry_after=str(self.retry_after) if self.retry_after is not None else None)


async def run(*, port: int, log: Path | None, out: TextIO) -> None:
    """Serve until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    file = log.open("a", encoding="utf-8", buffering=1) if log is not None else None
    try:
        double = ConnectorDouble(port=port, on_call=_writer(file) if file is not None else None)
        double.add_route("POST", "/control", lambda request: _control(double, request))
        double.add_route("GET", "/control", lambda request: _figures(double))
        async with double:
            addresses = {"service_url": double.service_url, "metadata_url": double.metadata_url}
            out.write(
                json.dumps({**addresses, "token_url": double.token_url, "control": f"{double.service_url}control"})
            )
            out.write("\n")
            out.flush()
            await stopped.wait()
    finally:
        if file is not None:
            file.close()


async def _control(double: ConnectorDouble, request: web.Request) -> web.Response:
    try:
        control = _Control.model_validate(await request.json())
    except (ValidationError, ValueError) as error:
        return web.json_response({"error": str(error)}, status=400)
    behaviour = control.behaviour()
    if control.times is not None:
        double.script(*[behaviour] * control.times)
    elif control.conversation is not None:
        double.by_conversation[control.conversation] = behaviour
    else:
        double.behaviour = behaviour
        if behaviour == FINE:
            double.by_conversation.clear()
    return web.json_response({"calls": len(double.calls)})


async def _figures(double: ConnectorDouble) -> web.Response:
    return web.json_response({"calls": len(double.calls), "delivered": sum(call.delivered for call in double.calls)})


def _writer(file: TextIO) -> Callable[[Call], None]:
    def write(call: Call) -> None:
        line: dict[str, Any] = {
            "at": call.at,
            "time": time.time(),
            "method": call.method,
            "path": call.path,
            "conversation_id": call.conversation_id,
            "activity_id": call.activity_id,
            "status": call.status,
            "delivered": call.delivered,
            "body": call.body,
        }
        file.write(json.dumps(line, ensure_ascii=False) + "\n")

    return write


def main() -> None:
    """The command line of the process."""
    parser = argparse.ArgumentParser(prog="python -m bot.doubles", description="The double of the Bot Framework.")
    parser.add_argument("--port", type=int, default=0, help="to listen on; 0 takes a free one")
    parser.add_argument("--log", type=Path, metavar="FILE", help="where each call is written, one JSON object a line")
    options = parser.parse_args()
    asyncio.run(run(port=options.port, log=options.log, out=sys.stdout))


if __name__ == "__main__":
    main()
