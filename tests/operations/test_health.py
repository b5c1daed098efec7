"""Liveness and readiness: what a balancer is told when something is away."""

from __future__ import annotations

from flask import Flask

from addon_sdk.testing.servers import PostgresServer
from tests.operations.conftest import MakeApp


def ready(app: Flask) -> tuple[int, dict[str, object]]:
    answer = app.test_client().get("/health/ready")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.get_json()


def test_all_is_well(make_site: MakeApp, database_url: str, redis_url: str) -> None:
    status, report = ready(make_site(database_url=database_url, redis_url=redis_url))
    assert (status, report["status"], report["database"], report["redis"]) == (200, "ok", "ok", "ok")


def test_without_redis_it_is_degraded_but_ready(make_site: MakeApp) -> None:
    status, report = ready(make_site(redis_url="redis://127.0.0.1:9/0"))
    assert (status, report["status"], report["redis"]) == (200, "degraded", "away")


def test_without_tables_it_is_not_ready(make_app: MakeApp, redis_url: str) -> None:
    app = make_app(redis_url=redis_url)
    status, report = ready(app)
    assert (status, report["status"], report["migrations"]) == (503, "unavailable", "pending")


def test_it_follows_the_database_away_and_back(make_site: MakeApp, redis_url: str) -> None:
    with PostgresServer() as server:
        app = make_site(database_url=server.url, redis_url=redis_url)
        assert ready(app)[0] == 200
        server.stop()
        status, report = ready(app)
        assert (status, report["database"], app.test_client().get("/health/live").status_code) == (503, "away", 200)
        server.start()
        assert ready(app)[0] == 200
        app.extensions["asoud"].close()


def test_a_missing_package_is_behind(make_site: MakeApp, redis_url: str) -> None:
    app = make_site(redis_url=redis_url)
    app.extensions["asoud"].gate.missing = frozenset({"wallet"})
    status, report = ready(app)
    assert (status, report["status"], report["missing"]) == (503, "behind", ["wallet"])


def test_waiting_to_be_replaced_is_ready(make_site: MakeApp, redis_url: str) -> None:
    app = make_site(redis_url=redis_url)
    app.extensions["asoud"].gate.boot_generation += 1
    status, report = ready(app)
    assert (status, report["status"], report["replaced_soon"]) == (200, "degraded", True)
