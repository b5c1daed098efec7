"""A running master with small children, and ways to look at it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

SECONDS = 20


def eventually(check: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    """Wait until ``check`` is true; fail with ``what`` otherwise."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, f"in vain waited for: {what}"
        time.sleep(0.02)


class RunningMaster:
    """A master in a process of its own."""

    def __init__(self, folder: Path, *kinds: str) -> None:
        self.folder = folder
        command = [sys.executable, str(Path(__file__).with_name("small_master.py")), str(folder), *kinds]
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, start_new_session=True)
        self.port = 0

    def wait_ready(self) -> RunningMaster:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().split()
        assert line[:1] == [b"ready"], (self.folder / "log").read_text()
        self.port = int(line[1])
        return self

    def starts(self, kind: str) -> list[tuple[int, float]]:
        """Process id and moment of every start of a kind of child."""
        with contextlib.suppress(FileNotFoundError):
            rows = (line.split() for line in (self.folder / kind).read_text().splitlines())
            return [(int(pid), float(moment)) for pid, moment in rows]
        return []

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def end(self) -> int:
        self.signal(signal.SIGTERM)
        return self.process.wait(SECONDS)


@pytest.fixture
def start_master(tmp_path: Path) -> Iterator[Callable[..., RunningMaster]]:
    """Starts masters; whatever is still there at the end of the test is killed."""
    masters: list[RunningMaster] = []

    def start(*kinds: str) -> RunningMaster:
        masters.append(RunningMaster(tmp_path, *kinds))
        return masters[-1]

    yield start
    for master in masters:
        for child in master.children() if master.process.poll() is None else []:
            child.kill()
        master.process.kill()
        master.process.wait()
        if master.process.stdout is not None:
            master.process.stdout.close()
