"""Around every request: its id in and out, and who owns the code that runs."""

from __future__ import annotations

import os
import re

from flask import Flask, Response, request

from kernel.context import KERNEL, current_request_id, enter_addon, set_request_id
from kernel.errors import BadRequest
from kernel.i18n import translate

HEADER = "X-Request-ID"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}")


def new_request_id() -> str:
    """A fresh identifier of a request."""
    return os.urandom(12).hex()


def _begin() -> None:
    environ = request.environ
    given: str | None = environ.get("HTTP_X_REQUEST_ID")
    set_request_id(given if given is not None and _ACCEPTED.fullmatch(given) else new_request_id())
    enter_addon(KERNEL)
    if "\x00" in environ.get("PATH_INFO", "") or "%00" in environ.get("QUERY_STRING", ""):
        raise BadRequest(translate("NUL characters are not accepted."))


def _finish(response: Response) -> Response:
    response.headers[HEADER] = current_request_id() or new_request_id()
    return response


def _leave(error: BaseException | None) -> None:
    # Threads are used again: the next piece of work must not inherit this request's context.
    enter_addon(KERNEL)
    set_request_id(None)


def init_app(app: Flask) -> None:
    """Give every request an id and a clean context."""
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_leave)
