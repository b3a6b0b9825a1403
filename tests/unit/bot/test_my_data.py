"""What Kompas stores about the one who asks: the card, its deletion, and the operator's command."""

from __future__ import annotations

import json
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adaptive_cards.actions import Action
from adaptive_cards.my_data.actions import AskErase, EraseMyData, ShowMyData
from bot.cli import OK, UNUSABLE, main
from bot.handlers.my_data import MyDataHandler, is_about_my_data
from bot.my_data import files_with
from bot.settings import SAMPLE_CONTENT
from hr.absence.model import CaseState
from hr.clock import FixedClock
from hr.feedback.model import Rating, Reaction
from hr.my_data.model import Kind
from hr.my_data.service import MyDataService
from hr.people import FileDirectory
from hr.storage.engine import create_engine
from hr.storage.migrate import upgrade
from hr.storage.sql import SqlStorage
from tests.unit.bot.builders import CATALOGUE, LEADER_AAD, asked, pressed
from tests.unit.bot.fakes import FakeTurn
from tests.unit.hr.absence.builders import a_case

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OTHER = "99999999-0000-4000-8000-000000000009"


@dataclass(slots=True)
class Room:
    """A personal chat with the handler."""

    storage: SqlStorage
    handler: MyDataHandler
    turns: list[FakeTurn] = field(default_factory=list)

    async def write(self, text: str, by: str = LEADER_AAD, **where: str) -> FakeTurn:
        event, turn = asked(text, by, **where), FakeTurn()
        assert self.handler.asks(event)
        await self.handler.typed(event, turn)
        return turn

    async def press(self, action: Action, by: str = LEADER_AAD, **where: str) -> FakeTurn:
        event, turn = pressed(action, by, **where), FakeTurn()
        assert is_about_my_data(event)
        await self.handler.pressed(event, turn)
        return turn

    async def rate(self, person_id: str, answer_id: str = "answer-1") -> None:
        rating = Rating(
            answer_id=answer_id, person_id=person_id, reaction=Reaction.LIKE, given_at=NOW, document_ids=("a.md",)
        )
        async with self.storage.unit() as unit:
            await unit.ratings.add(rating)
            await unit.commit()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    url = f"sqlite:///{tmp_path / 'kompas.db'}"
    await upgrade(url)
    storage = SqlStorage(create_engine(url))
    service = MyDataService(
        data=storage.personal_data(),
        new_unit=storage.unit,
        clock=FixedClock(moment=NOW),
        days=lambda: {Kind.CASES: 30},
    )
    yield Room(storage, MyDataHandler(service=service, catalogue=CATALOGUE))
    await storage.close()


def said(turn: FakeTurn) -> str:
    return json.dumps(turn.card.content, ensure_ascii=False)


async def test_whoever_asks_sees_what_is_stored_about_him_and_for_how_long(room: Room) -> None:
    await room.rate(LEADER_AAD)
    await room.rate(OTHER)
    async with room.storage.unit() as unit:
        await unit.cases.add(replace(a_case(date(2026, 3, 2)), owner_id=LEADER_AAD))
        await unit.commit()
    shown = said(await room.write("Hvad gemmer du om mig?"))
    assert "Jeg er en robot" in shown
    assert "Dine bedømmelser af mine svar (1)" in shown
    assert "Slettes 30 dage efter, at det er slut" in shown
    assert "Slet nu" in shown


async def test_a_person_of_whom_nothing_is_stored_is_told_so_and_has_nothing_to_delete(room: Room) -> None:
    shown = said(await room.write("mine data"))
    assert "ikke gemt noget om dig" in shown
    assert "Slet nu" not in shown


async def test_delete_now_asks_back_deletes_and_tells_what_is_left(room: Room) -> None:
    await room.rate(LEADER_AAD)
    await room.rate(OTHER)
    asked_back = said(await room.press(AskErase()))
    assert "kan ikke fortrydes" in asked_back
    done = said(await room.press(EraseMyData(token="press-0001")))
    assert "1 oplysning er væk" in done
    again = said(await room.press(EraseMyData(token="press-0001")))
    assert "allerede slettet" in again
    async with room.storage.unit() as unit:
        assert [rating.person_id for rating in await unit.ratings.list()] == [OTHER], "others keep theirs"


async def test_an_open_case_is_never_deleted_by_delete_now(room: Room) -> None:
    async with room.storage.unit() as unit:
        await unit.cases.add(replace(a_case(date(2026, 3, 2)), owner_id=LEADER_AAD))
        ended = replace(a_case(date(2026, 2, 2)), id="f" * 32, owner_id=LEADER_AAD, state=CaseState.CLOSED)
        await unit.cases.add(replace(ended, closed_at=NOW, return_day=date(2026, 3, 1)))
        await unit.commit()
    await room.press(EraseMyData(token="press-0002"))
    async with room.storage.unit() as unit:
        assert [case.state for case in await unit.cases.of_owners([LEADER_AAD])] == [CaseState.ACTIVE]


@pytest.mark.parametrize("kind", ["groupChat", "channel"])
async def test_in_a_group_nothing_about_anybody_is_shown(room: Room, kind: str) -> None:
    await room.rate(LEADER_AAD)
    turn = await room.write("hvad gemmer du om mig", kind=kind)
    assert turn.cards == []
    assert "vores egen chat" in turn.sent[0].text
    for action in (ShowMyData(), AskErase(), EraseMyData(token="press-0003")):
        turn = await room.press(action, kind=kind)
        assert turn.cards == []
    async with room.storage.unit() as unit:
        assert len(await unit.ratings.list()) == 1


async def test_english_words_are_answered_in_english(room: Room) -> None:
    assert "I am a robot" in said(await room.write("What do you store about me?"))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's machine in local mode, with one case of the sample leader."""
    monkeypatch.setenv("KOMPAS_MODE", "local")
    monkeypatch.setenv("KOMPAS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def leader_id() -> str:
    return FileDirectory.load(SAMPLE_CONTENT / "people.sample.toml").by_key("leader").id


def lines(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_an_export_is_a_file_for_its_owner_alone_and_is_never_overwritten(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = office / "copy.json"
    assert main(["privacy", "export", "--person", "leader", "--out", str(out)]) == OK
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(out.read_text(encoding="utf-8"))["data"] == [{}]
    assert main(["privacy", "export", "--person", "leader", "--out", str(out)]) == UNUSABLE
    assert "is there already" in capsys.readouterr().err


def test_erase_tells_first_and_deletes_on_yes_with_the_proof(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["privacy", "erase", "--person", "leader"]) == OK
    assert "Nothing was deleted" in lines(capsys)
    assert main(["privacy", "erase", "--person", leader_id(), "--yes"]) == OK
    told = lines(capsys)
    assert "nowhere in the database" in told
    assert "the people file still has this person" in told


def test_a_file_in_which_an_id_still_stands_is_named(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left = office / "data" / "drafts" / "old.md"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"\x00\xff" + leader_id().encode())
    assert main(["privacy", "erase", "--person", "leader", "--yes"]) == OK
    assert f"still in the file {left}" in lines(capsys)
    assert list(files_with(office / "data", "nobody-at-all")) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["erase"],
        ["erase", "--leader", "leader"],
        ["export", "--person", "leader", "--leader", "leader", "--reference", "ME", "--out", "x.json"],
        ["export", "--person", "leader"],
        ["export", "--person", "leader", "--out", "no/such/folder/x.json"],
        ["erase", "--leader", "leader", "--reference", "ME", "--yes"],
        ["erase", "--person", "somebody_who_left", "--yes"],
    ],
)
def test_what_the_command_cannot_use_is_told_in_a_line(
    office: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["privacy", *arguments]) == UNUSABLE
    complaint = capsys.readouterr().err
    assert "Traceback" not in complaint
    assert len(complaint.splitlines()) == 1


def test_the_database_is_its_owners_alone(office: Path) -> None:
    assert main(["migrate"]) == OK
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in (office / "data").glob("kompas.db*")} == {
        "kompas.db": 0o600
    }
