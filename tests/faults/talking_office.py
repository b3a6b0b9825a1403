"""An office whose programs are as talkative as they can be, and everything that comes out of them."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import aiohttp

from bot.doubles.connector import ConnectorDouble
from bot.seal import Seal, keys_of
from bot.settings import SAMPLE_CONTENT
from hr.clock import SystemClock
from tests.faults.processes import Program, start
from tests.integration.talkative import loud
from tests.unit.bot.builders import APP_ID, TENANT, activity

SECRET: Final = "kanarie-hemmelighed"
LEADER: Final = "5a3e0c00-0000-4000-8000-000000000002"
HR: Final = "5a3e0c00-0000-4000-8000-000000000011"
NAME: Final = "Kanariander Fuglsangsen"


class TalkingOffice:
    """The programs of one data folder beside the double, all of them in one format of the log."""

    def __init__(
        self, folder: Path, index: Path, double: ConnectorDouble, session: aiohttp.ClientSession, *, log_format: str
    ) -> None:
        self.folder, self.double, self.session = folder, double, session
        self.data = folder / "data"
        self.people = folder / "people.toml"
        self.programs: list[Program] = []
        self.pages: list[str] = []
        self.port, self.metrics_port, self.worker_port = _free_port(), _free_port(), _free_port()
        self._format = log_format
        self._loud = loud(folder / "loud")
        self._count = self._started = 0
        self.data.mkdir()
        shutil.copytree(index / "index", self.data / "index")
        (self.data / "models").symlink_to(index / "models")  # weights, unpacked before anybody wrote anything
        sample = (SAMPLE_CONTENT / "people.sample.toml").read_text(encoding="utf-8")
        self.people.write_text(sample.replace("Ditte Eksempelsen", NAME), encoding="utf-8")

    async def start(self, *arguments: str, **changes: str) -> Program:
        """A command of Kompas, in mode teams unless told otherwise."""
        settings = {
            "MODE": "teams",
            "INSECURE_LOOPBACK": "1",
            "APP_ID": APP_ID,
            "APP_TENANT_ID": TENANT,
            "APP_SECRET": SECRET,
            "OPENID_METADATA_URL": self.double.metadata_url,
            "TOKEN_URL": self.double.token_url,
            "DATA_DIR": str(self.data),
            "PEOPLE": str(self.people),
            "PORT": str(self.port),
            "METRICS_PORT": str(self.metrics_port),
            "WORKER_METRICS_PORT": str(self.worker_port),
            "INBOUND_PER_MINUTE": "6000",
            "WATCH": "off",
            "LOG_FORMAT": self._format,
            "SEND_WINDOW": "03:00-23:59",
        }
        if changes.get("MODE") == "local":
            settings = {name: value for name, value in settings.items() if name != "APP_SECRET"}
        self._started += 1
        number = self._started
        program = await start(
            "bot",
            *arguments,
            log=self.folder / f"{number}.out",
            errors=self.folder / f"{number}.err",
            environment={**self._loud, **{f"KOMPAS_{name}": value for name, value in {**settings, **changes}.items()}},
        )
        self.programs.append(program)
        return program

    async def command(self, *arguments: str, **changes: str) -> Program:
        """One that ends by itself, well or with a finding."""
        program = await self.start(*arguments, **changes)
        assert await program.end(seconds=180) in {0, 1}, program.output()
        return program

    async def fetch(self, path: str, *, port: int | None = None) -> str:
        """What a page answers, which is kept."""
        async with self.session.get(f"http://127.0.0.1:{port or self.port}{path}") as response:
            self.pages.append(f"{response.headers}\n{await response.text()}")
        return self.pages[-1]

    async def post(self, kind: str = "message", *, sender: str = LEADER, group: bool = False, **changes: Any) -> Any:
        """An activity from Teams with a good token; the answer's body."""
        self._count += 1
        chat = {"id": "19:kanarie" if group else f"a:kanariechat-{sender}", "tenantId": TENANT}
        body = activity(
            kind,
            service_url=self.double.service_url,
            **{
                "id": f"in-{self._count}",
                "from": {"id": f"29:kanarie-{sender}", "name": NAME, "aadObjectId": sender},
                "conversation": {**chat, "conversationType": "groupChat" if group else "personal"},
                "locale": "da-DK",
                **changes,
            },
        )
        headers = {"Authorization": f"Bearer {self.double.inbound_token(APP_ID)}"}
        url = f"http://127.0.0.1:{self.port}/api/messages"
        async with self.session.post(url, json=body, headers=headers) as response:
            text = await response.text()
            assert response.status in {200, 202}, text
        return json.loads(text) if text else None

    async def ask(self, text: str, **given: Any) -> dict[str, Any]:
        """A message, and the one that came back."""
        await self.post(text=text, **given)
        return await self.double.next_message(seconds=30)

    async def press(self, data: dict[str, Any], **given: Any) -> Any:
        """A press on a button that Kompas has sealed: the card or text that answers it."""
        sealed = Seal(keys_of(None, self.data), SystemClock()).data(data)
        value = {"action": {"type": "Action.Execute", "data": sealed}, "trigger": "manual"}
        return await self.post("invoke", name="adaptiveCard/action", value=value, replyToId="card", **given)

    async def rate(self, comment: str, *, answer: str) -> None:
        """A thumb down with a comment."""
        rated = {"actionName": "feedback", "actionValue": {"reaction": "dislike", "feedback": comment}}
        await self.post("invoke", name="message/submitAction", value=rated, replyToId=answer)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file below the data folder, weights excepted; a database and its log are one."""
        for path in sorted(self.data.rglob("*")):
            if path.is_file() and "models" not in path.relative_to(self.data).parts:
                name = path.relative_to(self.data).as_posix()
                yield name.removesuffix("-wal").removesuffix("-shm"), path.read_bytes()


def button(card: Any, **wanted: Any) -> dict[str, Any]:
    """What the first button of a card sends that has these fields. Raises LookupError."""
    for part in _parts(card):
        data = part.get("data")
        if isinstance(data, dict) and all(data.get(name) == value for name, value in wanted.items()):
            return data
    raise LookupError(f"no button with {wanted} on {json.dumps(card, ensure_ascii=False)}")


def _parts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        for item in part:
            yield from _parts(item)
    elif isinstance(part, dict):
        yield part
        for value in part.values():
            yield from _parts(value)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
