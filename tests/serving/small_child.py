"""A child as small as can be, for tests of the master: answers HTTP with its pid, or misbehaves as it is told."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kernel.serving.child import follow_master
from kernel.serving.status import Orders, inherited_listener, tell_master


def answer(environ, start_response):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - a test's WSGI app
    if environ["PATH_INFO"] == "/slow":
        time.sleep(0.5)
    if environ["PATH_INFO"] == "/recycle":
        tell_master("recycle")
    body = f"{os.getpid()}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


class Site:
    """What `serve` wants: a WSGI application, and what is to be done about sockets, of which it has none."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self.application = application

    def __call__(self, *args: Any) -> Any:
        return self.application(*args)

    def drain(self) -> None:
        pass

    def close(self) -> None:
        pass


def serve_site() -> None:
    from kernel.realtime.serve import serve

    orders = Orders()
    orders.obey()
    site: Any = Site(orders.draining.around(answer))
    serve(site, inherited_listener(), ready=lambda: tell_master("ready"), stop=orders)
    orders.draining.wait(5)


def main(kind: str, folder: str) -> None:
    starts = Path(folder) / kind
    with starts.open("a") as file:
        file.write(f"{os.getpid()} {time.monotonic()}\n")
    if kind in ("web", "threads"):
        serve_site()
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
