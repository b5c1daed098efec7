"""Booting a web process, and how much memory it has after a thousand requests, with every addon of this repository.

Boot: a process that makes the WSGI app as `wsgi.py` does, against one that only imports the modules of libraries which
that app has imported afterwards; from the start of each process until it is done. Memory: the resident set (RSS) of
granian's worker.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

import psutil

from bench._client.http import answers, requests_per_second
from bench.catalogue import LINES
from bench.region import SEARCHES, TREE
from bench.results import Result, compared, in_turns
from bench.stage import CLIENT, Environ, Stage, ask, free_port, granian, process
from bench.stage import run as run_python

ADDONS = ("region", "chat")
"""They bring iran and users."""
ROUNDS, QUICK_ROUNDS = 9, 3
SLOWER, MEBIBYTES = 1.5, 140.0
REQUESTS = 1000
READY = "import os, wsgi; os._exit(0)"
"""Ends at once, as `libraries.py` does: stopping threads in good order is no part of a boot."""
PATHS = [*SEARCHES, TREE, "/api/v1/region/provinces", "/api/v1/region/cities?limit=50", "/health/ready"]


def run(stage: Stage, quick: bool) -> Iterator[Result]:
    """Both results."""
    boot_line, memory_line = LINES["boot"]
    environ = stage.deployment(ADDONS, read_limit=10**9)
    # Compiled modules are kept, as every installation has them, whatever this environment says.
    environ |= {"PYTHONPYCACHEPREFIX": str(stage.folder()), "PYTHONDONTWRITEBYTECODE": ""}
    libraries = ask("boot.py", environ)
    ways = {
        "ours": partial(_seconds, ["-c", READY], environ),
        "libraries": partial(_seconds, [str(CLIENT / "libraries.py"), *libraries], environ),
    }
    found = in_turns(ways, QUICK_ROUNDS if quick else ROUNDS)
    yield compared(boot_line, found["ours"], found["libraries"], "s", SLOWER, at_most=True)
    used = memory(environ)
    yield Result(memory_line, used, MEBIBYTES, "MiB", used / MEBIBYTES, 1.0, at_most=True)


def _seconds(arguments: list[str], environ: Environ) -> float:
    started = time.perf_counter()
    run_python(arguments, environ)
    return time.perf_counter() - started


def memory(environ: Environ) -> float:
    """MiB of the worker."""
    port = free_port()
    with process(granian("wsgi:app", port), environ, partial(answers, port, TREE)) as master:
        asked = 0.0
        while asked < REQUESTS:
            asked += requests_per_second(port, PATHS, 1.0)
        (worker,) = psutil.Process(master.pid).children()
        return worker.memory_info().rss / 2**20
