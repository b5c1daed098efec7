"""A place in a master that is always to be filled: by one serving process, and for moments by its successor too.

start ──► next ──ready──► current ──successor ready──► leaving ──► gone
           │ fails            │ crashes
           └── wait, again ◄──┘
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import structlog

from kernel.serving.children import REFUSED, RESTING, Child, Program

log = structlog.get_logger("asoud.master")

STEADY_SECONDS = 30.0
"""A process that has lived this long didn't fail at its start."""
FRESH_SECONDS = 1.0
"""So old is a process at most that has not yet imported an addon's code."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0


class Slot:
    """One program and its processes."""

    def __init__(self, program: Program, listener: socket.socket | None) -> None:
        self.program = program
        self._listener = listener
        self.current: Child | None = None
        self.next: Child | None = None
        self.leaving: list[Child] = []
        self.failures = 0
        self.refused = False
        """A first process said that it cannot run as things are configured."""
        self._was_ready = False
        self._wanted = True
        self._not_before = 0.0

    @property
    def unsettled(self) -> bool:
        """Whether a first try to start or replace it is still to come or going on."""
        return self.failures == 0 and (self._wanted or self.next is not None)

    @property
    def serving(self) -> bool:
        """Whether a process serves, or rests because it has nothing to do."""
        return self.current is not None or (self._was_ready and not self._wanted and self.next is None)

    @property
    def quiet(self) -> bool:
        """Whether nothing is expected to happen here."""
        return not self._wanted and self.next is None and not self.leaving

    def children(self) -> Iterator[Child]:
        """All its processes."""
        yield from (child for child in (self.current, self.next) if child is not None)
        yield from self.leaving

    def replace(self, *, again: bool) -> None:
        """Want a new process in the place of the current one.

        One that is starting already counts as new; with ``again`` only if it can't yet have imported anything.
        """
        starting = self.next is not None and not (again and time.monotonic() > self.next.started + FRESH_SECONDS)
        if self.program.replaceable and not starting:
            self._wanted, self.failures, self._not_before = True, 0, 0.0

    def start_if_wanted(self) -> None:
        """Start a process if one is wanted and the pause after a failure is over."""
        if self._wanted and self.next is None and time.monotonic() >= self._not_before:
            self._wanted = False
            self.next = Child(self.program, self._listener)

    def step(self) -> bool:
        """Take note of what the processes did since the last step; whether one asks for the replacement of all."""
        for child in self.children():
            child.listen()
        self._bury()
        self._promote()
        return self.current is not None and self.current.asks_for_successor()

    def _promote(self) -> None:
        if self.next is None:
            return
        if self.next.is_ready:
            old, self.current, self.next = self.current, self.next, None
            self._was_ready = True
            log.info("ready", child=self.program.name, pid=self.current.pid)
            if old is not None:
                self._let_go(old)
        elif time.monotonic() > self.next.started + self.program.start_seconds:
            log.error("start_too_slow", child=self.program.name, pid=self.next.pid, seconds=self.program.start_seconds)
            self.next.kill()

    def _let_go(self, child: Child) -> None:
        child.leave(successor=True)
        self.leaving.append(child)

    def _bury(self) -> None:
        for child in self.leaving[:]:
            if child.exit_code() is not None:
                child.close()
                self.leaving.remove(child)
            elif child.kill_at is not None and time.monotonic() > child.kill_at:
                child.kill()
        if self.next is not None and (code := self.next.exit_code()) is not None:
            dead, self.next = self.next, None
            self._ended(dead, code)
        if self.current is not None and (code := self.current.exit_code()) is not None:
            dead, self.current = self.current, None
            self._ended(dead, code)

    def _ended(self, child: Child, code: int) -> None:
        child.close()
        if code == RESTING:
            self._was_ready = True
            return
        if code == REFUSED and not self._was_ready:
            self.refused = True
            return
        steady = child.is_ready and time.monotonic() > child.started + STEADY_SECONDS
        pause = 0.0 if steady else min(FIRST_PAUSE * 2**self.failures, LONGEST_PAUSE)
        self.failures = 0 if steady else min(self.failures + 1, 16)
        self._wanted, self._not_before = True, time.monotonic() + pause
        log.error("ended_unexpectedly", child=self.program.name, pid=child.pid, code=code, restart_in=pause)

    def end(self) -> None:
        """Ask every process to end."""
        self._wanted = False
        for child in self.children():
            child.leave(successor=False)

    def gone(self) -> bool:
        """Whether every process has ended, after `end`; kills those that take longer than they may."""
        for child in self.children():
            if child.exit_code() is None:
                if child.kill_at is not None and time.monotonic() > child.kill_at:
                    child.kill()
                return False
        return True

    def kill(self) -> None:
        """End every process at once."""
        for child in self.children():
            child.kill()
