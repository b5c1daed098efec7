"""`asoud realtime`, `worker` and `cron` as an operator starts them."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from addon_sdk.testing.servers import free_port
from config import Testing
from kernel.app import create_app
from tests.serving.load import ready, start
from tests.serving.sites import ASOUD, wait_for

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def environment(redis_url: str, tmp_path: Path) -> dict[str, str]:
    """Settings of a site on SQLite whose tables exist."""
    from kernel.db import migrations

    app = create_app(Testing(data_dir=tmp_path), role="cli")
    with app.app_context():
        migrations.upgrade("kernel")
    app.extensions["asoud"].close()
    names = {"ASOUD_DATA_DIR": str(tmp_path), "REDIS_URL": redis_url, "ASOUD_REDIS_PREFIX": f"{tmp_path.name}:"}
    return {**os.environ, **names, "ASOUD_LOG_FORMAT": "json"}


@pytest.mark.parametrize(
    ("arguments", "children"), [(["worker", "--processes", "2", "--queue", "critical"], 2), (["cron"], 1)]
)
def test_it_works_until_told_to_end(
    arguments: list[str], children: int, environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with start([ASOUD, *arguments], environment, log, cwd=tmp_path) as process:
        wait_for(lambda: log.read_text().count('"event":"ready"') == children)
        found = psutil.Process(process.pid).children()
        assert len(found) == children
        assert [path.name for path in (tmp_path / "run").glob("*.pid")] == [f"{arguments[0]}-{process.pid}.pid"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert not any(child.is_running() for child in found)
    assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("mode", ["eventlet", "threading"])
def test_realtime_serves_in_both_modes(mode: str, environment: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    command = [ASOUD, "realtime", "--port", str(port)]
    with start(command, {**environment, "ASOUD_ASYNC_MODE": mode}, tmp_path / "log", cwd=tmp_path) as process:
        wait_for(lambda: ready(port))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["worker", "--queue", "urgent"], 1, "urgent: no such queue"),
        (["worker", "--processes", "0"], 2, "0 is not in the range"),
        (["realtime", "--port", "99999"], 2, "99999 is not in the range"),
        (["emulate", "nobody"], 1, "nobody: has no emulator"),
    ],
)
def test_mistakes_are_said(
    arguments: list[str], code: int, words: str, environment: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [ASOUD, *arguments], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, words in done.stderr, "Traceback" in done.stderr) == (code, True, False)
