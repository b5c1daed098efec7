"""Pid files: how the command line finds the masters of this machine to have their children replaced."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from config import Settings
from kernel.errors import OperatorError


def pid_folder(data_dir: Path) -> Path:
    """Where the `asoud` masters of a site keep their pid files."""
    return data_dir / "run"


@contextlib.contextmanager
def pid_file(data_dir: Path, name: str, *, alone: bool = False) -> Iterator[Path]:
    """Keep a locked pid file while the block runs. The lock goes with the process, however that ends.

    ``alone`` refuses, with `OperatorError`, when another living master has the file already; otherwise the
    process id becomes part of its name.
    """
    path = pid_folder(data_dir) / (f"{name}.pid" if alone else f"{name}-{os.getpid()}.pid")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    except OSError as error:
        mend = "Set ASOUD_DATA_DIR to a folder that can."
        raise OperatorError(f"{data_dir}: cannot be written to ({error.strerror}). {mend}") from None
    with file:
        if not _lock(file):
            file.seek(0)
            other = f"another `asoud {name}` (process {file.read().partition(' ')[0]})"
            raise OperatorError(f"{data_dir} is in use by {other}. Stop that, or set ASOUD_DATA_DIR.")
        file.truncate(0)
        file.write(f"{os.getpid()} {socket.gethostname()}\n")
        file.flush()
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def running_masters(data_dir: Path) -> dict[Path, int]:
    """The living `asoud` masters of this machine by their pid file. Files of dead ones are removed.

    Another server may keep its pid file beside them: that has no host behind the number, and stays.
    Containers that share the data folder are machines of their own: a process id means nothing in another one.
    """
    found = {}
    for path in sorted(pid_folder(data_dir).glob("*.pid")):
        with contextlib.suppress(OSError), path.open() as file:  # one that ends just now takes its file away
            ended = _lock(file)
            pid, _, host = file.read().strip().partition(" ")
            if ended and host:
                path.unlink()
            elif pid.isdigit() and host == socket.gethostname():
                found[path] = int(pid)
    return found


def signal_servers(settings: Settings) -> list[str]:
    """Have every server master of this machine replace its processes; one line per master about what was done.

    Reaches the `asoud` masters of the same data folder and those whose pid files are in ``settings.pid_files``.
    """
    lines = []
    for path, pid in running_masters(settings.data_dir).items():
        lines.append(_hang_up(path, pid))
    for name in settings.pid_files:
        path = Path(name)
        try:
            lines.append(_hang_up(path, int(path.read_text().strip())))
        except (OSError, ValueError):
            lines.append(f"{path}: no running server. If one should run, check ASOUD_PID_FILES and restart it.")
    return lines


def _hang_up(path: Path, pid: int) -> str:
    try:
        os.kill(pid, signal.SIGHUP)
    except ProcessLookupError:
        return f"{path}: process {pid} is gone; start it again to take the new code."
    except PermissionError:
        return f"{path}: you may not signal process {pid}; as its user run: kill -HUP {pid}"
    return f"Told the server of {path.name} (process {pid}) to replace its processes."
