"""One list, asked with gates, permissions and hooks and without them: `python gates.py <pairs>`; prints JSON.

"Without" means: the view's wrapper goes on to its input at once, neither looking at the gate's generation nor at the
access rule, and both hooks are functions that return at once. Who calls is found out in both, since limits count by it.
"""

from __future__ import annotations

import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from asoud_bench import services, views
from flask import Flask

from kernel.app import create_app
from kernel.db import new_id
from kernel.identity.custom_roles import create_role
from kernel.identity.grants import grant_role
from kernel.identity.sessions import open_session
from kernel.rest.serving import View, _Call

PATH = "/api/v1/bench/notes"
NOTES, WARM = 100, 50
Way = Callable[[], float]


def prepare(app: Flask) -> str:
    """Notes to list, and the token of somebody who may."""
    with app.app_context():
        user = new_id()
        create_role("reader", "Reader", ("bench.read",))
        grant_role(user, "reader")
        for number in range(NOTES):
            services.note(number, f"Note {number}")
        return open_session(user).access_token


def asked(app: Flask, **more: Any) -> float:
    """Microseconds of CPU for one request. Raises AssertionError for any answer but 200."""
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": PATH, "QUERY_STRING": "limit=24",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), **more,
    }  # fmt: skip
    answers: list[str] = []
    started = time.thread_time()
    for _ in app.wsgi_app(environ, lambda status, headers, error=None: answers.append(status) or bytes):
        continue
    took = time.thread_time() - started
    if answers != ["200 OK"]:
        raise AssertionError(answers)
    return took * 1e6


def without(app: Flask, header: str) -> Way:
    """A request without the three. The view's plan was made by a request before."""
    (view,) = views.blp.views
    limits = app.extensions["asoud"].identity.throttles

    def straight(self: View, **path: Any) -> Any:
        plan = self._plan
        assert plan is not None
        allowance = limits.admit(self.throttles, write=False)
        return _Call(self, plan, path, allowance.headers()).respond()

    def nothing(**values: Any) -> None:
        return

    guarded, hooks = View.__call__, views.hookspecs
    bare = SimpleNamespace(may_list=nothing, badges=nothing)

    def way() -> float:
        View.__call__, views.hookspecs = straight, bare  # type: ignore[method-assign, assignment]  # for one request
        try:
            return asked(app, HTTP_AUTHORIZATION=header)
        finally:
            View.__call__, views.hookspecs = guarded, hooks  # type: ignore[method-assign]  # as it was

    assert view.owner == "bench"
    return way


def main(pairs: int) -> None:
    """Print the medians."""
    app = create_app(role="web")
    header = f"Bearer {prepare(app)}"
    ways = {"with": lambda: asked(app, HTTP_AUTHORIZATION=header), "without": without(app, header)}
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(pairs + WARM):
        for name, way in ways.items():
            value = way()
            if number >= WARM:
                found[name].append(value)
    print(json.dumps({name: statistics.median(values) for name, values in found.items()}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
