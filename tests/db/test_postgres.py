from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text, update

from addon_sdk.testing.servers import PostgresServer
from kernel.db import DatabaseAway, Model, WritersCollided, read_connection, session, transaction
from kernel.db.postgres import waits_cooperatively
from kernel.runtime import platform
from tests.db.conftest import MakeApp
from tests.db.models import Book, Shelf


@pytest.fixture
def app(make_bare_app: MakeApp, fresh_postgres: str) -> Iterator[Flask]:
    app = make_bare_app(database_url=fresh_postgres, database_wait_seconds=5.0)
    with app.app_context():
        tables = [Shelf.__table__, Book.__table__]
        Model.metadata.drop_all(platform.db.engine, tables=tables)
        Model.metadata.create_all(platform.db.engine, tables=tables)
        yield app


def shelves(*names: str) -> None:
    with transaction() as current:
        current.add_all([Shelf(name=name) for name in names])


def kill_pool() -> None:
    """End every connection that the app has, as a restart of the server does."""
    url = platform.db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        everybody_else = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        connection.execute(f"{everybody_else} AND datname = current_database()".encode())


def test_connections_speak_utc_and_stand_in_autocommit(app: Flask) -> None:
    assert read_connection().exec_driver_sql("SHOW timezone").scalar() == "UTC"
    first = read_connection().exec_driver_sql("SELECT pg_current_xact_id()").scalar()
    assert read_connection().exec_driver_sql("SELECT pg_current_xact_id()").scalar() != first
    with transaction() as current:
        first = current.connection().exec_driver_sql("SELECT pg_current_xact_id()").scalar()
        assert current.connection().exec_driver_sql("SELECT pg_current_xact_id()").scalar() == first


def test_the_url_has_the_last_word_on_how_queries_are_planned(make_bare_app: MakeApp, fresh_postgres: str) -> None:
    def shown(url: str) -> Any:
        with make_bare_app(database_url=url).app_context():
            return read_connection().exec_driver_sql("SHOW random_page_cost").scalar()

    assert shown(fresh_postgres) == "1.1"
    assert shown(f"{fresh_postgres}?options=-c%20random_page_cost%3D3") == "3"


def test_a_statement_that_takes_too_long_is_503(make_bare_app: MakeApp, fresh_postgres: str) -> None:
    app = make_bare_app(database_url=fresh_postgres, statement_timeout_ms=50)
    with app.app_context():
        with pytest.raises(DatabaseAway):
            session().execute(text("SELECT pg_sleep(5)"))
        assert session().execute(text("SELECT 1")).scalar() == 1


def test_a_deadlock_is_tried_again_until_both_are_done(app: Flask) -> None:
    shelves("a", "b")
    meet, calls = threading.Barrier(2, timeout=10), []
    failures: list[Exception] = []

    @transaction
    def swap(first: str, second: str) -> None:
        calls.append(first)
        session().execute(update(Shelf).where(Shelf.name.startswith(first)).values(name=Shelf.name + first))
        if len(calls) <= 2:
            meet.wait()
        session().execute(update(Shelf).where(Shelf.name.startswith(second)).values(name=Shelf.name + second))

    def run(first: str, second: str) -> None:
        try:
            with app.app_context():
                swap(first, second)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(calls) > 2
    assert session().scalars(select(Shelf.name).order_by(Shelf.name)).all() == ["aaa", "bbb"]


def test_a_serialisation_failure_is_a_collision(app: Flask) -> None:
    shelves("a")
    serializable = platform.db.engine.execution_options(begin="BEGIN ISOLATION LEVEL SERIALIZABLE")
    with serializable.connect() as one, serializable.connect() as two:
        for connection in (one, two):
            connection.exec_driver_sql("SELECT count(*) FROM tests_shelf")
            connection.exec_driver_sql("UPDATE tests_shelf SET name = 'b'") if connection is one else None
        one.commit()
        with pytest.raises(WritersCollided):
            two.exec_driver_sql("UPDATE tests_shelf SET name = 'c'")


def test_a_locked_row_waits_for_its_holder_and_others_do_not(app: Flask) -> None:
    shelves("a", "b")

    def lock(name: str) -> str:
        return f"SELECT 1 FROM tests_shelf WHERE name = '{name}' FOR UPDATE NOWAIT"

    with platform.db.engine.connect() as other:
        with transaction() as current:
            assert current.scalars(select(Shelf).where(Shelf.name == "a").with_for_update()).one()
            with pytest.raises(WritersCollided):
                other.exec_driver_sql(lock("a"))
            other.rollback()
            other.exec_driver_sql(lock("b"))
        other.exec_driver_sql(lock("a"))


def test_a_serialisation_failure_is_tried_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another transaction commits in between, the first time."""
    shelves("a")
    monkeypatch.setattr(
        platform.db, "engine", platform.db.engine.execution_options(begin="BEGIN ISOLATION LEVEL SERIALIZABLE")
    )
    platform.db.close_session()
    calls: list[str] = []

    @transaction
    def rename() -> None:
        calls.append(session().scalars(select(Shelf.name)).one())
        if len(calls) == 1:
            with platform.db.reader.connect() as other:
                other.exec_driver_sql("UPDATE tests_shelf SET name = name || '!'")
        session().execute(update(Shelf).values(name=Shelf.name + "?"))

    rename()
    assert calls == ["a", "a!"]
    assert session().scalars(select(Shelf.name)).all() == ["a!?"]


def test_a_read_survives_a_lost_connection(app: Flask) -> None:
    shelves("a")
    assert session().scalars(select(Shelf.name)).all() == ["a"]
    kill_pool()
    assert session().scalars(select(Shelf.name)).all() == ["a"]


def test_a_lost_bare_connection_is_replaced_at_its_next_use(app: Flask) -> None:
    with app.app_context():
        assert read_connection().execute(select(1)).scalar() == 1
        kill_pool()
        with pytest.raises(DatabaseAway):
            read_connection().execute(select(1))
        assert read_connection().execute(select(1)).scalar() == 1


def test_a_rested_connection_is_asked_before_it_is_used(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    shelves("a")
    kill_pool()
    monkeypatch.setattr("kernel.db.pool.REST_SECONDS", -1.0)
    shelves("b")
    with app.app_context():
        shelves("c")
    assert len(session().scalars(select(Shelf)).all()) == 3


def test_a_write_on_a_lost_connection_is_503_and_the_next_one_works(app: Flask) -> None:
    def lose_and_write() -> None:
        pid = session().execute(text("SELECT pg_backend_pid()")).scalar()
        with platform.db.engine.begin() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
        session().add(Shelf(name="a"))

    with pytest.raises(DatabaseAway), transaction():
        lose_and_write()
    shelves("b")
    assert session().scalars(select(Shelf.name)).all() == ["b"]


def test_the_server_goes_away_and_comes_back_without_a_restart_of_ours(make_bare_app: MakeApp) -> None:
    with PostgresServer() as server:
        app = make_bare_app(database_url=server.url, database_wait_seconds=2.0)
        with app.app_context():
            assert session().execute(text("SELECT 1")).scalar() == 1
            server.stop()
            for act in (lambda: session().execute(text("SELECT 1")), lambda: transaction().__enter__()):
                with pytest.raises(DatabaseAway) as caught:
                    act()
                assert caught.value.headers["Retry-After"]
                assert caught.value.__cause__ is not None
            server.start()
            assert session().execute(text("SELECT 2")).scalar() == 2
            with transaction():
                assert session().execute(text("SELECT 3")).scalar() == 3
            platform.db.engine.dispose()


SELF_TEST = """
import sys
eventlet = None
if sys.argv[2] != "threading":
    import eventlet
    eventlet.monkey_patch()
if sys.argv[2] == "trap":
    import psycopg
import json, os, threading, time
from pathlib import Path
from flask import Flask
import kernel.db
from config import Testing
from kernel.db import session
from kernel.db.postgres import waits_cooperatively
from kernel.runtime import Platform, platform
from sqlalchemy import text

mode = "threading" if sys.argv[2] == "threading" else "eventlet"
app = Flask("asoud")
settings = Testing(data_dir=Path("."), database_url=sys.argv[1], async_mode=mode)
kernel.db.init_app(app, Platform(app, settings, "realtime"))

def sleep():
    with app.app_context():
        session().execute(text("SELECT pg_sleep(0.4)"))

with app.app_context():
    good = waits_cooperatively(platform.db.engine)
    started = time.monotonic()
    threads = [threading.Thread(target=sleep) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"good": good, "seconds": time.monotonic() - started, "set": "PSYCOPG_WAIT_FUNC" in os.environ}))
    platform.db.engine.dispose()
"""


@pytest.mark.parametrize(("mode", "good"), [("eventlet", True), ("threading", True), ("trap", False)])
def test_queries_let_other_greenlets_run_and_the_self_test_knows(fresh_postgres: str, mode: str, good: bool) -> None:
    """The third case is the trap itself: psycopg imported before it could be told to wait in Python."""
    command = [sys.executable, "-W", "ignore", "-c", SELF_TEST, fresh_postgres, mode]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, timeout=60, check=True).stdout)
    assert found["good"] is good
    assert (found["seconds"] < 1.5) is good
    assert found["set"] is False


def test_threads_always_wait_cooperatively(app: Flask) -> None:
    assert waits_cooperatively(platform.db.engine)
