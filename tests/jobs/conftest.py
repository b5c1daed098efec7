"""Sites for tests of jobs and events."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from kernel.clock import FrozenClock
from tests.jobs.site import MakeSite, make_site


@pytest.fixture
def make(tmp_path: Path) -> Iterator[MakeSite]:
    """Makes sites, each with a Redis prefix of its own."""
    made: list[Flask] = []

    def make_one(**settings: Any) -> Flask:
        prefix = f"test-{uuid.uuid4().hex[:8]}:"
        made.append(make_site(**{"data_dir": tmp_path, "redis_prefix": prefix, **settings}))
        return made[-1]

    yield make_one
    for app in made:
        app.extensions["asoud"].close()


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    """A clock that stands until it is moved."""
    with FrozenClock() as frozen:
        yield frozen


@pytest.fixture
def site(make: MakeSite, database_url: str, clock: FrozenClock) -> Iterator[Flask]:
    """A site inside its app context, on SQLite and on PostgreSQL, with a Redis that is away and a clock that stands."""
    app = make(database_url=database_url)
    with app.app_context():
        yield app
