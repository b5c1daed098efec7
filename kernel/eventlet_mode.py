"""The one module that names eventlet: patching, its HTTP server, and a WebSocket that sends in few system calls.

Everything else is written with the standard library's threads, which `monkey_patch` turns into green ones. So the
setting ``async_mode`` changes nothing but what is started here, and another server can take eventlet's place.
"""

from __future__ import annotations

import contextlib
import socket
import time
import warnings
from collections.abc import Callable, Iterable
from typing import Any, Protocol

MAX_BACKLOG_BYTES = 1_048_576
"""A client that lets this much pile up is cut off; it comes back and resumes."""
CLOSING_SECONDS = 2.0
"""How long a client may take to answer a closing frame before its connection is cut."""
LAST_REQUESTS_SECONDS = 0.5
"""How long connections may still bring a request after a server stopped to accept new ones."""


class Stop(Protocol):
    """What tells a server to end: a `threading.Event` or the like."""

    def wait(self, timeout: float | None = None) -> object:
        """Return when it is time to stop."""


def monkey_patch() -> None:
    """Make sockets, threads and sleeps of this process cooperative. Must run before anything else is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own warning is no DeprecationWarning
        import eventlet
    eventlet.monkey_patch()


def is_patched() -> bool:
    """Whether this process waits cooperatively; never imports eventlet by itself."""
    return getattr(socket.socket, "__module__", "").startswith("eventlet")


def text_frame(payload: bytes) -> bytes:
    """One unmasked, uncompressed WebSocket text frame (RFC 6455) with this UTF-8 payload."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def unmask(data: bytes, mask: Iterable[int], offset: int = 0) -> bytes:
    """``data`` as it was before the client masked it; ``offset`` is its place in the frame."""
    key = bytes(mask)
    turned = key[offset % 4 :] + key[: offset % 4]
    size = len(data)
    stream = (turned * (size // 4 + 1))[:size]
    return (int.from_bytes(data, "little") ^ int.from_bytes(stream, "little")).to_bytes(size, "little")


class _Turn:
    """The senders that have something for the operating system in this turn of the loop."""

    def __init__(self, at_end_of_turn: Callable[[Callable[[], None]], object]) -> None:
        self._at_end_of_turn = at_end_of_turn
        self._senders: list[_Sender] = []

    def add(self, sender: _Sender) -> None:
        """Have ``sender`` flushed when this turn ends."""
        if not self._senders:
            self._at_end_of_turn(self._flush)
        self._senders.append(sender)

    def _flush(self) -> None:
        senders, self._senders = self._senders, []
        for sender in senders:
            sender.flush()


class _Sender:
    """Sends one client's frames: those of one turn in one system call, and never waiting for a slow client."""

    def __init__(self, sock: Any, turn: _Turn, spawn: Callable[[Callable[[], None]], object]) -> None:
        self._sock = sock
        self._turn = turn
        self._spawn = spawn
        self._pending: list[bytes] = []
        self._backlog = 0
        self._draining = False
        self._scheduled = False
        self.broken = False

    def push(self, frame: bytes) -> None:
        """Send a whole frame soon, after all that was pushed before; never waits."""
        self._pending.append(frame)
        if self._draining:
            self._backlog += len(frame)
            if self._backlog > MAX_BACKLOG_BYTES:
                self.give_up()
        elif not self._scheduled:
            self._scheduled = True
            self._turn.add(self)

    def flush(self) -> None:
        """Hand what is pending to the operating system as far as it takes it at once."""
        self._scheduled = False
        if self.broken or self._draining or not self._pending:
            return
        data = self._take()
        try:
            sent = self._sock.fd.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.give_up()
            return
        if sent < len(data):
            self._pending.append(data[sent:])
            self._draining = True
            self._spawn(self._drain)

    def give_up(self) -> None:
        """Cut the client off."""
        self.broken = True
        self._pending.clear()
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _take(self) -> bytes:
        data = b"".join(self._pending)
        self._pending.clear()
        return data

    def _drain(self) -> None:
        try:
            while self._pending:
                data = self._take()
                self._backlog = 0
                self._sock.sendall(data)
        except OSError:
            self.give_up()
        finally:
            self._draining = False


def _wire_class() -> type[Any]:
    """The class of one client's WebSocket. Made in a function, since eventlet may be imported only where it serves."""
    from eventlet import hubs, spawn
    from eventlet.websocket import RFC6455WebSocket

    turn = _Turn(lambda flush: hubs.get_hub().schedule_call_global(0, flush))

    class Wire(RFC6455WebSocket):  # type: ignore[misc]  # eventlet carries no types
        """One client's WebSocket."""

        def __init__(self, sock: Any, environ: dict[str, Any], version: int, **options: Any) -> None:
            super().__init__(_BufferedSocket(sock), environ, version, **options)
            self._sender = _Sender(sock, turn, spawn)
            self.push = self._sender.push

        @staticmethod
        def _apply_mask(data: bytes, mask: Iterable[int], length: int | None = None, offset: int = 0) -> bytes:
            return unmask(data, mask, offset)

        @property
        def broken(self) -> bool:
            """Whether the client was cut off or is gone."""
            return self._sender.broken

        def wait(self) -> str | bytes | None:
            """The next message, or None when the client is gone or doesn't speak Engine.IO."""
            try:
                message: str | bytes | None = super().wait()
            except (OSError, ValueError):
                return None
            if isinstance(message, str) and message[:1] not in tuple("0123456"):
                return None
            return message

        def _send(self, frame: bytes) -> None:
            if self.broken or self.websocket_closed:
                raise OSError("the client is gone")
            self.push(frame)

        def close(self, close_data: tuple[int, str] | None = None) -> None:
            """Send what is pending and a closing frame, and end the connection."""
            if not self.websocket_closed and not self.broken:
                self._send_closing_frame(True, close_data=close_data)
                self._sender.flush()
            hubs.get_hub().schedule_call_global(CLOSING_SECONDS, self._sender.give_up)

    return Wire


def websocket_driver() -> type[Any]:
    """The class that python-engineio calls for a WebSocket upgrade, in the place of eventlet's own.

    Eventlet's reads each frame with three system calls and unmasks byte by byte, and sends each frame in a call of
    its own from a writer greenlet. This one reads through a buffer, and joins what one turn of the loop has for a
    client.
    """
    from eventlet.websocket import WebSocketWSGI

    wire_class = _wire_class()

    class Driver(WebSocketWSGI):  # type: ignore[misc]  # eventlet carries no types
        """Upgrades a request and tells the Engine.IO socket which wire is its own."""

        def __init__(self, handler: Callable[[Any], object], server: Any) -> None:
            super().__init__(handler, max_frame_length=int(server.max_http_buffer_size))
            self._owner = getattr(handler, "__self__", None)

        def _handle_hybi_request(self, environ: dict[str, Any]) -> Any:
            plain = super()._handle_hybi_request(environ)
            plain.socket.settimeout(None)
            wire = wire_class(plain.socket, environ, plain.version, max_frame_length=self.max_frame_length)
            if self._owner is not None:
                self._owner.wire = wire
            return wire

    return Driver


class _BufferedSocket:
    """Reads a socket in large pieces. Has no ``settimeout``: Engine.IO's pings find dead clients, without timers."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._buffer = b""

    def recv(self, size: int) -> bytes:
        """At most ``size`` bytes; empty at the end."""
        if not self._buffer:
            self._buffer = self._sock.recv(65536)
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def __getattr__(self, name: str) -> Any:
        if name == "settimeout":
            raise AttributeError(name)
        return getattr(self._sock, name)


class _Shut(BaseException):
    """Ends the wait for new connections."""


class _Door:
    """A listening socket. Once shut it lets nobody in, but has the server wait for those who have just come.

    Eventlet's server cuts every connection without a request when it stops to accept, be it one whose request is
    on the way.
    """

    def __init__(self, listener: Any) -> None:
        self._listener = listener

    def accept(self) -> Any:
        """The next connection. Raises SystemExit, which ends the server, some time after it was shut."""
        try:
            return self._listener.accept()
        except _Shut:
            time.sleep(LAST_REQUESTS_SECONDS)
            raise SystemExit from None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listener, name)


def serve_forever(site: Any, listener: socket.socket, *, stop: Stop, drain: Callable[[], None], seconds: float) -> None:
    """Serve the WSGI ``site`` on ``listener`` until ``stop``; then call ``drain`` and finish what runs.

    Requests that still run ``seconds`` after that are given up.
    """
    import eventlet
    from eventlet import wsgi

    pool = eventlet.GreenPool(10_000)
    door = _Door(listener if hasattr(listener, "fd") else _green(listener))
    server = eventlet.spawn(
        wsgi.server, door, site, log_output=False, custom_pool=pool, socket_timeout=60, keepalive=75, debug=False
    )
    stop.wait()
    server.kill(_Shut)
    drain()
    with eventlet.Timeout(seconds, False):
        pool.waitall()


def _green(listener: socket.socket) -> Any:
    from eventlet.greenio import GreenSocket

    return GreenSocket(listener)
