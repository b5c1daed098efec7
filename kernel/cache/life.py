"""How long a value may be kept: as long as its cache says, or until a moment that its computation names."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime, timedelta

from kernel.clock import now

_end: ContextVar[list[datetime] | None] = ContextVar("asoud_cache_end", default=None)


def good_until(moment: datetime) -> None:
    """Keep what is being computed for a cache until ``moment`` at most: it will be another value then.

    Call it where the value is made, as often as there are such moments; the earliest counts. Does nothing where
    nothing is computed for a cache.
    """
    ends = _end.get()
    if ends is not None:
        ends.append(moment)


class life:
    """Around a computation: `seconds` says afterwards how long its value may be kept."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._ends: list[datetime] = []

    def __enter__(self) -> life:
        self._token = _end.set(self._ends)
        return self

    def __exit__(self, *_: object) -> None:
        _end.reset(self._token)
        if self._ends:
            good_until(min(self._ends))  # of what is computed around this one, it is a part

    @property
    def seconds(self) -> float:
        """At most what was given; 0 for a value that is good for this moment alone."""
        left = [(end - now()) / timedelta(seconds=1) for end in self._ends]
        return max(0.0, min([self._most, *left]))
