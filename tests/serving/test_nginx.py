"""nginx from `deploy/` really in front of two granian workers and two socket processes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
import websocket

from addon_sdk.testing.servers import free_port
from tests.serving.load import Load, ready, start
from tests.serving.sites import wait_for
from tests.serving.test_wsgi_servers import ROOT, boot_seconds, granian, site_environment, workers

__all__ = ["site_environment"]
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = [
    pytest.mark.skipif(NGINX is None, reason="nginx isn't installed; Debian: apt-get install nginx-light"),
    pytest.mark.timeout(500),
]


class Front:
    """nginx with the shipped configuration, its names replaced by ports of this machine."""

    def __init__(self, folder: Path, web: int, realtime: tuple[int, int]) -> None:
        self.port = free_port()
        text = (ROOT / "deploy" / "nginx" / "asoud.conf").read_text()
        names = {"web:8000": web, "realtime-1:8001": realtime[0], "realtime-2:8001": realtime[1]}
        for name, port in names.items():
            assert f"server {name}" in text
            text = text.replace(f"server {name}", f"server 127.0.0.1:{port}")
        text = text.replace("listen 80;", f"listen 127.0.0.1:{self.port};")
        # Tests come from one address: a header stands for the client's, as behind another proxy.
        text = text.replace("map $remote_addr $asoud_client", "map $http_x_client $asoud_client")
        text = text.replace("default $remote_addr;", "default $http_x_client;")
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self.file = folder / "nginx.conf"
        self.file.write_text(
            f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log warn;\n"
            f"events {{}}\nhttp {{ access_log off;\n{temporary}{text}}}\n"
        )

    def command(self, *arguments: str) -> list[str]:
        assert NGINX is not None
        return [
            NGINX,
            "-c",
            str(self.file),
            "-p",
            str(self.file.parent),
            "-e",
            str(self.file.with_name("error.log")),
            *arguments,
        ]


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    done = subprocess.run(Front(tmp_path, 1, (2, 3)).command("-t"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "test is successful" in done.stderr
    assert "[warn]" not in done.stderr


@pytest.fixture
def front(site_environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[Front, Path]]:
    web, first, second = free_port(), free_port(), free_port()
    pid = tmp_path / "web.pid"
    commands = [granian(web, pid, 2 * boot_seconds(site_environment) + 1)]
    commands += [
        [str(Path(sys.executable).with_name("asoud")), "realtime", "--port", str(port)] for port in (first, second)
    ]
    nginx = Front(tmp_path, web, (first, second))
    commands.append(nginx.command())
    with ExitStack() as stack:
        processes = []
        for index, command in enumerate(commands):
            log = tmp_path / f"process-{index}.log"
            processes.append(stack.enter_context(start(command, site_environment, log, cwd=ROOT)))
        wait_for(lambda: ready(web) and ready(first) and ready(second) and ready(nginx.port), 120)
        yield nginx, pid
        for process in processes:
            process.send_signal(signal.SIGTERM)


def test_sockets_stick_upgrade_and_requests_survive_new_workers(front: tuple[Front, Path]) -> None:
    nginx, pid = front
    url = f"http://127.0.0.1:{nginx.port}"
    for number in range(6):
        _poll_three_times(url, f"10.0.0.{number}")
    _upgrade(nginx.port)
    assert requests.get(f"{url}/metrics", timeout=10).status_code == 404
    answer = requests.get(f"{url}/health/live", timeout=10)
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])
    before = workers(pid)
    with Load(nginx.port, retry=False) as load:
        os.kill(int(pid.read_text()), signal.SIGHUP)
        wait_for(lambda: not workers(pid) & before and ready(nginx.port), 150)
    assert load.failures == []
    assert load.answers > 5


def test_slow_clients_wait_in_nginx(site_environment: dict[str, str], tmp_path: Path) -> None:
    web = free_port()
    nginx = Front(tmp_path, web, (free_port(), free_port()))
    with ExitStack() as stack:
        for index, command in enumerate((granian(web, tmp_path / "web.pid", 1), nginx.command())):
            log = tmp_path / f"slow-{index}.log"
            stack.callback(stack.enter_context(start(command, site_environment, log, cwd=ROOT)).terminate)
        wait_for(lambda: ready(web) and ready(nginx.port), 120)
        head = b"POST /api/v1/kernel/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nslow"
        for part in (head, head[:30]):
            for _ in range(20):  # more than the server has threads
                client = stack.enter_context(socket.create_connection(("127.0.0.1", nginx.port)))
                client.sendall(part)
        for _ in range(10):
            assert requests.get(f"http://127.0.0.1:{nginx.port}/health/live", timeout=5).status_code == 200


def _poll_three_times(url: str, client: str) -> None:
    """A polling session: another process than the first one would answer 400 to the later requests."""
    with requests.Session() as session:
        session.headers["X-Client"] = client
        opened = session.get(f"{url}/socket.io/?EIO=4&transport=polling", timeout=10)
        sid = json.loads(opened.text[1:])["sid"]
        for _ in range(3):
            session.headers["Connection"] = "close"
            sent = session.post(f"{url}/socket.io/?EIO=4&transport=polling&sid={sid}", data="40/nowhere,", timeout=10)
            assert (sent.status_code, sent.text.lower()) == (200, "ok")
            assert session.get(f"{url}/socket.io/?EIO=4&transport=polling&sid={sid}", timeout=10).status_code == 200


def _upgrade(port: int) -> None:
    connection = websocket.create_connection(f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket", timeout=10)
    assert json.loads(str(connection.recv())[1:])["pingInterval"] == 25_000
    connection.close()
