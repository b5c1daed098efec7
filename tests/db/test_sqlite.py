from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from config import ConfigurationError
from kernel.db import DatabaseAway, Model, WritersCollided, new_id, session, transaction
from kernel.runtime import platform
from tests.db.conftest import MakeApp
from tests.db.models import Book, Shelf


@pytest.fixture
def app(make_bare_app: MakeApp, tmp_path: Path) -> Iterator[Flask]:
    app = make_bare_app(database_url=f"sqlite:///{tmp_path / 'deep' / 'test.db'}", database_wait_seconds=0.5)
    with app.app_context():
        Model.metadata.create_all(platform.db.engine, tables=[Shelf.__table__, Book.__table__])
        yield app


@pytest.fixture
def other(app: Flask, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection as another process would have."""
    path = tmp_path / "deep" / "test.db"
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


def test_connections_are_set_up_for_many_readers_and_one_writer(app: Flask) -> None:
    connection = session().connection()
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
    assert values == ["wal", 1, 1, 0]


def test_foreign_keys_hold(app: Flask) -> None:
    with pytest.raises(IntegrityError), transaction() as current:
        current.add(Book(title="a", shelf_id=new_id()))


def test_a_writer_waits_for_another_process_and_then_gives_up_with_503(app: Flask, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with pytest.raises(DatabaseAway), transaction():
        raise AssertionError("never gets in")
    assert 0.5 <= time.monotonic() - started < 10
    threading.Timer(0.05, lambda: other.execute("ROLLBACK")).start()
    with transaction() as current:
        current.add(Shelf(name="a"))
    assert session().scalars(select(Shelf.name)).all() == ["a"]


def test_readers_never_wait_for_a_writer(app: Flask, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO tests_shelf VALUES ('x', 'a', '', '')")
    assert session().scalars(select(Shelf.name)).all() == []
    other.execute("ROLLBACK")


def test_an_old_snapshot_that_wants_to_write_collides(app: Flask, other: sqlite3.Connection) -> None:
    with platform.db.engine.execution_options(begin="BEGIN DEFERRED").connect() as connection:
        connection.execute(select(Shelf.name)).all()
        other.execute("INSERT INTO tests_shelf VALUES ('x', 'a', '', '')")
        with pytest.raises(WritersCollided):
            connection.exec_driver_sql("UPDATE tests_shelf SET name = 'b'")


def test_threads_take_turns(make_bare_app: MakeApp) -> None:
    app = make_bare_app(database_wait_seconds=30.0)
    with app.app_context():
        Model.metadata.create_all(platform.db.engine, tables=[Shelf.__table__])
    failures: list[Exception] = []

    def write(number: int) -> None:
        try:
            with app.app_context():
                for turn in range(10):
                    with transaction() as current:
                        current.add(Shelf(name=f"{number}.{turn}"))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with app.app_context():
        assert len(session().scalars(select(Shelf.id)).all()) == 60


def test_who_waits_for_a_turn_holds_no_connection(make_bare_app: MakeApp) -> None:
    """More contexts than connections read and then write: none may keep what the one whose turn it is needs."""
    app = make_bare_app(pool_size=2, database_wait_seconds=5.0)
    with app.app_context():
        Model.metadata.create_all(platform.db.engine, tables=[Shelf.__table__])
    failures: list[Exception] = []
    meet = threading.Barrier(2, timeout=5)

    def read_and_write(number: int) -> None:
        try:
            with app.app_context():
                session().scalars(select(Shelf.name)).all()
                if number < 2:
                    meet.wait()
                with transaction() as current:
                    current.add(Shelf(name=str(number)))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=read_and_write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


OTHERS = [
    "sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "postgresql+asyncpg:///x", "nonsense", "postgresql://h:x/y",
    "sqlite:////proc/none/x.db",
]  # fmt: skip


@pytest.mark.parametrize("url", OTHERS)
def test_other_databases_are_refused(make_bare_app: MakeApp, url: str) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL"):
        make_bare_app(database_url=url)


LEAN = """
import sys
import kernel.db.migrations
print([name for name in ("alembic", "flask_migrate", "psycopg") if name in sys.modules])
"""


def test_a_web_process_imports_no_alembic() -> None:
    assert subprocess.run([sys.executable, "-c", LEAN], capture_output=True, check=True).stdout == b"[]\n"


def test_a_turn_that_is_held_too_long_is_503(app: Flask) -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction():
            inside.set()
            leave.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(5)
    with pytest.raises(DatabaseAway, match="holds the database for too long"), transaction():
        raise AssertionError("never gets in")
    leave.set()
    thread.join()
    with transaction() as current:
        current.add(Shelf(name="a"))


def test_a_used_up_pool_is_503(make_bare_app: MakeApp, tmp_path: Path) -> None:
    app = make_bare_app(database_wait_seconds=0.1, pool_size=1)
    with app.app_context(), platform.db.engine.connect(), pytest.raises(DatabaseAway, match="connection"):
        session().connection()


EVENTLET = """
import eventlet
eventlet.monkey_patch()
import json, sys, threading, time
from pathlib import Path
from flask import Flask
import kernel.db
from config import Testing
from kernel.db import session, transaction
from kernel.runtime import Platform
from sqlalchemy import text

app = Flask("asoud")
kernel.db.init_app(app, Platform(app, Testing(data_dir=Path(sys.argv[1])), "run"))
with app.app_context(), transaction():
    session().execute(text("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY)"))
ticks, ended = 0, False

def tick():
    global ticks
    while not ended:
        time.sleep(0.005)
        ticks += 1

def write(count):
    with app.app_context():
        for _ in range(count):
            with transaction():
                session().execute(text("INSERT INTO note DEFAULT VALUES"))
                time.sleep(0.002)

started = time.monotonic()
ticker = threading.Thread(target=tick)
ticker.start()
writers = [threading.Thread(target=write, args=(10,)) for _ in range(5)]
for writer in writers:
    writer.start()
for writer in writers:
    writer.join()
ended = True
ticker.join()
print(json.dumps({"seconds": time.monotonic() - started, "ticks": ticks}))
"""


def test_under_eventlet_waiting_writers_let_everybody_run(tmp_path: Path) -> None:
    """Two processes of five greenlets each, all of which yield inside their transactions."""
    command = [sys.executable, "-W", "ignore", "-c", EVENTLET, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    results = [json.loads(process.communicate(timeout=60)[0]) for process in running]
    with sqlite3.connect(tmp_path / "asoud.db") as connection:
        assert connection.execute("SELECT count(*) FROM note").fetchone() == (100,)
    for result in results:
        assert result["seconds"] < 30
        assert result["ticks"] > result["seconds"] / 0.005 / 20


CHILD = """
import os, sys
from pathlib import Path
from flask import Flask
import kernel.db
from config import Testing
from kernel.db import session, transaction
from kernel.runtime import Platform
from sqlalchemy import text

app = Flask("asoud")
kernel.db.init_app(app, Platform(app, Testing(data_dir=Path("."), database_url=sys.argv[1]), "worker"))
with app.app_context():
    before = session()
    assert before.execute(text("SELECT 1")).scalar() == 1
    child = os.fork()
    after = session()
    assert (after is before) == bool(child)
    with transaction():
        assert after.execute(text("SELECT 2")).scalar() == 2
    if child:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert before.execute(text("SELECT 3")).scalar() == 3
        print("parent and child are well")
"""


def test_a_forked_child_leaves_the_parents_connections_alone(database_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD, database_url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("parent and child are well\n", "")
