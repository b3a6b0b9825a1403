"""What a person's rights ask of the database: in a SQLite file, and on PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Double, Integer, Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from hr.audit.chain import first_broken
from hr.audit.model import NO_CASE, OPERATOR, Deed, Purpose
from hr.clock import FixedClock
from hr.errors import NoSuchCaseOfLeaderError, OpenCasesError
from hr.my_data.model import Kind, Scope
from hr.my_data.service import MyDataService
from hr.storage.campaigns_tables import campaign_recipients
from hr.storage.engine import create_engine
from hr.storage.escalation_tables import requests
from hr.storage.holdings import HOLDINGS, OF_OTHERS
from hr.storage.sql import SqlStorage
from hr.storage.tables import UtcDateTime, audit_log, audit_people, cases, metadata, outbox, ratings
from tests.contract.absence_builders import LEADER, NOON, a_case, an_entry

SOMEBODY = "77777777-aaaa-4bbb-8ccc-121212121212"
TEAMS_ID = "29:canary-of-somebody"
CHAT = "a:chat-of-somebody"
OTHER = "88888888-aaaa-4bbb-8ccc-121212121212"


@pytest.fixture
async def engine(sql_url: str) -> AsyncIterator[AsyncEngine]:
    made = create_engine(sql_url)
    async with made.begin() as connection:
        for table in metadata.sorted_tables:
            await connection.execute(table.delete())
    yield made
    await made.dispose()


@pytest.fixture
def storage(engine: AsyncEngine) -> SqlStorage:
    return SqlStorage(engine)


@pytest.fixture
def service(storage: SqlStorage) -> MyDataService:
    return MyDataService(data=storage.personal_data(), new_unit=storage.unit, clock=FixedClock(moment=NOON))


FILLERS: dict[type, object] = {
    Boolean: False,
    Integer: 1,
    Double: 1.0,
    Date: date(2026, 3, 2),
    UtcDateTime: NOON,
    JSON: ["something"],
}


def filler(column: Column[Any], number: int) -> object:
    """Some value of the column's type."""
    if isinstance(column.type, Integer) and not isinstance(column.type, Boolean):
        return number
    return next((value for kind, value in FILLERS.items() if isinstance(column.type, kind)), f"{column.name}-{number}")


async def fill(engine: AsyncEngine, table: Table, number: int, **values: object) -> None:
    row = {column.name: filler(column, number) for column in table.c if not column.nullable}
    async with engine.begin() as connection:
        await connection.execute(insert(table).values(row | values))


async def somebody_everywhere(engine: AsyncEngine) -> None:
    """A row for each line of the data map, and the id within texts of others' rows."""
    for number, holding in enumerate(HOLDINGS, start=1):
        values: dict[str, object] = {holding.column.name: SOMEBODY}
        if holding.table.name == "conversations":
            personal = holding.fate.value == "delete"
            values["conversation_type"] = "personal" if personal else "channel"
            values |= {"user_id": TEAMS_ID, "conversation_id": CHAT if personal else "19:channel"}
        if holding.table is outbox:
            values |= {"bulk": holding.fate.value == "stand_in", "state": "pending", "key": f"key:{SOMEBODY}:{number}"}
        await fill(engine, holding.table, number, **values)
    await fill(engine, outbox, 900, recipient_id=OTHER, key=f"deputy:{SOMEBODY}:2026", subject_id=SOMEBODY)
    await fill(engine, metadata.tables["campaigns"], 901, audience={"people": [SOMEBODY, OTHER]})
    await fill(engine, metadata.tables["send_pace"], 902, key=f"chat:{CHAT}")
    await fill(engine, ratings, 903, person_id=OTHER)


async def rows_of(engine: AsyncEngine, table: Table) -> int:
    async with engine.begin() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


def test_every_table_is_in_the_data_map_or_said_to_hold_nobody() -> None:
    mapped = {holding.table.name for holding in HOLDINGS} | {table.name for table in OF_OTHERS}
    assert mapped == {table.name for table in metadata.sorted_tables}


def test_a_column_that_is_named_after_a_person_is_in_the_data_map() -> None:
    mapped = {(holding.table.name, holding.column.name) for holding in HOLDINGS}
    telling = (
        "person",
        "owner",
        "leader_id",
        "deputy",
        "recipient",
        "asker",
        "author",
        "composer",
        "approver",
        "mentor",
    )
    named = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.c
        if any(word in column.name for word in telling) or column.name.endswith("_by")
    }
    assert named <= mapped


async def test_after_an_erasure_the_person_stands_nowhere_in_the_database(
    engine: AsyncEngine, storage: SqlStorage
) -> None:
    await somebody_everywhere(engine)
    data = storage.personal_data()
    assert len(await data.found(SOMEBODY)) >= 15
    erased = await data.erase(SOMEBODY, Scope.ALL, open_cases=True)
    assert erased.remaining == {}
    assert erased.total >= len(HOLDINGS) - 1
    for needle in (SOMEBODY, TEAMS_ID, CHAT):
        assert await data.found(needle) == {}, needle
    assert await data.counts(SOMEBODY) == {}


async def test_an_erasure_leaves_what_is_about_others(engine: AsyncEngine, storage: SqlStorage) -> None:
    await somebody_everywhere(engine)
    async with engine.begin() as connection:
        await connection.execute(
            insert(ratings).values(answer_id="a", person_id=OTHER, reaction="like", given_at=NOON, document_ids=[])
        )
    await storage.personal_data().erase(SOMEBODY, Scope.ALL, open_cases=True)
    assert await storage.personal_data().counts(OTHER) == {Kind.RATINGS: 2, Kind.MESSAGES: 1}
    assert await rows_of(engine, campaign_recipients) == 1, "a campaign's numbers still add up"
    async with engine.begin() as connection:
        audiences = (await connection.execute(select(metadata.tables["campaigns"].c.audience))).scalars().all()
    assert any(isinstance(audience, dict) and OTHER in audience["people"] for audience in audiences)


async def test_a_deleted_person_is_not_readable_in_the_files_of_sqlite(
    engine: AsyncEngine, storage: SqlStorage
) -> None:
    if engine.url.database is None or not engine.dialect.name.startswith("sqlite"):
        pytest.skip("PostgreSQL's files are the server's own")
    await somebody_everywhere(engine)
    await storage.personal_data().erase(SOMEBODY, Scope.ALL, open_cases=True)
    await storage.scrub()
    for path in Path(engine.url.database).parent.iterdir():
        content = path.read_bytes()
        assert SOMEBODY.encode() not in content, path.name
        assert TEAMS_ID.encode() not in content, path.name


async def test_an_export_holds_every_kind_and_nothing_of_others(engine: AsyncEngine, storage: SqlStorage) -> None:
    await somebody_everywhere(engine)
    async with storage.unit() as unit:
        await unit.audit.record([an_entry(1, actor_id=SOMEBODY)])
        await unit.commit()
    copy = await storage.personal_data().export(SOMEBODY)
    assert set(copy) == set(Kind)
    assert copy[Kind.LOG][0]["purpose"] == "own_follow_up"
    assert OTHER not in repr(copy)
    assert await storage.personal_data().export(OTHER + "0") == {}


async def test_the_log_still_verifies_after_an_erasure(engine: AsyncEngine, storage: SqlStorage) -> None:
    async with storage.unit() as unit:
        await unit.audit.record([an_entry(1, actor_id=SOMEBODY), an_entry(2, actor_id=OTHER)])
        await unit.commit()
    await storage.personal_data().erase(SOMEBODY, Scope.ALL, open_cases=True)
    async with storage.unit() as unit:
        kept = await unit.audit.entries()
    assert first_broken(kept) is None
    assert [link.entry.actor_id == OTHER for link in kept] == [False, True]


async def test_by_own_wish_only_what_is_finished_goes(
    engine: AsyncEngine, storage: SqlStorage, service: MyDataService
) -> None:
    await fill(engine, ratings, 1, person_id=SOMEBODY)
    await fill(engine, cases, 2, id="open", owner_id=SOMEBODY, state="active")
    await fill(engine, cases, 3, id="closed", owner_id=SOMEBODY, state="closed", closed_at=NOON)
    await fill(engine, requests, 4, id="waits", asker_id=SOMEBODY, state="new")
    await fill(engine, requests, 5, id="done", asker_id=SOMEBODY, state="closed")
    assert (await service.overview(SOMEBODY)).erasable == {Kind.RATINGS: 1, Kind.CASES: 1, Kind.REQUESTS: 1}
    erased = await service.erase_own(SOMEBODY, token="press-0001")
    assert erased is not None
    assert erased.total == 3
    assert await service.erase_own(SOMEBODY, token="press-0001") is None, "a press that Teams repeats has one effect"
    assert (await service.overview(SOMEBODY)).counts == {Kind.CASES: 1, Kind.REQUESTS: 1, Kind.LOG: 1}
    async with storage.unit() as unit:
        (entry,) = [link.entry for link in await unit.audit.entries()]
    assert (entry.deed, entry.purpose, entry.case_id) == (Deed.DELETED, Purpose.DATA_SUBJECT, "closed")


async def test_a_leader_with_open_cases_is_not_erased_by_mistake(storage: SqlStorage, service: MyDataService) -> None:
    async with storage.unit() as unit:
        await unit.cases.add(a_case())
        await unit.commit()
    with pytest.raises(OpenCasesError, match="kompas cases offer"):
        await service.erase(LEADER, open_cases=False)
    assert (await service.counts(LEADER))[Kind.CASES] == 1
    assert (await service.erase(LEADER, open_cases=True)).remaining == {}


async def test_a_sick_employee_is_found_by_leader_and_reference_alone(
    storage: SqlStorage, service: MyDataService
) -> None:
    case = a_case()
    async with storage.unit() as unit:
        await unit.cases.add(case)
        await unit.audit.record([an_entry(1, case_id=case.id)])
        await unit.commit()
    (copy,) = await service.export_reference(LEADER, case.label.lower())
    assert copy[Kind.CASES][0]["label"] == case.label
    assert copy[Kind.LOG][0]["deed"] == an_entry(1).deed.value
    assert LEADER not in repr(copy), "who looked is not the employee's to know; when and why is"
    with pytest.raises(NoSuchCaseOfLeaderError):
        await service.export_reference(LEADER, "XX")
    (erased,) = await service.erase_reference(LEADER, case.label)
    assert set(erased.remaining) == {"audit_log"}, "the log keeps that there was a case"
    async with storage.unit() as unit:
        deeds = [(link.entry.deed, link.entry.actor_id) for link in await unit.audit.entries(case_id=case.id)]
        assert await unit.cases.find(case.id) is None
    assert deeds[1:] == [(Deed.EXPORTED, OPERATOR), (Deed.DELETED, OPERATOR)]


async def test_a_deed_without_a_case_is_in_the_log_too(storage: SqlStorage, service: MyDataService) -> None:
    await service.export(uuid.uuid4().hex)
    await service.erase(uuid.uuid4().hex, open_cases=False)
    async with storage.unit() as unit:
        entries = [link.entry for link in await unit.audit.entries()]
    assert [(entry.deed, entry.case_id) for entry in entries] == [(Deed.EXPORTED, NO_CASE), (Deed.DELETED, NO_CASE)]


def test_the_map_names_the_tables_of_the_log() -> None:
    assert audit_log in OF_OTHERS
    assert audit_people in {holding.table for holding in HOLDINGS}


@pytest.mark.parametrize("word", ["ab", "active", "leader", "0"])
async def test_an_erasure_of_a_word_that_is_nobodys_id_changes_nothing(
    engine: AsyncEngine, storage: SqlStorage, word: str
) -> None:
    await somebody_everywhere(engine)
    before = await storage.personal_data().found(SOMEBODY)
    erased = await storage.personal_data().erase(word, Scope.ALL)
    assert erased.total == 0
    assert await storage.personal_data().found(SOMEBODY) == before
    assert await storage.personal_data().found("slettet-") == {}


async def test_a_reference_with_danish_capitals_is_found_however_it_is_written(
    storage: SqlStorage, service: MyDataService
) -> None:
    async with storage.unit() as unit:
        await unit.cases.add(replace(a_case(), label="ØK"))
        await unit.commit()
    for written in ("ØK", "øk", " Øk "):
        assert await service.count_reference(LEADER, written) == 1


async def test_an_export_tells_of_lists_that_the_person_is_on(engine: AsyncEngine, storage: SqlStorage) -> None:
    await fill(engine, metadata.tables["campaigns"], 1, title="Ferie", audience={"people": [SOMEBODY, OTHER]})
    copy = await storage.personal_data().export(SOMEBODY)
    assert [row["title"] for row in copy[Kind.CAMPAIGNS]] == ["Ferie"]
    assert OTHER not in repr(copy)


async def test_a_case_that_is_opened_meanwhile_stops_the_erasure_of_its_leader(
    storage: SqlStorage, service: MyDataService
) -> None:
    async with storage.unit() as unit:
        await unit.cases.add(a_case())
        await unit.commit()
    with pytest.raises(OpenCasesError):
        await storage.personal_data().erase(LEADER, Scope.ALL)
    async with storage.unit() as unit:
        assert await unit.audit.entries() == (), "nothing was deleted, and nothing is said to be"
