"""Who is connected, for processes that serve no sockets: each serving process keeps a short-lived list in Redis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import redis

from kernel.realtime.wire import BEAT, ENTER, LEAVE, ROOMS, Note

LIFE_SECONDS = 10
"""A list that its process doesn't renew is forgotten after this."""


class Here:
    """This process's list of the users who are connected to it, by namespace."""

    def __init__(self, client: redis.Redis, prefix: str, process: str) -> None:
        self._client = client
        self._processes = f"{prefix}realtime:processes"
        self._list = f"{prefix}realtime:here:{process}"
        self._known = False

    def forget(self) -> None:
        """Redis was away: write the whole list next time."""
        self._known = False

    def follow(self, notes: Iterable[Note], keys: Callable[[], list[str]]) -> None:
        """Bring the list to what the published notes say. Raises `redis.exceptions.RedisError`."""
        work = self._client.pipeline(transaction=False)
        wanted = False
        for note in notes:
            users = [key for key in note.arguments if " user:" in key] if note.kind in (ENTER, LEAVE) else []
            if note.kind == ENTER and users:
                work.sadd(self._list, *users)
            elif note.kind == LEAVE and users:
                work.srem(self._list, *users)
            elif note.kind == BEAT:
                self._renew(work, keys)
            elif note.kind == ROOMS and not note.arguments:
                self._known = False
            wanted = wanted or bool(users) or note.kind == BEAT
        if wanted:
            work.execute()

    def _renew(self, work: Any, keys: Callable[[], list[str]]) -> None:
        if not self._known:
            self._known = True
            work.delete(self._list)
            if users := [key for key in keys() if " user:" in key]:
                work.sadd(self._list, *users)
        work.expire(self._list, LIFE_SECONDS)
        work.zadd(self._processes, {self._list: time.time()})
        work.zremrangebyscore(self._processes, 0, time.time() - 10 * LIFE_SECONDS)


def connected_users(client: redis.Redis, prefix: str, keys: list[str]) -> set[str]:
    """Those of the user rooms that a living process has members in. Raises `redis.exceptions.RedisError`."""
    lists: list[bytes] = client.zrange(f"{prefix}realtime:processes", 0, -1)  # type: ignore[assignment]  # no scores
    work = client.pipeline(transaction=False)
    for name in lists:
        work.smismember(name, keys)
    found: set[str] = set()
    for flags in work.execute():
        found.update(key for key, flag in zip(keys, flags, strict=True) if flag)
    return found
