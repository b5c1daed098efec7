"""Servers of others as child processes, and clients that keep them busy."""

from __future__ import annotations

import http.client
import signal
import subprocess
import threading
import time
from pathlib import Path

import requests

from kernel.serving.children import end_with_parent


def start(command: list[str], environment: dict[str, str], log: Path, *, cwd: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one C call
        )  # fmt: skip


def ready(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).status_code == 200
    except requests.RequestException:
        return False


class Load:
    """Threads that ask one path again and again on kept connections; ``retry`` allows one more try on a new one."""

    def __init__(self, port: int, *, threads: int = 4, retry: bool) -> None:
        self.answers, self.failures = 0, []  # type: int, list[str]
        self._port, self._retry = port, retry
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(threads)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        fresh = True
        while not self._enough.is_set():
            try:
                connection.request("GET", "/health/ready")
                answer = connection.getresponse()
                answer.read()
                fresh = answer.will_close
                self.answers += 1
                if answer.status != 200:
                    self.failures.append(f"status {answer.status}")
            except (OSError, http.client.HTTPException) as error:
                if fresh or not self._retry:
                    self.failures.append(repr(error))
                connection.close()
                fresh = True
            time.sleep(0.01)
        connection.close()
