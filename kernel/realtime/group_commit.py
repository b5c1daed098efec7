"""Storing many small things in few transactions, before anybody is told that they are stored.

A transaction costs about the same for one row as for fifty. Whoever comes first waits a moment, takes everything that
came meanwhile, and stores it for all; whoever comes while that runs makes the next group. Nobody hears "done" before
his group's commit.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from kernel.db import transaction
from kernel.identity.principal import ANONYMOUS, acting_as
from kernel.runtime import platform

T = TypeVar("T")
R = TypeVar("R")


class _Waiting(Generic[T, R]):
    """One thing to be stored, and who waits for it."""

    __slots__ = ("error", "event", "item", "result")

    def __init__(self, item: T) -> None:
        self.item = item
        self.event = threading.Event()
        self.result: R | None = None
        self.error: BaseException | None = None

    @property
    def settled(self) -> bool:
        return self.result is not None or self.error is not None


class GroupCommit(Generic[T, R]):
    """Groups calls of ``store``, which takes a sequence of items and returns one result or exception for each.

    ``store`` runs inside a transaction, as nobody in particular: items carry all that it needs to know. A result may
    not be None. When it raises for a whole group, each item is tried alone, so a bad one harms only itself.
    """

    def __init__(
        self, store: Callable[[Sequence[T]], Sequence[R | Exception]], *, wait: float = 0.002, size: int = 200
    ) -> None:
        self._store = transaction(store)
        self._wait = wait
        self._size = size
        self._lock = threading.Lock()
        self._queue: deque[_Waiting[T, R]] = deque()
        self._leading = False

    def submit(self, item: T) -> R:
        """Store ``item``, in a group with what others submit now, and return its result once that is committed.

        Raises the exception that ``store`` returned or raised for it. Inside a transaction it is stored at once, and
        committed with that.
        """
        if platform.db.in_transaction():
            return self._alone(item)
        waiting: _Waiting[T, R] = _Waiting(item)
        with self._lock:
            self._queue.append(waiting)
            leads, self._leading = not self._leading, True
        if not leads:
            waiting.event.wait()
        if not waiting.settled:
            self._lead()
        if waiting.error is not None:
            raise waiting.error
        assert waiting.result is not None
        return waiting.result

    def _lead(self) -> None:
        """Store the next group, and name the one who leads the group after it."""
        if self._wait:
            time.sleep(self._wait)
        with self._lock:
            group = [self._queue.popleft() for _ in range(min(len(self._queue), self._size))]
        try:
            with acting_as(ANONYMOUS):
                self._settle(group)
        finally:
            with self._lock:
                successor = self._queue[0] if self._queue else None
                self._leading = successor is not None
            for waiting in group:
                waiting.event.set()
            if successor is not None:
                successor.event.set()

    def _settle(self, group: list[_Waiting[T, R]]) -> None:
        try:
            outcomes = self._store([waiting.item for waiting in group])
        except Exception as error:
            if len(group) == 1 or getattr(error, "status", 500) == 503:  # the database is away for all alike
                for waiting in group:
                    waiting.error = error
            else:
                for waiting in group:
                    self._settle([waiting])
            return
        for waiting, outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Exception):
                waiting.error = outcome
            else:
                waiting.result = outcome

    def _alone(self, item: T) -> R:
        [outcome] = self._store([item])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
