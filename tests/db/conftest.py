"""A bare platform for tests of the database: an app with settings and `kernel.db`, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import kernel.db
from config import Testing
from kernel.db import Model
from kernel.runtime import Platform

MakeApp = Callable[..., Flask]


@pytest.fixture
def make_bare_app(tmp_path: Path) -> Iterator[MakeApp]:
    """Makes apps whose platform has settings and a database only."""
    made: list[Flask] = []

    def make(*, role: str = "web", **settings: Any) -> Flask:
        app = Flask("asoud")
        platform = Platform(app, Testing(**{"data_dir": tmp_path, **settings}), role)
        kernel.db.init_app(app, platform)
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["asoud"].db.engine.dispose()


@pytest.fixture
def app(make_bare_app: MakeApp, database_url: str) -> Iterator[Flask]:
    """A bare app inside its context, on SQLite and on PostgreSQL, with the tables of this folder's models."""
    app = make_bare_app(database_url=database_url)
    with app.app_context():
        tables = [table for table in Model.metadata.sorted_tables if table.info.get("owner") == "tests"]
        Model.metadata.create_all(app.extensions["asoud"].db.engine, tables=tables)
        yield app
