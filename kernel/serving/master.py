"""The master: owns the listening socket, fills its slots with children, replaces them without losing a request.

It imports nothing of the platform's app and starts children by executing a fresh interpreter, so that none inherits
patched modules, threads or connections, and new code is taken with each replacement.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Sequence
from types import FrameType

import structlog

from kernel.serving.children import Program
from kernel.serving.slots import Slot

log = structlog.get_logger("asoud.master")

TICK_SECONDS = 0.05
"""How often foreign programs are asked whether they are ready, and deadlines are looked at."""
QUIET_SECONDS = 5.0
"""How often a master looks around while nothing is going on; signals and pipes wake it."""
HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


class Master:
    """Runs programs until a signal ends it: TERM and INT end all, a second one at once; HUP replaces all."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        listener: socket.socket | None = None,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self.slots = [Slot(program, listener) for program in programs]
        self._on_ready = on_ready
        self._signals: list[int] = []
        self._terminal = _has_terminal()
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._woken.setblocking(False)

    def run(self) -> int:
        """Serve until told to end; the exit code: 1 when a child cannot run as things are configured."""
        before = {number: signal.signal(number, self._note) for number in HANDLED}
        waker = signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        try:
            refused = self._serve()
        finally:
            self._end()
            signal.set_wakeup_fd(waker)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._wake.close()
            self._woken.close()
        return 1 if refused else 0

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self._signals.append(number)

    def _serve(self) -> bool:
        announced = False
        while True:
            for slot in self.slots:
                if slot.step():
                    self._replace_all("the installed addons changed", again=False)
                if slot.refused:
                    return True
            self._start()
            if not announced and all(slot.serving for slot in self.slots):
                announced = True
                self._on_ready()
            self._wait()
            if self._told_to_end():
                return False

    def _start(self) -> None:
        """Start what is wanted; a stage waits while one before it makes its first try."""
        for slot in self.slots:
            if not any(other.unsettled for other in self.slots if other.program.stage < slot.program.stage):
                slot.start_if_wanted()

    def _replace_all(self, reason: str, *, again: bool) -> None:
        log.info("replacing_children", reason=reason)
        for slot in self.slots:
            slot.replace(again=again)

    def _told_to_end(self) -> bool:
        signals, self._signals = self._signals, []
        for number in signals:
            if number != signal.SIGHUP or (self._terminal and not _has_terminal()):
                return True  # a hang-up by the terminal that went away is an end, one by `kill -HUP` is not
            self._replace_all("HUP", again=True)
        return False

    def _wait(self) -> None:
        """Until a signal comes, a child says something, or a tick passes."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            for slot in self.slots:
                for child in slot.children():
                    if child.exit_code() is None:
                        selector.register(child.status, selectors.EVENT_READ)
            selector.select(QUIET_SECONDS if all(slot.quiet for slot in self.slots) else TICK_SECONDS)
        with contextlib.suppress(BlockingIOError):
            self._woken.recv(4096)

    def _end(self) -> None:
        """End the children, those of a later stage first: workers still need the Redis server of stage 0."""
        for stage in sorted({slot.program.stage for slot in self.slots}, reverse=True):
            slots = [slot for slot in self.slots if slot.program.stage == stage]
            for slot in slots:
                slot.end()
            while not all([slot.gone() for slot in slots]):  # noqa: C419 - each must look at its deadlines
                if self._signals:
                    self._signals.clear()
                    for slot in self.slots:
                        slot.kill()
                time.sleep(TICK_SECONDS)
        log.info("ended")


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
