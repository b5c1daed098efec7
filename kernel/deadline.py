"""How much time the request or socket event that is being served still has; jobs have limits of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from kernel.clock import monotonic
from kernel.errors import RequestTimeout

_ends: ContextVar[float | None] = ContextVar("asoud_deadline", default=None)


def set_deadline(seconds: float | None) -> None:
    """From here on, and until the next call, this context has ``seconds``; None means no limit."""
    _ends.set(None if seconds is None else monotonic() + seconds)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Give the block ``seconds``; None means no limit."""
    before = _ends.set(None if seconds is None else monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(before)


def time_left() -> float | None:
    """The seconds that are left, to be given to an outside call as its timeout; None without a limit.

    Raises `RequestTimeout` when there are none.
    """
    ends = _ends.get()
    if ends is None:
        return None
    left = ends - monotonic()
    if left <= 0:
        raise RequestTimeout
    return left
