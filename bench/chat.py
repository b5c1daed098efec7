"""Chat against a bare python-socketio server on eventlet that stores, checks and knows nothing: deliveries per second.

200 clients in rooms of 10, four messages in flight each; every message of ours is checked and stored before it is
acknowledged. On one process, and on two behind Redis: there against two bare processes with python-socketio's own
Redis manager, and against one bare process. Target: at least 0.5. The general limits are off; they aren't measured.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from bench.catalogue import LINES
from bench.results import Result, compared, in_turns
from bench.stage import CLIENT, ROOT, Environ, Stage, ask, free_port, process

CLIENTS, ROOM, WINDOW, GENERATORS = 200, 10, 4, 2
SECONDS, WARM, ROUNDS = 4.0, 1.0, 3
TARGET = 0.5
TEXT = "سلام، این یک پیام آزمایشی است که کسی آن را می‌خواند. " * 2
Plan = dict[str, Any]
"""What one client does: its token, how it joins, what it sends."""


@contextmanager
def running(arguments: list[str], environ: Environ) -> Iterator[str]:
    """One server process, told its port by its last argument; its address once it accepts."""
    port = free_port()
    with process([*arguments, str(port)], environ, partial(_accepts, port)):
        yield f"http://127.0.0.1:{port}"


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def flood(urls: list[str], clients: list[Plan], seconds: float) -> float:
    """Deliveries per second that the load generators count. Raises RuntimeError when anything was refused."""
    generators = []
    for number in range(GENERATORS):
        options = {"urls": urls, "namespace": "/chat", "clients": clients[number::GENERATORS]}
        options |= {"seconds": seconds, "warm": WARM, "window": WINDOW}
        command = [sys.executable, "-P", str(CLIENT / "flood.py"), "-"]
        generator = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert generator.stdin is not None
        generator.stdin.write(json.dumps(options))
        generator.stdin.close()
        generators.append(generator)
    results = [json.loads(generator.stdout.read()) for generator in generators if generator.stdout is not None]
    if sum(result["errors"] for result in results):
        raise RuntimeError(f"some messages were refused: {results}")
    return sum(result["deliveries"] / result["seconds"] for result in results)


def bare(processes: int, redis_url: str, seconds: float) -> float:
    """One turn of the bare server; with an address of Redis, with python-socketio's Redis manager."""
    rooms = [f"room-{number // ROOM}" for number in range(CLIENTS)]
    plans = [_plan("", ["join", {"room": room}], ["send", {"room": room, "text": TEXT}]) for room in rooms]
    return _turn(processes, [str(CLIENT / "bare.py"), redis_url], {"PYTHONPATH": str(ROOT)}, plans, seconds)


def ours(processes: int, environ: Environ, clients: list[Plan], seconds: float) -> float:
    """One turn of the platform."""
    return _turn(processes, [str(CLIENT / "chat_platform.py")], environ, clients, seconds)


def _turn(processes: int, arguments: list[str], environ: Environ, clients: list[Plan], seconds: float) -> float:
    with ExitStack() as stack:
        urls = [stack.enter_context(running(arguments, environ)) for _ in range(processes)]
        return flood(urls, clients, seconds)


def _plan(token: str, join: list[Any], send: list[Any]) -> Plan:
    return {"token": token, "join": join, "send": send}


def run(stage: Stage, quick: bool) -> Iterator[Result]:
    """The results on one process, then on two."""
    rounds, seconds = (1, 2.0) if quick else (ROUNDS, SECONDS)
    embedded, production = deployment(stage, sqlite=True), deployment(stage, sqlite=False)
    lines = iter(LINES["chat"])
    one = {
        "bare": partial(bare, 1, "", seconds),
        "SQLite": partial(ours, 1, *embedded, seconds),
        "PostgreSQL": partial(ours, 1, *production, seconds),
    }
    found = in_turns(one, rounds)
    for name in ("SQLite", "PostgreSQL"):
        yield compared(next(lines), found[name], found["bare"], "/s", TARGET)
    two = {
        "bare": partial(bare, 2, stage.redis_url, seconds),
        "bare, one process": partial(bare, 1, "", seconds),
        "ours": partial(ours, 2, *production, seconds),
    }
    found = in_turns(two, rounds)
    for name in ("bare", "bare, one process"):
        yield compared(next(lines), found["ours"], found[name], "/s", TARGET)


def deployment(stage: Stage, *, sqlite: bool) -> tuple[Environ, list[Plan]]:
    """Install chat, make users, rooms and tokens; the servers' environment and the clients' plans."""
    environ = stage.deployment(["chat"], sqlite=sqlite, access_token_seconds=7200, read_limit=0, write_limit=0)
    clients = ask("chat_clients.py", environ, CLIENTS, ROOM)
    return environ, [_plan(c["token"], c["join"], ["send", {"room_id": c["room"], "text": TEXT}]) for c in clients]
