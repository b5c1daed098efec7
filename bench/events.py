"""From the outbox to the handler: at least 300 events a second with one worker, on SQLite and on PostgreSQL.

A real `asoud cron` (which relays) and a real `asoud worker` run; one process publishes the events of `bench/_addon` in
transactions of a hundred; each handler writes a row. From the first commit until the last handler's effect is seen.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

from bench.catalogue import LINES
from bench.results import Result
from bench.stage import Environ, Stage, ask, process

EVENTS, QUICK_EVENTS = 3000, 600
TARGET = 300.0


def run(stage: Stage, quick: bool) -> Iterator[Result]:
    """The results of both databases; the reference is the target itself."""
    for line, sqlite in zip(LINES["events"], (True, False), strict=True):
        environ = stage.bench_addon(sqlite=sqlite)
        rate = measure(environ, QUICK_EVENTS if quick else EVENTS)
        yield Result(line, rate, TARGET, "/s", rate / TARGET, 1.0)


def measure(environ: Environ, events: int) -> float:
    """Events per second."""
    with ExitStack() as roles:
        for role in ("worker", "cron"):
            roles.enter_context(process(["-m", "kernel.serving.child", role], environ, lambda: True))
        time.sleep(0.1)
        ask("noted.py", environ, 100)  # both are up, and have done this once, when these are handled
        seconds: float = ask("noted.py", environ, events)
    return events / seconds
