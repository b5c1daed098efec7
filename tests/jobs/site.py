"""A platform with database, Redis, registry and gate, and the shop as its only addon; no HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import redis
from flask import Flask

import kernel.cache
import kernel.db
import kernel.events
import kernel.events.maintenance
import kernel.jobs
from config import Testing
from kernel.addons.contributions import contributions_of
from kernel.addons.declaration import Addon
from kernel.addons.discovery import Candidate
from kernel.addons.gate import Gate
from kernel.addons.graph import build
from kernel.addons.registry import LoadedAddon, Registry
from kernel.context import KERNEL
from kernel.db import Model
from kernel.jobs.timing import Timing
from kernel.runtime import Platform, platform
from tests.jobs import shop

ADDON = "tests"
QUICK = Timing(lease=1.5, trust=2.0, look=0.3)
SECRET = "a-secret-of-the-test-suite-that-is-long-enough"


def make_site(*, create_tables: bool = True, timing: Timing = QUICK, **settings: Any) -> Flask:
    """The app, its tables made."""
    app = Flask("asoud")
    site = Platform(app, Testing(secret_key=SECRET, **settings), "worker")
    kernel.db.init_app(app, site)
    url = site.settings.redis_url or "redis://127.0.0.1:1/0"
    site.redis = redis.Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0)
    site.registry = Registry(build([]))
    candidate = Candidate(ADDON, ADDON, None, "asoud-tests", "1.2", "", "", "", ())  # type: ignore[arg-type]  # never loaded
    site.registry.loaded[ADDON] = LoadedAddon(candidate, Addon(title="Tests"), ())
    site.registry.add(c for c in contributions_of(KERNEL) if c.module == "kernel.events.maintenance")
    site.registry.add(c for c in contributions_of(ADDON) if c.module == shop.__name__)
    site.gate = Gate(site)
    kernel.cache.init_app(app, site)
    kernel.events.init_app(app, site)
    kernel.jobs.init_app(app, site)
    site.jobs.set_timing(timing)
    switch(site, on=True)
    if create_tables:
        with app.app_context():
            Model.metadata.create_all(site.db.engine, tables=_tables())
            site.events.subscribe_loaded()
    return app


def _tables() -> list[Any]:
    names = ("kernel_job", "kernel_cron", "kernel_event", "kernel_delivery", "kernel_subscription", "kernel_lease")
    return [Model.metadata.tables[name] for name in (*names, "kernel_addon_problem", shop.ShopEffect.__tablename__)]


def switch(site: Platform, *, on: bool) -> None:
    """Enable or disable the shop, as the gate's watcher does when it finds a new generation."""
    site.gate.enabled = frozenset({KERNEL, ADDON} if on else {KERNEL})
    site.gate.generation += 1


@contextlib.contextmanager
def without(kind: str, key: str) -> Iterator[None]:
    """Inside the block this process has not loaded that contribution."""
    registry = platform.registry
    removed = registry._by_key.pop((kind, key))
    kept = list(registry._by_kind[kind])
    registry._by_kind[kind].remove(removed)
    try:
        yield
    finally:
        registry._by_key[kind, key] = removed
        registry._by_kind[kind] = kept


MakeSite = Callable[..., Flask]


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'site.db'}"
