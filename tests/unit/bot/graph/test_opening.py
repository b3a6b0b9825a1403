"""People from Graph by the settings alone: the bot's own identity, the double of Graph, the operator's commands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot import doctor
from bot.doubles.connector import ConnectorDouble
from bot.doubles.graph import GraphBehaviour, GraphDouble, group_id
from bot.errors import StartRefusedError
from bot.figures import people_lines
from bot.graph.opening import SCOPE, open_people
from bot.settings import SAMPLE_CONTENT, BotSettings, OfficeSettings
from hr.errors import DirectoryUnavailableError
from hr.people import FileDirectory, Role
from knowledge.settings import load
from tests.unit.bot.builders import APP_ID

PEOPLE = FileDirectory.load(SAMPLE_CONTENT / "people.sample.toml")
DITTE = PEOPLE.by_key("leader")


@pytest.fixture
async def graph() -> AsyncIterator[GraphDouble]:
    async with GraphDouble(PEOPLE.people) as double:
        yield double


@pytest.fixture
async def connector() -> AsyncIterator[ConnectorDouble]:
    async with ConnectorDouble() as double:
        yield double


@pytest.fixture
def environment(
    graph: GraphDouble, connector: ConnectorDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = tmp_path / "groups.toml"
    groups.write_text("".join(f'{role} = "{group_id(role)}"\n' for role in Role if role is not Role.EMPLOYEE))
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "MODE": "teams",
        "APP_ID": APP_ID,
        "APP_TENANT_ID": APP_ID,
        "APP_SECRET": "hush",
        "TOKEN_URL": connector.token_url,
        "OPENID_METADATA_URL": connector.metadata_url,
        "INSECURE_LOOPBACK": "1",
        "GRAPH_GROUPS": str(groups),
        "GRAPH_URL": graph.url,
        "DATA_DIR": str(tmp_path / "data"),
    }.items():
        monkeypatch.setenv(f"KOMPAS_{name}", value)


@pytest.mark.usefixtures("environment")
async def test_people_come_from_graph_with_a_token_of_graphs_scope(
    graph: GraphDouble, connector: ConnectorDouble
) -> None:
    async with open_people(load(OfficeSettings)) as people:
        await people.start()
        found = await people.directory.find(DITTE.id)
    assert found is not None
    assert found.roles == {Role.EMPLOYEE, Role.LEADER}
    assert [request["scope"] for request in connector.token_requests] == [SCOPE]
    assert set(graph.tokens) == {"Bearer outbound-1"}


@pytest.mark.usefixtures("environment")
async def test_nothing_is_read_before_somebody_is_looked_up(graph: GraphDouble) -> None:
    async with open_people(load(OfficeSettings)):
        pass
    assert graph.requests == []


@pytest.mark.usefixtures("environment")
async def test_a_refused_token_means_no_rights_and_says_what_to_do(connector: ConnectorDouble) -> None:
    connector.token_status = 401
    async with open_people(load(OfficeSettings)) as people:
        with pytest.raises(DirectoryUnavailableError, match="check app id, tenant and credential"):
            await people.directory.find(DITTE.id)


@pytest.mark.usefixtures("environment")
async def test_the_commands_list_who_has_a_role_and_count_the_rest() -> None:
    lines = await people_lines(load(OfficeSettings))
    employees = sum(person.roles == {Role.EMPLOYEE} for person in PEOPLE.people)
    assert lines[-1] == f"and {employees} employees"
    assert f"{'des':<14} {DITTE.name:<24} employee, leader" in lines


@pytest.mark.usefixtures("environment")
async def test_doctor_tells_how_many_have_which_role_and_names_a_missing_permission(graph: GraphDouble) -> None:
    leaders = sum(Role.LEADER in person.roles for person in PEOPLE.people)
    found = await doctor._people(load(OfficeSettings))
    assert found.startswith(f"{len(PEOPLE.people)} people in Microsoft Graph (")
    assert f"{leaders} leader" in found
    graph.behaviour = GraphBehaviour(status=403)
    with pytest.raises(DirectoryUnavailableError, match="grant the app the permissions"):
        await doctor._people(load(OfficeSettings))


@pytest.mark.usefixtures("environment")
async def test_local_mode_does_not_ask_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMPAS_MODE", "local")
    with pytest.raises(StartRefusedError, match="mode teams"):
        async with open_people(load(OfficeSettings)):
            pass


@pytest.mark.parametrize(
    "url", ["https://graph.example/v1.0", "http://graph.microsoft.com/v1.0", "http://127.0.0.1:1/v1.0", "graph"]
)
def test_the_token_goes_to_microsofts_graph_only(url: str) -> None:
    with pytest.raises(ValidationError, match=r"graph\.microsoft\.com|no address"):
        BotSettings.model_validate({"mode": "local", "graph_url": url})
