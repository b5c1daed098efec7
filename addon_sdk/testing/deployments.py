"""Databases with the addons of a test installed: made once per session and kind, copied for every test."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from addon_sdk.testing.servers import Databases
from config import Testing
from kernel.addons import state
from kernel.addons.discovery import GROUP, discover
from kernel.addons.install import install
from kernel.addons.switch import disable
from kernel.app import create_app
from kernel.db import migrations
from kernel.db.extend import extended_by

SECRET = "a-secret-for-tests-that-is-long-enough-for-it"


def addons_beside(path: Path) -> tuple[str, ...]:
    """Names of the addons whose ``pyproject.toml`` stands nearest above ``path``; none when there is no such file."""
    for folder in (path, *path.parents):
        project = folder / "pyproject.toml"
        if project.is_file():
            entry_points = tomllib.loads(project.read_text("utf-8")).get("project", {}).get("entry-points", {})
            return tuple(sorted(entry_points.get(GROUP, {})))
    return ()


def settings_for(folder: Path, **values: object) -> Testing:
    """Settings of one test: its own folder, and a Redis prefix that no other test has."""
    defaults = {"secret_key": SECRET, "data_dir": folder, "redis_prefix": f"test-{uuid.uuid4().hex[:12]}:"}
    return Testing(**{**defaults, **values})  # type: ignore[arg-type]  # the caller's keywords are settings


def install_addons(settings: Testing, addons: Sequence[str]) -> None:
    """Migrate the kernel and install ``addons`` with what they need.

    Models can't be unmapped: what another test's addon has added to one stays mapped in this process. So that addon is
    installed too, and disabled, and nothing of it is to be seen.
    """
    with _command(settings):
        migrations.upgrade("kernel")
    with _command(settings):
        for addon in addons:
            install(addon, actor="test", say=_quietly)
        wanted = state.read().installed
    here = {candidate.name for candidate in discover()}
    for owner in sorted({owner for owner, host in extended_by() if host in wanted and owner in here} - wanted):
        with _command(settings):
            for addon in install(owner, actor="test", say=_quietly):
                disable(addon, actor="test", cascade=True)


def _quietly(line: str) -> None:
    """Tests need no progress."""


@contextmanager
def _command(settings: Testing) -> Iterator[None]:
    """The app context of a command, whose connections end with it."""
    app = create_app(settings, role="cli")
    try:
        with app.app_context():
            yield
    finally:
        app.extensions["asoud"].close()


@dataclass
class Deployments:
    """Makes databases for tests from templates."""

    folder: Path
    servers: Databases | None
    """Set when tests on PostgreSQL want databases."""
    _templates: dict[tuple[object, ...], str] = field(default_factory=dict)

    @contextmanager
    def database(self, kind: str, addons: tuple[str, ...], folder: Path) -> Iterator[str]:
        """Address of a database of its own with ``addons`` installed; gone after the block."""
        key = (kind, addons, frozenset(extended_by()))
        if key not in self._templates:
            self._templates[key] = self._template(kind, addons)
        template = self._templates[key]
        if kind == "sqlite":
            target = folder / "test.db"
            shutil.copyfile(template, target)
            yield f"sqlite:///{target}"
            return
        assert self.servers is not None  # the fixture gives it with PostgreSQL
        url = self.servers.create(template=template)
        try:
            yield url
        finally:
            self.servers.drop(url)

    def _template(self, kind: str, addons: tuple[str, ...]) -> str:
        folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=self.folder))
        if kind == "sqlite":
            url = f"sqlite:///{folder / 'template.db'}"
        else:
            assert self.servers is not None  # see above
            url = self.servers.create()
        settings = settings_for(folder, database_url=url)
        install_addons(settings, addons)
        if kind == "sqlite":
            _into_one_file(folder / "template.db")
            return str(folder / "template.db")
        assert self.servers is not None  # see above
        self.servers.free(url)
        return url


def _into_one_file(path: Path) -> None:
    """Move what stands in the write-ahead log into the file itself, so that copying the file copies everything."""
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
