"""The surroundings of one run of addon code: whose it is, on whose behalf, in which language, for how long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rq.timeouts import BaseDeathPenalty, JobTimeoutException, TimerDeathPenalty, UnixSignalDeathPenalty

from kernel.context import current_request_id, in_addon, set_request_id
from kernel.i18n import set_locale


@contextmanager
def working_for(owner: str, request_id: str | None, language: str | None) -> Iterator[None]:
    """Run the block as code of ``owner`` that serves the request it came from."""
    before = current_request_id()
    set_request_id(request_id)
    try:
        with in_addon(owner), set_locale(language):
            yield
    finally:
        set_request_id(before)


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise `JobTimeoutException` in the block when it takes longer.

    By alarm signal in the main thread; elsewhere by an exception set from a timer, which cannot interrupt a blocking
    call in C.
    """
    with _penalty(seconds):
        yield


def _penalty(seconds: int) -> BaseDeathPenalty:
    if threading.current_thread() is threading.main_thread():
        return UnixSignalDeathPenalty(seconds, JobTimeoutException)  # type: ignore[no-untyped-call]  # RQ leaves it so
    # RQ's timer writes its message into the class that it raises, so each limit gets a class of its own.
    error = type("JobTimeoutException", (JobTimeoutException,), {})
    return TimerDeathPenalty(seconds, error)  # type: ignore[no-untyped-call]  # as above
