"""A child of a master: the program that it runs, and one running process of it with the pipes between the two."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

REFUSED = 78
"""Exit code of a child that cannot run as things are configured; starting it again would change nothing."""
RESTING = 79
"""Exit code of a child that has nothing to do until the installed addons change."""


def end_with_parent(number: signal.Signals) -> Callable[[], None]:
    """For ``preexec_fn``: the operating system sends the child this signal when its parent dies (Linux only)."""
    if sys.platform != "linux":
        return lambda: None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(1, int(number))  # PR_SET_PDEATHSIG


@dataclass(frozen=True, kw_only=True)
class Program:
    """What a child runs and how a master treats it."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    listens: bool = False
    """Gets the master's listening socket; asked by SIGUSR1 to hand over to its successor."""
    stage: int = 1
    """Children of a stage start, and are replaced, after those of the stages before it."""
    ready: Callable[[], bool] | None = None
    """How to see that a foreign program is ready; None means that it says so through its pipe."""
    replaceable: bool = True
    """Whether a successor takes over when the installed addons change."""
    start_seconds: float = 90.0
    """How long a process may take until it is ready."""
    drain_seconds: float = 30.0
    """How long a process may take to finish what it has begun before it is killed."""


class Child:
    """One running process.

    It writes words to its status pipe. It reads its lifeline pipe, whose end says that the master is gone, even
    if it was killed; that is why the master keeps the only other end.
    """

    def __init__(self, program: Program, listener: socket.socket | None) -> None:
        self.program = program
        self.started = time.monotonic()
        self.kill_at: float | None = None
        self._ready = False
        self._said: set[str] = set()
        self.status, status = os.pipe()
        lifeline, self._lifeline = os.pipe()
        os.set_blocking(self.status, False)
        given = {"ASOUD_STATUS_FD": status, "ASOUD_LIFELINE_FD": lifeline}
        if program.listens and listener is not None:
            given["ASOUD_LISTENER_FD"] = listener.fileno()
        self._process = subprocess.Popen(
            program.command,
            env={**os.environ, **program.environment, **{name: str(number) for name, number in given.items()}},
            pass_fds=tuple(given.values()),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the master alone, which ends its children in order
            preexec_fn=end_with_parent(signal.SIGTERM) if program.ready else None,  # noqa: PLW1509 - one C call
        )
        os.close(status)
        os.close(lifeline)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_ready(self) -> bool:
        """Whether it serves. Once true, it stays true."""
        if not self._ready and self.program.ready is not None:
            self._ready = self.program.ready()
        return self._ready

    def listen(self) -> None:
        """Take in what it has said since the last time: ``ready`` or ``recycle``."""
        with contextlib.suppress(BlockingIOError):
            self._said.update(os.read(self.status, 4096).decode().split())
        self._ready = self._ready or "ready" in self._said

    def asks_for_successor(self) -> bool:
        """Whether it has said that it should be replaced; true once only."""
        asks = "recycle" in self._said
        self._said.discard("recycle")
        return asks

    def exit_code(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def leave(self, *, successor: bool) -> None:
        """Ask it to finish what it has begun and end; with a successor, to turn its clients over to that first."""
        self.kill_at = time.monotonic() + self.program.drain_seconds
        hand_over = successor and self.program.listens and self.is_ready
        self._process.send_signal(signal.SIGUSR1 if hand_over else signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def close(self) -> None:
        """Let its pipes go. The process must have ended."""
        os.close(self.status)
        os.close(self._lifeline)
