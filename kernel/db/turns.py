"""A lock that is given in the order in which it was asked for, so that nobody waits longer than his turn."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """Like `threading.Lock`, which lets who comes back quickly overtake who has waited long."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False

    def acquire(self, *, timeout: float) -> bool:
        """Wait for the turn, for ``timeout`` seconds at most; whether it came."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=timeout):
            return True
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it came in the last moment

    def release(self) -> None:
        """Hand the turn to who has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False
