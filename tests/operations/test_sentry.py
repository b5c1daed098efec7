"""Reports of unexpected errors, as they leave this machine: to a small server that plays Sentry."""

from __future__ import annotations

import gzip
import json
import queue
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask, request

from kernel.context import enter_addon
from kernel.errors import NotFound
from kernel.jobs.state import Outcome
from tests.operations.conftest import MakeApp

SENT = {"X-Request-ID": "r-7", "Authorization": "Bearer hush"}


class _Sentry(BaseHTTPRequestHandler):
    """Takes envelopes and keeps the events that lie in them."""

    reports: queue.Queue[dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        for line in body.splitlines():
            if b'"exception"' in line:
                self.reports.put(json.loads(line))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Quietly."""


def sdk() -> Any:
    """Sentry's library, if a site has loaded it."""
    return sys.modules.get("sentry_sdk")


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, queue.Queue[dict[str, Any]]]]:
    """The DSN of a server, and what it has been told."""
    monkeypatch.setitem(sys.modules, "eventlet", None)  # Sentry looks for it; once loaded, it warns of every fork
    found: queue.Queue[dict[str, Any]] = queue.Queue()
    handler = type("Handler", (_Sentry,), {"reports": found})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://key@127.0.0.1:{server.server_port}/1", found
        if (sentry := sdk()) is not None:
            sentry.get_client().close(timeout=5)
            sentry.init()  # without a DSN: off again
        server.shutdown()
        thread.join()


def failing(app: Flask) -> Flask:
    """With views that fail, one as code of an addon and one as expected."""

    def crash() -> str:
        enter_addon("chat")
        card = request.get_data(as_text=True)
        assert card
        raise ZeroDivisionError("chat cannot divide")

    def lose() -> str:
        raise NotFound()

    app.add_url_rule("/crash", "crash", crash, methods=["POST"])
    app.add_url_rule("/lost", "lost", lose)
    return app


def test_a_crash_is_reported_with_its_addon_and_request(make_site: MakeApp, reports: Any) -> None:
    dsn, told = reports
    client = failing(make_site(sentry_dsn=dsn)).test_client()
    assert client.get("/lost").status_code == 404
    assert client.post("/crash", json={"card": "hush"}, headers=SENT).status_code == 500
    report = told.get(timeout=10)
    assert report["exception"]["values"][-1]["value"] == "chat cannot divide"
    assert (report["tags"]["addon"], report["tags"]["request_id"]) == ("chat", "r-7")
    assert report["release"].startswith("asoud@")
    assert "hush" not in json.dumps(report)
    sdk().flush(timeout=5)
    assert told.empty()


def test_what_a_job_raised_is_reported_as_its_addons(make_site: MakeApp, reports: Any) -> None:
    dsn, told = reports
    site = make_site(sentry_dsn=dsn, role="worker").extensions["asoud"]
    site.jobs.observe(Outcome("job", "chat.tidy", "chat", "done", 0.1))
    site.jobs.observe(Outcome("job", "chat.recount", "chat", "failed", 0.1, ValueError("not countable")))
    report = told.get(timeout=10)
    assert (report["exception"]["values"][-1]["value"], report["tags"]["addon"]) == ("not countable", "chat")
    sdk().flush(timeout=5)
    assert told.empty()


def test_without_a_dsn_nothing_is_reported(make_site: MakeApp, reports: Any) -> None:
    _, told = reports
    assert failing(make_site()).test_client().post("/crash", json={}).status_code == 500
    assert told.empty()
    assert sdk() is None or sdk().get_client().dsn is None
