"""Whatever people do and whatever breaks: nothing that the programs write holds what was written, who it was, or the bot's token.

Every program runs as its operator starts it, with all loggers, those of libraries too, at DEBUG.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from bot.doubles.connector import Behaviour, ConnectorDouble
from hr.clock import SystemClock
from tests.faults.processes import Program, exclusive_lock
from tests.faults.talking_office import HR, LEADER, TalkingOffice, button
from tests.integration.canaries import COMMENT, QUESTION, REFUSED, UNANSWERED, found, found_in_bytes
from tests.integration.hostile import ROWS, Target, answer_to
from tests.unit.bot.builders import APP_ID

REFERENCE: Final = "ZQX"
HANGING: Final = "5a3e0c00-0000-4000-8000-000000000003"
"""Whose chat never answers."""

BODIES: Final = (
    b'{"type": "message", "text": "kanarierod"',
    b'["kanarierod"]',
    b'{"type": "message", "text": "kanarierod", "from": {"id": 7}}',
    '{"type": "kanarierod", "text": "æ"}'.encode("utf-16"),
    b"\xff\xfe kanarierod",
    b'{"a":' * 2000 + b'"kanarierod"',
)

SECRETS: Final = {"the bot's own token": "outbound-", "a bearer token": "eyJ"}

SHOWS_WHAT_IS_STORED: Final = frozenset({"people", "campaign", "privacy", "drafts", "insight", "ask"})
"""Commands whose answer is for the operator who asked for it: names, titles, texts. Their log is looked at all the same."""

KEPT_BY_DESIGN: Final = frozenset(
    {
        "a case's label",
        "a comment",
        "a conversation",  # where to answer: the conversation reference
        "a Teams id",
        "a person's Entra id",
        "a service address",  # part of the reference
        "an unanswered question",  # HR's list of what has no source; this one points at nobody
        "a question to HR",
        "an answer of HR",
        "an action of a TRIO",
        "a campaign's text",
    }
)
"""What the database is for (docs/privacy.md): exactly this stands in it, and in a backup."""

DRAFT: Final = "hvem-betaler-for-et-kanariekursus.md"
"""The document that HR made of its answer, and so holds it by design."""


@pytest.fixture(params=["json", "text"])
async def office(request: pytest.FixtureRequest, tmp_path: Path, index: Path) -> AsyncIterator[TalkingOffice]:
    """What still runs is killed at the end."""
    async with ConnectorDouble() as double, aiohttp.ClientSession() as session:
        made = TalkingOffice(tmp_path, index, double, session, log_format=request.param)
        try:
            yield made
        finally:
            for program in made.programs:
                await program.kill()


async def live_through_it(office: TalkingOffice) -> str:
    """Every feature that takes words, once; the id of the campaign."""
    today = SystemClock().today()
    answer = await office.ask(QUESTION)
    for text in (REFUSED, UNANSWERED, f"{QUESTION} {REFUSED}"):
        await office.ask(text)
    for comment in (COMMENT, REFUSED):
        await office.rate(comment, answer=answer["id"])
    await office.post(text="ny sag")
    case = button(await until(office, kind="absence_create", preview=False), kind="absence_create", preview=False)
    shown = await office.press({**case, "label": REFERENCE, "first_day": today.isoformat()})
    assert REFERENCE in json.dumps(shown)

    question = {"question": "Hvem betaler for et kanariekursus?", "topic": "andet"}
    await office.press({"kind": "asking_send", "token": "token-of-a-test-1", "language": "da", **question})
    listed = await office.press({"kind": "asking_open", "menu": "hr_open", "language": "da"}, sender=HR)
    asked = button(listed, kind="asking_hr")["request_id"]
    of_hr = {"request_id": asked, "language": "da"}
    await office.press({"kind": "asking_hr", "deed": "take", **of_hr}, sender=HR)
    said = {"answer": "Det gør afdelingen, se kanariesvar i aftalen.", "token": "token-of-a-test-2"}
    await office.press({"kind": "asking_answer", **of_hr, **said}, sender=HR)
    await office.press({"kind": "asking_hr", "deed": "draft", **of_hr}, sender=HR)

    begin = {"kind": "dialogues_begin", "token": "token-of-a-test-3", "themes": "haandtering", "language": "da"}
    dialogue = re.search(r'"dialogue_id": "([^"]+)"', json.dumps(await office.press(begin, group=True)))
    assert dialogue is not None
    agreed = {"first": "Vi hænger et kanariekrydstal op", "follow_up": (today + timedelta(days=30)).isoformat()}
    agree = {"kind": "dialogues_agree", "token": "token-of-a-test-4", "dialogue_id": dialogue[1], "language": "da"}
    await office.press({**agree, **agreed}, group=True)

    words = {"title": "Husk kanariepåmindelse", "text": "Kom til kanariepåmindelse.", "people": "DES"}
    save = {"kind": "campaigns_save", "token": "token-of-a-test-5", "language": "da", "mandatory": "true"}
    campaign = await office.press({**save, "acknowledgement": "true", **words}, sender=HR)
    send = button(campaign, kind="campaigns_do", deed="send")
    await office.press(send, sender=HR)
    return str(send["campaign_id"])


async def until(office: TalkingOffice, **wanted: Any) -> dict[str, Any]:
    """The next message with such a button: others, as the one that asks why an answer did not help, come before it."""
    while True:
        message = await office.double.next_message(seconds=30)
        try:
            button(message, **wanted)
        except LookupError:
            continue
        return message


async def knock(office: TalkingOffice, elsewhere: str) -> None:
    """What strangers and faulty clients send: tokens, bodies, HTTP that is none."""
    target = Target(mint=office.double.mint, service_url=office.double.service_url, elsewhere=elsewhere)
    for row in ROWS:
        status, answer = await answer_to(office.session, office.port, row.make(target))
        assert status == row.status, row.name
        office.pages.append(answer)
    address = f"http://127.0.0.1:{office.port}/api/messages"
    good = {"Content-Type": "application/json", "Authorization": f"Bearer {office.double.inbound_token(APP_ID)}"}
    for body in BODIES:
        async with office.session.post(address, data=body, headers=good) as response:
            assert response.status >= 400
            office.pages.append(f"{response.headers}\n{await response.text()}")
    unknown = {"kind": "kanarieknap", "comment": REFUSED}
    value = {"action": {"type": "Action.Execute", "data": unknown}, "trigger": "manual"}
    await office.post("invoke", name="adaptiveCard/action", value=value, replyToId="card")


async def break_it(office: TalkingOffice) -> None:
    """Teams refuses, hangs and quotes, the database is held and loses a table, the people file is broken."""
    double, database = office.double, office.data / "kompas.db"
    double.by_conversation[f"a:kanariechat-{HANGING}"] = Behaviour(delay=60)
    await office.post(text=QUESTION, sender=HANGING)
    for behaviour in (
        Behaviour(status=400, says=f"kanariefejl {REFUSED}"),
        Behaviour(status=500, says=f"kanariefejl {REFUSED}"),
        Behaviour(status=401),
        Behaviour(status=403, says='{"error": {"code": "kanariefejl", "message": "kanariefejl"}}'),
        Behaviour(drop=True),
        Behaviour(redirect_to="http://kanariesti.example/x"),
    ):
        double.behaviour = behaviour
        await office.post(text=QUESTION)
        await asyncio.sleep(0.5)
    double.behaviour = Behaviour()
    async with exclusive_lock(database, seconds=8, log=office.folder / "lock.log"):
        await office.rate(COMMENT, answer="x")
        await office.post(text="mine sager")
        await office.fetch("/readyz")
        await office.fetch("/metrics", port=office.metrics_port)
    whole = office.people.read_text(encoding="utf-8")
    office.people.write_text(whole.replace('Fuglsangsen"', "Fuglsangsen", 1), encoding="utf-8")
    await asyncio.sleep(2.5)
    await office.post(text="mine sager")
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        connection.execute("ALTER TABLE ratings RENAME TO elsewhere")
    await office.rate(COMMENT, answer="y")
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        connection.execute("ALTER TABLE elsewhere RENAME TO ratings")
    await asyncio.sleep(1)
    office.people.write_text(whole, encoding="utf-8")


async def send_what_is_due(office: TalkingOffice) -> None:
    """The worker on the next Monday: first Teams fails it, then all arrives."""
    today = SystemClock().today()
    monday = today + timedelta(days=7 - today.weekday())
    office.double.script(
        Behaviour(drop=True),
        Behaviour(status=500, says=f"kanariefejl {REFUSED}"),
        Behaviour(status=429, retry_after="1", says="kanariefejl"),
        Behaviour(status=400, says="kanariefejl"),
    )
    for hour in ("09", "13"):
        await office.command("worker", "--once", "--now", f"{monday}T{hour}:00:00", MODE="local")


async def look_after_it(office: TalkingOffice, campaign: str) -> None:
    """Every command with which an operator looks at what people did."""
    commands: list[tuple[str, ...]] = [
        ("outbox", "--json"),
        ("outbox",),
        ("audit",),
        ("audit", "verify"),
        ("cases",),
        ("doctor",),
        ("people",),
        ("insight", "show"),
        ("insight", "export", "--out", str(office.folder / "insight.csv")),
        ("drafts",),
        ("campaign", "list"),
        ("campaign", "export", campaign, "--by", "hr", "--out", str(office.folder / "campaign.csv")),
        ("privacy", "export", "--person", "leader", "--out", str(office.folder / "copy.json")),
        ("backup", "--out", str(office.folder / "backup.db")),
        ("ask", QUESTION),
    ]
    few = asyncio.Semaphore(3)

    async def look(arguments: tuple[str, ...]) -> None:
        async with few:
            await office.command(*arguments)

    await asyncio.gather(*map(look, commands))


async def approve(office: TalkingOffice, draft: str) -> None:
    """Move HR's draft into a knowledge base."""
    documents = office.folder / "documents"
    documents.mkdir()
    await office.command("drafts", "approve", draft, "--by", "Personalejura", DOCUMENTS=str(documents))
    assert (documents / draft).is_file()


async def test_no_program_writes_what_people_wrote_even_when_every_logger_is_at_debug(office: TalkingOffice) -> None:
    async with ConnectorDouble(mint=office.double.mint) as elsewhere:
        server = await office.start("serve")
        await server.says("Kompas answers", seconds=180)
        worker = await office.start("worker")
        await worker.says("the worker runs", seconds=90)
        campaign = await live_through_it(office)
        await knock(office, elsewhere.service_url)
        await break_it(office)
        assert "kompas_turns_total" in await office.fetch("/metrics", port=office.metrics_port)
        figures = await office.fetch("/metrics", port=office.worker_port)
        assert 'kompas_worker_rounds_total{outcome="ok"}' in figures
        assert 'kompas_directory_age_seconds{part="worker"}' in figures
        assert '"ok"' in await office.fetch("/readyz")
        await office.fetch("/healthz")
        assert await server.stop(seconds=60) == 0
        assert await worker.stop(seconds=60) == 0
    await send_what_is_due(office)
    await look_after_it(office, campaign)
    held = held_by(office)
    await approve(office, DRAFT)

    never = never_in_words(office)
    assert leaks_of(office.programs, never) == {}
    assert found("\n".join(office.pages), never) == []
    assert "Traceback" not in "".join(program.output() for program in office.programs)
    assert all(
        "DEBUG" in program.logged() for program in office.programs if program.arguments[0] in {"serve", "worker"}
    )
    for provoked in ("turn failed", "a library reports something", "kept the earlier content"):
        assert provoked in server.logged()
    assert server.logged().count("a library reports something at web_protocol.py") >= 5
    assert held == {"kompas.db": KEPT_BY_DESIGN, f"drafts/{DRAFT}": {"a question to HR", "an answer of HR"}}
    kept = found_in_bytes((office.folder / "backup.db").read_bytes(), {**SECRETS, **where_and_who(office)})
    assert set(kept) == KEPT_BY_DESIGN


async def test_the_bot_on_one_s_own_machine_is_as_silent(office: TalkingOffice) -> None:
    server = await office.start("serve", MODE="local", WATCH="on", WORKER="on")
    await server.says("Kompas answers", seconds=180)
    answer = await office.ask(QUESTION)
    await office.ask(REFUSED)
    await office.rate(REFUSED, answer=answer["id"])
    for body in BODIES:
        address = f"http://127.0.0.1:{office.port}/api/messages"
        async with office.session.post(address, data=body, headers={"Content-Type": "application/json"}) as response:
            office.pages.append(await response.text())
    office.double.behaviour = Behaviour(status=500, says=f"kanariefejl {REFUSED}")
    await office.post(text=QUESTION)
    await asyncio.sleep(1)
    await office.fetch("/readyz")
    await office.fetch("/metrics", port=office.metrics_port)
    assert await server.stop(seconds=60) == 0

    never = never_in_words(office)
    assert leaks_of(office.programs, never) == {}
    assert found("\n".join(office.pages), never) == []
    assert "DEBUG" in server.logged()
    assert "Traceback" not in server.output()
    assert held_by(office) == {
        "kompas.db": {"a conversation", "a Teams id", "a person's Entra id", "a service address"}
    }


def where_and_who(office: TalkingOffice) -> dict[str, str]:
    """What the database may hold, and nothing else may."""
    return {
        "a case's label": REFERENCE,
        "a person's Entra id": LEADER,
        "a service address": office.double.service_url,
    }


def never_in_words(office: TalkingOffice) -> dict[str, str]:
    """What no log and no page may hold, besides the canaries."""
    return {**SECRETS, **where_and_who(office), "a group's chat": "19:kanarie", "another's Entra id": HR}


def leaks_of(programs: list[Program], never: dict[str, str]) -> dict[str, list[str]]:
    """What programs have told that they must not, by command."""
    leaks: dict[str, list[str]] = {}
    for number, program in enumerate(programs):
        command = program.arguments[0]
        told = program.logged() if command in SHOWS_WHAT_IS_STORED else program.output()
        if leaked := found(told, never):
            leaks[f"{number} {' '.join(program.arguments)}"] = leaked
    return leaks


def held_by(office: TalkingOffice) -> dict[str, set[str]]:
    """What the files of the data folder hold, those alone that hold anything."""
    held: dict[str, set[str]] = {}
    for name, content in office.files():
        if kept := set(found_in_bytes(content, {**SECRETS, **where_and_who(office)})):
            held[name] = held.get(name, set()) | kept
    return held
