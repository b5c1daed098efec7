"""A server that is about to end asks its clients, with every answer, to come on a new connection next time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

from kernel.eventlet_mode import LAST_REQUESTS_SECONDS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Draining:
    """Wraps a WSGI application: counts the requests that run and, once it has begun, says `Connection: close`."""

    def __init__(self) -> None:
        self._begun = False
        self._running = 0
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Ask for new connections from now on. Safe to call in a signal handler."""
        self._begun = True

    def around(self, inner: WSGIApplication) -> WSGIApplication:
        """The application with this layer around it."""

        def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            def answer(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
                if self._begun:
                    headers.append(("Connection", "close"))
                return start_response(status, headers, exc_info)

            self._add(1)
            try:
                body = inner(environ, answer)
            except BaseException:
                self._add(-1)
                raise
            if isinstance(body, list):  # complete, and servers look at its length
                self._add(-1)
                return body
            return ClosingIterator(body, lambda: self._add(-1))

        return application

    def _add(self, number: int) -> None:
        with self._lock:
            self._running += number

    def wait(self, seconds: float) -> bool:
        """Until no request runs and none can be on its way any more, at most ``seconds``; whether none runs."""
        deadline = time.monotonic() + seconds
        time.sleep(min(LAST_REQUESTS_SECONDS, seconds))
        while self._running and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self._running
