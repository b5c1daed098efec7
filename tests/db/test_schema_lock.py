from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Connection, inspect

from kernel.db import migrations
from kernel.db.migrations.schema_change import _LOCK
from kernel.errors import OperatorError
from kernel.runtime import platform
from tests.db.conftest import MakeApp, Packages
from tests.db.test_migrations import MAKE, versions

UPGRADE = """
import sys
from pathlib import Path
from flask import Flask
import kernel.db
from config import Testing
from kernel.db import migrations
from kernel.runtime import Platform

app = Flask("asoud")
settings = Testing(data_dir=Path("."), database_url=sys.argv[1], database_wait_seconds=60.0)
kernel.db.init_app(app, Platform(app, settings, "cli"))
with app.app_context():
    migrations.upgrade("kernel")
    print(migrations.pending("kernel"))
"""


def test_upgrades_that_start_together_run_one_after_the_other(database_url: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", UPGRADE, database_url]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate(timeout=120)[0] for process in running] == [b"[]\n", b"[]\n"]


@pytest.fixture
def app(make_bare_app: MakeApp, database_url: str) -> Iterator[Flask]:
    with make_bare_app(role="cli", database_url=database_url).app_context():
        migrations.upgrade("kernel")
    app = make_bare_app(role="cli", database_url=database_url, database_wait_seconds=0.3)
    with app.app_context():
        yield app


@contextmanager
def another_process(statement: str) -> Iterator[Connection]:
    """A transaction that somebody else keeps open; ``statement`` takes its lock on PostgreSQL."""
    with platform.db.engine.connect() as connection, connection.begin():
        if not platform.db.is_sqlite:
            connection.exec_driver_sql(statement)
        yield connection


def test_who_waits_too_long_is_told(app: Flask, packages: Packages) -> None:
    packages.write("good", **versions(MAKE.format("good_one")))
    with another_process(f"SELECT pg_advisory_xact_lock({_LOCK})"):
        for act in (migrations.upgrade, migrations.drop_owner, migrations.check):
            with pytest.raises(OperatorError, match=r"good: .*(another process holds it|have not run here)"):
                act("good")
    migrations.upgrade("good")


def test_tables_in_use_stay(app: Flask, packages: Packages) -> None:
    packages.write("good", **versions(MAKE.format("good_one")))
    migrations.upgrade("good")
    with (
        another_process("SELECT * FROM good_one"),
        pytest.raises(OperatorError, match=r"good: .*(are in use right now|another process holds it)"),
    ):
        migrations.drop_owner("good")
    assert inspect(platform.db.engine).has_table("good_one")
    migrations.drop_owner("good")
    assert not inspect(platform.db.engine).has_table("good_one")
