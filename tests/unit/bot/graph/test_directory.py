from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

import aiohttp
import pytest

from bot.doubles.graph import GraphBehaviour, GraphDouble, group_id
from bot.errors import GraphError
from bot.graph.client import GraphClient
from bot.graph.directory import GraphDirectory, GraphPeople
from bot.settings import SAMPLE_CONTENT
from hr.errors import DirectoryUnavailableError
from hr.people import Book, FileDirectory, Role

PEOPLE = FileDirectory.load(SAMPLE_CONTENT / "people.sample.toml")
DITTE = PEOPLE.by_key("leader")
GROUPS = {Role.LEADER: (group_id(Role.LEADER),), Role.HR: (group_id(Role.HR),)}


@dataclass
class Tokens:
    """Tokens one after another, a new one when the last is forgotten."""

    number: int = 1

    async def token(self) -> str | None:
        return f"graph-{self.number}"

    def forget(self) -> None:
        self.number += 1


@dataclass
class Time:
    """A clock that is moved by hand; whoever sleeps waits for `tick`."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    asleep: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.asleep.set()
        await self.woken.wait()
        self.woken.clear()

    async def pass_(self, seconds: float) -> None:
        """So much time goes by, and the list is read again."""
        self.now += seconds
        self.asleep.clear()
        self.woken.set()
        async with asyncio.timeout(5):
            await self.asleep.wait()


@pytest.fixture
async def double() -> AsyncIterator[GraphDouble]:
    async with GraphDouble(PEOPLE.people) as graph:
        yield graph


@pytest.fixture
async def read(double: GraphDouble) -> AsyncIterator[GraphPeople]:
    async with aiohttp.ClientSession() as session:
        client = GraphClient(session=session, tokens=Tokens(), base=double.url)
        yield GraphPeople(client=client, groups=GROUPS, initials_from="mailNickname")


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def directory(read: Callable[[], Awaitable[Book]], time: Time) -> AsyncIterator[GraphDirectory]:
    graph = GraphDirectory(read, keep_seconds=900, monotonic=lambda: time.now, sleep=time.sleep)
    yield graph
    await graph.close()


async def test_looks_at_the_same_time_share_one_reading(double: GraphDouble, directory: GraphDirectory) -> None:
    found = await asyncio.gather(*(directory.find(DITTE.id) for _ in range(50)))
    assert {person.id for person in found if person is not None} == {DITTE.id}
    assert len(double.requests) == 1 + len(GROUPS)


async def test_only_the_fields_that_are_needed_are_asked_for(double: GraphDouble, directory: GraphDirectory) -> None:
    await directory.everyone()
    users = next(unquote(path) for path in double.requests if "/users" in path)
    assert "manager($select=id)" in users
    assert "jobTitle" not in users
    assert "birthday" not in users
    assert set(double.tokens) == {"Bearer graph-1"}


async def test_the_age_of_the_list_is_known_once_it_was_read_and_grows_while_graph_is_down(
    double: GraphDouble, directory: GraphDirectory, time: Time
) -> None:
    double.behaviour = GraphBehaviour(status=500)
    await directory.start()
    assert directory.age() is None
    double.behaviour = GraphBehaviour()
    await time.pass_(20)
    assert directory.age() == 0
    double.behaviour = GraphBehaviour(status=500)
    await time.pass_(300)
    assert directory.age() == 300


async def test_what_was_read_counts_while_graph_is_down_and_then_nobody_has_rights(
    double: GraphDouble, directory: GraphDirectory, time: Time
) -> None:
    await directory.start()
    double.behaviour = GraphBehaviour(status=500)
    await time.pass_(890)
    assert await directory.find(DITTE.id) is not None
    await time.pass_(20)
    with pytest.raises(DirectoryUnavailableError):
        await directory.find(DITTE.id)
    with pytest.raises(DirectoryUnavailableError):
        await directory.with_role(Role.HR)
    double.behaviour = GraphBehaviour()
    await time.pass_(15)
    assert await directory.find(DITTE.id) is not None


async def test_who_left_a_group_or_the_tenant_loses_the_rights_at_the_next_reading(
    double: GraphDouble, directory: GraphDirectory, time: Time
) -> None:
    await directory.start()
    double.people = [
        replace(one, roles=frozenset({Role.EMPLOYEE})) if one.id == DITTE.id else one for one in double.people
    ]
    await time.pass_(300)
    found = await directory.find(DITTE.id)
    assert found is not None
    assert found.roles == {Role.EMPLOYEE}
    double.people = [one for one in double.people if one.id != DITTE.id]
    await time.pass_(300)
    assert await directory.find(DITTE.id) is None


async def test_graph_is_left_alone_for_as_long_as_it_asks(
    double: GraphDouble, directory: GraphDirectory, time: Time
) -> None:
    double.behaviour = GraphBehaviour(status=429, retry_after="77")
    await directory.start()
    assert time.slept == [77.0]


@pytest.mark.parametrize(
    "behaviour",
    [
        GraphBehaviour(status=500),
        GraphBehaviour(status=403),
        GraphBehaviour(status=401),
        GraphBehaviour(status=429),
        GraphBehaviour(body="not json"),
        GraphBehaviour(body='{"value": 1}'),
        GraphBehaviour(body='{"value": [1]}'),
        GraphBehaviour(body='{"value": []}'),
        GraphBehaviour(body="[" * 100_000),
        GraphBehaviour(redirect_to="http://127.0.0.1:9/elsewhere"),
        GraphBehaviour(next_elsewhere="https://graph.example/v1.0/users?$skiptoken=1"),
        GraphBehaviour(next_elsewhere="http://127.0.0.1:9/v1.0/users"),
        GraphBehaviour(next_elsewhere="::"),
        GraphBehaviour(next_elsewhere="https://]@[@"),
    ],
)
async def test_an_answer_that_is_not_the_whole_list_is_none(
    double: GraphDouble, read: GraphPeople, behaviour: GraphBehaviour
) -> None:
    double.behaviour = behaviour
    with pytest.raises(GraphError):
        await read()


async def test_a_group_that_is_gone_is_a_fault_and_takes_nobodys_rights(double: GraphDouble, read: GraphPeople) -> None:
    double.missing_groups = {group_id(Role.HR)}
    with pytest.raises(GraphError, match=r"404 on the group of hr.*KOMPAS_GRAPH_GROUPS"):
        await read()


async def test_a_token_that_is_no_longer_accepted_is_renewed_once(double: GraphDouble, read: GraphPeople) -> None:
    double.refused_tokens = {"Bearer graph-1"}
    book = await read()
    assert book.find(DITTE.id) is not None
    assert "Bearer graph-2" in double.tokens


async def test_a_graph_that_hangs_holds_a_look_up_for_a_moment_only(
    double: GraphDouble, directory: GraphDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.graph.directory.FIRST_SECONDS", 0.1)
    double.behaviour = GraphBehaviour(hang=True)
    async with asyncio.timeout(2):
        with pytest.raises(DirectoryUnavailableError):
            await directory.find(DITTE.id)


async def test_a_group_of_employees_leaves_all_others_out(double: GraphDouble) -> None:
    async with aiohttp.ClientSession() as session:
        client = GraphClient(session=session, tokens=Tokens(), base=double.url)
        groups = {**GROUPS, Role.EMPLOYEE: (group_id(Role.LEADER),)}
        book = await GraphPeople(client=client, groups=groups, initials_from="mailNickname")()
    leaders = {person.id for person in PEOPLE.people if Role.LEADER in person.roles}
    assert {person.id for person in book.people} == leaders
