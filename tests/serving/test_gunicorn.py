"""gunicorn's HUP with the platform's hooks, on an app that takes its time to load, or cannot be loaded."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import psutil
import pytest
import requests

from addon_sdk.testing.servers import free_port
from tests.serving.load import start
from tests.serving.sites import wait_for

LOADING_SECONDS = 2
APP = f"""
import os, time
if os.path.exists("broken"):
    raise ImportError("broken")
if os.path.exists("slow"):
    time.sleep({LOADING_SECONDS})
if os.path.exists("stuck"):
    time.sleep(3600)
VERSION = open("version").read().encode()
print("loaded", flush=True)

def app(environ, start_response):
    start_response("200 OK", [("Content-Length", str(len(VERSION)))])
    return [VERSION]
"""


class Site:
    """A running server of the app in a folder."""

    def __init__(self, folder: Path, process: Popen[bytes], port: int) -> None:
        self.folder, self.process, self._url = folder, process, f"http://127.0.0.1:{port}"

    def release(self, version: str, *traits: str) -> None:
        """Put a version into the folder and hang up."""
        for trait in ("broken", "slow", "stuck"):
            (self.folder / trait).unlink(missing_ok=True)
        for trait in traits:
            (self.folder / trait).touch()
        (self.folder / "version").write_text(version)
        self.process.send_signal(signal.SIGHUP)

    def version(self) -> str:
        """The version that answers, well before a worker could load the app."""
        return requests.get(self._url, timeout=LOADING_SECONDS / 2).text

    def versions(self) -> set[str]:
        return {self.version() for _ in range(10)}

    def workers(self) -> set[int]:
        return {child.pid for child in psutil.Process(self.process.pid).children()}

    def log(self) -> str:
        return (self.folder / "log").read_text()


def launch(folder: Path, port: int, *options: str) -> Popen[bytes]:
    (folder / "slow_app.py").write_text(APP)
    (folder / "version").write_text("1")
    command = [str(Path(sys.executable).with_name("gunicorn")), "--config", "python:kernel.serving.gunicorn", *options]
    rest = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--graceful-timeout", "5", "--no-control-socket"]
    return start([*command, *rest, "slow_app:app"], dict(os.environ), folder / "log", cwd=folder)


@pytest.fixture(params=["sync", "gthread"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    with launch(tmp_path, port, "--worker-class", request.param) as process:
        running = Site(tmp_path, process, port)
        wait_for(lambda: running.log().count("loaded") == 2)
        yield running
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_the_old_workers_serve_until_the_new_ones_have_loaded(site: Site) -> None:
    before = site.workers()
    site.release("2", "slow")
    began = time.monotonic()
    seen = []
    while site.workers() & before:
        seen.append(site.version())
        assert time.monotonic() - began < 30
    assert time.monotonic() - began > LOADING_SECONDS
    assert seen[0] == "1"
    assert site.versions() == {"2"}
    assert len(site.workers()) == 2


def test_workers_that_cannot_load_leave_the_old_ones_serving(site: Site) -> None:
    before = site.workers()
    site.release("2", "broken")
    wait_for(lambda: site.log().count("those go on") == 2)
    assert site.versions() == {"1"}
    assert site.workers() == before

    site.release("3")
    wait_for(lambda: not site.workers() & before)
    assert site.versions() == {"3"}
    assert len(site.workers()) == 2


def test_workers_that_never_load_leave_the_old_ones_serving(site: Site) -> None:
    before = site.workers()
    site.release("2", "stuck")
    wait_for(lambda: len(site.workers()) == 4)
    time.sleep(6)  # longer than gunicorn gives old workers to end
    assert site.versions() == {"1"}
    for stuck in site.workers() - before:
        os.kill(stuck, signal.SIGKILL)
    wait_for(lambda: site.workers() == before)
    assert site.versions() == {"1"}


def test_a_second_release_during_the_first_replaces_that_too(site: Site) -> None:
    before = site.workers()
    site.release("2", "slow")
    wait_for(lambda: len(site.workers()) == 4)
    site.release("3", "slow")
    wait_for(lambda: not site.workers() & before and site.versions() == {"3"})
    wait_for(lambda: len(site.workers()) == 2)


def test_a_worker_that_dies_is_replaced_before_during_and_after_a_release(site: Site) -> None:
    for version in ("2", "3"):
        loaded = site.log().count("loaded")
        os.kill(site.workers().pop(), signal.SIGKILL)
        wait_for(lambda loaded=loaded: site.log().count("loaded") == loaded + 1)  # type: ignore[misc]  # bound now
        before = site.workers()
        site.release(version, "slow")
        wait_for(lambda: len(site.workers()) == 4)
        os.kill(before.copy().pop(), signal.SIGKILL)
        wait_for(lambda before=before: not site.workers() & before)  # type: ignore[misc]  # bound now
        assert site.versions() == {version}
        assert len(site.workers()) == 2


def test_a_server_whose_first_workers_cannot_load_ends(tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    with launch(tmp_path, free_port()) as process:
        assert process.wait(30) == 3
