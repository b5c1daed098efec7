"""A child as small as can be, for tests of the master: answers HTTP with its pid, or misbehaves as it is told."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from kernel.serving.child import follow_master
from kernel.serving.status import Orders, inherited_listener, tell_master


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *args: object) -> None:
        pass


def site(environ, start_response):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - a test's WSGI app
    if environ["PATH_INFO"] == "/slow":
        time.sleep(0.5)
    if environ["PATH_INFO"] == "/recycle":
        tell_master("recycle")
    body = f"{os.getpid()}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def serve_green() -> None:
    from kernel.eventlet_mode import serve_forever

    orders = Orders()
    orders.obey()
    tell_master("ready")
    application = orders.draining.around(site)
    serve_forever(application, inherited_listener(), stop=orders, drain=lambda: None, seconds=5)


def serve_threads() -> None:
    orders = Orders()
    orders.obey()
    listener = inherited_listener()
    server = make_server("127.0.0.1", 0, orders.draining.around(site), threaded=True, fd=listener.fileno(),
                         request_handler=Handler)  # fmt: skip
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    tell_master("ready")
    orders.wait()
    server.shutdown()
    orders.draining.wait(5)


def main(kind: str, folder: str) -> None:
    starts = Path(folder) / kind
    with starts.open("a") as file:
        file.write(f"{os.getpid()} {time.monotonic()}\n")
    if kind == "web":
        serve_green()
    elif kind == "threads":
        serve_threads()
    elif kind == "crashing":
        sys.exit(3)
    elif kind == "refusing":
        sys.exit(78)
    elif kind == "resting":
        tell_master("ready")
        sys.exit(79)
    elif kind in ("stubborn", "deaf"):
        import signal

        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        tell_master("ready")
        time.sleep(60)
    else:
        tell_master("ready")
        time.sleep(60)


if __name__ == "__main__":
    follow_master()
    if sys.argv[1] == "web":
        from kernel.eventlet_mode import monkey_patch

        monkey_patch()
    main(*sys.argv[1:])
