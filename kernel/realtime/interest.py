"""Which rooms somebody cares about: here, counted; in other processes, as they told us over Redis."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

PEER_SECONDS = 6.0
"""A process that was silent for so long counts as gone."""


def room_key(namespace: str, room: str) -> str:
    """A room's name among all namespaces."""
    return f"{namespace} {room}"


class Interest:
    """The rooms with members, or members to be, in this process."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._counts: Counter[str] = Counter()
        self.on_appear: list[Callable[[str], None]] = []
        """Hear the key of a room that somebody here cares about from now on; must not wait."""
        self.on_vanish: list[Callable[[str], None]] = []
        """Hear the key of a room that nobody here cares about any more; must not wait."""

    def acquire(self, namespace: str, room: str) -> None:
        """Somebody cares about the room."""
        key = room_key(namespace, room)
        with self._lock:
            self._counts[key] += 1
            if self._counts[key] == 1:
                for listener in self.on_appear:
                    listener(key)

    def release(self, namespace: str, room: str) -> None:
        """He doesn't any more."""
        key = room_key(namespace, room)
        with self._lock:
            self._counts[key] -= 1
            if self._counts[key] <= 0:
                del self._counts[key]
                for listener in self.on_vanish:
                    listener(key)

    def __contains__(self, key: str) -> bool:
        return key in self._counts

    def keys(self) -> list[str]:
        """All rooms that somebody here cares about."""
        with self._lock:
            return list(self._counts)


class Peers:
    """The other processes that serve sockets, and what each cares about. Used by one thread, asked by all."""

    def __init__(self) -> None:
        self._rooms: dict[str, set[str]] = {}
        self._seen: dict[str, float] = {}
        self._wanting: defaultdict[str, set[str]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._rooms)

    def wants(self, key: str) -> bool:
        """Whether somebody in another process cares about the room."""
        return key in self._wanting

    def seen(self, peer: str) -> bool:
        """Note a sign of life; False when the process was not known."""
        self._seen[peer] = time.monotonic()
        known = peer in self._rooms
        self._rooms.setdefault(peer, set())
        return known

    def enter(self, peer: str, keys: Iterable[str]) -> None:
        """The process cares about these rooms too."""
        for key in keys:
            self._rooms.setdefault(peer, set()).add(key)
            self._wanting[key].add(peer)

    def leave(self, peer: str, keys: Iterable[str]) -> None:
        """The process doesn't care about these rooms any more."""
        for key in keys:
            self._rooms.get(peer, set()).discard(key)
            self._unwant(peer, key)

    def replace(self, peer: str, keys: Iterable[str]) -> None:
        """The process cares about exactly these rooms."""
        self.forget(peer)
        self.seen(peer)
        self.enter(peer, keys)

    def forget(self, peer: str) -> None:
        """The process has gone."""
        self._seen.pop(peer, None)
        for key in self._rooms.pop(peer, set()):
            self._unwant(peer, key)

    def forget_silent(self) -> None:
        """Forget the processes that have not been heard for `PEER_SECONDS`."""
        limit = time.monotonic() - PEER_SECONDS
        for peer in [peer for peer, seen in self._seen.items() if seen < limit]:
            self.forget(peer)

    def _unwant(self, peer: str, key: str) -> None:
        wanting = self._wanting.get(key)
        if wanting is not None:
            wanting.discard(peer)
            if not wanting:
                del self._wanting[key]
