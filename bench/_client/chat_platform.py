"""One realtime process of the platform with chat: `python chat_platform.py <port>`, settings from the environment."""

from __future__ import annotations

import sys

from kernel.eventlet_mode import monkey_patch

monkey_patch()

import signal  # noqa: E402 - patching comes first
import socket  # noqa: E402
import threading  # noqa: E402

from kernel.app import create_app  # noqa: E402
from kernel.realtime.serve import create_realtime, serve  # noqa: E402


def main(port: int) -> None:
    """Serve until SIGTERM."""
    app = create_app(role="realtime")
    platform = app.extensions["asoud"]
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    listener = socket.create_server(("127.0.0.1", port), backlog=512)
    platform.gate.watch()
    serve(create_realtime(app, platform), listener, stop=stop)
    platform.gate.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]))
