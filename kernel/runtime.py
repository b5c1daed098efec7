"""The platform of this process: one object per Flask app, holding the registry, the gate and every subsystem."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app
from werkzeug.local import LocalProxy

if TYPE_CHECKING:
    import redis

    from config import Settings
    from kernel.addons.gate import Gate
    from kernel.addons.registry import Registry
    from kernel.cache import Cache
    from kernel.db import Database
    from kernel.events import Events
    from kernel.files import Files
    from kernel.hooks import Hooks
    from kernel.identity import Identity
    from kernel.jobs import Jobs
    from kernel.operations.metrics import Metrics
    from kernel.preferences import Preferences
    from kernel.realtime import Realtime
    from kernel.rest import Rest

EXTENSION = "asoud"


class Platform:
    """Everything that kernel and addon code reaches through `platform`; each subsystem's `init_app` sets its own."""

    settings: Settings
    role: str
    redis: redis.Redis
    registry: Registry
    gate: Gate
    db: Database
    hooks: Hooks
    identity: Identity
    rest: Rest
    events: Events
    jobs: Jobs
    realtime: Realtime
    files: Files
    cache: Cache
    preferences: Preferences
    metrics: Metrics

    def __init__(self, app: Flask, settings: Settings, role: str) -> None:
        self.app = app
        self.settings = settings
        self.role = role
        app.extensions[EXTENSION] = self

    def close(self) -> None:
        """Let go of the cache's thread and of all connections; for apps that end before their process."""
        self.cache.close()
        self.db.engine.dispose()
        self.redis.close()


def _current() -> Platform:
    return cast(Platform, current_app.extensions[EXTENSION])


platform: Platform = cast(Platform, LocalProxy(_current))
"""The platform of the current app context. Raises RuntimeError outside one."""
