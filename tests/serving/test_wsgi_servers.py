"""`wsgi.py` under granian and gunicorn, with PostgreSQL and Redis: new workers on HUP, no request lost behind nginx."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from addon_sdk.testing.servers import Databases, free_port
from config import Testing
from kernel.app import create_app
from kernel.serving.signals import signal_servers
from tests.serving.load import Load, ready, start
from tests.serving.sites import wait_for

pytestmark = pytest.mark.timeout(500)
Environment = dict[str, str]
ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent


def granian(port: int, pid: Path, pause: float) -> list[str]:
    """Each old worker lives on for ``pause`` seconds after its successor was started; that has to be ready by then."""
    options = {
        "interface": "wsgi", "host": "127.0.0.1", "port": port, "workers": 2, "blocking-threads": 4, "pid-file": pid,
        "respawn-interval": pause, "workers-kill-timeout": 20,
    }  # fmt: skip
    return command("granian", options)


def gunicorn(port: int, pid: Path, pause: float) -> list[str]:
    """Each old worker lives on until its successor has loaded the app."""
    options = {
        "config": "python:kernel.serving.gunicorn", "worker-class": "gthread", "bind": f"127.0.0.1:{port}",
        "workers": 2, "threads": 4, "pid": pid,
    }  # fmt: skip
    return command("gunicorn", options)


def command(program: str, options: dict[str, object]) -> list[str]:
    parts = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    return [str(PROGRAMS / program), *parts, "wsgi:app"]


def boot_seconds(environment: Environment) -> float:
    """How long a worker takes to boot on this machine, busy as it is."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", "import wsgi"], cwd=ROOT, env=environment, check=True)
    return time.monotonic() - started


@pytest.fixture
def site_environment(databases: Databases, redis_server_url: str, tmp_path: Path) -> Environment:
    """Settings of a production site whose tables exist."""
    from kernel.db import migrations

    url = databases.create()
    app = create_app(Testing(database_url=url, data_dir=tmp_path), role="cli")
    with app.app_context():
        migrations.upgrade("kernel")
    app.extensions["asoud"].close()
    return {
        **os.environ, "ASOUD_PROFILE": "production", "ASOUD_SECRET_KEY": "s" * 40, "ASOUD_DATA_DIR": str(tmp_path),
        "DATABASE_URL": url, "REDIS_URL": redis_server_url, "ASOUD_REDIS_PREFIX": f"{tmp_path.name}:",
        "ASOUD_TRUSTED_PROXIES": "1", "ASOUD_LOG_LEVEL": "WARNING",
    }  # fmt: skip


@pytest.fixture(params=[granian, gunicorn], ids=["granian", "gunicorn"])
def server(request: pytest.FixtureRequest, site_environment: Environment, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A running server: its port and its pid file."""
    port, pid = free_port(), tmp_path / "server.pid"
    arguments = request.param(port, pid, 2 * boot_seconds(site_environment) + 1)
    with start(arguments, site_environment, tmp_path / "server.log", cwd=ROOT) as process:
        wait_for(lambda: ready(port), 90)
        wait_for(lambda: len(generations(port)) == 1 and len(workers(pid)) >= 2)
        yield port, pid
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in (0, -signal.SIGTERM)


def workers(pid: Path) -> set[int]:
    return {child.pid for child in psutil.Process(int(pid.read_text())).children(recursive=True)}


def test_installing_replaces_the_workers_and_no_request_fails(server: tuple[int, Path], tmp_path: Path) -> None:
    port, pid = server
    before = workers(pid)
    with Load(port, retry=True) as load:
        (line,) = signal_servers(Testing(data_dir=tmp_path / "none", pid_files=(str(pid),)))
        assert "replace its processes" in line
        wait_for(lambda: not workers(pid) & before and ready(port), 150)
    assert load.failures == []
    assert load.answers > 5


def test_every_worker_follows_the_generation(server: tuple[int, Path], site_environment: Environment) -> None:
    port, _ = server
    prefix = site_environment["ASOUD_REDIS_PREFIX"]
    settings = Testing(database_url=site_environment["DATABASE_URL"], redis_prefix=prefix)
    app = create_app(settings, role="cli")
    with app.app_context():
        from kernel.addons import state

        state.raise_generation(boot=False)
        wanted = state.read().live
    app.extensions["asoud"].close()
    wait_for(lambda: generations(port) == {wanted}, 20)


def generations(port: int) -> set[int]:
    url = f"http://127.0.0.1:{port}/health/ready"
    return {requests.get(url, timeout=5).json()["generation"] for _ in range(12)}
