"""The cache that kernel and addons use: `platform.cache`."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kernel.cache.codec import Packed
from kernel.cache.events import EventDrops
from kernel.cache.flights import Flights
from kernel.cache.follower import Follower
from kernel.cache.life import life
from kernel.cache.local import ALL, LocalStore
from kernel.cache.names import tag_name
from kernel.cache.shared import MAX_SECONDS, Reading, SharedStore
from kernel.context import current_addon
from kernel.db import after_commit

if TYPE_CHECKING:
    from kernel.runtime import Platform

COMPUTE_SECONDS = 5.0
"""How long one process may compute a value while the others wait for it."""
_LOOK_AGAIN_SECONDS = 0.03


class Cache:
    """Two levels, this process and Redis. Keys belong to the addon whose code runs and to the gate's generation.

    Values are bytes, or whatever JSON can say; each `get` gives a new object. Inside a transaction nothing is
    fetched or kept, because a transaction sees rows that others don't; drops and `set` wait for its commit. What this
    process has already is given all the same: who must see his own changes reads the database.
    Redis may vanish: values then live one second in each process. Nothing here raises because of it.
    """

    def __init__(self, platform: Platform) -> None:
        self._gate = platform.gate
        self._db = platform.db
        self.local = LocalStore(platform.settings.cache_bytes)
        self.shared = SharedStore(platform.redis, platform.settings.redis_prefix)
        self.follower = Follower(self.local, self.shared, platform.redis)
        self._flights = Flights(COMPUTE_SECONDS)
        self._events = EventDrops(platform.registry)
        self._listeners: list[Callable[[Sequence[str]], None]] = []
        _caches.add(self)

    def get(self, key: str, default: Any = None) -> Any:
        """The value under ``key``, or ``default``."""
        name = self._name(key)
        packed = self.local.find(name)
        if packed is None:
            if self._db.session().depth:
                return default
            packed = self._fetch(name)
        return default if packed is None else packed.value()

    def set(self, key: str, value: Any, *, seconds: float, tags: Iterable[str] = ()) -> None:
        """Keep ``value`` for ``seconds`` (a day at most) or until one of ``tags`` is dropped.

        When the value was read from the database, prefer `get_or_compute`: it knows of a drop in between.
        Raises TypeError for a value that is neither bytes nor JSON.
        """
        name, packed, full = self._name(key), Packed.of(value), self._tags(tags)
        life = min(seconds, MAX_SECONDS)

        def keep() -> None:
            self.follower.ensure()
            self.shared.write(name, packed, full, life)
            self.local.keep(name, packed, full, life, since=self.local.sequence)

        after_commit(keep)

    def delete(self, key: str) -> None:
        """Remove ``key`` here and in Redis; other processes may serve their copy for up to its ``seconds``.

        To remove a value everywhere, give it a tag and drop the tag.
        """
        name = self._name(key)

        def remove() -> None:
            self.shared.remove(name)
            self.local.forget(name)

        after_commit(remove)

    def drop_tags(self, *tags: str) -> None:
        """Forget every value with one of ``tags``, in every process, after the running transaction commits."""
        names = sorted(self._tags(tags))
        if names:
            after_commit(lambda: self.drop_names(names))

    def drop_names(self, names: Sequence[str]) -> None:
        """Like `drop_tags`, at once and with full tag names."""
        self.follower.ensure()
        self.local.drop(names)
        if not self.shared.drop(names):
            self.follower.say_later(names)
        for listener in self._listeners:
            listener(names)

    def watches(self, event: str) -> bool:
        """Whether anything was declared with `drop_on` for ``event``."""
        return self._events.has(event)

    def event_published(self, event: str, payload: Mapping[str, Any]) -> None:
        """Drop what was declared with `drop_on`. Called after the commit of a publisher, and again by the relay."""
        names = self._events.tags(event, payload)
        if names:
            self.drop_names(names)

    def on_drop(self, listener: Callable[[Sequence[str]], None]) -> None:
        """Call ``listener`` with the full names of tags whenever this process drops some."""
        self._listeners.append(listener)

    def get_or_compute(self, key: str, compute: Callable[[], Any], *, seconds: float, tags: Iterable[str] = ()) -> Any:
        """The value under ``key``; ``compute()`` makes and keeps it when there is none.

        Of all callers in all processes one computes at a time; others wait for it some seconds, or get the expired
        value where there still is one. What ``compute`` raises goes to the caller and is not kept; what it makes may
        end earlier, as `good_until` says.
        """
        name = self._name(key)
        packed = self.local.find(name)
        if packed is not None:
            return packed.value()
        if self._db.session().depth:
            return Packed.of(compute()).value()
        with self._flights.turn(name):
            packed = self.local.find(name)
            if packed is None:
                packed = self._load(name, compute, min(seconds, MAX_SECONDS), self._tags(tags))
        return packed.value()

    def forget_local(self) -> None:
        """Empty this process's level; Redis keeps its own."""
        self.local.drop([ALL])

    def close(self) -> None:
        """End the thread that follows drops; for tests and the end of a process."""
        self.follower.close()

    def _name(self, key: str) -> str:
        return f"{self._gate.generation}:{current_addon()}:{key}"

    def _tags(self, tags: Iterable[str]) -> frozenset[str]:
        owner = current_addon()
        return frozenset(tag_name(tag, owner) for tag in tags)

    def _fetch(self, name: str) -> Packed | None:
        self.follower.ensure()
        since = self.local.sequence
        reading = self.shared.read(name)
        return self._keep_reading(name, reading, since) if reading and reading.seconds > 0 else None

    def _keep_reading(self, name: str, reading: Reading, since: int) -> Packed | None:
        if reading.packed is not None:
            self.local.keep(name, reading.packed, reading.tags, reading.seconds, since=since)
        return reading.packed

    def _load(self, name: str, compute: Callable[[], Any], seconds: float, tags: frozenset[str]) -> Packed:
        """Take the value from Redis, or compute it, or wait for the process that computes it."""
        self.follower.ensure()
        deadline = time.monotonic() + COMPUTE_SECONDS
        lock = None
        try:
            while True:
                since = self.local.sequence
                reading = self.shared.read(name)
                if reading and reading.packed and reading.seconds > 0:
                    self._keep_reading(name, reading, since)
                    return reading.packed
                if lock is not None:
                    break
                lock = self.shared.lock(name, COMPUTE_SECONDS)
                if lock is not None:
                    continue  # whoever held it before may have finished since this look
                if reading and reading.packed:
                    return reading.packed
                if time.monotonic() > deadline:
                    return Packed.of(compute())
                time.sleep(_LOOK_AGAIN_SECONDS)
            with life(seconds) as of_value:
                packed = Packed.of(compute())
            if (left := of_value.seconds) > 0:
                if reading is not None:
                    self.shared.write(name, packed, tags, left, reading.stamp)
                self.local.keep(name, packed, tags, left, since=since)
            return packed
        finally:
            if lock is not None:
                self.shared.unlock(lock)

    def _after_fork(self) -> None:
        self.local = LocalStore(self.local.max_bytes)
        self._flights = Flights(COMPUTE_SECONDS)
        self.follower.after_fork(self.local)


_caches: weakref.WeakSet[Cache] = weakref.WeakSet()


def _in_child() -> None:
    """A forked child has the parent's locks, perhaps held by threads that it doesn't have: start afresh."""
    for cache in tuple(_caches):
        cache._after_fork()


os.register_at_fork(after_in_child=_in_child)
