"""What each kind of child does between ``ready`` and its end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import structlog

from config import ConfigurationError
from kernel.app import Role, create_app
from kernel.errors import OperatorError
from kernel.serving.children import REFUSED, RESTING
from kernel.serving.lasting import made_to_last
from kernel.serving.status import Orders, inherited_listener, tell_master

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.serving import BaseWSGIServer

    from kernel.runtime import Platform

log = structlog.get_logger("asoud.child")

FINISH_SECONDS = 10.0
"""How long requests in threads may still run once the server accepts no more."""


def run_role(role: str, arguments: Sequence[str]) -> int:
    """Make the app and serve as ``role``; the exit code. A refusal is one message for the operator, no traceback."""
    orders = Orders()
    serve, app_role = ROLES[role]
    if app_role in ("run", "realtime"):
        orders.obey()
    try:
        with made_to_last():
            app = create_app(role=app_role)
        return _with_gate(app, lambda platform: serve(app, platform, orders, arguments))
    except (ConfigurationError, OperatorError) as error:
        sys.stderr.write(f"asoud: {role}: {error}\n")
        return REFUSED


def _with_gate(app: Flask, serve: Callable[[Platform], int]) -> int:
    """Follow the generation number while serving, and ask for a successor when the installed addons change."""
    platform: Platform = app.extensions["asoud"]
    platform.gate.on_recycle(lambda: tell_master("recycle"))
    watcher = platform.gate.watch()
    try:
        return serve(platform)
    finally:
        platform.gate.stop()
        watcher.join(timeout=2)


def _serve_web(app: Flask, platform: Platform, orders: Orders, arguments: Sequence[str]) -> int:
    from kernel.realtime.serve import create_realtime, serve

    app.wsgi_app = orders.draining.around(app.wsgi_app)  # type: ignore[method-assign, assignment]  # Flask documents this way to wrap
    site = create_realtime(app, platform)
    _try_waiting(platform)
    serve(site, inherited_listener(), ready=lambda: tell_master("ready"), stop=orders)
    orders.draining.wait(FINISH_SECONDS)
    return 0


def _try_waiting(platform: Platform) -> None:
    """Say loudly when a query of PostgreSQL stops the whole process, which under eventlet it must not."""
    from kernel.db.postgres import waits_cooperatively

    if not platform.db.is_sqlite and not waits_cooperatively(platform.db.engine):
        log.error("queries_block_the_process", mend="psycopg was imported before the patching. Run: asoud doctor")


def _serve_worker(app: Flask, platform: Platform, orders: Orders, arguments: Sequence[str]) -> int:
    from kernel.jobs.queues import QUEUES
    from kernel.jobs.worker import run_worker

    tell_master("ready")
    run_worker(app, arguments or QUEUES)
    return 0


def _serve_cron(app: Flask, platform: Platform, orders: Orders, arguments: Sequence[str]) -> int:
    from kernel.jobs.cron_process import run_cron

    tell_master("ready")
    run_cron(app)
    return 0


def _serve_emulators(app: Flask, platform: Platform, orders: Orders, arguments: Sequence[str]) -> int:
    orders.obey()
    servers = [server for server in (_emulator(name, platform) for name in emulated(platform)) if server is not None]
    tell_master("ready")
    if not servers:
        return RESTING
    threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    orders.wait()
    for server in servers:
        server.shutdown()
    return 0


def emulated(platform: Platform) -> list[str]:
    """Names of the enabled addons that have an emulator."""
    return [c.owner for c in platform.registry.contributions("emulator") if platform.gate.counts(c)]


def _emulator(name: str, platform: Platform) -> BaseWSGIServer | None:
    try:
        return emulator_server(name, platform)
    except OperatorError as error:
        log.error("emulator_left_out", addon=name, reason=str(error))
        return None


def emulator_server(name: str, platform: Platform) -> BaseWSGIServer:
    """A server for an addon's emulator. Raises `OperatorError` when there is none or its port is taken."""
    from werkzeug.serving import make_server

    from kernel.serving.sockets import listen

    found = [c for c in platform.registry.contributions("emulator") if c.owner == name]
    if not found:
        raise OperatorError(f"{name}: has no emulator, or is not installed. Run: asoud addons info {name}")
    emulator = found[0].value
    listener = listen("127.0.0.1", emulator.port)
    server = make_server("127.0.0.1", emulator.port, emulator.make_app(), threaded=True, fd=listener.detach())
    log.info("emulator", addon=name, title=emulator.title, url=f"http://127.0.0.1:{emulator.port}")
    return server


ROLES: dict[str, tuple[Callable[[Flask, Platform, Orders, Sequence[str]], int], Role]] = {
    "web": (_serve_web, "run"),
    "realtime": (_serve_web, "realtime"),
    "worker": (_serve_worker, "worker"),
    "cron": (_serve_cron, "cron"),
    "emulators": (_serve_emulators, "cli"),
}
"""Each kind of child: what it does, and the app's role."""
