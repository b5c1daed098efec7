"""The server of one process: HTTP and Socket.IO on one listening socket, until it is told to stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from socketio import WSGIApp
from werkzeug.serving import WSGIRequestHandler, make_server

from kernel.eventlet_mode import Stop, is_patched, serve_forever
from kernel.realtime.backplane import Backplane
from kernel.realtime.dispatch import Dispatcher
from kernel.realtime.members import Members
from kernel.realtime.server import SocketServer, Ticker
from kernel.realtime.watch import SECONDS, Watch

if TYPE_CHECKING:
    from flask import Flask

    from kernel.runtime import Platform

DRAIN_SECONDS = 10.0
"""How long requests that run when the server is told to stop may take to end."""


class RealtimeApp:
    """The WSGI application: Socket.IO under ``/socket.io/``, everything else by Flask."""

    def __init__(self, app: Flask, platform: Platform) -> None:
        self._realtime = realtime = platform.realtime
        settings = platform.settings
        realtime.members = Members(realtime.interest.acquire, realtime.interest.release)
        dispatcher = Dispatcher(platform, realtime)
        origins = list(settings.cors_origins) or None
        realtime.server = SocketServer(realtime, dispatcher, cors_origins=origins, max_bytes=settings.max_body_bytes)
        watch = Watch(platform, realtime, dispatcher)
        realtime.backplane = plane = Backplane(settings.redis, settings.redis_prefix, realtime.interest)
        plane.on_note = realtime.heed
        plane.on_reconnect = realtime.deliveries.look_everywhere
        plane.start()
        realtime.deliveries.start()
        self._ticker = Ticker("asoud-socket-watch", SECONDS, watch.look)
        self._site = WSGIApp(realtime.server, app)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answer one request, or hold one client's transport."""
        return self._site(environ, start_response)

    def drain(self) -> None:
        """Cut every client's connection, so that it comes back to another process and resumes."""
        assert self._realtime.server is not None
        self._realtime.server.cut_all()

    def close(self) -> None:
        """End the threads behind the sockets. The server must have stopped."""
        self._ticker.stop()
        self._realtime.deliveries.stop()
        if self._realtime.backplane is not None:
            self._realtime.backplane.stop()
        assert self._realtime.server is not None
        self._realtime.server.shutdown()


def create_realtime(app: Flask, platform: Platform) -> RealtimeApp:
    """Make the WSGI application that serves both HTTP and Socket.IO; its threads run from now on."""
    return RealtimeApp(app, platform)


def serve(
    site: RealtimeApp,
    listener: socket.socket,
    *,
    ready: Callable[[], object] = lambda: None,
    stop: Stop | None = None,
) -> None:
    """Serve on ``listener`` (bound and listening) until ``stop``; calls ``ready`` once when it is about to accept.

    When told to stop it accepts no more, cuts its sockets, lets running requests end, closes ``listener`` and returns.
    """
    stop = stop or threading.Event()
    ready()
    try:
        if is_patched():
            serve_forever(site, listener, stop=stop, drain=site.drain, seconds=DRAIN_SECONDS)
        else:
            _serve_threads(site, listener, stop)
    finally:
        site.close()
        listener.close()


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """The access log is written by the app."""


def _serve_threads(site: RealtimeApp, listener: socket.socket, stop: Stop) -> None:
    host, port = listener.getsockname()[:2]
    server = make_server(host, port, site, threaded=True, request_handler=_Handler, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    stop.wait()
    server.shutdown()
    site.drain()
    thread.join()
    server.server_close()
