"""What operators see: logs, metrics, health, errors reported to Sentry; and the headers that every answer has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel.operations import cors, front, health, metrics, scrape, sentry
from kernel.operations.logs import init_logging

if TYPE_CHECKING:
    from flask import Flask

    from kernel.runtime import Platform

__all__ = ["init_app", "init_logging"]


def init_app(app: Flask, platform: Platform) -> None:
    """Measure and log every request, and serve ``/health/*`` and ``/metrics``."""
    metrics.init_app(app, platform)
    sentry.init_app(app, platform)
    cors.init_app(app, platform)
    health.init_app(app, platform)
    scrape.init_app(app, platform)
    front.init_app(app, platform)
