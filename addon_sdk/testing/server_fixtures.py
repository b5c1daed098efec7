"""Fixtures for tests that need real servers: started once per session when first asked for, ended with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from addon_sdk.testing.servers import Databases, PostgresServer, RedisServer


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of a real PostgreSQL server's maintenance database: `TEST_DATABASE_URL`, or one started here."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with PostgresServer() as server:
        yield server.url


@pytest.fixture(scope="session")
def redis_server_url() -> Iterator[str]:
    """Address of a real Redis server that the whole session shares: `TEST_REDIS_URL`, or one started here.

    Workers of pytest-xdist that share a given server take a database each, since tests empty theirs.
    """
    if given := os.environ.get("TEST_REDIS_URL"):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
        yield urlsplit(given)._replace(path=f"/{worker}").geturl() if worker else given
        return
    with RedisServer() as server:
        yield server.url


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Iterator[Databases]:
    """Makes databases of their own on the session's PostgreSQL server; what is left over is dropped at the end."""
    made = Databases(postgres_url)
    yield made
    made.drop_all()


@pytest.fixture(scope="module")
def fresh_postgres(databases: Databases) -> Iterator[str]:
    """Address of an empty PostgreSQL database that the tests of one module share."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture
def redis_url(redis_server_url: str) -> str:
    """Address of a real, empty Redis database."""
    import redis

    with redis.Redis.from_url(redis_server_url) as client:
        client.flushdb()
    return redis_server_url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database; each test runs twice, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    databases: Databases = request.getfixturevalue("databases")
    url = databases.create()
    yield url
    databases.drop(url)
