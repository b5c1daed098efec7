"""Who is at work right now: the addon whose code runs, the request, the caller.

Context variables, so they follow threads started by our executors, greenlets, jobs and sockets alike.
Logs, translations, jobs and errors read them; the kernel sets them around every piece of addon code.
"""

from __future__ import annotations

from contextvars import ContextVar, Token

KERNEL = "kernel"
"""The owner's name of everything that the kernel itself contributes."""

_addon: ContextVar[str] = ContextVar("asoud_addon", default=KERNEL)
_request_id: ContextVar[str | None] = ContextVar("asoud_request_id", default=None)


def current_addon() -> str:
    """Name of the addon whose code is running; ``kernel`` outside every addon."""
    return _addon.get()


class in_addon:
    """Run the block as code of addon ``name``. A class, since each call of a hook enters one."""

    __slots__ = ("_name", "_token")

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        self._token: Token[str] = _addon.set(self._name)

    def __exit__(self, *_: object) -> None:
        _addon.reset(self._token)


def enter_addon(name: str) -> None:
    """Make ``name`` the running addon for the rest of this context (a request, whose context ends with it)."""
    _addon.set(name)


def current_request_id() -> str | None:
    """Identifier of the request, job or socket event being served, as sent in ``X-Request-ID``."""
    return _request_id.get()


def set_request_id(request_id: str | None) -> None:
    """Set the identifier that logs, problems and enqueued jobs carry from here on."""
    _request_id.set(request_id)
