"""Each fault is tried on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.databases import temporary_postgres
from tests.faults.world import World, world
from tests.prepared import built_index

SQLITE, POSTGRES = "sqlite", "postgres"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a fault test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faults)


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of an empty database."""
    if request.param == SQLITE:
        yield f"sqlite:///{tmp_path / 'kompas.db'}"
        return
    async with temporary_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def index() -> Path:
    """The data folder with model and index."""
    return built_index()


@pytest.fixture
async def office(database: str, tmp_path: Path) -> AsyncIterator[World]:
    """An empty municipality on that database."""
    async with world(tmp_path, database) as made:
        yield made
        if any(program.runs for program in made.programs):
            return
