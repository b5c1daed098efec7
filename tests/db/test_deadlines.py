"""A request's time limits its statements: the next is refused, on PostgreSQL the running one is cancelled."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from kernel.clock import FrozenClock
from kernel.db import read_connection, session, transaction
from kernel.db.failures import StatementTooSlow
from kernel.deadline import set_deadline, time_left
from kernel.errors import RequestTimeout
from kernel.runtime import platform
from tests.db.conftest import MakeApp


@pytest.fixture(autouse=True)
def no_deadline() -> Iterator[None]:
    yield
    set_deadline(None)


def ask() -> None:
    session().execute(text("SELECT 1"))


def read() -> None:
    read_connection().exec_driver_sql("SELECT 1")


def write() -> None:
    with transaction():
        pass


def test_nothing_is_asked_of_the_database_when_the_time_is_up(app: Flask, clock: FrozenClock) -> None:
    for act in (read, ask, read, write):
        set_deadline(5)
        act()
        assert time_left() == 5
        clock.tick(6)
        for late in (act, time_left):
            with pytest.raises(RequestTimeout):
                late()
        set_deadline(None)
        act()
        assert time_left() is None


@pytest.fixture
def on_postgres(make_bare_app: MakeApp, fresh_postgres: str) -> Iterator[Flask]:
    app = make_bare_app(database_url=fresh_postgres, pool_size=1, statement_timeout_ms=2000)
    with app.app_context():
        yield app


def statement_timeout() -> Any:
    platform.db.close_session()  # the one connection of the pool goes back and comes again
    return read_connection().exec_driver_sql("SHOW statement_timeout").scalar()


def by_session() -> None:
    session().execute(text("SELECT pg_sleep(60)"))


def by_connection() -> None:
    read_connection().exec_driver_sql("SELECT pg_sleep(60)")


def by_transaction() -> None:
    with transaction() as current:
        current.connection().exec_driver_sql("SELECT pg_sleep(60)")


@pytest.mark.parametrize("act", [by_session, by_connection, by_transaction])
def test_a_running_statement_ends_with_its_request(on_postgres: Flask, act: Any) -> None:
    set_deadline(0.2)
    began = time.monotonic()
    with pytest.raises(RequestTimeout):
        act()
    assert time.monotonic() - began < 1.9
    set_deadline(None)
    assert statement_timeout() == "2s"


def test_a_request_that_has_time_costs_no_more(on_postgres: Flask) -> None:
    set_deadline(60)
    assert read_connection().exec_driver_sql("SHOW statement_timeout").scalar() == "2s"


def test_a_slow_statement_is_not_tried_twice(make_bare_app: MakeApp, fresh_postgres: str) -> None:
    app = make_bare_app(database_url=fresh_postgres, statement_timeout_ms=300)
    sent: list[str] = []
    with app.app_context():
        event.listen(platform.db.reader, "before_cursor_execute", lambda *sending: sent.append(sending[2]))
        with pytest.raises(StatementTooSlow):
            by_session()
    assert sum("pg_sleep" in statement for statement in sent) == 1


def test_a_connection_that_cannot_be_restored_is_not_used_again(on_postgres: Flask) -> None:
    set_deadline(1)
    first = read_connection()
    number = first.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    first.connection.driver_connection.close()  # type: ignore[union-attr]  # psycopg's
    set_deadline(None)
    platform.db.close_session()
    assert read_connection().exec_driver_sql("SELECT pg_backend_pid()").scalar() != number
