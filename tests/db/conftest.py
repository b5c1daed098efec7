"""A bare platform for tests of the database: an app with settings and `kernel.db`, and nothing else."""

from __future__ import annotations

import importlib
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import kernel.db
from config import Testing
from kernel.addons import contributions
from kernel.db import Model
from kernel.db.model import forget_models
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


class Packages:
    """Addon packages made for a test: importable, and known to package metadata like installed ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.owners: set[str] = set()

    def write(self, name: str, **modules: str) -> Path:
        """Make (or change) the addon ``name``; ``first_in_x`` is module ``first`` in folder ``x``."""
        package = self.folder / f"asoud_{name}"
        metadata = self.folder / f"asoud_{name}-1.0.dist-info"
        metadata.mkdir(exist_ok=True)
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: asoud-{name}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[asoud.addons]\n{name} = asoud_{name}:addon\n")
        for module, code in {"__init__": "", **modules}.items():
            path = package / f"{'/'.join(reversed(module.split('_in_')))}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(code))
        self.owners.add(name)
        importlib.invalidate_caches()
        return package

    def forget(self, name: str) -> None:
        """Take the addon's code out of this process, as if it had just started."""
        forget_models(name)
        contributions._by_owner.pop(name, None)
        for module in [item for item in sys.modules if item.partition(".")[0] == f"asoud_{name}"]:
            del sys.modules[module]
        importlib.invalidate_caches()

    def remove(self, name: str) -> None:
        """As ``pip uninstall`` does."""
        self.forget(name)
        shutil.rmtree(self.folder / f"asoud_{name}")
        shutil.rmtree(self.folder / f"asoud_{name}-1.0.dist-info")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    """Makes addon packages; their models are forgotten afterwards."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    made = Packages(folder)
    yield made
    for name in made.owners:
        made.forget(name)
