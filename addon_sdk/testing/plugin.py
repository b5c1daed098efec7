"""The pytest plugin: an app with your addon installed, on SQLite and PostgreSQL, and everything around it.

It is active wherever `asoud` is installed. The addon under test is the one whose ``pyproject.toml`` stands nearest
above the test; mark a test with ``@pytest.mark.addons("a", "b")`` to choose others.
"""

from __future__ import annotations

import socket as network
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from addon_sdk.testing.server_fixtures import (  # noqa: F401 - fixtures are found by being here
    database_url,
    databases,
    fresh_postgres,
    postgres_url,
    redis_server_url,
    redis_url,
)

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask
    from flask.testing import FlaskClient

    from addon_sdk.testing.callers import Caller, Connect
    from addon_sdk.testing.deployments import Deployments
    from addon_sdk.testing.world import Database, JobRunner, Outbox
    from kernel.clock import FrozenClock


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--databases``."""
    group = parser.getgroup("asoud")
    group.addoption("--databases", default="sqlite,postgres", help="On which databases tests run (sqlite,postgres).")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "addons(*names): the addons that this test's app has installed.")
    config.addinivalue_line("markers", "network: this test may reach beyond this machine.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that uses an app once on each database."""
    if "asoud_database_kind" in metafunc.fixturenames:
        kinds = metafunc.config.getoption("--databases").split(",")
        metafunc.parametrize("asoud_database_kind", kinds, indirect=True, scope="function")


@pytest.fixture(autouse=True)
def forbid_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make connecting to another machine an error."""
    if request.node.get_closest_marker("network") is None:
        from addon_sdk.testing.network import guard

        monkeypatch.setattr(network.socket, "connect", guard(network.socket.connect))


@pytest.fixture
def asoud_database_kind(request: pytest.FixtureRequest) -> str:
    """``sqlite`` or ``postgres``."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def asoud_deployments(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Deployments:
    """Makes databases from templates."""
    from addon_sdk.testing.deployments import Deployments

    postgres = "postgres" in request.config.getoption("--databases")
    servers = request.getfixturevalue("databases") if postgres else None
    return Deployments(tmp_path_factory.mktemp("templates"), servers)


@pytest.fixture
def asoud_addons(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Names of the addons that the app has, beside those that they need."""
    from addon_sdk.testing.deployments import addons_beside

    marker = request.node.get_closest_marker("addons")
    return tuple(marker.args) if marker else addons_beside(Path(request.node.path).parent)


@pytest.fixture
def app(
    asoud_deployments: Deployments,
    asoud_database_kind: str,
    asoud_addons: tuple[str, ...],
    redis_url: str,  # noqa: F811 - the fixture of that name
    tmp_path: Path,
) -> Iterator[Flask]:
    """The app, with the addon under test installed and enabled, a database and a Redis of its own.

    Every JSON answer that it gives is held against its API document.
    """
    from addon_sdk.testing.deployments import settings_for
    from addon_sdk.testing.documented import Documented
    from addon_sdk.testing.draining import CollectedMessages
    from kernel.app import create_app

    with asoud_deployments.database(asoud_database_kind, asoud_addons, tmp_path) as url:
        made = create_app(settings_for(tmp_path, database_url=url, redis_url=redis_url))
        made.extensions["asoud"].jobs.transport = CollectedMessages()  # no worker listens; `jobs.run()` acts on them
        documented = Documented(made)
        yield made
        made.extensions["asoud"].close()
        assert not documented.problems, "\n".join(documented.problems)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """An anonymous REST client."""
    return app.test_client()


@pytest.fixture
def as_user(app: Flask) -> Callable[..., Caller]:
    """Makes logged-in REST clients: ``as_user()``, ``as_user(roles=["admin"])``, ``as_user(permissions=["x.y"])``."""
    from addon_sdk.testing.callers import log_in

    def make(user_id: UUID | None = None, *, roles: Any = (), permissions: Any = ()) -> Caller:
        return log_in(app, user_id=user_id, roles=roles, permissions=permissions)

    return make


@pytest.fixture
def db(app: Flask) -> Database:
    """The database: ``db.all(select(...))``, ``db.count(Model)``, ``db.run(service, ...)``, ``with db.queries()``."""
    from addon_sdk.testing.world import Database

    return Database(app)


@pytest.fixture
def jobs(app: Flask) -> JobRunner:
    """``jobs.run()`` delivers every event and runs every job that is due, and what these cause."""
    from addon_sdk.testing.world import JobRunner

    return JobRunner(app)


@pytest.fixture
def outbox(app: Flask) -> Outbox:
    """What has been published: ``outbox.names()``, ``outbox.payloads("order.placed")``."""
    from addon_sdk.testing.world import Outbox

    return Outbox(app)


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    """Stops time; ``clock.tick(seconds)`` moves it."""
    from kernel.clock import FrozenClock

    with FrozenClock() as frozen:
        yield frozen


@pytest.fixture
def settings(app: Flask) -> MutableMapping[str, Any]:
    """The addons' settings as a mapping: ``settings["loyalty.rate"] = 2``."""
    from addon_sdk.testing.world import SettingsMap

    return SettingsMap(app)


@pytest.fixture
def socket(app: Flask) -> Iterator[Connect]:
    """Connects Socket.IO clients: ``socket("/chat", as_user())``."""
    from addon_sdk.testing.callers import SocketSite

    site = SocketSite(app)
    yield site.connect
    site.close()


@pytest.fixture
def at_once(app: Flask) -> Callable[..., list[Any]]:
    """Does several things at the same moment: ``at_once(buy, buy)`` is what each answered, or the Problem it met."""
    from addon_sdk.testing.racing import race

    return lambda *acts: race(app, acts)


@pytest.fixture
def emulator(app: Flask) -> Iterator[Callable[[str], str]]:
    """Starts an addon's emulator: ``emulator("payment_zarinpal")`` is its address."""
    from addon_sdk.testing.world import Emulators

    running = Emulators(app)
    yield running.start
    running.close()
