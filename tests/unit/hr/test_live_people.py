"""The people file is followed: an edit holds within seconds, a fault keeps the last good version and names nobody."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from hr.errors import PeopleFileError
from hr.people import LiveDirectory, Role
from tests.unit.hr.test_people import CHIEF, LEADER

DITTE = "5a3e0c00-0000-4000-8000-000000000002"


class Follower:
    """A people file, and a directory whose time the test moves."""

    def __init__(self, folder: Path) -> None:
        self.seconds = 0.0
        self.path = folder / "people.toml"
        self.path.write_text(CHIEF + LEADER.replace('manager = "chief"', ""), encoding="utf-8")
        self.directory = LiveDirectory(self.path, monotonic=lambda: self.seconds)

    def write(self, text: str) -> None:
        self.path.write_text(text, encoding="utf-8")
        self.seconds += 2.0


@pytest.fixture
def follower(tmp_path: Path) -> Follower:
    return Follower(tmp_path)


async def test_a_new_role_holds_without_a_restart(follower: Follower) -> None:
    follower.write(follower.path.read_text(encoding="utf-8").replace('["leader", "mentor"]', '["hr"]'))
    assert [person.id for person in await follower.directory.with_role(Role.HR)] == [DITTE]
    found = await follower.directory.find(DITTE)
    assert found is not None
    assert Role.LEADER not in found.roles


def test_the_age_of_the_list_grows_while_the_file_has_a_fault_and_not_while_it_stays_as_it_is(
    follower: Follower,
) -> None:
    follower.seconds += 3600
    assert follower.directory.age() == 0
    follower.write("people = 7")
    follower.seconds += 60
    assert follower.directory.age() == 62
    follower.path.unlink()
    follower.seconds += 60
    assert follower.directory.age() == 122
    follower.write(CHIEF)
    assert follower.directory.age() == 0
    follower.seconds += 1.5
    assert follower.directory.age() == 1.5


async def test_who_was_taken_out_is_not_found_any_more(follower: Follower) -> None:
    follower.write(CHIEF)
    assert await follower.directory.find(DITTE) is None
    assert await follower.directory.find_by_handle("DES") is None
    assert len(follower.directory.people) == len(await follower.directory.everyone()) == 1


async def test_a_fault_keeps_the_people_there_were_and_names_nobody(
    follower: Follower, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    follower.write(CHIEF + CHIEF.replace('"chief"', '"other"'))
    assert await follower.directory.find(DITTE) is not None
    (file,) = follower.directory.files
    fault = file.fault
    assert fault is not None
    assert (fault.file, fault.line) == ("people.toml", 12)
    for private in ("chief", "other", "5a3e0c00", "viggo"):
        assert private not in fault.reason.lower()
        assert private not in caplog.text.lower()


async def test_what_a_field_may_be_is_still_told(follower: Follower) -> None:
    follower.write(CHIEF.replace('["leader"]', '["chef"]'))
    (file,) = follower.directory.files
    assert file.fault is not None
    assert "'hr_lead'" in file.fault.reason
    assert "chef" not in file.fault.reason


def test_the_first_load_tells_its_fault_whole(tmp_path: Path) -> None:
    with pytest.raises(PeopleFileError, match="cannot be read"):
        LiveDirectory(tmp_path / "people.toml")
