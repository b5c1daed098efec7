"""A site for one test: a database with the kernel's tables, server processes, tokens, clients."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import requests
import site_server
import socketio

from kernel.db import Model
from kernel.identity import sessions
from kernel.identity.tokens import TokenPair, issue
from kernel.realtime import online

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def eventually(check: Callable[[], Any], seconds: float = 20.0) -> Any:
    """The first true value of ``check``; fails the test when there is none in time."""
    until = time.monotonic() + seconds
    while True:
        if value := check():
            return value
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)


class Process:
    """One running server process."""

    def __init__(self, options: dict[str, Any], port_file: Path, log_file: Path) -> None:
        arguments = [sys.executable, str(HERE / "run_site.py"), json.dumps({**options, "port_file": str(port_file)})]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}", "PYTHONWARNINGS": "ignore"}
        self.log_file = log_file
        port_file.unlink(missing_ok=True)  # of a process before this one in the same folder
        with log_file.open("w") as log:
            self.popen = subprocess.Popen(arguments, env=environment, stdout=log, stderr=log, cwd=ROOT)
        self._port_file = port_file

    def wait(self) -> None:
        """Return when it serves."""
        eventually(self._started, 120)
        self.port = int(self._port_file.read_text())
        self.url = f"http://127.0.0.1:{self.port}"

    def _started(self) -> bool:
        assert self.popen.poll() is None, self.log_file.read_text()
        return self._port_file.exists() and bool(self._port_file.read_text())

    def post(self, path: str, **body: Any) -> Any:
        """Tell the process to do something."""
        answer = requests.post(self.url + path, json=body, timeout=10)
        return answer.json() if answer.ok else answer.status_code

    def get(self, path: str) -> Any:
        """Ask the process something."""
        return requests.get(self.url + path, timeout=10).json()

    def stop(self) -> int:
        """End it as its master would, and return its exit code."""
        if self.popen.poll() is None:
            self.popen.terminate()
        return self.popen.wait(timeout=20)


class Site:
    """What the processes of one test share."""

    def __init__(self, folder: Path, mode: str, **options: Any) -> None:
        self.folder = folder
        self.options = {
            "async_mode": mode,
            "data_dir": str(folder),
            "redis_prefix": f"test-{uuid.uuid4().hex[:8]}:",
            **options,
        }
        self.app, self.platform = site_server.make_site(self.options, "web")
        self.processes: list[Process] = []
        self.clients: list[Client] = []
        self._numbers = itertools.count()
        with self.app.app_context():
            Model.metadata.create_all(self.platform.db.engine)

    def start(self, **options: Any) -> Process:
        """Start another server process."""
        number = next(self._numbers)
        name = f"{self.options['redis_prefix'].strip(':')}-{number}"
        process = Process({**self.options, **options}, self.folder / f"{name}.port", self.folder / f"{name}.log")
        self.processes.append(process)
        process.wait()
        return process

    @property
    def process(self) -> Process:
        """The first process."""
        return self.processes[0]

    def login(self, user_id: uuid.UUID | None = None) -> TokenPair:
        """Tokens of a new session."""
        with self.app.app_context():
            return sessions.open_session(user_id or uuid.uuid4())

    def revoke(self, pair: TokenPair) -> None:
        """End a session, from this process."""
        with self.app.app_context():
            session = site_server.session().get_one(kernel_session(), pair.session_id)
            sessions.revoke(pair.session_id, user_id=session.user_id)

    def long_token(self, pair: TokenPair) -> str:
        """Another access token of the session, as a site with longer tokens would give it."""
        with self.app.app_context():
            row = site_server.session().get_one(kernel_session(), pair.session_id)
            given = replace(self.platform.settings, access_token_seconds=900)
            end, proved = row.expires_at, row.authenticated_at
            return issue(
                given, user_id=row.user_id, session_id=row.id, generation=0, authenticated_at=proved, ends=end
            ).access_token

    def is_online(self, user: str) -> bool:
        """Whether a process without sockets, this one, sees the user connected."""
        with self.app.app_context():
            return bool(online("/lobby", [uuid.UUID(user)]))

    def client(self, token: str | None = None, *, process: Process | None = None, **options: Any) -> Client:
        """A connected client."""
        client = Client((process or self.process).url, token or self.login().access_token, **options)
        self.clients.append(client)
        return client

    def close_clients(self) -> None:
        """Send all clients away."""
        for client in self.clients:
            client.close()
        self.clients.clear()

    def close(self) -> None:
        """End everything."""
        self.close_clients()
        for process in self.processes:
            process.stop()
        self.platform.close()


def kernel_session() -> Any:
    """The model of login sessions."""
    from kernel.identity.models import LoginSession

    return LoginSession


class Client:
    """A python-socketio client that keeps every event it gets, in order."""

    def __init__(
        self, url: str, token: str | None, *, namespace: str = "/lobby", transports: Any = "websocket", **auth: Any
    ) -> None:
        self.namespace = namespace
        self.events: list[tuple[str, Any]] = []
        self.errors: list[Any] = []
        self.disconnected = False
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("*", lambda event, *data: self.events.append((event, *data)), namespace=namespace)
        self.socket.on("connect_error", self.errors.append, namespace=namespace)
        self.socket.on("disconnect", self._on_disconnect, namespace=namespace)
        given = {**({"token": token} if token else {}), **auth}
        self.socket.connect(url, namespaces=[namespace], auth=given or None, transports=transports, wait_timeout=10)

    def _on_disconnect(self, *_: Any) -> None:
        self.disconnected = True

    def call(self, event: str, data: Any = None) -> Any:
        """Send an event and return its acknowledgement."""
        return self.socket.call(event, data, namespace=self.namespace, timeout=10)

    def got(self, event: str, count: int = 1) -> list[Any]:
        """Wait for ``count`` events of that name and return what came with each."""
        eventually(lambda: len(self.data(event)) >= count)
        return self.data(event)

    def data(self, event: str) -> list[Any]:
        """What came with the events of that name so far."""
        return [data for name, data in list(self.events) if name == event]

    def close(self) -> None:
        """Go away, without waiting: in threading mode the library waits three seconds for the closing handshake."""
        if self.socket.connected:
            threading.Thread(target=self._leave, daemon=True).start()
        else:
            self._close_leftovers()

    def _leave(self) -> None:
        self.socket.disconnect()
        self._close_leftovers()

    def _close_leftovers(self) -> None:
        """The library leaves its HTTP session open, and its WebSocket when the server went first."""
        if self.socket.eio.http is not None:
            self.socket.eio.http.close()
        if self.socket.eio.ws is not None:
            self.socket.eio.ws.shutdown()


def refusal(url: str, auth: Any = None, *, namespace: str = "/lobby") -> Any:
    """What a client is told whose connection is refused: ``{message, data}``."""
    told: list[Any] = []
    socket = socketio.Client(reconnection=False)
    socket.on("connect_error", told.append, namespace=namespace)
    try:
        socket.connect(url, namespaces=[namespace], auth=auth, transports="websocket", wait_timeout=10)
    except socketio.exceptions.ConnectionError:
        return eventually(lambda: told)[0]
    finally:
        threading.Thread(target=socket.disconnect, daemon=True).start()
    raise AssertionError("the connection was not refused")
