"""In this process, each stream's entries reach its followers in order, each once, whatever Redis does.

Entries come from commits of this process at once and from others through Redis, so number 7 may be here before
number 6. A line holds 7 back, for `PATIENCE`, and then reads 6 from the store: ids become visible in the order of
commits, so whoever can see 7 finds 6 there. After Redis was away, every line looks into the store once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from kernel.realtime.connections import Connection
from kernel.realtime.packets import Outgoing
from kernel.realtime.streams import PAGE, StreamEntry, read

if TYPE_CHECKING:
    from flask import Flask

    from kernel.realtime.interest import Interest

log = structlog.get_logger(__name__)

PATIENCE = 0.05
"""Seconds that an entry waits for the one before it."""
SETTLING = 0.3
"""Seconds after which a new line looks again: until then, others may not have heard that it exists."""
ANEW = 5.0
"""Seconds after which a look that failed, because the database was away, is tried again."""


def packet(namespace: str, address: str, entry: StreamEntry, after: int | None = None) -> Outgoing:
    """An entry as followers get it who have everything up to ``after``: the event, with ``{stream, id, data}``."""
    event = entry.event_after(entry.id if after is None else after)
    return Outgoing.event(namespace, event, {"stream": address, "id": entry.id, "data": entry.data})


class Line:
    """One stream with followers in this process."""

    def __init__(self, namespace: str, address: str, send: Callable[[str, str, Outgoing], None]) -> None:
        self.namespace = namespace
        self.address = address
        self._send = send
        self._lock = threading.RLock()
        self._last: int | None = None
        self._held: dict[int, Outgoing] = {}

    def offer(self, number: int, outgoing: Outgoing) -> bool:
        """Take an entry. False when one before it is missing, so that somebody should look into the store."""
        with self._lock:
            if self._last is None:
                self._held[number] = outgoing
            elif number > self._last:
                self._held[number] = outgoing
                self._advance()
            return not self._held

    def reading_from(self, start: int) -> int:
        """The id after which a newcomer who has ``start`` must read, so that the line can use what he reads too."""
        with self._lock:
            return start if self._last is None else min(start, self._last)

    def admit(
        self, connection: Connection, entries: Sequence[StreamEntry], upto: int, acknowledge: Callable[[], None]
    ) -> bool:
        """Let a newcomer in who has read everything up to ``upto``; False when the line is already further."""
        with self._lock:
            if self._last is not None and self._last > upto:
                return False
            self.catch_up(entries, upto)
            connection.join(self.address)
            acknowledge()
            return True

    def catch_up(self, entries: Iterable[StreamEntry], upto: int = 0, *, complete: bool = False) -> None:
        """Send what was read from the store and not yet sent, then what was held.

        ``complete`` means that the store has no more: what is missing before a held entry will never come.
        """
        with self._lock:
            had = self._last
            for entry in entries:
                if self._last is not None and entry.id > self._last:
                    self._send(self.namespace, self.address, packet(self.namespace, self.address, entry, had))
                    self._last = entry.id
            self._last = max(upto, self._last or 0)
            self._advance()
            while complete and self._held:
                self._last = min(self._held) - 1
                self._advance()

    def gap(self) -> int | None:
        """The id after which entries may be missing; None when the line has not begun."""
        with self._lock:
            return self._last

    def _advance(self) -> None:
        assert self._last is not None
        for number in sorted(self._held):
            if number > self._last + 1:
                break
            outgoing = self._held.pop(number)
            if number == self._last + 1:
                self._send(self.namespace, self.address, outgoing)
                self._last = number


class Deliveries:
    """The lines of this process, and the thread that looks into the store for those that lack something."""

    def __init__(self, app: Flask, interest: Interest, send: Callable[[str, str, Outgoing], None]) -> None:
        self._app = app
        self._interest = interest
        self._send = send
        self._lines: dict[str, Line] = {}
        self._due: dict[str, float] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._ended = False
        self._thread: threading.Thread | None = None
        interest.on_vanish.append(self._close)

    def start(self) -> None:
        """Begin to look after lines that lack something."""
        self._thread = threading.Thread(target=self._mend, name="asoud-streams", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._ended = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def line(self, address: str) -> Line:
        """The line of a stream that is being followed."""
        return self._lines[address]

    @contextmanager
    def follow(self, namespace: str, address: str) -> Iterator[None]:
        """Keep the stream's line open for the block; then for as long as it has followers."""
        self._interest.acquire(namespace, address)
        with self._lock:
            if address not in self._lines:
                self._lines[address] = Line(namespace, address, self._send)
                self._due[address] = time.monotonic() + SETTLING
                self._wake.set()
        try:
            yield
        finally:
            self._interest.release(namespace, address)

    def _close(self, key: str) -> None:
        """Forget the line of a stream that nobody here follows any more."""
        address = key.partition(" ")[2]
        with self._lock:
            self._lines.pop(address, None)
            self._due.pop(address, None)

    def offer(self, address: str, number: int, outgoing: Outgoing) -> None:
        """Deliver an entry to this process's followers, if there are any, in its turn."""
        line = self._lines.get(address)
        if line is not None and not line.offer(number, outgoing):
            self._look(address, PATIENCE)

    def look_everywhere(self) -> None:
        """Have every line look into the store: something may have been missed."""
        for address in list(self._lines):
            self._look(address, 0.0)

    def _look(self, address: str, delay: float) -> None:
        moment = time.monotonic() + delay
        with self._lock:
            self._due[address] = min(moment, self._due.get(address, moment))
        self._wake.set()

    def _mend(self) -> None:
        while not self._ended:
            with self._lock:
                nearest = min(self._due.values(), default=None)
            self._wake.wait(None if nearest is None else max(0.005, nearest - time.monotonic()))
            self._wake.clear()
            for address in self._take_due():
                self._read(address)

    def _take_due(self) -> list[str]:
        moment = time.monotonic()
        with self._lock:
            due = [address for address, when in self._due.items() if when <= moment]
            for address in due:
                del self._due[address]
        return due

    def _read(self, address: str) -> None:
        line = self._lines.get(address)
        after = line.gap() if line is not None else None
        if line is None or after is None:
            return
        try:
            with self._app.app_context():
                entries = read(address, after, PAGE)
            line.catch_up(entries, complete=len(entries) < PAGE)
            if len(entries) == PAGE:
                self._look(address, 0.0)
        except Exception as error:
            log.warning("stream_not_read", stream=address, error=str(error))
            self._look(address, ANEW)
