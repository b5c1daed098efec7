"""A load generator on bare sockets: some kept-alive connections, one request in flight on each.

It reads no more of an answer than status and length, so that it doesn't become what is measured.
"""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Sequence

_LENGTH = b"content-length: "


def get(path: str, port: int) -> bytes:
    """A GET request on the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n\r\n".encode()


def fetch(port: int, path: str) -> tuple[bytes, bytes]:
    """Head and body of one answer. Raises OSError when nobody listens."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(get(path, port))
        return read_answer(connection)


def answers(port: int, path: str) -> bool:
    """Whether somebody answers already."""
    try:
        fetch(port, path)
    except OSError:
        return False
    return True


def read_answer(connection: socket.socket) -> tuple[bytes, bytes]:
    """Head and body of the next answer. Raises RuntimeError when it isn't 200."""
    received = bytearray()
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _more(connection)
    head = bytes(received[:end])
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"The server answered {head.decode(errors='replace')}")
    start = head.lower().index(_LENGTH) + len(_LENGTH)
    length = int(head[start:].split(b"\r\n", 1)[0])
    while len(received) < end + 4 + length:
        received += _more(connection)
    return head, bytes(received[end + 4 :])


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(1 << 18)
    if not chunk:
        raise RuntimeError("The server closed the connection.")
    return chunk


def requests_per_second(port: int, paths: Sequence[str], seconds: float, connections: int = 4) -> float:
    """Ask for the paths in turns for some seconds; how many answers came in a second."""
    wanted = itertools.cycle([get(path, port) for path in paths])
    opened = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(connections)]
    answers, begin = 0, time.perf_counter()
    try:
        while (now := time.perf_counter()) - begin < seconds:
            for connection in opened:
                connection.sendall(next(wanted))
            for connection in opened:
                read_answer(connection)
            answers += connections
    finally:
        for connection in opened:
            connection.close()
    return answers / (now - begin)


class Caller:
    """Asks one thing after the other on one kept connection, and says how long each answer took."""

    def __init__(self, port: int) -> None:
        """Connect."""
        self._port = port
        self._connection = socket.create_connection(("127.0.0.1", port), timeout=60)

    def body(self, path: str) -> bytes:
        """The answer. Raises RuntimeError when it isn't 200."""
        self._connection.sendall(get(path, self._port))
        return read_answer(self._connection)[1]

    def milliseconds(self, path: str) -> float:
        """How long the answer took. Raises RuntimeError when it isn't 200."""
        request, begin = get(path, self._port), time.perf_counter()
        self._connection.sendall(request)
        read_answer(self._connection)
        return (time.perf_counter() - begin) * 1000

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()
