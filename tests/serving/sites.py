"""A site that `asoud run` serves in a process of its own, as an operator would start it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import requests

from kernel.serving.children import end_with_parent

ASOUD = str(Path(sys.executable).with_name("asoud"))
SECONDS = 120


class Site:
    """`asoud run` on a free port with its data in ``folder``."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.folder = folder
        self.environment = {**os.environ, "ASOUD_DATA_DIR": str(folder), "ASOUD_LOG_FORMAT": "json", **environment}
        self.log = folder.with_suffix(".log")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [ASOUD, "run", "--port", "0", *arguments],
                env=self.environment,
                cwd=folder.parent,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGINT),  # noqa: PLW1509 - one C call
            )
        self.banner = ""

    def wait_ready(self) -> Site:
        """Until the banner is printed."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.banner += line
            if line.strip().startswith("Stop"):
                return self
        raise AssertionError(f"asoud run ended: {self.log.read_text()}")

    @property
    def url(self) -> str:
        found = re.search(r"http://[\d.]+:\d+", self.banner)
        assert found is not None, self.banner
        return found.group()

    def get(self, path: str, **options: object) -> requests.Response:
        return requests.get(self.url + path, timeout=20, **options)  # type: ignore[arg-type]  # passed on as they are

    def asoud(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the operator's beside the running site."""
        return subprocess.run(
            [ASOUD, *arguments], env=self.environment, cwd=self.folder.parent, capture_output=True, text=True,
            check=False, timeout=SECONDS,
        )  # fmt: skip

    def processes(self) -> list[psutil.Process]:
        """The master's children, the Redis server included."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def running(self, role: str) -> list[psutil.Process]:
        """The master's living children of a role, the youngest last.

        Only its own: what a child starts bears the child's name until it becomes another program.
        """
        children = psutil.Process(self.process.pid).children()
        found = [process for process in children if _command(process)[-1:] == [role]]
        return sorted(found, key=lambda process: process.create_time())

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Signal the master as Ctrl-C would; its exit code."""
        self.process.send_signal(number)
        try:
            return self.process.wait(60)
        finally:
            self.clean_up()

    def clean_up(self) -> None:
        """Kill what is left, so that a failing test leaves nothing behind."""
        if self.process.poll() is None:
            for process in [*self.processes(), psutil.Process(self.process.pid)]:
                process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has just ended
        return []


def wait_for(check: object, seconds: float = 60) -> None:
    """Until the callable is true; AssertionError otherwise."""
    deadline = time.monotonic() + seconds
    while not check():  # type: ignore[operator]  # any callable
        assert time.monotonic() < deadline
        time.sleep(0.05)
