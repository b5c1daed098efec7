"""The outermost layer of every request: its identifier, deadline, line in the log, metrics and safe headers.

Plain WSGI, below Flask's hooks: it sees every answer as it leaves and costs a few microseconds.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import structlog
from flask import has_request_context, request

from kernel.context import KERNEL, current_addon, enter_addon, set_request_id
from kernel.deadline import set_deadline
from kernel.operations.metrics import REQUESTS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

    from kernel.runtime import Platform

log = structlog.get_logger("asoud.request")

Headers = list[tuple[str, str]]
_GOOD_ID = re.compile(r"[A-Za-z0-9._\-]{1,128}")
_QUIET = ("/health/live", "/health/ready", "/metrics")
_ALWAYS: Headers = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
]
_DATA_POLICY = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
_PAGE_POLICY = (
    "Content-Security-Policy",
    (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
)
"""For the pages that the kernel brings, such as /docs: own files only, no inline script."""


def init_app(app: Flask, platform: Platform) -> None:
    """Put the layer around the app."""
    app.wsgi_app = Front(app.wsgi_app, platform)  # type: ignore[method-assign]  # Flask documents this way to wrap


class Front:
    """See the module."""

    def __init__(self, inner: Callable[..., Any], platform: Platform) -> None:
        self._inner: WSGIApplication = inner
        self._metrics = platform.metrics
        self._seconds = platform.settings.request_timeout_seconds or None
        secure = platform.settings.public_url.startswith("https://")
        self._always = [*_ALWAYS, *([("Strict-Transport-Security", "max-age=31536000")] if secure else [])]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = time.perf_counter()
        request_id = environ.get("HTTP_X_REQUEST_ID", "")
        if not _GOOD_ID.fullmatch(request_id):
            request_id = secrets.token_hex(8)
        set_request_id(request_id)
        enter_addon(KERNEL)
        set_deadline(self._seconds)

        def answer(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            self._complete(headers, request_id)
            self._record(environ, status[:3], time.perf_counter() - started)
            return start_response(status, headers, exc_info)

        try:
            return self._inner(environ, answer)
        finally:
            enter_addon(KERNEL)  # known until the answer was recorded; the thread's next work must not inherit it
            set_deadline(None)

    def _complete(self, headers: Headers, request_id: str) -> None:
        """Add what every answer has, unless the view has set it by itself."""
        given = {name.lower(): value for name, value in headers}
        policy = _PAGE_POLICY if given.get("content-type", "").startswith("text/html") else _DATA_POLICY
        headers.append(("X-Request-ID", request_id))
        headers.extend(header for header in (policy, *self._always) if header[0].lower() not in given)

    def _record(self, environ: WSGIEnvironment, status: str, seconds: float) -> None:
        rule = request.url_rule if has_request_context() else None
        route, method, addon = rule.rule if rule else "", environ["REQUEST_METHOD"], current_addon()
        self._metrics.observe(REQUESTS, (addon, route, method, status), seconds)
        path = environ.get("PATH_INFO", "")
        if path in _QUIET:
            return
        principal = environ.get("asoud.principal")
        log.info(
            "request",
            method=method,
            path=path,
            status=int(status),
            ms=round(seconds * 1000, 1),
            user=str(principal.user_id) if principal and principal.user_id else None,
        )
