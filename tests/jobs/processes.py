"""Real processes of a test site, started, killed and waited for."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kernel.serving.children import end_with_parent

ROOT = Path(__file__).parents[2]


class SiteProcess:
    """One process of the site; `start` again after a kill makes a new one."""

    def __init__(self, role: str, settings: dict[str, Any]) -> None:
        self.role = role
        self._settings = json.dumps(settings, default=str)
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start, and return when it is about to work."""
        command = [sys.executable, "-m", "tests.jobs.site_process", self.role, self._settings]
        end = end_with_parent(signal.SIGKILL)
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=end)  # noqa: PLW1509 - one C call
        assert self._process.stdout is not None
        while "ready" not in (line := self._process.stdout.readline()):
            assert line, f"{self.role} did not start"

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send the signal and wait; the exit code, 0 when it was not running."""
        if self._process is None:
            return 0
        self._process.send_signal(number)
        process, self._process = self._process, None
        with process:
            process.stdout and process.stdout.read()
        return process.returncode


def wait_until(holds: Callable[[], bool], *, seconds: float = 60, explain: Callable[[], object] = lambda: "") -> None:
    """Return when ``holds()``; fail after ``seconds``, with what ``explain()`` says."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited too long: {explain()}"
        time.sleep(0.05)
