"""Fixtures of the cache's tests: processes of one site, played by apps that share a Redis server."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

import pytest
import redis
from flask import Flask

import kernel.cache
import kernel.db
from config import Testing
from kernel.addons.contributions import Contribution
from kernel.cache import Cache
from kernel.runtime import Platform

MakeProcess = Callable[..., Cache]
apps: WeakKeyDictionary[Cache, Flask] = WeakKeyDictionary()
"""The app of each cache that was made."""


class Gate:
    """A gate whose generation the test sets."""

    def __init__(self) -> None:
        self.generation = 1
        self.callbacks: list[Callable[[Any], None]] = []
        self.off: set[str] = set()

    def on_change(self, callback: Callable[[Any], None]) -> None:
        self.callbacks.append(callback)

    def counts(self, contribution: Contribution) -> bool:
        return contribution.owner not in self.off


@pytest.fixture
def make_process(redis_url: str, tmp_path: Path) -> Iterator[MakeProcess]:
    """Makes the cache of one more process; the last one made is `platform.cache` of the test's app context."""
    caches: list[Cache] = []
    contexts = []

    def make(*contributions: Contribution, url: str = redis_url, **settings: Any) -> Cache:
        app = Flask(f"process{len(caches)}")
        settings = {"data_dir": tmp_path, "redis_prefix": "cachetest:", **settings}
        platform = Platform(app, Testing(**settings), "web")
        kernel.db.init_app(app, platform)
        platform.redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        gate: Any = Gate()
        registry: Any = SimpleNamespace(
            contributions=lambda kind: tuple(item for item in contributions if item.kind == kind),
        )
        platform.gate, platform.registry = gate, registry
        kernel.cache.init_app(app, platform)
        caches.append(platform.cache)
        apps[platform.cache] = app
        contexts.append(app.app_context())
        contexts[-1].push()
        return platform.cache

    yield make
    for context in reversed(contexts):
        context.pop()
    for cache in caches:
        cache.close()


@pytest.fixture
def cache(make_process: MakeProcess) -> Cache:
    """The cache of the test's own process."""
    return make_process()


@pytest.fixture
def unused_tcp_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
