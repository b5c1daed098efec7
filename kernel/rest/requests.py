"""Around every request, inside the layer that gives it an id: a clean address, a clean context."""

from __future__ import annotations

from flask import Flask, request

from kernel.context import KERNEL, enter_addon
from kernel.errors import BadRequest
from kernel.i18n import translate


def _refuse_nul() -> None:
    environ = request.environ
    if "\x00" in environ.get("PATH_INFO", "") or "%00" in environ.get("QUERY_STRING", ""):
        raise BadRequest(translate("NUL characters are not accepted."))


def _leave(error: BaseException | None) -> None:
    # A view's owner stays known until the answer is logged; the thread's next work must not inherit it.
    enter_addon(KERNEL)


def init_app(app: Flask) -> None:
    """Watch every request of this app."""
    app.before_request(_refuse_nul)
    app.teardown_request(_leave)
