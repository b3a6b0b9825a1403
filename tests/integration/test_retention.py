"""Retention deletes everywhere: something is put into each table, its time goes by, and a search finds it nowhere, not in the file either."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Double, Integer, Table, insert

from adaptive_cards.render import Card
from bot.assembly import Office, makers, open_office, retention_chores
from bot.settings import OfficeSettings
from hr.absence.course import Facts, new_case
from hr.absence.model import AbsenceCase, CaseState, EndReason, Preferences
from hr.audit.model import AuditEntry, Deed, Purpose
from hr.clock import FixedClock
from hr.conversations.model import ConversationReference, ConversationType
from hr.errors import DirectoryUnavailableError
from hr.outbox.model import MessageKind
from hr.people import FileDirectory, Role
from hr.people_forgetting import PeopleForgetting, PeopleRetention
from hr.storage.engine import create_engine
from hr.storage.holdings import LIMITS
from hr.storage.sql import SqlStorage
from hr.storage.tables import SafeText, UtcDateTime, metadata
from knowledge.settings import KnowledgeSettings
from tests.contract.conftest import migrated_file, migrated_postgres, sql_url

__all__ = ["migrated_file", "migrated_postgres", "sql_url"]

THEN: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY: Final = timedelta(days=1)
LONG: Final = 1000 * DAY
"""Beyond every limit that a setting has by default."""

OWN: Final[Mapping[str, Mapping[str, object]]] = {
    "conversations": {"conversation_type": "personal"},
    "cases": {"id": "case", "state": "closed", "end_reason": "ended", "return_day": None},
    "case_steps": {"case_id": "case", "kind": "law", "state": "done"},
    "transfers": {"case_id": "case"},
    "outbox": {"state": "sent", "case_id": None},
    "requests": {"id": "request", "state": "closed"},
    "request_messages": {"request_id": "request"},
    "hr_channels": {"group_id": "group", "conversation_id": "19:channel"},
    "journeys": {"state": "ended"},
    "event_sign_ups": {"told": "2026-03-02"},
    "campaigns": {"id": "campaign", "state": "done"},
    "campaign_recipients": {"campaign_id": "campaign"},
    "leader_preferences": {"led_on": None},
    "send_pace": {"next_at": (THEN + 10_000 * DAY).timestamp()},
}
"""What a row must say for its time to begin: that it is over, or what it belongs to. All else is made up."""

BY_THE_LOG: Final = {"audit_log", "audit_people"}
"""Filled by an entry of the log, which must follow on the one before."""

PLAIN: Final[dict[type, object]] = {Boolean: False, Integer: 1, Double: 1.0, Date: THEN.date(), UtcDateTime: THEN}
HOLDING: Final = sorted((table for table in LIMITS if not LIMITS[table].holds_nobody), key=lambda table: table.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A row whose texts are all one word that stands nowhere else; `own` are the columns that are something else."""

    name: str
    table: Table
    own: Mapping[str, object]

    @property
    def canary(self) -> str:
        """What is looked for: long enough to be found within a text."""
        return f"kanarie-{self.name}-0c0ffee0-0000-4000-8000-000000000000"

    @property
    def row(self) -> dict[str, object]:
        """The row; every column is filled."""
        return {**{column.name: self._value(column) for column in self.table.c}, **self.own}

    def _value(self, column: Column[Any]) -> object:
        if isinstance(column.type, JSON):
            return [self.canary]
        if isinstance(column.type, SafeText):
            return self.canary
        if column.primary_key and isinstance(column.type, Integer):
            return NUMBERS[self.name]
        return next(plain for kind, plain in PLAIN.items() if isinstance(column.type, kind))


def also(name: str, table: str, **own: object) -> Put:
    """A second row of a table, which goes another way."""
    return Put(name=name, table=metadata.tables[table], own={**OWN.get(table, {}), **own})


PUTS: Final = (
    *(Put(name=table.name, table=table, own=OWN.get(table.name, {})) for table in HOLDING),
    also("group", "conversations", conversation_type="groupChat"),
    also("nobodys-chat", "conversations", aad_object_id=None),
    also("blocked", "outbox", state="blocked"),
    also("of-a-campaign", "outbox", state="sent", bulk=True, subject_id="campaign"),
    also("of-a-question", "outbox", state="pending", subject_id="request"),
    also("of-a-case", "outbox", state="pending", case_id="case"),
    also("withdrawn", "requests", id="withdrawn", state="withdrawn"),
    also("draft", "campaigns", id="draft", state="draft"),
    also("paused", "campaigns", id="paused", state="paused"),
    also("open-dialogue", "dialogues", state="open"),
)
NUMBERS: Final = {put.name: number for number, put in enumerate(PUTS, start=1)}


async def put_everywhere(storage: SqlStorage) -> None:
    """All rows, and an entry of the log."""
    async with storage._engine.begin() as connection:
        for put in PUTS:
            if put.table.name not in BY_THE_LOG:
                await connection.execute(insert(put.table).values(put.row))
    canaries = {put.name: put.canary for put in PUTS}
    async with storage.unit() as unit:
        entry = AuditEntry(
            at=THEN,
            actor_id=canaries["audit_people"],
            deed=Deed.VIEWED,
            purpose=Purpose.OWN_FOLLOW_UP,
            case_id=canaries["audit_log"],
        )
        await unit.audit.record([entry])
        await unit.commit()


@pytest.fixture
async def storage(sql_url: str) -> AsyncIterator[SqlStorage]:
    engine = create_engine(sql_url)
    async with engine.begin() as connection:
        for table in metadata.sorted_tables:
            await connection.execute(table.delete())
    made = SqlStorage(engine)
    yield made
    await made.close()


@pytest.fixture
def settings(sql_url: str, monkeypatch: pytest.MonkeyPatch) -> OfficeSettings:
    monkeypatch.setenv("KOMPAS_DATABASE_URL", sql_url)
    return OfficeSettings()


@asynccontextmanager
async def office_at(settings: OfficeSettings, folder: Path, moment: datetime) -> AsyncIterator[Office]:
    """Everything as the worker opens it, at a moment."""
    knowledge = KnowledgeSettings(data_dir=folder / "data")
    async with open_office(settings, knowledge, clock=FixedClock(moment=moment)) as office:
        yield office


async def clean(office: Office) -> None:
    """What the worker does once a day."""
    while await office.absence.delete_expired():
        pass
    for chore in retention_chores(office).values():
        await chore()
    await office.storage.scrub()


def test_every_table_has_a_limit_that_is_a_setting_or_said() -> None:
    assert set(LIMITS) == set(metadata.tables.values())
    known = {f"{name.upper()}" for name in OfficeSettings.model_fields if name.startswith("retention_")}
    named = {limit.setting for limit in LIMITS.values() if limit.setting is not None}
    assert named <= known
    assert known - named == {"RETENTION_OPEN_CASES_DAYS", "RETENTION_OPEN_REQUESTS_DAYS", "RETENTION_FILES_DAYS"}, (
        "a setting that limits no table"
    )


def test_a_table_that_is_said_to_hold_nobody_has_no_column_for_a_person_or_their_words() -> None:
    empty = [table for table, limit in LIMITS.items() if limit.holds_nobody]
    assert {column.name for table in empty for column in table.c} == {"id", "number", "hash"}


async def test_what_is_over_is_in_no_table_and_in_no_file_when_its_time_is_over(
    storage: SqlStorage, settings: OfficeSettings, sql_url: str, tmp_path: Path
) -> None:
    await put_everywhere(storage)
    data = storage.personal_data()
    async with office_at(settings, tmp_path, THEN + DAY) as office:
        await clean(office)
    for put in PUTS:
        assert await data.found(put.canary) == {put.table.name: 1}, f"{put.name} is gone before its time"
        assert not sql_url.startswith("sqlite") or files_with(tmp_path, put.canary)
    async with storage._engine.begin() as connection:  # places go by the database's own clock
        await connection.execute(metadata.tables["send_pace"].update().values(next_at=1.0))
    async with office_at(settings, tmp_path, THEN + LONG) as office:
        await clean(office)
    for put in PUTS:
        assert await data.found(put.canary) == {}, f"{put.name} is kept for ever"
        assert not sql_url.startswith("sqlite") or files_with(tmp_path, put.canary) == set(), put.name


def files_with(folder: Path, words: str) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file() and words.encode() in path.read_bytes()}


async def an_open_case(office: Office, *, owner_id: str, label: str = "ME") -> AbsenceCase:
    """A case that its leader began at the office's moment."""
    desk = office.absence._queries._desk
    facts: Facts = desk.facts(Preferences(person_id=owner_id))
    case = new_case(facts, case_id=uuid4().hex, owner_id=owner_id, label=label, first_day=facts.today)
    async with office.storage.unit() as unit:
        await unit.cases.add(case)
        await unit.commit()
    return case


async def a_leader(office: Office) -> str:
    return (await office.directory.with_role(Role.LEADER))[0].id


async def test_a_case_that_nobody_looks_at_is_closed_told_of_once_and_then_deleted_like_any_other(
    storage: SqlStorage, settings: OfficeSettings, tmp_path: Path
) -> None:
    async with office_at(settings, tmp_path, THEN) as office:
        leader = await a_leader(office)
        case = await an_open_case(office, owner_id=leader)
        gone = await an_open_case(office, owner_id="somebody who has left", label="GO")
    async with office_at(settings, tmp_path, THEN + 399 * DAY) as office:
        assert await office.absence.lapse() == 0
    async with office_at(settings, tmp_path, THEN + 401 * DAY) as office:
        assert await office.absence.lapse() == 2
        assert await office.absence.lapse() == 0
        async with storage.unit() as unit:
            kept = await unit.cases.find(case.id)
            assert kept is not None
            assert (kept.state, kept.end_reason, kept.open_steps) == (CaseState.CLOSED, EndReason.LAPSED, ())
            (entry,) = await unit.audit.entries(case_id=case.id)
            assert (entry.entry.deed, entry.entry.purpose) == (Deed.CLOSED, Purpose.RETENTION)
            claimed = await unit.outbox.claim(
                office.clock.now() + 3 * DAY, lease="w", lease_now=THEN, lease_seconds=60.0, limit=10
            )
            told = {message.case_id: await office.absence.notice(unit, message) for message in claimed}
            maker = makers(office)[MessageKind.CASE_LAPSED]
            cards = {message.case_id: await maker.card(unit, message) for message in claimed}
        assert {message.kind for message in claimed} == {MessageKind.CASE_LAPSED}
        assert isinstance(cards[case.id], Card)
        assert "400 dage" in str(cards[case.id])
        assert getattr(told[case.id], "days", None) == 400
        assert getattr(told[case.id], "to_day", None) == (office.clock.now() + 30 * DAY).date()
        assert told[gone.id] == "not_entitled", "who has left is told nothing"
    async with office_at(settings, tmp_path, THEN + 432 * DAY) as office:
        await clean(office)
    assert set(await storage.personal_data().found(case.id)) == {"audit_log"}


async def test_a_look_is_enough_to_keep_a_case(storage: SqlStorage, settings: OfficeSettings, tmp_path: Path) -> None:
    async with office_at(settings, tmp_path, THEN) as office:
        leader = await a_leader(office)
        case = await an_open_case(office, owner_id=leader)
    async with office_at(settings, tmp_path, THEN + 300 * DAY) as office:
        await office.absence.view(leader, case.id)
    async with office_at(settings, tmp_path, THEN + 500 * DAY) as office:
        assert await office.absence.lapse() == 0
    async with office_at(settings, tmp_path, THEN + 701 * DAY) as office:
        assert await office.absence.lapse() == 1


async def test_a_press_is_enough_to_keep_a_case_also_when_the_log_is_short(
    storage: SqlStorage, settings: OfficeSettings, tmp_path: Path
) -> None:
    async with office_at(settings, tmp_path, THEN) as office:
        leader = await a_leader(office)
        case = await an_open_case(office, owner_id=leader)
    async with office_at(settings, tmp_path, THEN + 300 * DAY) as office:
        await office.absence.exclude_from_frequency(leader, case.id, token="press-0001")
    async with storage.unit() as unit:
        await unit.audit.cut_before(THEN + 450 * DAY)
        await unit.commit()
    async with office_at(settings, tmp_path, THEN + 500 * DAY) as office:
        assert await office.absence.lapse() == 0


async def test_a_case_that_lapsed_goes_on_when_its_leader_reopens_it(
    storage: SqlStorage, settings: OfficeSettings, tmp_path: Path
) -> None:
    async with office_at(settings, tmp_path, THEN) as office:
        leader = await a_leader(office)
        case = await an_open_case(office, owner_id=leader)
    async with office_at(settings, tmp_path, THEN + 401 * DAY) as office:
        await office.absence.lapse()
        await office.absence.reopen(leader, case.id, token="press-0001")
        assert await office.absence.lapse() == 0
        async with storage.unit() as unit:
            kept = await unit.cases.find(case.id)
        assert kept is not None
        assert (kept.state, kept.end_reason) == (CaseState.ACTIVE, None)


def chat(person_id: str | None, conversation: str, **changes: Any) -> ConversationReference:
    values = {
        "conversation_id": conversation,
        "conversation_type": ConversationType.PERSONAL,
        "service_url": "https://smba.trafficmanager.net/emea/",
        "channel_id": "msteams",
        "bot_id": "28:kompas",
        "user_id": f"29:{conversation}",
        "aad_object_id": person_id,
        "updated_at": THEN,
    }
    return ConversationReference(**{**values, **changes})


async def test_the_chat_and_the_choices_of_whoever_works_here_are_kept_however_long_he_is_silent(
    storage: SqlStorage, settings: OfficeSettings, tmp_path: Path
) -> None:
    async with office_at(settings, tmp_path, THEN) as office:
        leader = await a_leader(office)
        async with storage.unit() as unit:
            await unit.conversations.save(chat(leader, "a:works-here"))
            await unit.conversations.save(chat("somebody who has left", "a:has-left"))
            await unit.conversations.save(chat(None, "19:old", conversation_type=ConversationType.GROUP_CHAT))
            for person_id in (leader, "somebody who has left", "left, with a case"):
                await unit.choices.save_preferences(Preferences(person_id=person_id))
            await unit.commit()
        await an_open_case(office, owner_id="left, with a case")
        await clean(office)
    for days in (200, 390, 500):
        async with office_at(settings, tmp_path, THEN + days * DAY) as office:
            await office.people_forgetting.chats()
            await office.people_forgetting.choices()
    async with storage.unit() as unit:
        kept = [await unit.conversations.find(one) for one in ("a:works-here", "a:has-left", "19:old")]
        assert [one is not None for one in kept] == [True, False, False]
        assert await unit.choices.chosen() == tuple(sorted([leader, "left, with a case"]))


async def test_nothing_of_people_is_deleted_while_nobody_can_tell_who_works_here(
    storage: SqlStorage, settings: OfficeSettings
) -> None:
    class Down(FileDirectory):
        async def find(self, person_id: str) -> None:  # type: ignore[override]
            raise DirectoryUnavailableError("down")

    async with storage.unit() as unit:
        await unit.conversations.save(chat("somebody", "a:somebody"))
        await unit.choices.save_preferences(Preferences(person_id="somebody"))
        await unit.choices.note_leading(["somebody"], on=date(2020, 1, 1))
        await unit.commit()
    forgetting = PeopleForgetting(
        new_unit=storage.unit,
        directory=Down.load(settings.people_file),
        clock=FixedClock(moment=THEN + LONG),
        retention=PeopleRetention(),
    )
    for chore in (forgetting.chats, forgetting.choices):
        with pytest.raises(DirectoryUnavailableError):
            await chore()
    async with storage.unit() as unit:
        assert await unit.conversations.find("a:somebody") == chat("somebody", "a:somebody")
        assert await unit.choices.chosen() == ("somebody",)


async def test_a_chat_that_came_to_life_meanwhile_is_kept(storage: SqlStorage, settings: OfficeSettings) -> None:
    class Slow(FileDirectory):
        async def find(self, person_id: str) -> None:  # type: ignore[override]
            async with storage.unit() as unit:
                await unit.conversations.save(replace(chat("new", "a:new"), updated_at=THEN + LONG))
                await unit.commit()

    async with storage.unit() as unit:
        await unit.conversations.save(chat("new", "a:new"))
        await unit.commit()
    forgetting = PeopleForgetting(
        new_unit=storage.unit,
        directory=Slow.load(settings.people_file),
        clock=FixedClock(moment=THEN + LONG),
        retention=PeopleRetention(),
    )
    assert await forgetting.chats() == 0
    async with storage.unit() as unit:
        assert await unit.conversations.find("a:new") is not None
