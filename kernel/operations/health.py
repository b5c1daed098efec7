"""`/health/live` and `/health/ready`: for balancers, orchestrators and people.

Not ready (503): the database is away, the kernel's tables are not there, or an installed addon's package is missing
on this machine. Degraded but ready: Redis is away, an addon is quarantined, newer processes are on their way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import redis
from flask import Flask, Response, json
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kernel.db import session
from kernel.errors import Problem
from kernel.identity.access import public

if TYPE_CHECKING:
    from kernel.runtime import Platform


def init_app(app: Flask, platform: Platform) -> None:
    """Serve both."""

    def live() -> Response:
        return _answer({"status": "ok"}, 200)

    def ready() -> Response:
        report = readiness(platform)
        return _answer(report, 503 if report["status"] in ("unavailable", "behind") else 200)

    app.add_url_rule("/health/live", "health_live", public(live))
    app.add_url_rule("/health/ready", "health_ready", public(ready))


def _answer(body: dict[str, Any], status: int) -> Response:
    headers = {"Cache-Control": "no-store", **({"Retry-After": "2"} if status == 503 else {})}
    return Response(json.dumps(body), status, headers, mimetype="application/json")


def readiness(platform: Platform) -> dict[str, Any]:
    """The state of this process and of what it needs; ``status`` sums it up."""
    from kernel.addons import state

    gate, faults = platform.gate, sorted(platform.registry.faults)
    database = _works(lambda: session().execute(text("SELECT 1")))
    migrated = database and _works(state.kernel_is_migrated)
    redis_works = _works(platform.redis.ping)
    missing = sorted(gate.missing)
    status = "ok"
    if not redis_works or faults or gate.behind:
        status = "degraded"
    if missing:
        status = "behind"
    if not migrated:
        status = "unavailable"
    return {
        "status": status,
        "database": "ok" if database else "away",
        "migrations": "ok" if migrated else "pending",
        "redis": "ok" if redis_works else "away",
        "generation": gate.generation,
        "replaced_soon": gate.behind and not missing,
        "missing": missing,
        "quarantined": faults,
    }


def _works(check: Any) -> bool:
    try:
        return check() is not False
    except (SQLAlchemyError, Problem, redis.RedisError, OSError):
        return False
