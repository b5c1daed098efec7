"""The servers of the suite itself: real, reachable, independent of each other, restartable."""

from __future__ import annotations

import signal

import psycopg
import pytest
import redis

from addon_sdk.testing.servers import Databases, PostgresServer, RedisServer


def test_postgres_databases_are_independent_and_copies_hold_the_templates_rows(databases: Databases) -> None:
    first, second = databases.create(), databases.create()
    with psycopg.connect(first, autocommit=True) as connection:
        connection.execute("CREATE TABLE thing (id int)")
        connection.execute("INSERT INTO thing VALUES (7)")
    copy = databases.create(template=first)
    with psycopg.connect(copy) as connection:
        assert connection.execute("SELECT id FROM thing").fetchall() == [(7,)]
    with psycopg.connect(second) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT id FROM thing")
    databases.drop(first)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(first)


def test_database_is_empty_and_takes_tables(database_url: str) -> None:
    import sqlalchemy

    engine = sqlalchemy.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert sqlalchemy.inspect(connection).get_table_names() == []
        connection.execute(sqlalchemy.text("CREATE TABLE thing (id int)"))
    engine.dispose()


def test_redis_is_empty_for_each_test(redis_url: str) -> None:
    client = redis.Redis.from_url(redis_url)
    assert client.dbsize() == 0
    client.set("left-over", "1")


test_redis_is_empty_even_after_a_test_that_left_a_key = test_redis_is_empty_for_each_test


def test_servers_come_back_on_their_port_after_a_crash() -> None:
    with RedisServer() as server:
        server.stop(signal.SIGKILL)
        with pytest.raises(redis.ConnectionError):
            redis.Redis.from_url(server.url).ping()
        server.start()
        assert redis.Redis.from_url(server.url).ping()


def test_postgres_keeps_its_data_over_a_crash() -> None:
    with PostgresServer() as server:
        url = Databases(server.url).create()
        server.stop(signal.SIGQUIT)
        server.start()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not server.folder.exists()


def test_a_server_that_cannot_start_says_why() -> None:
    with RedisServer() as server:
        second = RedisServer()
        second.port = server.port
        with pytest.raises(RuntimeError, match="in use"):
            second.start()
        second.close()
