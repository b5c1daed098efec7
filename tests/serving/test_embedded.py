"""`asoud run`, as a stranger starts it: from an empty folder to serving, replaced under load, ended by Ctrl-C."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.serving.sites import ASOUD, Site, wait_for
from tests.serving.test_master import Client

pytestmark = pytest.mark.timeout(500)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that the tests of this module share: its first start takes longest."""
    return tmp_path_factory.mktemp("embedded") / "data"


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    started = Site(folder)
    yield started
    started.clean_up()


def test_it_serves_from_an_empty_folder_and_ctrl_c_ends_every_child(site: Site) -> None:
    site.wait_ready()
    ready = site.get("/health/ready").json()
    assert (ready["database"], ready["redis"], ready["migrations"]) == ("ok", "ok", "ok")
    assert site.get("/docs").status_code == 200
    assert f"API document   {site.url}/docs  ({site.url}/api/v1/openapi.json)" in site.banner
    assert f"Data           {site.folder}" in site.banner
    assert f"Database       sqlite:///{site.folder / 'asoud.db'}" in site.banner
    assert [len(site.running(role)) for role in ("web", "worker", "cron")] == [1, 1, 1]
    children = site.processes()
    assert any("redis.sock" in " ".join(process.cmdline()) for process in children)
    assert site.end() == 0
    assert not any(process.is_running() for process in children)
    assert not (site.folder / "run" / "run.pid").exists()


def test_hup_under_load_loses_no_request(site: Site) -> None:
    site.wait_ready()
    port = int(site.url.rpartition(":")[2])
    clients = [LiveClient(port, "/health/live") for _ in range(4)]
    for client in clients:
        client.start()
    first = [site.running(role)[0] for role in ("web", "worker", "cron")]
    site.process.send_signal(signal.SIGHUP)
    wait_for(lambda: [len(site.running(role)) for role in ("web", "worker", "cron")] == [1, 1, 1])
    wait_for(lambda: not any(process.is_running() for process in first))
    for client in clients:
        client.enough.set()
        client.join()
    assert [client.lost for client in clients] == [0] * 4
    assert all(client.answers > 10 for client in clients)
    assert site.end() == 0


class LiveClient(Client):
    """Counts answers of a path that doesn't tell the process id."""

    answers = 0

    def note(self, body: bytes) -> None:
        assert b"ok" in body
        self.answers += 1


def test_a_killed_master_leaves_nothing_running_and_the_next_start_keeps_the_data(folder: Path) -> None:
    site = Site(folder).wait_ready()
    disabled = site.asoud("addons", "disable", "chat")
    assert disabled.returncode == 0, disabled.stderr
    children = site.processes()
    site.process.kill()
    site.process.wait()
    _, alive = psutil.wait_procs(children, 40)
    assert alive == []
    site.clean_up()
    again = Site(folder, "--demo").wait_ready()
    try:
        assert "Demo login" in again.banner
        assert again.get("/health/ready").json()["status"] in ("ok", "degraded")
        history = json.loads(again.asoud("addons", "info", "chat", "--json").stdout)["history"]
        assert [item["action"] for item in history] == ["disable", "install"]
    finally:
        assert again.end() == 0


def test_a_second_run_on_the_same_data_is_refused(site: Site) -> None:
    site.wait_ready()
    second = site.asoud("run", "--port", "0")
    assert second.returncode == 1
    assert f"in use by another `asoud run` (process {site.process.pid})" in second.stderr
    assert site.get("/health/live").status_code == 200


def test_a_port_in_use_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _run(tmp_path / "new", "--port", str(port))
    assert done.returncode == 1
    assert f"127.0.0.1:{port}: the port is in use" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "new" / "asoud.db").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", "no.such.host.invalid"], "is no address to listen on"),
        (["--host", "203.0.113.1"], "cannot listen there"),
    ],
)
def test_an_address_that_cannot_be_had_is_said(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = _run(tmp_path / "new", *arguments)
    assert (done.returncode, message in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = _run(tmp_path / "file" / "data", "--port", "0")
    assert done.returncode == 1
    assert "Set ASOUD_DATA_DIR to another folder" in done.stderr


def test_an_unreachable_database_is_said(tmp_path: Path) -> None:
    done = _run(tmp_path / "new", "--port", "0", DATABASE_URL="postgresql://postgres@127.0.0.1:9/none")
    assert done.returncode == 1
    assert "asoud doctor" in done.stderr
    assert "Traceback" not in done.stderr


def _run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [ASOUD, "run", *arguments], env={**os.environ, "ASOUD_DATA_DIR": str(folder), **environment},
        cwd=folder.parent if folder.parent.is_dir() else "/", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
