"""The second level: Redis, shared by all processes. Whatever it raises means a miss, never an error to the caller.

An entry carries a stamp, taken before its value was computed; a drop stamps its tags. An entry counts while none of
its tags bears a stamp as late as its own, so a value that was computed from data older than the drop is never served,
no matter in which order the writes arrive. Stamps come from Redis' clock, made monotonic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog
from redis.exceptions import LockError, RedisError

from kernel.cache import scripts
from kernel.cache.codec import Packed
from kernel.cache.local import ALL

if TYPE_CHECKING:
    from collections.abc import Callable

    import redis
    from redis.lock import Lock

log = structlog.get_logger(__name__)

MAX_SECONDS = 24 * 3600
"""Longest life of an entry; drops are remembered for longer."""
STALE_SECONDS = 30.0
"""How long an expired (never a dropped) value may be served while one process computes a new one."""
AWAY_SECONDS = 0.5
"""How long Redis is left alone after it failed, so that a dead server doesn't slow every request down."""
_DROP_MEMORY_MS = int((MAX_SECONDS + STALE_SECONDS + 60) * 1000)
_STREAM_LENGTH = 1000


class Reading(NamedTuple):
    """What Redis says about a name."""

    stamp: str
    """To be written with the value that is computed after this reading."""
    packed: Packed | None = None
    tags: tuple[str, ...] = ()
    seconds: float = 0.0
    """How long the value is fresh; negative for one that has expired."""


class SharedStore:
    """Names are full cache names without the site's prefix; tags are full names too."""

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self._client = client
        self._prefix = f"{prefix}cache:"
        self._clock = f"{self._prefix}clock"
        self._tag_prefix = f"{self._prefix}tag:"
        self._read = client.register_script(scripts.READ)
        self._write = client.register_script(scripts.WRITE)
        self._drop = client.register_script(scripts.DROP)
        self._away_until = 0.0
        self._told = False  # whether the present absence of Redis has been logged

    def _entry(self, name: str) -> str:
        return f"{self._prefix}entry:{name}"

    @property
    def stream(self) -> str:
        """Key of the stream in which drops are told to every process."""
        return f"{self._prefix}drops"

    @property
    def away(self) -> bool:
        """Whether Redis failed a moment ago."""
        return monotonic() < self._away_until

    def failed(self, error: Exception) -> None:
        """Leave Redis alone for `AWAY_SECONDS`."""
        if not self._told:
            log.warning("cache_without_redis", error=str(error))
            self._told = True
        self._away_until = monotonic() + AWAY_SECONDS

    def _ask(self, question: Callable[[], Any]) -> Any:
        """The answer, or None when Redis is away."""
        if self.away:
            return None
        try:
            answer = question()
        except (RedisError, OSError) as error:
            self.failed(error)
            return None
        self._told = False
        return answer

    def read(self, name: str) -> Reading | None:
        """The present value of ``name`` with its tags and freshness; None when Redis is away."""
        answer = self._ask(lambda: self._read(keys=[self._entry(name), self._clock], args=[self._tag_prefix]))
        if answer is None:
            return None
        if len(answer) == 1:
            return Reading(answer[0].decode())
        stamp, data, tags, milliseconds = answer
        return Reading(
            stamp.decode(), Packed.from_wire(data), tuple(tags.decode().split("\n")[1:]), int(milliseconds) / 1000
        )

    def write(self, name: str, packed: Packed, tags: Iterable[str], seconds: float, stamp: str = "") -> None:
        """Keep a value for ``seconds``. Without ``stamp`` it counts as computed now."""
        grace = min(seconds, STALE_SECONDS)
        args: list[str | int | bytes] = [
            packed.to_wire(),
            stamp,
            "\n".join((ALL, *tags)),
            int(seconds * 1000),
            int(grace * 1000),
        ]
        self._ask(lambda: self._write(keys=[self._entry(name), self._clock], args=args))

    def remove(self, name: str) -> None:
        """Remove one entry."""
        self._ask(lambda: self._client.delete(self._entry(name)))

    def drop(self, tags: Sequence[str]) -> bool:
        """Stamp ``tags`` as dropped and tell every process. False when Redis is away: say it again later."""
        args: list[str | int] = [self._tag_prefix, _DROP_MEMORY_MS, _STREAM_LENGTH, *tags]
        return self._ask(lambda: (self._drop(keys=[self._clock, self.stream], args=args), True)) is not None

    def lock(self, name: str, seconds: float) -> Lock | None:
        """The right to compute ``name``, for at most ``seconds``; None when another process has it.

        When Redis is away everybody gets the right: a lock object that was never taken.
        """
        lock: Lock = self._client.lock(
            f"{self._prefix}lock:{name}", timeout=seconds, blocking=False, thread_local=False
        )
        return None if self._ask(lambda: lock.acquire()) is False else lock

    def unlock(self, lock: Lock) -> None:
        """Give the right back; nothing happens if it has run out or was never taken."""
        if lock.local.token is not None:
            self._ask(lambda: _release(lock))


def _release(lock: Lock) -> None:
    with suppress(LockError):  # it ran out, and perhaps another process has it now
        lock.release()
