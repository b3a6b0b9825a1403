"""Nothing that comes out of a running bot holds what people wrote, who they are, or what the bot's token is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.doubles.connector import Behaviour, ConnectorDouble
from hr.storage.engine import create_engine
from hr.storage.migrate import upgrade
from hr.storage.sql import SqlStorage
from tests.integration.canaries import COMMENT, QUESTION, REFUSED, everything, found, found_in_bytes
from tests.integration.wire import Wire, running, teams_settings
from tests.unit.bot.builders import APP_ID, LEADER_AAD

SECRET = "kanarie-hemmelighed"
PERSONAL = {"id": "a:kanariechat", "conversationType": "personal"}
SENDER = {"id": "29:kanarie", "name": "Kanariander Fuglsangsen", "aadObjectId": LEADER_AAD}
IDS = {"a person's Entra id": LEADER_AAD}


def malformed() -> list[bytes]:
    """Bodies that are no activity, each with a canary."""
    return [
        b'{"type": "message", "text": "kanarierod"',
        b'["kanarierod"]',
        b'{"type": "message", "text": "kanarierod", "from": {"id": 7}}',
        '{"type": "kanarierod", "text": "æ"}'.encode("utf-16"),
        b"\xff\xfe kanarierod",
        b'{"a":' * 2000 + b'"kanarierod"',
    ]


def from_teams(wire: Wire, kind: str = "message", **changes: Any) -> dict[str, Any]:
    """An activity whose sender and chat are canaries."""
    return wire.activity(kind, **{"conversation": PERSONAL, "from": SENDER, **changes})


@asynccontextmanager
async def on_file(folder: Path) -> AsyncIterator[SqlStorage]:
    """Storage in a SQLite file."""
    url = f"sqlite:///{folder / 'kompas.db'}"
    await upgrade(url)
    storage = SqlStorage(create_engine(url))
    try:
        yield storage
    finally:
        await storage.close()


class Failing:
    """A unit of work that fails with what it was given in its error."""

    async def __aenter__(self) -> Any:
        raise RuntimeError("kanariefejl")

    async def __aexit__(self, *_: object) -> None:
        return None


class Database:
    """Units on a file until somebody breaks it."""

    def __init__(self, storage: SqlStorage) -> None:
        self._storage = storage
        self.broken = False

    def unit(self) -> Any:
        return Failing() if self.broken else self._storage.unit()


async def said(wire: Wire, answers: list[str], body: Any, **given: Any) -> int:
    """Post, and keep what the HTTP answer holds; its status."""
    response = await wire.post(body, **given)
    answers.append(f"{response.headers}\n{await response.text()}")
    return response.status


async def converse(wire: Wire, answers: list[str]) -> None:
    """What goes well: an answer, a refusal, a thumb down with a comment, one that tells of health."""
    assert await said(wire, answers, from_teams(wire, text=QUESTION)) == 202
    answer = await wire.double.next_message()
    assert await said(wire, answers, from_teams(wire, text=REFUSED)) == 202
    await wire.double.next_message()
    for comment in (COMMENT, REFUSED):
        rated = {
            "actionName": "feedback",
            "actionValue": {"reaction": "dislike", "feedback": f'{{"feedbackText": "{comment}"}}'},
        }
        rating = from_teams(wire, "invoke", name="message/submitAction", value=rated, replyToId=answer["id"])
        assert await said(wire, answers, rating) == 200


async def provoke(wire: Wire, answers: list[str], database: Database) -> None:
    """What goes wrong: bodies, buttons, tokens, the Connector, the database, the answering itself."""
    for body in malformed():
        assert await said(wire, answers, None, data=body) >= 400
    button = {"kind": "kanarieknap", "comment": REFUSED}
    value = {"action": {"type": "Action.Execute", "data": button}, "trigger": "manual"}
    assert await said(wire, answers, from_teams(wire, "invoke", name="adaptiveCard/action", value=value)) == 200
    assert await said(wire, answers, from_teams(wire, "invoke", name="kanarieknap/x", value=button)) >= 200
    elsewhere = {**from_teams(wire, text=QUESTION), "serviceUrl": f"{wire.double.service_url}kanariesti/"}
    assert await said(wire, answers, elsewhere) == 401
    for header in ("Bearer kanarie-hemmelighed.x.y", "kanarie-hemmelighed"):
        assert await said(wire, answers, from_teams(wire, text=QUESTION), headers={"Authorization": header}) == 401
    for behaviour in (
        Behaviour(status=500),
        Behaviour(status=401),
        Behaviour(status=403),
        Behaviour(drop=True),
        Behaviour(redirect_to="http://kanariesti.example/x"),
        Behaviour(delay=1.5, status=500),
    ):
        wire.double.behaviour = behaviour
        assert await said(wire, answers, from_teams(wire, text=QUESTION)) == 202
        await asyncio.sleep(0.5)
    wire.double.behaviour = Behaviour()
    await asyncio.sleep(2)
    wire.answerer.error = ValueError(f"kanariefejl {QUESTION}")
    assert await said(wire, answers, from_teams(wire, text=QUESTION)) == 202
    await asyncio.sleep(0.5)
    wire.answerer.error = None
    database.broken = True
    assert await said(wire, answers, from_teams(wire, text=QUESTION)) == 202
    rated = {"actionName": "feedback", "actionValue": {"reaction": "dislike", "feedback": COMMENT}}
    assert await said(
        wire, answers, from_teams(wire, "invoke", name="message/submitAction", value=rated, replyToId="x")
    )
    await asyncio.sleep(0.5)


async def test_no_record_of_any_logger_and_no_answer_holds_what_people_wrote(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    answers: list[str] = []
    async with on_file(tmp_path) as storage:
        database = Database(storage)
        async with running(teams=True, new_unit=database.unit, follow_up=True, app_secret=SECRET) as wire:
            caplog.clear()  # what came before the bot was there
            await converse(wire, answers)
            await provoke(wire, answers, database)
            token = wire.double.calls[0].authorization
            secrets = {
                **IDS,
                "the bot's own token": "outbound-",
                "a bearer token": wire.double.inbound_token(APP_ID)[:40],
                "a service address": wire.double.service_url,
            }
        shown = capfd.readouterr()
    assert token == "Bearer outbound-1"
    assert found(everything(caplog.records), secrets) == []
    assert found("\n".join(answers), secrets) == []
    assert found(shown.out + shown.err, secrets) == []
    assert any("turn failed" in record.getMessage() for record in caplog.records)


async def test_the_database_file_holds_no_answered_and_no_refused_text_and_no_secret(tmp_path: Path) -> None:
    answers: list[str] = []
    async with on_file(tmp_path) as storage:
        database = Database(storage)
        async with running(teams=True, new_unit=database.unit, follow_up=True, app_secret=SECRET) as wire:
            await converse(wire, answers)
            await provoke(wire, answers, database)
        content = b"".join(file.read_bytes() for file in sorted(tmp_path.glob("kompas.db*")))
    may_be_kept = {"a comment", "a conversation", "a Teams id"}
    held = set(found_in_bytes(content, {"the bot's own token": "outbound-", "a bearer token": "eyJ"}))
    assert held == may_be_kept


def test_the_settings_and_their_faults_do_not_show_the_secret() -> None:
    settings = teams_settings(ConnectorDouble(port=1), app_secret=SECRET, database_url=f"postgresql://k:{SECRET}@h/d")
    assert SECRET not in f"{settings!r} {settings} {settings.model_dump()!r} {settings.model_dump_json()}"
<<<<<<< HEAD


# --- the programs themselves, at DEBUG ----------------------------------------------------------------------------------------

LEADER = "5a3e0c00-0000-4000-8000-000000000002"
REFERENCE = "ZQX"
TALKATIVE_PROGRAM = """
import logging, sys
basic = logging.basicConfig
logging.basicConfig = lambda **given: basic(**{**given, "level": logging.DEBUG})
from bot.cli import main
raise SystemExit(main(sys.argv[1:]))
"""


class Office:
    """`kompas serve` and `kompas worker` in mode teams beside the double; every logger of theirs is set to DEBUG."""

    def __init__(self, folder: Path, double: ConnectorDouble, session: aiohttp.ClientSession) -> None:
        self.folder, self.double, self.session = folder, double, session
        self.programs: list[Program] = []
        self.answers: list[str] = []
        self.port, self.metrics = _free_port(), _free_port()
        self.people = folder / "people.toml"
        self._count = 0
        around(built_index(), folder / "data")
        sample = (SAMPLE_CONTENT / "people.sample.toml").read_text(encoding="utf-8")
        self.people.write_text(sample.replace("Ditte Eksempelsen", "Kanariander Fuglsangsen"), encoding="utf-8")

    async def start(self, *arguments: str, **changes: str) -> Program:
        """A command of Kompas."""
        settings = {
            "MODE": "teams",
            "INSECURE_LOOPBACK": "1",
            "APP_ID": APP_ID,
            "APP_TENANT_ID": TENANT,
            "APP_SECRET": SECRET,
            "OPENID_METADATA_URL": self.double.metadata_url,
            "TOKEN_URL": self.double.token_url,
            "DATA_DIR": str(self.folder / "data"),
            "PEOPLE": str(self.people),
            "PORT": str(self.port),
            "METRICS_PORT": str(self.metrics),
            "WATCH": "off",
            "LOG_FORMAT": "json",
            "SEND_WINDOW": "03:00-23:59",
        }
        environment = {f"KOMPAS_{name}": value for name, value in {**settings, **changes}.items()}
        log = self.folder / f"program-{len(self.programs)}.log"
        script = self.folder / "talkative.py"
        script.write_text(TALKATIVE_PROGRAM, encoding="utf-8")
        environment["PYTHONPATH"] = str(self.folder)
        program = await start("talkative", *arguments, log=log, environment=environment)
        self.programs.append(program)
        return program

    async def command(self, *arguments: str, **changes: str) -> str:
        """One that ends by itself: what it says."""
        program = await self.start(*arguments, **changes)
        assert await program.end(seconds=90) in {0, 1}, program.output()
        return program.output()

    async def fetch(self, port: int, path: str) -> str:
        """What a path answers."""
        async with self.session.get(f"http://127.0.0.1:{port}{path}") as response:
            self.answers.append(await response.text())
        return self.answers[-1]

    async def post(self, kind: str = "message", *, sender: str = LEADER, group: bool = False, **changes: Any) -> Any:
        """An activity from Teams; the answer's body."""
        self._count += 1
        chat = {"id": "19:kanarie" if group else f"a:kanariechat-{sender}", "tenantId": TENANT}
        body = activity(
            kind,
            service_url=self.double.service_url,
            **{
                "id": f"in-{self._count}",
                "from": {"id": f"29:kanarie-{sender}", "name": "Kanariander", "aadObjectId": sender},
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
        return await self.double.next_message(seconds=20)

    async def press(self, data: dict[str, Any], **given: Any) -> str:
        """A press on a button: the card or text that answers it, as JSON."""
        value = {"action": {"type": "Action.Execute", "data": data}, "trigger": "manual"}
        body = await self.post("invoke", name="adaptiveCard/action", value=value, replyToId="card", **given)
        return json.dumps(body, ensure_ascii=False)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """The programs' world; what still runs is killed at the end."""
    async with ConnectorDouble() as double, aiohttp.ClientSession() as session:
        made = Office(tmp_path, double, session)
        try:
            yield made
        finally:
            for program in made.programs:
                await program.kill()


async def live_through_it(office: Office, hr: str) -> None:
    """Every feature that takes words, once."""
    today = SystemClock().today()
    answer = await office.ask(QUESTION)
    await office.ask(REFUSED)
    for comment in (COMMENT, REFUSED):
        rated = {"actionName": "feedback", "actionValue": {"reaction": "dislike", "feedback": comment}}
        await office.post("invoke", name="message/submitAction", value=rated, replyToId=answer["id"])
    form = await office.ask("ny sag")
    while "Opret" not in buttons_of(form):  # a thumb down is followed by a card that asks why
        form = await office.double.next_message(seconds=20)
    case = {**buttons_of(form)["Opret"], "label": REFERENCE, "first_day": today.isoformat()}
    assert REFERENCE in await office.press(case)
    words = {"question": "Hvem betaler for et kanariekursus?", "topic": "andet"}
    said = await office.press({"kind": "asking_send", "token": "token-of-a-test-1", **words})
    assert "nr. 1" in said, said
    begin = {"kind": "dialogues_begin", "token": "token-of-a-test-2", "themes": "haandtering"}
    dialogue = re.search(r'"dialogue_id": "([^"]+)"', await office.press(begin, group=True))
    assert dialogue is not None
    agreed = {"first": "Vi hænger et kanariekrydstal op", "follow_up": (today + timedelta(days=30)).isoformat()}
    agree = {"kind": "dialogues_agree", "token": "token-of-a-test-3", "dialogue_id": dialogue[1], **agreed}
    await office.press(agree, group=True)
    campaign = {"title": "Husk kanariepåmindelse", "text": "Kom til kanariepåmindelse.", "people": "VMB"}
    await office.press({"kind": "campaigns_save", "token": "token-of-a-test-4", **campaign}, sender=hr)


async def break_it(office: Office) -> None:
    """Teams says no, the database is held, the people file is broken, a table is gone."""
    for behaviour in (Behaviour(status=500), Behaviour(status=401), Behaviour(drop=True)):
        office.double.behaviour = behaviour
        await office.post(text=QUESTION)
        await asyncio.sleep(0.5)
    office.double.behaviour = Behaviour()
    database = office.folder / "data" / "kompas.db"
    async with exclusive_lock(database, seconds=8, log=office.folder / "lock.log"):
        rated = {"actionName": "feedback", "actionValue": {"reaction": "dislike", "feedback": COMMENT}}
        await office.post("invoke", name="message/submitAction", value=rated, replyToId="x")
        await office.fetch(office.port, "/readyz")
    broken = office.people.read_text(encoding="utf-8").replace(
        'name = "Kanariander Fuglsangsen"', 'name = "Kanariander', 1
    )
    office.people.write_text(broken, encoding="utf-8")
    await asyncio.sleep(2.5)
    await office.ask("mine forløb")
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        connection.execute("ALTER TABLE ratings RENAME TO elsewhere")
    await office.post("invoke", name="message/submitAction", value=rated, replyToId="y")
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        connection.execute("ALTER TABLE elsewhere RENAME TO ratings")


async def test_no_program_writes_what_people_wrote_even_when_every_logger_is_at_debug(office: Office) -> None:
    whole = office.people.read_text(encoding="utf-8")
    server = await office.start("serve")
    await server.says("Kompas answers", seconds=120)
    worker = await office.start("worker")
    await worker.says("the worker runs", seconds=60)
    hr = next(one.id for one in FileDirectory.load(office.people).people if Role.HR in one.roles)
    await live_through_it(office, hr)
    await break_it(office)
    assert "kompas_turns_total" in await office.fetch(office.metrics, "/metrics")
    assert await server.stop() == 0
    assert await worker.stop() == 0
    await office.command("doctor")
    office.people.write_text(whole, encoding="utf-8")
    for arguments in (("outbox", "--json"), ("audit",), ("audit", "verify"), ("doctor",), ("insight",), ("cases",)):
        await office.command(*arguments)
    await office.command("worker", "--once", "--now", "2030-03-04T09:00:00", MODE="local", APP_SECRET="")

    never = {
        "the bot's own token": "outbound-",
        "a bearer token": "eyJ",
        "a case reference": REFERENCE,
        "a service address": office.double.service_url,
    }
    output = "\n".join(program.output() for program in office.programs)
    assert found(output, never | {"a person's Entra id": LEADER}) == []
    assert found("\n".join(office.answers), never | {"a person's Entra id": LEADER}) == []
    assert "Traceback" not in output
    assert "a library reports something" in output
    assert "turn failed" in output
    assert "kept the earlier content" in output

    content = b"".join(file.read_bytes() for file in sorted((office.folder / "data").glob("kompas.db*")))
    held = set(found_in_bytes(content, {"the bot's own token": "outbound-", "a bearer token": "eyJ"}))
    by_design = {"a question to HR", "an action of a TRIO", "a campaign's text"}
    assert held == {"a comment", "a conversation", "a Teams id", *by_design}
=======
>>>>>>> w-canary
