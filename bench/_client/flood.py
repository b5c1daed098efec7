"""A load generator process: Socket.IO clients on bare sockets that send into rooms and count what they get.

`python flood.py '<JSON>'` with ``urls``, ``namespace``, ``clients`` (each ``{token, join, send}``), ``seconds``,
``warm`` and ``window`` (messages in flight per client). Prints deliveries, acks, errors, seconds and p95_ms.
Its frames are made and read with a few lines, so that it doesn't become what is measured.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import time
from typing import Any
from urllib.parse import urlsplit


def masked(text: bytes) -> bytes:
    """A client's text frame, masked with zeros: the server cannot tell, and it costs nothing here."""
    size = len(text)
    head = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
    return head + b"\0\0\0\0" + text


class Totals:
    """What all clients of this process have seen while it was being measured."""

    def __init__(self) -> None:
        self.deliveries = self.acks = self.errors = 0
        self.measuring = self.sending = False
        self.waits: list[float] = []


class Client(asyncio.Protocol):
    """One Socket.IO client: handshake, join, then ``window`` messages in flight."""

    def __init__(self, address: str, plan: dict[str, Any], namespace: str, totals: Totals) -> None:
        self._address, self._plan, self._totals = address, plan, totals
        self._prefix = f"42{namespace},".encode()
        self._namespace = namespace
        self._ack = f"43{namespace},".encode()
        self._buffer = b""
        self._upgraded = False
        self._number = 0
        self._sent_at: dict[int, float] = {}
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._send = json.dumps(plan["send"], separators=(",", ":")).encode()

    def connection_made(self, transport: Any) -> None:
        """Ask for a WebSocket."""
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self._address}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Take whole frames off the stream."""
        buffer = self._buffer + data
        if not self._upgraded:
            head, separator, buffer = buffer.partition(b"\r\n\r\n")
            if not separator:
                self._buffer = head
                return
            self._upgraded = True
        start, end = 0, len(buffer)
        while end - start >= 2:
            size, body = buffer[start + 1], start + 2
            if size == 126:
                size, body = int.from_bytes(buffer[start + 2 : start + 4], "big"), start + 4
            if body + size > end:
                break
            self._take(buffer[body : body + size])
            start = body + size
        self._buffer = buffer[start:]

    def connection_lost(self, error: Exception | None) -> None:
        """A cut connection is an error of the run."""
        if not self.joined.done():
            self.joined.set_exception(ConnectionError("cut before it had joined"))
        self._totals.errors += self._totals.sending

    def _take(self, packet: bytes) -> None:
        if packet.startswith(self._prefix):
            self._totals.deliveries += self._totals.measuring
        elif packet.startswith(self._ack):
            self._acknowledged(packet)
        elif packet[:1] == b"0":
            auth = json.dumps({"token": self._plan["token"]})
            self._transport.write(masked(f"40{self._namespace},{auth}".encode()))
        elif packet[:2] == b"40":
            self._emit(json.dumps(self._plan["join"], separators=(",", ":")).encode())
        elif packet[:1] == b"2":
            self._transport.write(masked(b"3"))
        elif packet[:2] == b"44":
            self.joined.set_exception(ConnectionError(packet.decode()))

    def _emit(self, data: bytes) -> None:
        self._number += 1
        self._sent_at[self._number] = time.perf_counter()
        self._transport.write(masked(self._prefix + str(self._number).encode() + data))

    def _acknowledged(self, packet: bytes) -> None:
        rest = packet[len(self._ack) :]
        number, _, body = rest.partition(b"[")
        started = self._sent_at.pop(int(number))
        totals = self._totals
        if b'"ok":false' in body[:12]:
            totals.errors += 1
            print(packet.decode()[:400], file=sys.stderr)
        if not self.joined.done():
            self.joined.set_result(None)
            return
        if totals.measuring:
            totals.acks += 1
            totals.waits.append(time.perf_counter() - started)
        if totals.sending:
            self._emit(self._send)

    def start(self, window: int) -> None:
        """Put the first messages in flight."""
        for _ in range(window):
            self._emit(self._send)


async def flood(options: dict[str, Any]) -> dict[str, Any]:
    """Connect everybody, let them send, and count for a while."""
    totals, clients = Totals(), []
    loop = asyncio.get_running_loop()
    for index, plan in enumerate(options["clients"]):
        address = urlsplit(options["urls"][index % len(options["urls"])])
        client = Client(address.netloc, plan, options["namespace"], totals)
        await loop.create_connection(lambda client=client: client, address.hostname, address.port)
        await asyncio.wait_for(client.joined, 20)
        clients.append(client)
    totals.sending = True
    for client in clients:
        client.start(options["window"])
    await asyncio.sleep(options["warm"])
    totals.measuring, started = True, time.perf_counter()
    await asyncio.sleep(options["seconds"])
    totals.measuring = totals.sending = False
    took = time.perf_counter() - started
    waits = sorted(totals.waits) or [0.0]
    await asyncio.sleep(0.2)
    return {
        "deliveries": totals.deliveries,
        "acks": totals.acks,
        "errors": totals.errors,
        "seconds": took,
        "p95_ms": round(1000 * waits[int(len(waits) * 0.95)], 1),
    }


if __name__ == "__main__":
    given = json.loads(sys.stdin.read() if sys.argv[1] == "-" else sys.argv[1])
    print(json.dumps(asyncio.run(flood(given))))
