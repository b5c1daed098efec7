"""City search and the region tree under granian, against bare views: requests per second, in turns, as ratios.

Targets: uncached at least 0.6 of a bare view with the same SQL and headers, cached at least 0.5 of a view that returns
kept bytes. One worker, one thread each, on PostgreSQL; ratios are of neighbouring turns, their median counts. Beside
it stands the ratio of the servers' own CPU time per request, which a busy machine disturbs less.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import psutil

from addon_sdk.testing.deployments import SECRET, install_addons, settings_for
from addon_sdk.testing.servers import Databases, PostgresServer, RedisServer, free_port
from bench._client.http import fetch, requests_per_second

SEARCH, TREE = "/api/v1/region/cities/search", "/api/v1/region/tree"
QUERIES = ("تهران", "شهر", "بندر", "آباد", "کاشان", "tab", "esf", "قم", "رضا", "نور", "گر", "دره", "shahr", "سر", "خو")
SEARCHES = [f"{SEARCH}?q={quote(query)}" for query in QUERIES]
ROUNDS, SECONDS = 7, 1.5


@dataclass(frozen=True)
class Case:
    """One comparison: what is asked of the platform, and of the reference."""

    name: str
    target: float
    uncached: bool
    paths: list[str]
    reference: list[str]


CASES = (
    Case("city search, uncached", 0.6, True, SEARCHES, SEARCHES),
    Case("region tree, uncached", 0.6, True, [TREE], [TREE]),
    Case("city search, cached", 0.5, False, SEARCHES, [f"/bytes{path}" for path in SEARCHES]),
    Case("region tree, cached", 0.5, False, [TREE], [f"/bytes{TREE}"]),
)


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """CPU time that it and its worker have used."""
        times = [process.cpu_times() for process in (self.process, *self.process.children(recursive=True))]
        return sum(time.user + time.system for time in times)

    def turn(self, paths: list[str]) -> Turn:
        """Ask it for some seconds."""
        before = self.cpu_seconds()
        rate = requests_per_second(self.port, paths, SECONDS)
        return Turn(rate, rate * SECONDS / (self.cpu_seconds() - before))


class Turn(NamedTuple):
    """What one turn gave: requests per second of the clock, and of the server's CPU."""

    rate: float
    cpu_rate: float


@contextmanager
def served(target: str, environ: dict[str, str]) -> Iterator[Server]:
    """Serve a WSGI app with one worker of granian."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen([*command, "--blocking-threads", "1", "--no-log", target], env=os.environ | environ)
    try:
        _wait(port, process)
        yield Server(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("The server ended while it started.")
        try:
            fetch(port, TREE)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server doesn't answer.")


@contextmanager
def sites() -> Iterator[dict[str, Server]]:
    """Servers of the platform, cached and not, and of the reference, on one database with the regions in it."""
    with ExitStack() as stack:
        postgres = stack.enter_context(PostgresServer())
        redis = stack.enter_context(RedisServer())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="asoud-bench-")))
        url = Databases(postgres.url).create()
        install_addons(settings_for(folder, database_url=url, redis_url=redis.url), ("region",))
        environ = {
            "DATABASE_URL": url,
            "REDIS_URL": redis.url,
            "ASOUD_SECRET_KEY": SECRET,
            "ASOUD_DATA_DIR": str(folder),
            "ASOUD_LOG_LEVEL": "WARNING",
            "ASOUD_READ_LIMIT": str(10**9),
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        uncached = {**environ, "BENCH_UNCACHED": "1"}
        yield {
            "cached": stack.enter_context(served("bench._client.region_platform:app", environ)),
            "uncached": stack.enter_context(served("bench._client.region_platform:app", uncached)),
            "bare": stack.enter_context(served("bench._client.region_bare:app", environ)),
        }


def measure(case: Case, servers: dict[str, Server]) -> list[tuple[Turn, Turn]]:
    """Turns of the platform, each with the reference's turn that followed."""
    ours, bare = servers["uncached" if case.uncached else "cached"], servers["bare"]
    turns = [(ours.turn(case.paths), bare.turn(case.reference)) for _ in range(ROUNDS + 1)]
    return turns[1:]  # the first is for warming up


def main() -> None:
    """Print the table."""
    with sites() as servers:
        for case in CASES:
            turns = measure(case, servers)
            ours, bare = (statistics.median(pair[side].rate for pair in turns) for side in (0, 1))
            ratio = statistics.median(mine.rate / other.rate for mine, other in turns)
            by_cpu = statistics.median(mine.cpu_rate / other.cpu_rate for mine, other in turns)
            print(
                f"{case.name:24} {ours:7.0f}/s, bare {bare:7.0f}/s: {ratio:5.2f}, by CPU {by_cpu:5.2f}"
                f"  (at least {case.target})"
            )


if __name__ == "__main__":
    main()
