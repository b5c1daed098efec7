"""Counting: in Redis at once, or in the process with a settlement each second."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import redis
import structlog

from kernel.clock import monotonic

if TYPE_CHECKING:
    from kernel.runtime import Platform

log = structlog.get_logger(__name__)

CAPACITY = 100_000
"""Windows that a process keeps; at the limit it starts over, which lets pass rather than refuse."""
BATCH = 500
"""Windows settled in one call of Redis."""
IDLE_ROUNDS = 5
"""Settlements without any use after which the settling thread ends, until the next use."""

_COUNT = """
local answers = {}
for i, key in ipairs(KEYS) do
  local used = redis.call('INCRBY', key, ARGV[2 * i - 1])
  local left = redis.call('PTTL', key)
  if left < 0 then
    left = tonumber(ARGV[2 * i])
    redis.call('PEXPIRE', key, left)
  end
  answers[i] = {used, left}
end
return answers
"""
"""Adds to each window and opens it if need be, in one step: a window can never stay open for ever."""


@dataclass(frozen=True, slots=True)
class Use:
    """One use to count: the window's name and its length in seconds."""

    name: str
    per: float


@dataclass(frozen=True, slots=True)
class Count:
    """How often a window has been used, this use included, and the seconds until it ends."""

    used: int
    ends_in: float


class RedisCounter:
    """Exact among all processes."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._prefix = f"{platform.settings.redis_prefix}throttle:"
        self._script: redis.commands.core.Script | None = None

    def add(self, uses: Sequence[Use], amounts: Sequence[int] | None = None) -> list[Count]:
        """Count ``uses`` in one round trip. Raises redis-py's errors when Redis is away."""
        if self._script is None:
            self._script = self._platform.redis.register_script(_COUNT)
        counted = zip(uses, amounts or [1] * len(uses), strict=True)
        arguments = [number for use, amount in counted for number in (amount, int(use.per * 1000))]
        answers = self._script(keys=[self._prefix + use.name for use in uses], args=arguments)
        return [Count(used, left / 1000) for used, left in cast("list[tuple[int, int]]", answers)]


@dataclass(slots=True)
class _Window:
    per: float
    ends: float
    settled: int = 0
    """Uses by all processes, as Redis last said."""
    unsettled: int = 0
    """Own uses that Redis hasn't heard of."""


class LocalCounter:
    """Counts in the process; a thread that lives while there is something to do settles with Redis."""

    def __init__(self, counter: RedisCounter, *, every: float = 1.0) -> None:
        self._redis = counter
        self._every = every
        self._windows: dict[str, _Window] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, use: Use, limit: int) -> Count:
        """Count one use; a use beyond ``limit`` is told but not added, so refusals cost Redis nothing."""
        moment = monotonic()
        with self._lock:
            window = self._windows.get(use.name)
            if window is None or window.ends <= moment:
                if len(self._windows) >= CAPACITY:
                    self._windows.clear()
                window = self._windows[use.name] = _Window(use.per, moment + use.per)
            used = window.settled + window.unsettled + 1
            if used <= limit:
                window.unsettled += 1
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="asoud-throttles", daemon=True)
                self._thread.start()
        return Count(used, window.ends - moment)

    def _run(self) -> None:
        idle = 0
        while idle < IDLE_ROUNDS:
            time.sleep(self._every)
            try:
                idle = 0 if self.settle() else idle + 1
            except redis.RedisError as error:  # fail open: the process goes on counting alone
                idle += 1
                log.warning("throttles_not_settled", error=str(error))

    def settle(self) -> int:
        """Tell Redis the own uses and learn those of all processes; returns how many windows were settled."""
        self._drop_ended()
        with self._lock:
            windows = [(name, window) for name, window in self._windows.items() if window.unsettled]
            due = [(Use(name, window.per), window, window.unsettled) for name, window in windows]
        for start in range(0, len(due), BATCH):
            part = due[start : start + BATCH]
            counts = self._redis.add([use for use, _, _ in part], [amount for _, _, amount in part])
            with self._lock:
                for (_, window, amount), count in zip(part, counts, strict=True):
                    window.settled, window.ends = count.used, monotonic() + count.ends_in
                    window.unsettled -= amount
        return len(due)

    def _drop_ended(self) -> None:
        moment = monotonic()
        with self._lock:
            for name in [name for name, window in self._windows.items() if window.ends <= moment]:
                del self._windows[name]
