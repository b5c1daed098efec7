"""Knobs: how the emulator misbehaves, for how many calls."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request

KINDS = ("latency", "status", "html", "drop", "drop_before", "code", "empty")
HTML = "<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass
class Fault:
    """What goes wrong at one call: ``request``, ``verify``, ``inquiry``, ``unVerified``, ``reverse``, ``refund``, ...

    ``latency`` answers after ``seconds``; ``status`` with the HTTP status ``value``; ``html`` with a page; ``empty``
    with nothing; ``code`` with the error code ``value``, without acting; ``drop`` ends the connection after acting,
    ``drop_before`` before. ``status``, ``html`` and ``empty`` act first, as a proxy in between would have it.
    """

    call: str
    kind: str
    times: int = 1
    value: int = 0
    seconds: float = 0


@dataclass
class Knobs:
    """Everything that can be turned."""

    error_status: int = 422
    """The HTTP status of error answers."""
    string_codes: bool = False
    list_errors: bool = False
    """Whether errors come as a list of objects."""
    callbacks: list[str] = field(default_factory=list)
    """Callbacks that the gateway sends by itself before the browser returns, in this order, such as NOK, OK, OK."""
    faults: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, call: str) -> Fault | None:
        """The next fault of a call, which is used up by this."""
        with self.lock:
            found = next((fault for fault in self.faults if fault.call in (call, "*") and fault.times > 0), None)
            if found is not None:
                found.times -= 1
            return found


def misbehave(fault: Fault | None, answer: Callable[[], Response], refuse: Callable[[int], Response]) -> Response:
    """Give an answer in the way that a fault has it."""
    if fault is None:
        return answer()
    if fault.kind == "latency":
        time.sleep(fault.seconds)
        return answer()
    if fault.kind == "code":
        return refuse(fault.value)
    if fault.kind == "drop_before":
        return _hung_up()
    acted = answer()
    replies: dict[str, Callable[[], Response]] = {
        "drop": _hung_up,
        "html": lambda: Response(HTML, 200, mimetype="text/html"),
        "empty": lambda: Response("", 200, mimetype="application/json"),
        "status": lambda: Response(HTML, fault.value or 502, mimetype="text/html"),
    }
    return replies.get(fault.kind, lambda: acted)()


def _hung_up() -> Response:
    """An answer that never arrives: the connection is gone."""
    connection: Any = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    return Response("", 500)
