"""Who is at work right now: the addon whose code runs, the request, the caller.

Context variables, so they follow threads started by our executors, greenlets, jobs and sockets alike.
Logs, translations, jobs and errors read them; the kernel sets them around every piece of addon code.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

KERNEL = "kernel"
"""The owner's name of everything that the kernel itself contributes."""

_addon: ContextVar[str] = ContextVar("asoud_addon", default=KERNEL)
_request_id: ContextVar[str | None] = ContextVar("asoud_request_id", default=None)


def current_addon() -> str:
    """Name of the addon whose code is running; ``kernel`` outside every addon."""
    return _addon.get()


@contextmanager
def in_addon(name: str) -> Iterator[None]:
    """Run the block as code of addon ``name``."""
    token = _addon.set(name)
    try:
        yield
    finally:
        _addon.reset(token)


def enter_addon(name: str) -> None:
    """Make ``name`` the running addon for the rest of this context (a request, whose context ends with it)."""
    _addon.set(name)


def current_request_id() -> str | None:
    """Identifier of the request, job or socket event being served, as sent in ``X-Request-ID``."""
    return _request_id.get()


def set_request_id(request_id: str | None) -> None:
    """Set the identifier that logs, problems and enqueued jobs carry from here on."""
    _request_id.set(request_id)
