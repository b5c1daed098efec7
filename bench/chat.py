"""Chat against a bare python-socketio server on eventlet that stores, checks and knows nothing: deliveries per second.

200 clients in rooms of 10, four messages in flight each; every message of ours is checked and stored before it is
acknowledged. On one process and on two behind Redis, where the bare server has python-socketio's own Redis manager;
the last line of each compares with the bare server on one process too. Target: at least 0.5.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from addon_sdk.testing.deployments import SECRET, install_addons, settings_for
from addon_sdk.testing.servers import Databases, PostgresServer, RedisServer, free_port

CLIENTS, ROOM, WINDOW, GENERATORS = 200, 10, 4, 2
SECONDS, WARM, ROUNDS = 4.0, 1.0, 3
TARGET = 0.5
TEXT = "سلام، این یک پیام آزمایشی است که کسی آن را می‌خواند. " * 2
HERE = Path(__file__).parent / "_client"
Turn = Callable[[], float]


@contextmanager
def running(arguments: list[str], environ: dict[str, str], port: int) -> Iterator[str]:
    """One server process; its address once it accepts."""
    command = [sys.executable, "-P", "-W", "ignore", *arguments]
    process = subprocess.Popen(command, env={**os.environ, **environ, "PYTHONPATH": os.getcwd()})
    try:
        for _ in range(600):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            if process.poll() is not None:
                raise RuntimeError(f"{arguments[0]} did not start")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def flood(urls: list[str], clients: list[dict[str, Any]]) -> float:
    """Deliveries per second that the load generators count. Raises RuntimeError when anything was refused."""
    generators = []
    for number in range(GENERATORS):
        options = {"urls": urls, "namespace": "/chat", "clients": clients[number::GENERATORS]}
        options |= {"seconds": SECONDS, "warm": WARM, "window": WINDOW}
        command = [sys.executable, "-P", str(HERE / "flood.py"), "-"]
        generator = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert generator.stdin is not None
        generator.stdin.write(json.dumps(options))
        generator.stdin.close()
        generators.append(generator)
    results = [json.loads(generator.stdout.read()) for generator in generators if generator.stdout is not None]
    if sum(result["errors"] for result in results):
        raise RuntimeError(f"some messages were refused: {results}")
    return sum(result["deliveries"] / result["seconds"] for result in results)


def bare(processes: int, redis_url: str) -> float:
    """One turn of the bare server."""
    with ExitStack() as stack:
        urls = []
        for _ in range(processes):
            port = free_port()
            arguments = [str(HERE / "bare.py"), str(port), *([redis_url] if processes > 1 else [])]
            urls.append(stack.enter_context(running(arguments, {}, port)))
        rooms = [f"room-{number // ROOM}" for number in range(CLIENTS)]
        return flood(urls, [_plan("", ["join", {"room": r}], ["send", {"room": r, "text": TEXT}]) for r in rooms])


def ours(processes: int, environ: dict[str, str], clients: list[dict[str, Any]]) -> float:
    """One turn of the platform."""
    with ExitStack() as stack:
        urls = []
        for _ in range(processes):
            port = free_port()
            urls.append(stack.enter_context(running([str(HERE / "chat_platform.py"), str(port)], environ, port)))
        return flood(urls, clients)


def _plan(token: str, join: list[Any], send: list[Any]) -> dict[str, Any]:
    return {"token": token, "join": join, "send": send}


def deployment(folder: Path, database_url: str, redis_url: str) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Install chat, make users, rooms and tokens; the servers' environment and the clients' plans."""
    from kernel.app import create_app

    settings = settings_for(folder, database_url=database_url, redis_url=redis_url, access_token_seconds=7200)
    install_addons(settings, ["chat"])
    app = create_app(settings)
    with app.app_context():
        clients = list(_clients())
    app.extensions["asoud"].db.engine.dispose()
    environ = {
        "ASOUD_SECRET_KEY": SECRET,
        "ASOUD_DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ASOUD_REDIS_PREFIX": settings.redis_prefix,
        "ASOUD_LOG_LEVEL": "ERROR",
    }
    return environ, clients


def _clients() -> Iterator[dict[str, Any]]:
    from asoud_chat.models import ParticipantRole
    from asoud_chat.services import open_room
    from asoud_users.services import user_for_mobile

    from kernel.identity.sessions import open_session

    users = [user_for_mobile(f"+98912{number:07}")[0].id for number in range(CLIENTS)]
    for start in range(0, CLIENTS, ROOM):
        people = users[start : start + ROOM]
        room = str(open_room("group", dict.fromkeys(people, ParticipantRole.MEMBER))[0].id)
        for user in people:
            token = open_session(user).access_token
            yield _plan(token, ["resume", {"stream": f"chat.room:{room}"}], ["send", {"room_id": room, "text": TEXT}])


def in_turns(ways: dict[str, Turn]) -> dict[str, list[float]]:
    """Each way in turns, so that the machine's drift hits all alike; the first round is for warming up."""
    results: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS + 1):
        for name, way in ways.items():
            found = way()
            if number:
                results[name].append(found)
    return results


def report(title: str, results: dict[str, list[float]]) -> None:
    """Print medians, and the ratio of neighbouring turns to the first way."""
    first = next(iter(results))
    for name, values in results.items():
        ratio = statistics.median(mine / other for mine, other in zip(values, results[first], strict=True))
        print(f"{title:28} {name:32} {statistics.median(values):8.0f}/s  {ratio:5.2f}  (at least {TARGET})")


def main() -> None:
    """Print the table."""
    with ExitStack() as stack:
        redis_url = stack.enter_context(RedisServer()).url
        databases = Databases(stack.enter_context(PostgresServer()).url)
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="asoud-bench-"))) for _ in range(2)]
        embedded, on_sqlite = deployment(folders[0], "", redis_url)
        production, on_postgres = deployment(folders[1], databases.create(), redis_url)
        one = {
            "bare": lambda: bare(1, redis_url),
            "chat on SQLite": lambda: ours(1, embedded, on_sqlite),
            "chat on PostgreSQL": lambda: ours(1, production, on_postgres),
        }
        report("one process", in_turns(one))
        two = {
            "bare, with its Redis manager": lambda: bare(2, redis_url),
            "bare, one process": lambda: bare(1, redis_url),
            "chat on PostgreSQL": lambda: ours(2, production, on_postgres),
        }
        report("two processes behind Redis", in_turns(two))


if __name__ == "__main__":
    main()
