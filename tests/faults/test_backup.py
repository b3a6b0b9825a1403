"""A backup that is made in the middle of a morning, put back as docs/how-to-it.md says, is a whole database again."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hr.absence.model import StepChange
from hr.outbox.model import MessageState
from tests.faults.processes import Program, start
from tests.faults.world import World, world
from tests.prepared import around

LEADERS = 30
EARLY = 8


@pytest.fixture
async def office(tmp_path: Path, index: Path) -> AsyncIterator[World]:
    """A municipality on SQLite: on PostgreSQL `pg_dump` makes the copy."""
    around(index, tmp_path / "data")
    async with world(tmp_path, f"sqlite:///{tmp_path / 'kompas.db'}") as made:
        yield made


async def run(office: World, *arguments: str) -> tuple[int, str]:
    """A command of the operator: its exit code and what it says."""
    log = office.folder / f"{arguments[0]}-{len(list(office.folder.glob('*.log')))}.log"
    program: Program = await start("bot", *arguments, log=log, environment=office.environment())
    return await program.end(seconds=120), program.output()


async def put_back(office: World, copy: Path) -> None:
    """What the documentation tells the operator to do, with all programs stopped."""
    file = office.database_file
    assert file is not None
    await office.storage._engine.dispose()
    for end in ("", "-wal", "-shm"):
        beside = file.with_name(file.name + end)
        if beside.exists():
            beside.rename(beside.with_name(f"old{end}"))
    shutil.copyfile(copy, file)


async def test_a_backup_of_a_busy_morning_is_whole_and_sends_only_what_it_does_not_know_to_be_sent(
    office: World,
) -> None:
    await office.seed(LEADERS)
    worker = await office.worker(SEND_RATE="5")
    await office.teams.until_shown(EARLY, seconds=90)
    copy = office.folder / "backup.db"
    presses = asyncio.create_task(_press_all(office))
    code, said = await run(office, "backup", "--out", str(copy))
    assert code == 0, said
    assert worker.runs
    await office.until_settled(seconds=120)
    await presses
    await worker.stop()
    before = len(office.teams.shown)
    assert before == LEADERS

    await put_back(office, copy)
    code, said = await run(office, "doctor")
    assert "ok    database" in said, said
    code, said = await run(office, "audit", "verify")
    assert code == 0, said
    assert {case.id for case in await office.kept()} == {case.id for case in office.cases}
    states = await office.states()
    assert states.total() == LEADERS
    known = states[MessageState.SENT]
    assert EARLY - 1 <= known < LEADERS

    await office.let_leases_end()
    again = await office.worker()
    await office.until_settled(seconds=120)
    await again.stop()
    assert len(office.teams.shown) - before == LEADERS - known
    assert (await office.states())[MessageState.SENT] == LEADERS
    assert max(len(posts) for posts in office.teams.shown_by_chat().values()) == 2
    code, said = await run(office, "audit", "verify")
    assert code == 0, said


async def _press_all(office: World) -> None:
    """What leaders do meanwhile: it writes cases, outbox and log."""
    service = office.service()
    for number, (leader, case) in enumerate(zip(office.leaders[-8:], office.cases[-8:], strict=True)):
        await service.change_step(leader.id, case.id, "A90", StepChange.SKIP, token=f"{number:032x}")
        await asyncio.sleep(0.1)
