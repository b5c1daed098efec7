"""What time it is: one door for wall clock and stopwatch, so that tests can stop and move both."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Self


class Clock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on a stopwatch that never goes back; only differences mean anything."""
        return time.monotonic()


_clock = Clock()


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _clock.now()


def monotonic() -> float:
    """Seconds on a stopwatch that never goes back; only differences mean anything."""
    return _clock.monotonic()


class FrozenClock(Clock):
    """For tests: inside ``with FrozenClock(...) as clock`` time stands still, in every thread, until it is moved."""

    def __init__(self, at: datetime | None = None) -> None:
        self._now = (at or datetime.now(UTC)).astimezone(UTC)
        self._monotonic = time.monotonic()
        self._before: list[Clock] = []

    def now(self) -> datetime:
        """The moment at which the clock stands."""
        return self._now

    def monotonic(self) -> float:
        """The stopwatch, which moves with `tick` only."""
        return self._monotonic

    def tick(self, seconds: float) -> None:
        """Move both clocks forward by ``seconds``."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def __enter__(self) -> Self:
        global _clock  # noqa: PLW0603 - the one clock of the process is what is being replaced
        self._before.append(_clock)
        _clock = self
        return self

    def __exit__(self, *_: object) -> None:
        global _clock  # noqa: PLW0603 - see above
        _clock = self._before.pop()
