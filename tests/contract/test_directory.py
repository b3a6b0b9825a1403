"""What every directory answers the same way: the people file and Microsoft Graph."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.doubles.graph import GraphDouble, group_id
from bot.graph.client import GraphClient
from bot.graph.directory import GraphDirectory, GraphPeople
from bot.settings import SAMPLE_CONTENT
from bot.teams.tokens import NoTokens
from hr.people import FileDirectory, LiveDirectory, Role
from hr.ports import Directory

SAMPLE = SAMPLE_CONTENT / "people.sample.toml"
GROUPS = {role: (group_id(role),) for role in Role if role is not Role.EMPLOYEE}
PEOPLE = FileDirectory.load(SAMPLE)
DITTE = PEOPLE.by_key("leader")
VIGGO = PEOPLE.by_key("chief")


@pytest.fixture(params=["file", "live file", "graph", "graph in small pages"])
async def directory(request: pytest.FixtureRequest) -> AsyncIterator[Directory]:
    path = Path(SAMPLE)
    if request.param == "file":
        yield FileDirectory.load(path)
        return
    if request.param == "live file":
        yield LiveDirectory(path)
        return
    size = 2 if request.param == "graph in small pages" else 999
    async with GraphDouble(PEOPLE.people, page_size=size) as double, aiohttp.ClientSession() as session:
        client = GraphClient(session=session, tokens=NoTokens(), base=double.url)
        read = GraphPeople(client=client, groups=GROUPS, initials_from="mailNickname")
        graph = GraphDirectory(read, keep_seconds=900)
        yield graph
        await graph.close()


async def test_a_person_is_found_by_id_in_any_letter_case_with_roles_leader_and_area(directory: Directory) -> None:
    found = await directory.find(f" {DITTE.id.upper()} ")
    assert found is not None
    assert (found.id, found.name, found.initials, found.email) == (DITTE.id, DITTE.name, DITTE.initials, DITTE.email)
    assert found.roles == {Role.EMPLOYEE, Role.LEADER}
    assert (found.manager_id, found.area) == (VIGGO.id, "Velfærd")


@pytest.mark.parametrize("handle", ["DES", "des ", "Ditte.Eksempelsen@kompas.example"])
async def test_a_person_is_found_by_initials_and_address_in_any_letter_case(directory: Directory, handle: str) -> None:
    found = await directory.find_by_handle(handle)
    assert found is not None
    assert found.id == DITTE.id


@pytest.mark.parametrize("handle", ["", "DE", "Ditte", "nobody@kompas.example"])
async def test_nobody_is_found_by_a_part_of_a_handle(directory: Directory, handle: str) -> None:
    assert await directory.find_by_handle(handle) is None


async def test_an_unknown_person_is_nobody(directory: Directory) -> None:
    unknown = "5a3e0c00-0000-4000-8000-00000000dead"
    assert await directory.find(unknown) is None
    assert await directory.led_by(unknown) == ()


async def test_a_leaders_people_are_those_whose_nearest_leader_he_is(directory: Directory) -> None:
    expected = {person.id for person in PEOPLE.people if person.manager_id == VIGGO.id}
    assert len(expected) > 1
    assert {person.id for person in await directory.led_by(VIGGO.id)} == expected


@pytest.mark.parametrize("role", list(Role))
async def test_everyone_with_a_role_is_listed_once(directory: Directory, role: Role) -> None:
    found = [person.id for person in await directory.with_role(role)]
    assert sorted(found) == sorted(person.id for person in PEOPLE.people if role in person.roles)


async def test_everyone_is_listed_with_the_roles_he_has(directory: Directory) -> None:
    everyone = await directory.everyone()
    assert {person.id: person.roles for person in everyone} == {person.id: person.roles for person in PEOPLE.people}
