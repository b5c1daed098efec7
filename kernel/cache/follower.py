"""Hears of drops in other processes: a thread that reads the stream of drops, so that none is missed.

Whenever it cannot be sure of that (a new connection, a pause of more than a second) it empties the local level and
starts from the stream's newest entry. Drops that could not be said because Redis was away are said here first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import redis
import structlog
from redis.exceptions import RedisError

from kernel.cache.local import ALL, LocalStore
from kernel.cache.shared import AWAY_SECONDS, SharedStore

log = structlog.get_logger(__name__)

BLOCK_MS = 300
_PENDING_LIMIT = 1000
_POOLS_OWN = ("maint_notifications", "orig_", "himport_")
"""Options that a pool adds for itself; the rest is the address and the credentials."""


class Follower:
    """Runs from the first use of the cache in this process, and again after a fork."""

    def __init__(self, local: LocalStore, shared: SharedStore, client: redis.Redis) -> None:
        self._local = local
        self._shared = shared
        self._client = client
        self._pending: set[str] = set()
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()
        self._stop = threading.Event()

    def ensure(self) -> None:
        """Start the thread unless it runs."""
        if self._thread is not None or self._stop.is_set():
            return
        with self._guard:
            if self._thread is None:
                self._thread = threading.Thread(target=self._follow, name="asoud-cache", daemon=True)
                self._thread.start()

    def say_later(self, tags: Iterable[str]) -> None:
        """Keep drops that Redis could not take; beyond a thousand they become one drop of everything."""
        with self._guard:
            self._pending.update(tags)
            if ALL in self._pending or len(self._pending) > _PENDING_LIMIT:
                self._pending = {ALL}

    def close(self) -> None:
        """Tell the thread to end; it does after the read in which it waits."""
        self._stop.set()

    def after_fork(self, local: LocalStore) -> None:
        """In a forked child: the parent's thread isn't here, and its lock may be held for ever."""
        self._local = local
        self._thread = None
        self._guard = threading.Lock()

    def _follow(self) -> None:
        while not self._stop.is_set():
            client = _patient(self._client)
            try:
                self._listen(client)
            except (RedisError, OSError) as error:
                self._shared.failed(error)
                self._stop.wait(AWAY_SECONDS)
            finally:
                client.connection_pool.disconnect()

    def _listen(self, client: redis.Redis) -> None:
        position = None
        while not self._stop.is_set():
            self._say_pending()
            if position is None or not self._local.trusted:
                position = self._start_anew(client)
            position = self._hear(client, position)
            self._local.trust()

    def _hear(self, client: redis.Redis, position: bytes) -> bytes:
        """Wait a moment for drops after ``position``; the position of the last one."""
        streams: Any = client.xread({self._shared.stream: position}, block=BLOCK_MS)
        for _, entries in streams:
            for identifier, fields in entries:
                self._local.drop(fields[b"tags"].decode().split("\n"))
                position = identifier
        return position

    def _start_anew(self, client: redis.Redis) -> bytes:
        newest: Any = client.xrevrange(self._shared.stream, count=1)
        self._local.drop([ALL])
        self._local.trust()
        return newest[0][0] if newest else b"0-0"

    def _say_pending(self) -> None:
        with self._guard:
            pending = sorted(self._pending)
        if pending and self._shared.drop(pending):
            with self._guard:
                self._pending.difference_update(pending)


def _patient(client: redis.Redis) -> redis.Redis:
    """A client like ``client`` with a connection of its own that may wait longer than one blocking read."""
    pool = client.connection_pool
    given = {key: value for key, value in pool.connection_kwargs.items() if not key.startswith(_POOLS_OWN)}
    options = {**given, "socket_timeout": BLOCK_MS / 1000 + 2, "protocol": 2}
    return redis.Redis(connection_pool=redis.ConnectionPool(pool.connection_class, max_connections=1, **options))
