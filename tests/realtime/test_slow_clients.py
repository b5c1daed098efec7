"""Clients that stall in the middle of a request keep nobody else waiting."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import requests
from sites import Site

STALLED = 200


def test_stalled_requests_keep_nobody_waiting(site: Site) -> None:
    process = site.processes[0]
    head = b"POST /api/v1/kernel/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nslow"
    with ExitStack() as stack:
        for number in range(STALLED):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", process.port)))
            client.sendall(head if number % 2 else head[:30])
        for _ in range(5):
            assert requests.get(f"{process.url}/health/live", timeout=5).status_code == 200
