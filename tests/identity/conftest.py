"""Apps with identity on a real database and Redis, and an addon's declarations without an addon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask

from kernel.addons.contributions import Contribution
from kernel.clock import FrozenClock
from kernel.db import Model, new_id
from kernel.runtime import Platform


@pytest.fixture
def platform(make_app: Callable[..., Flask], database_url: str, redis_url: str) -> Iterator[Platform]:
    """The platform of one process, inside its app context, with the kernel's tables."""
    yield from started(make_app(database_url=database_url, redis_url=redis_url, default_language="en"))


@pytest.fixture
def embedded(make_app: Callable[..., Flask], redis_url: str) -> Iterator[Platform]:
    """Like `platform`, on SQLite only, for what doesn't depend on the database."""
    yield from started(make_app(redis_url=redis_url, default_language="en"))


def started(app: Flask) -> Iterator[Platform]:
    """Make the tables and enter the app's context."""
    platform: Platform = app.extensions["asoud"]
    with app.app_context():
        Model.metadata.create_all(platform.db.engine)
        platform.gate.refresh()
        yield platform


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    """A clock that stands still until it is moved."""
    with FrozenClock() as frozen:
        yield frozen


@pytest.fixture
def user_id() -> UUID:
    """Somebody."""
    return new_id()


def offer(platform: Platform, kind: str, key: str, value: object) -> None:
    """Let the kernel contribute something, as an addon would."""
    platform.registry.add([Contribution(kind, key, "kernel", "kernel.tests", value)])
    platform.gate.generation += 1
