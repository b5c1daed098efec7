"""Fixtures of the kernel's tests: real servers, databases of their own, apps."""

from __future__ import annotations

import sys
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.ctx import AppContext
from hypothesis import HealthCheck, settings

from config import Testing
from kernel.addons import contributions
from kernel.runtime import Platform
from tests.processes import MakePlatform

pytest_plugins = ["addon_sdk.testing.server_fixtures"]

settings.register_profile("asoud", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("asoud")  # how fast a machine happens to be says nothing about a rule


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Save what was covered: xdist gives workers ten seconds to end, in which a busy machine may not get to it."""
    coverage = sys.modules.get("coverage")
    measured = coverage.Coverage.current() if coverage is not None else None
    if measured is not None:
        measured.save()


SECRET = "a-secret-of-the-test-suite-that-is-long-enough"


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, Any]]:
    """Settings of uploads in a real S3 service on this machine, in the bucket `uploads`."""
    from moto.server import ThreadedMotoServer

    from kernel.files.storage.s3 import S3Storage

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    given = {"storage": "s3", "s3_bucket": "uploads", "s3_endpoint": f"http://{host}:{port}"}
    given |= {"s3_access_key": "k", "s3_secret_key": "s"}
    S3Storage(Testing(**given))._client.create_bucket(Bucket="uploads")  # type: ignore[arg-type]  # each as declared
    yield given
    server.stop()


@pytest.fixture
def own_contributions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the test declares in an addon's name ends with the test; what addons and the kernel declared stays."""
    lasting = contributions._by_owner
    passing = defaultdict(dict, {owner: dict(offered) for owner, offered in lasting.items()})
    monkeypatch.setattr(contributions, "_by_owner", passing)
    yield
    for owner, offered in passing.items():
        lasting[owner].update({key: each for key, each in offered.items() if _is_imported(each.module)})


def _is_imported(module: str) -> bool:
    """Whether it is a module of its own, which declares once only, perhaps first imported by this test."""
    return not module.startswith("tests.") and getattr(sys.modules.get(module), "__spec__", None) is not None


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Makes apps with settings of their own; `role` as `create_app` takes it.

    Each app has a Redis prefix of its own and a SQLite database in the test's folder unless told otherwise. Their
    connections are closed when the test ends.
    """
    from kernel.app import create_app

    made: list[Flask] = []

    def make(*, role: str = "web", **chosen: Any) -> Flask:
        defaults = {"secret_key": SECRET, "data_dir": tmp_path, "redis_prefix": f"test-{uuid.uuid4().hex[:8]}:"}
        made.append(create_app(Testing(**{**defaults, **chosen}), role=role))
        return made[-1]

    yield make
    for app in made:
        app.extensions["asoud"].close()


@pytest.fixture
def make_platform(make_app: Callable[..., Flask]) -> Iterator[MakePlatform]:
    """Makes processes of a site, each with its tables; the app context of the last one made is current."""
    from kernel.db import Model

    contexts: list[AppContext] = []

    def make(**chosen: Any) -> Platform:
        platform: Platform = make_app(**chosen).extensions["asoud"]
        contexts.append(platform.app.app_context())
        contexts[-1].push()
        Model.metadata.create_all(platform.db.engine)
        platform.gate.refresh()
        return platform

    yield make
    for context in reversed(contexts):
        context.pop()
