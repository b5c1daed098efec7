"""Callers: REST clients who are somebody, and sockets that belong to them."""

from __future__ import annotations

import queue
import socket as network
import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from uuid import UUID

import socketio
from flask import Flask
from flask.testing import FlaskClient

from addon_sdk.testing.pictures import small_picture
from kernel.db import new_id
from kernel.identity.custom_roles import create_role
from kernel.identity.grants import grant_role
from kernel.identity.sessions import open_session
from kernel.identity.tokens import TokenPair
from kernel.realtime.serve import RealtimeApp, create_realtime, serve


class Caller(FlaskClient):
    """A test client that sends a user's access token with every request."""

    user_id: UUID
    tokens: TokenPair

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request as the user, unless it brings an ``Authorization`` of its own."""
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("Authorization", f"Bearer {self.tokens.access_token}")
        return super().open(*args, headers=headers, **kwargs)

    def upload(self, kind: str, content: bytes | None = None, name: str = "picture.png") -> str:
        """Store a file of a kind, a small picture unless ``content`` is given; its id."""
        form = {"kind": kind, "file": (BytesIO(small_picture() if content is None else content), name)}
        answer = self.post("/api/v1/kernel/files", data=form, content_type="multipart/form-data")
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])


def log_in(app: Flask, *, user_id: UUID | None, roles: Iterable[str], permissions: Iterable[str]) -> Caller:
    """A caller with a session of his own, and with just these roles and permissions beside everybody's."""
    user_id = user_id or new_id()
    with app.app_context():
        for role in roles:
            grant_role(user_id, role)
        if wanted := tuple(permissions):
            name = f"test_{user_id.hex}"
            create_role(name, name, wanted)
            grant_role(user_id, name)
        tokens = open_session(user_id, device="test")
    caller = Caller(app, app.response_class, use_cookies=False)
    caller.user_id, caller.tokens = user_id, tokens
    return caller


class SocketClient:
    """A Socket.IO client in one namespace; calls and receives with a time limit, so that no test hangs."""

    def __init__(self, url: str, namespace: str, token: str | None) -> None:
        self.namespace = namespace
        self.client = socketio.Client(reconnection=False)
        self._received: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.client.on("*", self._take, namespace=namespace)
        auth = {"token": token} if token else {}
        self.client.connect(url, namespaces=[namespace], auth=auth, transports=["websocket"], wait_timeout=5)

    def _take(self, event: str, *data: Any) -> None:
        self._received.put((event, data[0] if data else None))

    def call(self, event: str, data: Any = None) -> dict[str, Any]:
        """Send an event; its acknowledgement."""
        answer: dict[str, Any] = self.client.call(event, data if data is not None else {}, self.namespace, timeout=5)
        return answer

    def receive(self, event: str, *, seconds: float = 5) -> Any:
        """The data of the next ``event``, skipping others. Raises AssertionError when none comes in time."""
        try:
            while (received := self._received.get(timeout=seconds))[0] != event:
                pass
        except queue.Empty:
            raise AssertionError(f"no {event!r} came within {seconds} seconds") from None
        return received[1]

    def close(self) -> None:
        """Go away."""
        self.client.disconnect()


class SocketSite:
    """The app's sockets, served by threads on a free port of this machine."""

    def __init__(self, app: Flask) -> None:
        self._stop = threading.Event()
        self._clients: list[SocketClient] = []
        listener = network.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with app.app_context():
            site: RealtimeApp = create_realtime(app, app.extensions["asoud"])
        self._thread = threading.Thread(target=serve, args=(site, listener), kwargs={"stop": self._stop}, daemon=True)
        self._thread.start()

    def connect(self, namespace: str, caller: Caller | None = None) -> SocketClient:
        """A connected client, as ``caller`` or anonymous. Raises socketio's ConnectionError when refused."""
        client = SocketClient(self.url, namespace, caller.tokens.access_token if caller else None)
        self._clients.append(client)
        return client

    def close(self) -> None:
        """End the clients and the server."""
        for client in self._clients:
            client.close()
        self._stop.set()
        self._thread.join(10)


Connect = Callable[..., SocketClient]
