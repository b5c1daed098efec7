"""A stranger's addon is installed, switched off and on, removed and restored while clients use the platform."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from addon_sdk.testing.servers import Databases
from tests.e2e.load import Load
from tests.e2e.platforms import ROOT, Deployment, embedded, production, until

PATHS = ["/api/v1/region/tree", "/api/v1/region/cities/search?q=%D8%AA%D9%87%D8%B1%D8%A7%D9%86", "/health/ready"]
MOBILE = "09121112233"
LAST_NIGHT = "UPDATE kernel_cron SET last_slot = '2026-01-01 00:00:00.000000' WHERE name = 'loyalty.expire_points'"
"""As if the cron had run long ago, as both databases write moments: it is due now."""


@pytest.fixture(params=["embedded", "granian", "gunicorn"])
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployment]:
    """The platform, as `make run` starts it and as production does."""
    if request.param == "embedded":
        running = embedded(tmp_path)
    else:
        databases: Databases = request.getfixturevalue("databases")
        redis_url: str = request.getfixturevalue("redis_server_url")
        running = production(tmp_path, databases.create(), redis_url, server=request.param)
    yield running
    running.stop()


def state(deployment: Deployment, headers: dict[str, str]) -> int:
    """The status of the stranger's endpoint; asked several times, so that every process answers."""
    codes = {
        requests.get(deployment.url("/api/v1/loyalty/balance"), headers=headers, timeout=10).status_code
        for _ in range(8)
    }
    return codes.pop() if len(codes) == 1 else 0


def connect(deployment: Deployment, headers: dict[str, str], port: int) -> socketio.Client:
    client = socketio.Client(reconnection=False)
    token = headers["Authorization"].removeprefix("Bearer ")
    client.connect(f"http://127.0.0.1:{port}", namespaces=["/loyalty"], auth={"token": token}, transports=["websocket"])
    return client


def ask_balance(deployment: Deployment, headers: dict[str, str], port: int) -> Any:
    """The balance over a socket; None while no server of the port serves the namespace."""
    with contextlib.suppress(socketio.exceptions.ConnectionError, socketio.exceptions.TimeoutError):
        client = connect(deployment, headers, port)
        try:
            return client.call("balance", {}, "/loyalty", timeout=5)
        finally:
            client.disconnect()
    return None


def done_jobs(deployment: Deployment) -> set[str]:
    """The names of the jobs that were done."""
    return {job["name"] for job in json.loads(deployment.asoud("jobs", "list", "--json")) if job["state"] == "done"}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_strangers_addon_comes_and_goes_while_the_platform_serves(deployment: Deployment, tmp_path: Path) -> None:
    me = deployment.log_in(MOBILE)
    with Load(deployment.url, PATHS) as load:
        project = tmp_path / "asoud_loyalty"
        shutil.copytree(ROOT / "examples" / "asoud_loyalty", project)
        deployment.pip_install(project)
        deployment.asoud("addons", "install", "loyalty")
        until(lambda: state(deployment, me) == 200, "the new endpoint", seconds=120)
        assert deployment.get("/api/v1/users/me", headers=me).json()["loyalty_points"] == 0
        schemas = deployment.get("/api/v1/openapi.json").json()["components"]["schemas"]
        assert "loyalty_points" in schemas["UsersUser"]["properties"]

        # His registration makes the event handler, the job and the emit run.
        newcomer = deployment.log_in("09129998877")
        until(
            lambda: deployment.get("/api/v1/loyalty/balance", headers=newcomer).json()["balance"] == 10,
            "the welcome points",
            seconds=20,
        )
        for port in deployment.socket_ports:
            until(
                lambda port=port: ask_balance(deployment, newcomer, port) == {"ok": True, "data": {"balance": 10}},  # type: ignore[misc]  # bound now
                "the socket's answer",
                seconds=20,
            )

        export = deployment.get("/api/v1/users/me/export", headers=newcomer).json()
        assert export["loyalty"] == [{"points": 10, "reason": "welcome"}]
        until(lambda: deployment.execute(LAST_NIGHT) == 1, "the cron runner to know the cron", seconds=20)
        until(lambda: "loyalty.expire_points" in done_jobs(deployment), "the cron's job", seconds=20)

        told: list[Any] = []
        watcher = connect(deployment, newcomer, deployment.socket_ports[0])
        watcher.on("addon_disabled", told.append, namespace="/loyalty")
        deployment.asoud("addons", "disable", "loyalty")
        began = time.monotonic()
        until(lambda: state(deployment, newcomer) == 404, "the endpoint to be off", seconds=5)
        assert time.monotonic() - began < 2  # a second, and the time it takes to ask eight times
        assert deployment.get("/api/v1/loyalty/balance", headers=newcomer).json()["code"] == "addon_disabled"
        assert "loyalty_points" not in deployment.get("/api/v1/users/me", headers=newcomer).json()
        assert "loyalty_points" not in deployment.get("/api/v1/openapi.json").text
        until(lambda: not watcher.connected, "the socket to be cut", seconds=5)
        assert told
        assert told[0]["error"]["code"] == "addon_disabled"

        deployment.asoud("addons", "enable", "loyalty")
        until(lambda: state(deployment, newcomer) == 200, "the endpoint to be back", seconds=5)
        assert deployment.get("/api/v1/users/me", headers=newcomer).json()["loyalty_points"] == 10

        shown = deployment.asoud("addons", "uninstall", "loyalty")
        assert "loyalty_entry" in shown
        assert "loyalty_points" in shown
        archive = tmp_path / "loyalty.zip"
        deployment.asoud("addons", "uninstall", "loyalty", "--archive", "--archive-to", str(archive), "--yes")
        until(lambda: state(deployment, newcomer) == 404, "the endpoint to be gone", seconds=120)
        assert "loyalty_points" not in deployment.get("/api/v1/users/me", headers=newcomer).json()

        deployment.asoud("addons", "install", "loyalty", "--from-archive", str(archive))
        until(lambda: state(deployment, newcomer) == 200, "the restored endpoint", seconds=120)
        assert deployment.get("/api/v1/loyalty/balance", headers=newcomer).json() == {"balance": 10}
    assert load.failures == []
    assert load.answers > 100
