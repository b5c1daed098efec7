"""What benchmarks run on: database and Redis servers, deployments in folders of their own, server processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from addon_sdk.testing.deployments import SECRET, install_addons, settings_for
from addon_sdk.testing.servers import Databases, PostgresServer, RedisServer, free_port

ROOT = Path(__file__).parents[1]
CLIENT = Path(__file__).parent / "_client"
ADDON = Path(__file__).parent / "_addon"
START_SECONDS = 60.0
_METADATA = "Metadata-Version: 2.1\nName: asoud-bench\nVersion: 1.0\nSummary: What is measured.\n"
_ENTRY_POINT = "[asoud.addons]\nbench = asoud_bench:addon\n"
Environ = dict[str, str]


class Stage(ExitStack):
    """Servers start when they are first asked for, and end with the block."""

    @cached_property
    def databases(self) -> Databases:
        """Makes databases on a PostgreSQL server."""
        return Databases(self.enter_context(PostgresServer()).url)

    @cached_property
    def redis_url(self) -> str:
        """Address of a Redis server."""
        return self.enter_context(RedisServer()).url

    def folder(self) -> Path:
        """A new folder."""
        return Path(self.enter_context(tempfile.TemporaryDirectory(prefix="asoud-bench-")))

    @cached_property
    def packages(self) -> Path:
        """A folder that makes the addon of `bench/_addon` known as pip would."""
        info = self.folder() / "asoud_bench-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(_METADATA)
        (info / "entry_points.txt").write_text(_ENTRY_POINT)
        return info.parent

    def deployment(self, addons: Sequence[str], *, sqlite: bool = False, **values: Any) -> Environ:
        """Install ``addons`` on a database of their own; the environment of the deployment's processes."""
        environ = self.environ("" if sqlite else self.databases.create(), **values)
        folder, prefix = Path(environ["ASOUD_DATA_DIR"]), environ["ASOUD_REDIS_PREFIX"]
        settings = settings_for(
            folder, database_url=environ["DATABASE_URL"], redis_url=self.redis_url, redis_prefix=prefix
        )
        install_addons(settings, addons)
        return environ

    def environ(self, database_url: str, **values: Any) -> Environ:
        """The environment of processes with a folder and a Redis prefix of their own, and these settings."""
        folder = self.folder()
        return {
            "ASOUD_SECRET_KEY": SECRET,
            "ASOUD_DATA_DIR": str(folder),
            "ASOUD_REDIS_PREFIX": f"{folder.name}:",
            "ASOUD_LOG_LEVEL": "ERROR",
            "DATABASE_URL": database_url,
            "REDIS_URL": self.redis_url,
            "PYTHONPATH": str(ROOT),
            **{f"ASOUD_{name.upper()}": str(value) for name, value in values.items()},
        }

    def bench_addon(self, *, sqlite: bool = False, **values: Any) -> Environ:
        """A deployment with the addon of `bench/_addon`, installed by the command line as a stranger's would be."""
        environ = self.environ("" if sqlite else self.databases.create(), **values)
        environ["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(self.packages), str(ADDON)))
        for arguments in (["db", "upgrade"], ["addons", "install", "bench"]):
            run(["-c", "from kernel.cli import main; main()", *arguments], environ)
        return environ


def python(arguments: Sequence[str]) -> list[str]:
    """The command of a Python process that sees no module by accident."""
    return [sys.executable, "-P", "-W", "ignore", *arguments]


def run(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Run Python to its end; what it printed. Raises RuntimeError with its complaint when it failed."""
    done = subprocess.run(python(arguments), env={**os.environ, **environ}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{arguments} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def ask(program: str, environ: Mapping[str, str], *arguments: object) -> Any:
    """What a program of `bench/_client` prints, as JSON in its last line."""
    return json.loads(run([str(CLIENT / program), *map(str, arguments)], environ).splitlines()[-1])


@contextmanager
def process(
    arguments: Sequence[str], environ: Mapping[str, str], ready: Callable[[], bool]
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process that is ``ready`` in the block, and told to end after it."""
    started = subprocess.Popen(python(arguments), env={**os.environ, **environ})
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if started.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{arguments[0]} did not start")
            time.sleep(0.05)
        yield started
    finally:
        started.terminate()
        started.wait(30)


def granian(target: str, port: int) -> list[str]:
    """Arguments of a WSGI server with one worker and one thread."""
    options = ["--interface", "wsgi", "--port", str(port), "--workers", "1", "--blocking-threads", "1", "--no-log"]
    return ["-m", "granian", *options, target]


__all__ = ["CLIENT", "Environ", "Stage", "ask", "free_port", "granian", "process", "run"]
