"""`asoud run`: a whole site on one machine, from an empty folder to serving, ended by one Ctrl-C."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from pathlib import Path

import click

from config import Settings
from kernel.errors import OperatorError
from kernel.operations.logs import init_logging
from kernel.serving.children import Program
from kernel.serving.master import Master
from kernel.serving.programs import (
    banner_file,
    cron_program,
    emulators_program,
    preparing_program,
    web_program,
    worker_program,
)
from kernel.serving.redis_server import redis_server
from kernel.serving.signals import pid_file
from kernel.serving.sockets import listen


def run_embedded(settings: Settings, *, demo: bool, host: str | None, port: int | None) -> int:
    """Prepare and serve; the exit code. Raises `OperatorError` for a port in use, a bad data folder and the like."""
    _prefer_people()
    init_logging(settings)
    _name_data_folder(settings.data_dir)
    with pid_file(settings.data_dir, "run", alone=True):
        host, port = host or settings.host, settings.port if port is None else port
        with closing(listen(host, port)) as listener:
            address = f"http://{_shown(host)}:{listener.getsockname()[1]}"
            programs = _programs(settings, address, demo=demo)
            return Master(programs, listener=listener, on_ready=lambda: _show(address, settings)).run()


def _prefer_people() -> None:
    """Logs for people when somebody is watching and nothing else was asked for."""
    if sys.stderr.isatty():
        os.environ.setdefault("ASOUD_LOG_FORMAT", "console")


def _name_data_folder(folder: Path) -> None:
    """Make the folder, and let the children find it wherever they are. Raises `OperatorError` when it can't be used."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        mend = "Set ASOUD_DATA_DIR to another folder."
        raise OperatorError(f"{folder}: cannot be made ({error.strerror}). {mend}") from None
    os.environ["ASOUD_DATA_DIR"] = str(folder.absolute())


def _programs(settings: Settings, address: str, *, demo: bool) -> list[Program]:
    public = {} if "ASOUD_PUBLIC_URL" in os.environ else {"ASOUD_PUBLIC_URL": address}
    prepare = preparing_program(demo=demo)
    programs = [prepare, web_program("web", settings, public), worker_program(), cron_program()]
    if not settings.redis_url:
        programs.insert(0, redis_server(settings))
    if demo:
        programs.append(emulators_program())
    return programs


def _shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, f"[{host}]" if ":" in host else host)


def _show(address: str, settings: Settings) -> None:
    banner = json.loads(banner_file(settings.data_dir).read_bytes())
    lines = [
        f"ASOUD serves on {address}",
        f"  API document   {address}/docs  ({address}/api/v1/openapi.json)",
        f"  Socket.IO      {address}/socket.io/",
        f"  Addons         {', '.join(banner['addons']) or 'none; see: asoud addons list'}",
        f"  Database       {banner['database']}",
        f"  Data           {settings.data_dir.absolute()}",
        *(f"  Demo login     {line}" for line in banner["logins"]),
        "  Stop           Ctrl-C",
    ]
    click.echo("\n".join(lines))
