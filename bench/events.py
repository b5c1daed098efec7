"""From the outbox to the handler: at least 300 events a second with one worker, on SQLite and on PostgreSQL.

The outbox is filled with events of `bench/_addon`; then a real `asoud worker` and a real `asoud cron`, which relays,
are started. Each handler writes a row, in its transaction with the processed mark. From the first effect to the last.
"""

from __future__ import annotations

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
    ask("publish.py", environ, events)
    with ExitStack() as roles:
        for role in ("worker", "cron"):
            roles.enter_context(process(["-m", "kernel.serving.child", role], environ, lambda: True))
        rate: float = ask("handled.py", environ, events)
    return rate
