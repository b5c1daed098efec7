"""python-socketio's server with our rules: packets encoded once, written directly, and never a dropped connection."""

from __future__ import annotations

import contextlib
import re
import threading
from typing import TYPE_CHECKING, Any

import socketio
import structlog
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from engineio.exceptions import SocketIsClosedError
from engineio.packet import MESSAGE
from engineio.packet import Packet as TransportPacket
from socketio import packet as socket_packet

from kernel.errors import BadRequest, PayloadTooLarge
from kernel.eventlet_mode import is_patched, websocket_driver
from kernel.realtime.packets import Json, Outgoing

if TYPE_CHECKING:
    from kernel.errors import Problem
    from kernel.realtime.core import Realtime
    from kernel.realtime.dispatch import Dispatcher

log = structlog.get_logger(__name__)

CUT_OFF = 4
"""A packet of this many times the setting ``max_body_bytes`` is not even read: it costs the connection."""
_EVENT_HEAD = re.compile(r"2(?:(/[^,]*),)?(\d{1,18})?(?=\D|$)")
_UNREADABLE = (ValueError, TypeError, AttributeError, IndexError, RecursionError)
"""What the library's decoder happens to raise."""
PING_INTERVAL, PING_TIMEOUT = 25, 20


class Packet(socket_packet.Packet):  # type: ignore[misc]  # python-socketio carries no types
    """A class of our own, so that only our packets are written as REST's JSON is, not those of a client here."""


class SocketServer(socketio.Server):  # type: ignore[misc]  # python-socketio carries no types
    """The Socket.IO server of one process."""

    def __init__(
        self, realtime: Realtime, dispatcher: Dispatcher, *, cors_origins: list[str] | None, max_bytes: int
    ) -> None:
        self._realtime = realtime
        self._dispatcher = dispatcher
        self._max_bytes = max_bytes
        """Largest event from a client, as of a JSON body over REST; files go over REST."""
        super().__init__(
            client_manager=realtime.members,
            async_mode="eventlet" if is_patched() else "threading",
            serializer=Packet,
            json=Json,
            namespaces="*",
            cors_allowed_origins=cors_origins,
            max_http_buffer_size=max_bytes * CUT_OFF,
            ping_interval=PING_INTERVAL,
            ping_timeout=PING_TIMEOUT,
            http_compression=False,
        )
        driver = websocket_driver() if is_patched() else _threaded_websocket
        self.eio._async = {**self.eio._async, "websocket": driver}

    def handle_request(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Serve a request of a client; without extensions of WebSocket, as browsers ask for compression.

        For small messages that costs three times as much as all the rest.
        """
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return super().handle_request(environ, start_response)

    def deliver(self, eio_sids: list[str], outgoing: Outgoing) -> None:
        """Send one packet to many clients of this process, without waiting for any of them."""
        sockets = self.eio.sockets
        transport_packet: TransportPacket | None = None
        sent = 0
        for eio_sid in eio_sids:
            client = sockets.get(eio_sid)
            if client is None or client.closed:
                continue
            wire = getattr(client, "wire", None)
            if wire is not None and client.upgraded and not client.queue.qsize():
                wire.push(outgoing.frame)
            else:
                if transport_packet is None:
                    transport_packet = TransportPacket(MESSAGE, outgoing.text)
                with contextlib.suppress(SocketIsClosedError):  # it may go at this very moment
                    client.send(transport_packet)
            sent += 1
        self._realtime.counters.deliveries += sent

    def cut_all(self) -> None:
        """End every client's transport without a word, which makes it connect again (to another process)."""
        for client in list(self.eio.sockets.values()):
            client.close(wait=False, abort=True, reason=self.reason.SERVER_DISCONNECT)

    def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: Any, text: str = "[]") -> None:
        namespace = namespace or "/"
        sid = self.manager.sid_from_eio_sid(eio_sid, namespace)
        if sid is None or not self.manager.is_connected(sid, namespace):
            return
        if not isinstance(data, list) or not data or not isinstance(data[0], str):
            self._refuse(eio_sid, namespace, id, BadRequest, "An event is an array that starts with its name.")
            return
        self.start_background_task(self._run_event, eio_sid, namespace, id, sid, data, text)

    def _run_event(
        self, eio_sid: str, namespace: str, packet_id: int | None, sid: str, data: list[Any], text: str
    ) -> None:
        def acknowledge(answer: dict[str, Any]) -> None:
            self._acknowledge(eio_sid, namespace, packet_id, answer, event=data[0])

        self._dispatcher.event(sid, namespace, data[0], data[1:], acknowledge, text)

    def _refuse(
        self, eio_sid: str, namespace: str, packet_id: int | None, kind: type[Problem], detail: str, **values: object
    ) -> None:
        """Answer what was no event, in the client's language."""
        sid = self.manager.sid_from_eio_sid(eio_sid, namespace)
        if sid is None and packet_id is None:
            return
        self._acknowledge(eio_sid, namespace, packet_id, self._dispatcher.refusal(sid, kind, detail, **values))

    def _acknowledge(
        self, eio_sid: str, namespace: str, packet_id: int | None, answer: dict[str, Any], *, event: str = ""
    ) -> None:
        """Answer; a client that asked for no acknowledgement still hears of a failure, as event ``problem``."""
        if packet_id is not None:
            self.deliver([eio_sid], Outgoing.answer(namespace, packet_id, answer))
        elif not answer["ok"]:
            self.deliver([eio_sid], Outgoing.event(namespace, "problem", {"event": event, "error": answer["error"]}))

    def _trigger_event(self, event: str, namespace: str, *arguments: Any) -> Any:
        if event == "connect":
            sid, environ, auth = arguments
            self._dispatcher.connect(sid, namespace, environ, auth)
        elif event == "disconnect":
            self._dispatcher.disconnect(arguments[0], namespace)
        return None

    def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        if self._is_too_large(data):
            self._count_malformed("too large")
            detail = "An event may have {limit} bytes."
            self._answer_unread(eio_sid, data, PayloadTooLarge, detail, limit=self._max_bytes)
            return
        try:
            packet = self.packet_class(encoded_packet=data)
        except _UNREADABLE as error:
            self._count_malformed(error)
            self._answer_unread(eio_sid, data, BadRequest, "The payload is not valid JSON.")
            return
        self._handle_packet(eio_sid, packet, data)

    def _is_too_large(self, data: Any) -> bool:
        if len(data) * 4 <= self._max_bytes:  # a character has four bytes at most
            return False
        return len(data.encode() if isinstance(data, str) else data) > self._max_bytes

    def _answer_unread(self, eio_sid: str, data: Any, kind: type[Problem], detail: str, **values: object) -> None:
        """An event that was not read has a readable head all the same, so its sender need not wait for ever."""
        head = _EVENT_HEAD.match(data) if isinstance(data, str) else None
        if head is not None:
            namespace, number = head.groups()
            self._refuse(eio_sid, namespace or "/", None if number is None else int(number), kind, detail, **values)

    def _count_malformed(self, error: Exception | str) -> None:
        self._realtime.counters.malformed += 1
        log.debug("malformed_packet", error=str(error))

    def _handle_packet(self, eio_sid: str, packet: Any, text: str) -> None:
        if packet.packet_type == socket_packet.EVENT:
            self._handle_event(eio_sid, packet.namespace, packet.id, packet.data, text[text.find("[") :])
        elif packet.packet_type == socket_packet.CONNECT:
            self._handle_connect(eio_sid, packet.namespace, packet.data)
        elif packet.packet_type == socket_packet.DISCONNECT:
            self._handle_disconnect(eio_sid, packet.namespace, self.reason.CLIENT_DISCONNECT)
        elif packet.packet_type == socket_packet.BINARY_EVENT:
            self._refuse_binary(eio_sid, packet)
        else:
            self._count_malformed("a server takes no packets of this type")

    def _refuse_binary(self, eio_sid: str, packet: Any) -> None:
        """Binary attachments are not taken: they would be kept in memory before anybody asked who sends them."""
        detail = "Binary data is not accepted here; upload files over REST."
        self._refuse(eio_sid, packet.namespace or "/", packet.id, BadRequest, detail)


class _Daemon(threading.Thread):
    """A client that doesn't say goodbye must not keep a stopping process alive."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, daemon=True)


def _threaded_websocket(handler: Any, server: Any) -> SimpleWebSocketWSGI:
    limit = int(server.max_http_buffer_size)
    return SimpleWebSocketWSGI(handler, server, thread_class=_Daemon, max_message_size=limit)


class Ticker:
    """Calls a function again and again from a thread of its own, until it is stopped."""

    def __init__(self, name: str, seconds: float, function: Any) -> None:
        self._seconds = seconds
        self._function = function
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self._function()
            except Exception:  # one bad turn must not end the watch over tokens
                log.exception("realtime_tick_failed")

    def stop(self) -> None:
        """End it; a turn that runs is finished."""
        self._stop.set()
        self._thread.join(timeout=5)
