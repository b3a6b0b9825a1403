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
