"""Sites of real server processes, and clients that remember what they got."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the server processes import the same modules by the same names

from sites import Site


@pytest.fixture
def make_site(tmp_path: Path, redis_url: str) -> Iterator[Callable[..., Site]]:
    """Makes sites of a test's own: `make_site("eventlet", processes=2)`."""
    made: list[Site] = []

    def make(mode: str, *, processes: int = 1, **options: Any) -> Site:
        site = Site(tmp_path, mode, **{"redis_url": redis_url, **options})
        made.append(site)
        for _ in range(processes):
            site.start()
        return site

    yield make
    for site in made:
        site.close()


@pytest.fixture(scope="module", params=["eventlet", "threading"])
def one_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, redis_server_url: str
) -> Iterator[Site]:
    """One process on SQLite, in each mode, for all tests of a module: an idle one costs the others time."""
    site = Site(tmp_path_factory.mktemp("site"), request.param, redis_url=redis_server_url)
    site.start()
    yield site
    site.close()


@pytest.fixture
def site(one_site: Site) -> Iterator[Site]:
    """The common site; the test's clients are sent away at its end."""
    yield one_site
    one_site.close_clients()


@pytest.fixture(scope="module")
def two_processes(tmp_path_factory: pytest.TempPathFactory, redis_server_url: str) -> Iterator[Site]:
    """Two eventlet processes behind Redis, for all tests of a module."""
    site = Site(tmp_path_factory.mktemp("pair"), "eventlet", redis_url=redis_server_url)
    site.start()
    site.start()
    yield site
    site.close()


@pytest.fixture
def pair(two_processes: Site) -> Iterator[Site]:
    """The two common processes; the test's clients are sent away at its end."""
    yield two_processes
    two_processes.close_clients()
