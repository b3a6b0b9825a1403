"""The people file: what it gives, and how its faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from hr.errors import PeopleFileError, UnknownPersonError
from hr.people import ALL_AUDIENCES, FileDirectory, Role, audiences_of

SAMPLE = Path(__file__).parents[3] / "hr" / "content" / "people.sample.toml"

CHIEF = """
[[people]]
key = "chief"
id = "5A3E0C00-0000-4000-8000-000000000001"
name = "Viggo Mønsterby"
initials = "VMB"
email = "viggo@kompas.example"
roles = ["leader"]
"""
LEADER = """
[[people]]
key = "leader"
id = "5a3e0c00-0000-4000-8000-000000000002"
name = "Ditte Eksempelsen"
initials = "DES"
email = "ditte@kompas.example"
roles = ["leader", "mentor"]
manager = "chief"
"""


def load(tmp_path: Path, text: str) -> FileDirectory:
    path = tmp_path / "people.toml"
    path.write_text(text, encoding="utf-8")
    return FileDirectory.load(path)


def fault(tmp_path: Path, text: str) -> PeopleFileError:
    with pytest.raises(PeopleFileError) as caught:
        load(tmp_path, text)
    return caught.value


@pytest.mark.parametrize(
    ("roles", "audiences"),
    [
        ((), {"alle", "medarbejder"}),
        ((Role.EMPLOYEE,), {"alle", "medarbejder"}),
        ((Role.NEW_EMPLOYEE,), {"alle", "medarbejder", "ny_medarbejder"}),
        ((Role.LEADER,), {"alle", "medarbejder", "leder"}),
        ((Role.NEW_LEADER,), {"alle", "medarbejder", "leder", "ny_leder"}),
        ((Role.TR, Role.AMR), {"alle", "medarbejder", "tr", "amr"}),
        ((Role.MENTOR,), {"alle", "medarbejder"}),
        ((Role.OPERATOR,), {"alle", "medarbejder"}),
        ((Role.HR,), ALL_AUDIENCES),
        ((Role.HR_LEAD,), ALL_AUDIENCES),
    ],
)
def test_a_role_opens_its_audiences_and_no_others(roles: tuple[Role, ...], audiences: set[str]) -> None:
    assert audiences_of(frozenset(roles)) == audiences


async def test_a_person_is_found_by_id_in_any_case_and_by_key(tmp_path: Path) -> None:
    directory = load(tmp_path, CHIEF + LEADER)
    leader = directory.by_key("leader")
    assert await directory.find(leader.id.upper()) is leader
    assert leader.manager_id == directory.by_key("chief").id
    assert leader.roles == {Role.EMPLOYEE, Role.LEADER, Role.MENTOR}


async def test_an_unknown_person_is_nobody(tmp_path: Path) -> None:
    assert await load(tmp_path, CHIEF).find("5a3e0c00-0000-4000-8000-000000000099") is None
    assert await load(tmp_path, CHIEF).find("") is None


@pytest.mark.parametrize("handle", ["DES", " des ", "Ditte@Kompas.Example"])
async def test_a_person_is_found_by_initials_or_address_in_any_case(tmp_path: Path, handle: str) -> None:
    directory = load(tmp_path, CHIEF + LEADER)
    assert await directory.find_by_handle(handle) is directory.by_key("leader")


@pytest.mark.parametrize("handle", ["", "DE", "DESX", "ditte", "leader", "Ditte Eksempelsen", "@kompas.example"])
async def test_whoever_is_not_named_exactly_is_not_found(tmp_path: Path, handle: str) -> None:
    assert await load(tmp_path, CHIEF + LEADER).find_by_handle(handle) is None


@pytest.mark.parametrize("handle", ["ÅSØ", "åsø", "A\N{COMBINING RING ABOVE}SØ"])
async def test_danish_letters_in_initials_are_found_however_they_are_typed(tmp_path: Path, handle: str) -> None:
    directory = load(tmp_path, LEADER.replace('"DES"', '"ÅSØ"').replace('manager = "chief"\n', ""))
    assert await directory.find_by_handle(handle) is directory.by_key("leader")


async def test_everyone_who_has_a_role_is_listed_in_the_order_of_the_file(tmp_path: Path) -> None:
    directory = load(tmp_path, CHIEF + LEADER)
    assert await directory.with_role(Role.LEADER) == directory.people
    assert await directory.with_role(Role.MENTOR) == (directory.by_key("leader"),)
    assert await directory.with_role(Role.HR) == ()


def test_an_unknown_key_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownPersonError, match="chief, leader"):
        load(tmp_path, CHIEF + LEADER).by_key("director")


async def test_the_sample_has_a_person_for_every_role_and_a_manager_for_the_leader() -> None:
    directory = FileDirectory.load(SAMPLE)
    assert {role for person in directory.people for role in person.roles} == set(Role)
    for key in (
        "leader",
        "new_leader",
        "new_employee",
        "employee",
        "deputy",
        "chief",
        "tr",
        "amr",
        "mentor",
        "hr",
        "hr_lead",
    ):
        assert directory.by_key(key).key == key
    manager_id = directory.by_key("leader").manager_id
    assert manager_id is not None
    assert await directory.find(manager_id) is directory.by_key("chief")
    assert all(person.email.endswith(".example") for person in directory.people)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (CHIEF.replace('["leader"]', '["boss"]'), 8, "roles"),
        (CHIEF.replace('["leader"]', "[]"), 8, "roles"),
        (CHIEF + LEADER.replace("5a3e0c00-", "nonsense-"), 12, "id"),
        (CHIEF + LEADER.replace('"DES"', '"d"'), 14, "initials"),
        (CHIEF + LEADER.replace("ditte@kompas.example", "ditte"), 15, "email"),
        (CHIEF + LEADER.replace('name = "Ditte Eksempelsen"\n', ""), 10, "name"),
        (CHIEF + LEADER + 'salary = "3"\n', 18, "salary"),
        (CHIEF + LEADER.replace('"chief"', '"nobody"'), 17, "nobody"),
        (CHIEF + LEADER.replace('key = "leader"', 'key = "chief"'), 11, "already used"),
        (CHIEF + LEADER.replace("000000000002", "000000000001"), 12, "already used"),
        (CHIEF + 'manager = "leader"\n' + LEADER, 9, "leads back"),
        (CHIEF + 'manager = "chief"\n', 9, "leads back"),
        (CHIEF + "what is this", 9, "TOML"),
        (CHIEF + '[[people]]\nkey = "open', 10, "TOML"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, text: str, line: int, word: str) -> None:
    error = fault(tmp_path, text)
    assert error.line == line
    assert word in str(error)
    assert f"people.toml:{line}:" in str(error)


@pytest.mark.parametrize(
    ("text", "word"), [("", "at least one person"), ("people = 3", "at least one"), ("[[persons]]\n", "persons")]
)
def test_a_file_without_people_is_refused(tmp_path: Path, text: str, word: str) -> None:
    assert word in str(fault(tmp_path, text))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(PeopleFileError, match="cannot be read"):
        FileDirectory.load(tmp_path / "none.toml")
    with pytest.raises(PeopleFileError, match="cannot be read"):
        FileDirectory.load(tmp_path)
    latin = tmp_path / "latin.toml"
    latin.write_bytes("# Mønsterby".encode("latin-1"))
    with pytest.raises(PeopleFileError, match="UTF-8"):
        FileDirectory.load(latin)


def test_a_fault_never_quotes_an_address(tmp_path: Path) -> None:
    assert "ditte" not in str(fault(tmp_path, CHIEF + LEADER.replace("ditte@kompas.example", "ditte"))).lower()
