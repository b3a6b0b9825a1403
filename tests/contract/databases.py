"""Fresh databases for tests: a SQLite file, and a temporary database on a PostgreSQL server."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from sqlalchemy import make_url

DEFAULT_POSTGRES = "postgresql://root@127.0.0.1:5432/test"


@asynccontextmanager
async def temporary_postgres() -> AsyncIterator[str]:
    """The URL of an empty PostgreSQL database, dropped afterwards. Skips when no server is reachable, fails when one is required."""
    server = os.environ.get("KOMPAS_TEST_POSTGRES", DEFAULT_POSTGRES)  # noqa: TID251 - where the tests run is no setting of the product
    required = os.environ.get("KOMPAS_TEST_REQUIRE_POSTGRES") == "1"  # noqa: TID251
    try:
        connection = await asyncpg.connect(server, timeout=3)
    except (OSError, asyncpg.PostgresError) as fault:
        message = f"no PostgreSQL at KOMPAS_TEST_POSTGRES ({type(fault).__name__})"
        if required:
            pytest.fail(f"{message}, and KOMPAS_TEST_REQUIRE_POSTGRES=1")
        pytest.skip(message)
    name = f"kompas_test_{uuid.uuid4().hex[:12]}"
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()
