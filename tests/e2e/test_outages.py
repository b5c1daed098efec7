"""Redis and the database go away and come back while one deployment serves: nothing is lost, nothing is restarted."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from addon_sdk.testing.servers import Databases, PostgresServer, RedisServer, free_port
from tests.e2e.platforms import ROOT, Deployment, until

API = "/api/v1"


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def deployment(tmp_path: Path, redis: RedisServer, postgres: PostgresServer) -> Iterator[Deployment]:
    """One of each process, with the example addon, whose handler gives each new user 10 points."""
    address = Databases(postgres.url).create()
    running = Deployment(tmp_path, {"DATABASE_URL": address, "REDIS_URL": redis.url, "ASOUD_PROFILE": "production"})
    (tmp_path / "data").mkdir()
    running.pip_install(ROOT / "examples" / "asoud_loyalty")
    running.asoud("db", "upgrade")
    running.asoud("addons", "install", "chat", "loyalty", "--no-wait")
    running.web_ports, running.socket_ports = [free_port()], [free_port()]
    running.start("web", "granian", "--interface", "wsgi", "--port", str(running.web_ports[0]), "wsgi:app")
    running.start("realtime", "asoud", "realtime", "--port", str(running.socket_ports[0]))
    running.start("cron", "asoud", "cron")
    running.start("worker", "asoud", "worker")
    until(lambda: running.get("/health/ready").status_code == 200, "the web server to be ready", seconds=120)
    yield running
    running.stop()


class Chatter:
    """A client in one room, over REST and by a socket that never connects a second time."""

    def __init__(self, deployment: Deployment, mobile: str) -> None:
        self.deployment = deployment
        self.headers = deployment.log_in(mobile)
        opened = self.post("/chat/rooms", {"kind": "group", "title": "x", "user_ids": []})
        assert opened.status_code == 201, opened.text
        self.room = opened.json()
        self.heard: queue.Queue[str] = queue.Queue()
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("message", lambda entry: self.heard.put(entry["data"]["text"]), namespace="/chat")
        self.connect()
        assert self.call("resume", {"stream": self.room["stream"]})["ok"]

    def connect(self) -> None:
        address = f"http://127.0.0.1:{self.deployment.socket_ports[0]}"
        token = self.headers["Authorization"].removeprefix("Bearer ")
        until(lambda: requests.get(f"{address}/health/live", timeout=5).ok, "the socket server")
        self.socket.connect(address, namespaces=["/chat"], auth={"token": token}, transports=["websocket"])

    def post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return requests.post(self.deployment.url(f"{API}{path}"), json=body, headers=self.headers, timeout=30)

    def call(self, event: str, data: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.socket.call(event, data, "/chat", timeout=30)
        return answer

    def say_over_rest(self, text: str) -> requests.Response:
        return self.post(f"/chat/rooms/{self.room['id']}/messages", {"text": text, "client_key": text})

    def say_by_socket(self, text: str) -> dict[str, Any]:
        return self.call("send", {"room_id": self.room["id"], "text": text, "client_key": text})

    def written(self) -> list[str]:
        found = self.deployment.get(f"{API}/chat/rooms/{self.room['id']}/messages?sort=number", headers=self.headers)
        return [message["text"] for message in found.json()["items"]]


def refused(answer: requests.Response) -> None:
    """It is a problem that says when to come again."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json"), answer.text
    assert answer.json()["code"] == "service_unavailable"
    assert int(answer.headers["Retry-After"]) > 0


def health(deployment: Deployment) -> tuple[int, str, int]:
    """Readiness, its status, and liveness."""
    ready = deployment.get("/health/ready")
    return ready.status_code, ready.json()["status"], deployment.get("/health/live").status_code


def balance(deployment: Deployment, headers: dict[str, str]) -> int:
    points: int = deployment.get(f"{API}/loyalty/balance", headers=headers).json()["balance"]
    return points


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_servers_go_away_and_come_back(deployment: Deployment, redis: RedisServer, postgres: PostgresServer) -> None:
    ali = Chatter(deployment, "09121110001")
    pids = {name: process.pid for name, process in deployment.processes.items()}

    # An event is published and on its way when Redis takes everything with it that it was told.
    sara = deployment.log_in("09121110002")
    redis.stop()
    assert deployment.get(f"{API}/users/me", headers=ali.headers).status_code == 200
    assert ali.say_over_rest("without redis, rest").status_code == 201
    assert ali.say_by_socket("without redis, socket")["ok"]
    assert [ali.heard.get(timeout=10) for _ in range(2)] == ["without redis, rest", "without redis, socket"]
    refused(ali.post("/users/login-codes", {"mobile": "09121110003"}))
    assert health(deployment) == (200, "degraded", 200)
    redis.start()
    until(lambda: health(deployment) == (200, "ok", 200), "Redis to be found again")
    until(lambda: balance(deployment, sara) == 10, "the handler of the event")
    until(lambda: heard_again(ali), "messages from another process")

    reza = deployment.log_in("09121110003")
    postgres.stop()
    for answer in (
        deployment.get(f"{API}/users/me", headers=ali.headers),
        ali.say_over_rest("without a database"),
    ):
        refused(answer)
    assert ali.say_by_socket("without a database")["error"]["code"] == "service_unavailable"
    assert health(deployment) == (503, "unavailable", 200)
    postgres.start()
    until(lambda: health(deployment) == (200, "ok", 200), "the database to be found again")
    assert ali.say_over_rest("rest again").status_code == 201
    assert ali.say_by_socket("socket again")["ok"]
    until(lambda: balance(deployment, reza) == 10, "the handler of the second event")
    until(lambda: heard_again(ali), "messages from another process")

    written = [text for text in ali.written() if not text.startswith("probe")]
    assert written == ["without redis, rest", "without redis, socket", "rest again", "socket again"]
    assert [balance(deployment, user) for user in (sara, reza)] == [10, 10]
    assert ali.socket.connected
    assert {name: process.pid for name, process in deployment.processes.items() if process.poll() is None} == pids
    ali.socket.disconnect()


def heard_again(chatter: Chatter) -> bool:
    """Whether what is said over REST reaches the socket, in a process of its own, within a second."""
    text = f"probe {len(chatter.written())}"
    chatter.say_over_rest(text)
    try:
        while chatter.heard.get(timeout=1) != text:
            pass
    except queue.Empty:
        return False
    return True
