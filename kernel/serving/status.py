"""What a child hears from its master and tells it."""

from __future__ import annotations

import os
import signal
import socket
import time
from types import FrameType

from kernel.serving.draining import Draining

GRACE_SECONDS = 1.0
"""How long a child goes on answering after its successor is ready, so that clients hear `Connection: close`."""
_LOOK_SECONDS = 0.05


class Orders:
    """A flag that signal handlers may set at any moment, in patched processes too: a lock would not be safe there."""

    def __init__(self) -> None:
        self.draining = Draining()
        self._told_to: str | None = None

    def obey(self) -> None:
        """Take SIGTERM (end) and SIGUSR1 (hand over to a successor, then end) from now on."""
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGUSR1, self._hand_over)

    def wait(self, timeout: float | None = None) -> bool:
        """Until it is time to end, at most ``timeout`` seconds; whether it is."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self._told_to is None and (deadline is None or time.monotonic() < deadline):
            time.sleep(_LOOK_SECONDS)
        if self._told_to == "hand over":
            self.draining.begin()
            until = time.monotonic() + GRACE_SECONDS
            while self._told_to == "hand over" and time.monotonic() < until:
                time.sleep(_LOOK_SECONDS)
        return self._told_to is not None

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._told_to = "end"

    def _hand_over(self, number: int, frame: FrameType | None) -> None:
        self._told_to = self._told_to or "hand over"


def tell_master(word: str) -> None:
    """Say ``ready`` or ``recycle``; nothing where there is no master, or it is gone."""
    status = os.environ.get("ASOUD_STATUS_FD")
    if status:
        try:
            os.write(int(status), f"{word}\n".encode())
        except OSError:  # the lifeline ends this process in a moment
            return


def inherited_listener() -> socket.socket:
    """The listening socket that the master owns."""
    return socket.socket(fileno=int(os.environ["ASOUD_LISTENER_FD"]))
