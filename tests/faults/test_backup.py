"""A copy that is made in the middle of a busy morning, put back as docs/how-to-it.md says after everything has died: nothing is lost."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
from sqlalchemy import select

from adaptive_cards.actions import Action, ChangeStep
from bot.doubles.connector import Behaviour
from hr.absence.model import StepChange, StepState
from hr.outbox.model import MessageKind, MessageState
from hr.storage.tables import outbox
from tests.faults.conftest import POSTGRES
from tests.faults.processes import bare_environment, start
from tests.faults.test_presses import CARD, answers, done
from tests.faults.world import Leader, World
from tests.prepared import ROOT

LEADERS: Final = 60
RATE: Final = "1"
"""So slow that the morning is not over before the commands have run, on a busy machine either."""
EARLY: Final = 6
"""Reminders that have arrived before the copy is made."""
SINCE: Final = 4
"""And after it."""

SLOW: Final = Behaviour(delay=0.3)
"""A reminder is on its way for a while, so that the copy meets one or two."""

ON_ANOTHER_MACHINE: Final = {"/var/lib/kompas": "{data}", "/backup/kompas-2026-11-28": "{copy}"}
"""What stands in the documentation for what is elsewhere here."""


def documented(heading: str, tool: str, folder: Path) -> str:
    """The commands of the documentation, as an operator would change them: those below a heading that use a tool."""
    text = (ROOT / "docs" / "how-to-it.md").read_text(encoding="utf-8")
    section = re.split(r"^#{2,3} ", text.split(f"{heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    (block,) = [block for block in re.findall(r"^```\n(.*?)^```$", section, re.DOTALL | re.MULTILINE) if tool in block]
    places = {"data": str(folder), "copy": str(folder / "copy")}
    for there, here in ON_ANOTHER_MACHINE.items():
        block = block.replace(there, here.format(**places))
    return block


async def shell(commands: str, environment: Mapping[str, str]) -> None:
    """Run the commands one after the other; the first that fails is the end."""
    command = ["sh", "-euc", commands]
    whole = {**bare_environment(), **environment, "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"}  # noqa: TID251
    run = subprocess.run
    ended = await asyncio.to_thread(run, command, env=whole, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, f"{commands}\n{ended.stdout}{ended.stderr}"


async def kompas(office: World, *arguments: str) -> str:
    """A command of the operator, which must end well; what it says."""
    log = office.folder / f"command-{uuid4().hex[:8]}.log"
    program = await start("bot", *arguments, log=log, environment=office.environment())
    assert await program.end(seconds=120) == 0, program.output()
    return program.output()


async def press(office: World, address: str, leader: Leader, action: Action) -> None:
    """A press that must have its effect: a refusal for a busy database would be no card."""
    ((status, body),) = await answers(address, [office.press(leader, action, activity_id=uuid4().hex)])
    assert (status, body.get("type")) == (200, CARD), f"{body}\n{office.logs()}"


async def press_all_morning(office: World, address: str, stop: asyncio.Event) -> int:
    """What leaders do meanwhile, one after the other: each press writes a case, the outbox and the log. How many there were."""
    pressed = 0
    while not stop.is_set():
        change = StepChange.UNDO if (pressed // LEADERS) % 2 else StepChange.SKIP
        number = pressed % LEADERS
        leader, case = office.leaders[number], office.cases[number]
        action = ChangeStep(token=uuid4().hex, case_id=case.id, step="A90", change=change)
        await press(office, address, leader, action)
        pressed += 1
        await asyncio.sleep(0.02)
    return pressed


async def reminders(office: World) -> dict[str, MessageState]:
    """What the database knows of each chat's reminder."""
    chats = {leader.id: leader.conversation for leader in office.leaders}
    async with office.connection() as connection:
        rows = await connection.execute(
            select(outbox.c.recipient_id, outbox.c.state).where(outbox.c.kind == MessageKind.NUDGE.value)
        )
        return {chats[row.recipient_id]: MessageState(row.state) for row in rows}


def shown(office: World) -> Counter[str]:
    """How many reminders each chat shows."""
    return Counter(post.conversation for post in office.teams.shown)


async def test_a_copy_of_a_busy_morning_put_back_after_a_crash_loses_nothing_and_repeats_only_what_left_since(
    office: World, index: Path, request: pytest.FixtureRequest
) -> None:
    tool = "pg_dump" if request.node.callspec.params["database"] == POSTGRES else "kompas backup"
    if tool == "pg_dump" and not (shutil.which("pg_dump") and shutil.which("pg_restore")):
        pytest.skip("pg_dump and pg_restore are not on this machine: a copy of PostgreSQL was not tried")
    office.teams.plan = lambda conversation, number: SLOW
    await office.seed(LEADERS)
    address = await office.serve(index)
    await office.worker(SEND_RATE=RATE)
    stop = asyncio.Event()
    presses = asyncio.create_task(press_all_morning(office, address, stop))
    await office.teams.until_shown(EARLY, seconds=60)
    for leader, case in list(zip(office.leaders, office.cases, strict=True))[-2:]:
        await press(office, address, leader, done(case.id))

    # The copy, while reminders leave and people press.
    last_entry = (await kompas(office, "audit", "verify")).split()[-2:]
    await shell(documented("## Backup", tool, office.folder), office.environment())
    for leader, case in list(zip(office.leaders, office.cases, strict=True))[-4:-2]:
        await press(office, address, leader, done(case.id))
    already = len(shown(office))
    await office.teams.until_shown(already + SINCE, seconds=60)
    stop.set()
    assert await presses > LEADERS

    # Everything dies. This test lets go of the database before: SQLite would tidy up behind the last one that closes it.
    await office.storage.close()
    for program in office.programs:
        assert program.runs, office.logs()
        await program.kill()
    await office.teams.until_quiet(1.0, seconds=20)
    before = shown(office)
    assert max(before.values()) == 1
    if office.database_file is not None:
        log = office.database_file.with_name("kompas.db-wal")
        assert log.stat().st_size > 0, "no log was left behind: this run does not show what becomes of it"

    # The copy is put back as the documentation says.
    restore = {"kompas backup": "install", "pg_dump": "pg_restore"}[tool]
    await shell(documented("### Putting a copy back", restore, office.folder), office.environment())
    findings = (await start_doctor(office)).splitlines()
    assert any(line.startswith("ok    database") for line in findings), findings
    await kompas(office, "audit", "verify")
    async with office.storage.unit() as unit:
        (entry,) = await unit.audit.entries(after=int(last_entry[0]) - 1, limit=1)
    assert [str(entry.number), entry.hash] == last_entry, "the log of the copy is that of the morning"
    known = await reminders(office)
    assert set(known) == set(office.conversations), "every reminder of the morning is known"
    sent = {chat for chat, state in known.items() if state is MessageState.SENT}
    on_its_way = {chat for chat, state in known.items() if state is MessageState.SENDING}
    cancelled = {chat for chat, state in known.items() if state is MessageState.CANCELLED}
    assert cancelled == set(office.conversations[-2:]), "a press before the copy holds, one after it is gone"
    assert sent <= set(before), "the copy knows nothing as sent that did not arrive"
    assert len(sent) >= EARLY - 2
    assert set(before) - sent, "nothing left after the copy: this run shows no double"

    # And everything starts again.
    await office.let_leases_end()
    address = await office.serve(index)
    await office.worker()
    await office.until_settled(seconds=60)
    for leader, case in list(zip(office.leaders, office.cases, strict=True))[:3]:
        await press(office, address, leader, done(case.id))
    twice = set(before) - sent
    assert shown(office) == {
        chat: 2 if chat in twice else 1 for chat in office.conversations if chat not in cancelled
    }, "each reminder arrives, and twice only what left after the copy was made"
    marked = {chat for chat, posts in office.teams.shown_by_chat().items() if any(post.marked for post in posts)}
    assert marked == on_its_way, "what was on its way says that it may be a double"
    assert set(await office.states()) <= {MessageState.SENT, MessageState.CANCELLED}
    assert [case.step("A03").state for case in (await office.kept())[:3]] == [StepState.DONE] * 3  # type: ignore[union-attr]
    await kompas(office, "audit", "verify")
    assert "Traceback" not in office.logs()


async def start_doctor(office: World) -> str:
    """What `kompas doctor` says; on this machine some of its lines are no `ok`, such as that of the signing keys."""
    log = office.folder / "doctor.log"
    program = await start("bot", "doctor", log=log, environment=office.environment())
    await program.end(seconds=120)
    return program.output()
