"""The app for WSGI servers of others (granian, gunicorn): each of their workers imports it by itself."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

import structlog

from kernel.app import create_app

if TYPE_CHECKING:
    from flask import Flask

    from kernel.runtime import Platform

log = structlog.get_logger("asoud.wsgi")


def make_application() -> Flask:
    """The app of one worker, which follows the generation number from now on.

    What is installed changes with new workers only: the command line signals the server's master for that, found by
    its pid file in ASOUD_PID_FILES. Don't preload the app in the master; threads don't survive a fork.
    """
    app = create_app(role="web")
    platform: Platform = app.extensions["asoud"]
    platform.gate.on_recycle(lambda: log.warning("worker_is_behind", mend="kill -HUP <pid of the server's master>"))
    watcher = platform.gate.watch()

    def leave() -> None:
        platform.gate.stop()
        watcher.join(timeout=2)

    atexit.register(leave)
    return app
