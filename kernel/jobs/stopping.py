"""Ending in good order: by signal, or when the process is asked to make room for a new one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Stop:
    """True once this process should end after what it is doing."""

    def __init__(self, should_stop: Callable[[], bool]) -> None:
        self._should_stop = should_stop
        self._asked = threading.Event()

    def __bool__(self) -> bool:
        return self._asked.is_set() or self._should_stop()

    def ask(self) -> None:
        """Ask for the end."""
        self._asked.set()

    def wait(self, seconds: float) -> None:
        """Wait, but not when the end was asked for."""
        self._asked.wait(seconds)

    @contextmanager
    def on_signals(self, act: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Inside the block SIGTERM and SIGINT ask for the end and then ``act``; only the main thread gets signals."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def receive(number: int, frame: FrameType | None) -> None:
            self.ask()
            act()

        before = {number: signal.signal(number, receive) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
