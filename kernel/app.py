"""The application factory: settings, database, addons, then every subsystem, in this order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import redis
from flask import Flask

import kernel.cache
import kernel.db
import kernel.events
import kernel.files
import kernel.hooks
import kernel.i18n
import kernel.identity
import kernel.jobs
import kernel.operations
import kernel.preferences
import kernel.realtime
import kernel.rest
from config import ConfigurationError, Settings, load_settings
from kernel.addons.gate import Gate
from kernel.addons.loader import load
from kernel.rest.routing import LazyRule
from kernel.runtime import Platform

Role = Literal["web", "realtime", "run", "worker", "cron", "cli"]
"""What a process is for: HTTP, Socket.IO, both (`asoud run`), jobs, relay and crons, or a command."""


def create_app(settings: Settings | None = None, *, role: Role = "web", assume: Iterable[str] = ()) -> Flask:
    """Make the Flask app of one process, with every installed and sound addon loaded.

    ``assume`` names addons to load as if they were installed (the CLI's look before it installs them).
    Raises `config.ConfigurationError` for wrong settings and, in strict mode, `kernel.addons.loader.BootRefused`.
    """
    settings = settings or load_settings()
    app = Flask("asoud", static_folder=None)
    app.url_rule_class = LazyRule
    app.debug = settings.debug
    app.config["SECRET_KEY"] = settings.secret_key
    platform = Platform(app, settings, role)
    kernel.operations.init_logging(settings)
    kernel.db.init_app(app, platform)
    platform.redis = _redis(settings)
    kernel.i18n.init_app(app, platform)
    platform.gate = Gate(platform)
    with app.app_context():
        load(platform, assume=assume)
        kernel.hooks.init_app(app, platform)
        kernel.cache.init_app(app, platform)
        kernel.identity.init_app(app, platform)
        kernel.preferences.init_app(app, platform)
        kernel.events.init_app(app, platform)
        kernel.jobs.init_app(app, platform)
        kernel.files.init_app(app, platform)
        kernel.operations.init_app(app, platform)
        kernel.rest.init_app(app, platform)
        kernel.realtime.init_app(app, platform)
        platform.gate.boot()
    return app


def _redis(settings: Settings) -> redis.Redis:
    """The shared client. Connects when first used, gives up after a second: Redis may be away at any time."""
    patience = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0, "health_check_interval": 15}
    try:
        return redis.Redis.from_url(settings.redis, **patience)
    except ValueError as error:
        rule = "must start with redis://, rediss:// or unix://, as in redis://127.0.0.1:6379/0"
        raise ConfigurationError(f"REDIS_URL: {rule}; {error}.") from error
