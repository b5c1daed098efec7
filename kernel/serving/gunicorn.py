"""Hooks that make gunicorn's HUP a hand-over: ``gunicorn --config python:kernel.serving.gunicorn ... wsgi:app``.

By itself gunicorn starts new workers on HUP and ends the old ones at once, seconds before the new ones have loaded the
app. Here its master makes room for both, and a new worker ends its share of the old ones when it can serve:

    HUP                             old 1, old 2                  room for 2 + 2
    new workers are forked          old 1, old 2, new 3, new 4
    3 has loaded the app: TERM 1           old 2, new 3, new 4    room for 3
    4 cannot load it and ends              old 2, new 3           room for 2

Whichever of a pair ends first, the other one stays, and there is room for one worker fewer. Another HUP meanwhile
replaces all that run, the new ones too.
"""

from __future__ import annotations

import contextlib
import os
import signal
from typing import Any

__all__ = ["child_exit", "on_reload", "post_fork", "post_worker_init", "pre_fork"]

Arbiter = Any
"""gunicorn's master, which carries no types."""
Worker = Any
"""One of its workers."""

_shares: list[set[int]] = []
"""The old workers that each worker of the generation to be forked now takes over from."""


def on_reload(server: Arbiter) -> None:
    """In the master, on HUP: share the running workers out and keep them."""
    running = sorted(server.WORKERS)
    _shares[:] = [set(running[turn :: server.cfg.workers]) for turn in range(server.cfg.workers)]
    server.num_workers += len(running)


def pre_fork(_server: Arbiter, worker: Worker) -> None:
    """In the master: give the worker its share."""
    worker.predecessors = _shares.pop() if _shares else set()


def post_fork(server: Arbiter, _worker: Worker) -> None:
    """In the worker: only without others may its failing to boot, told by these two codes, end the whole server."""
    if server.WORKERS:
        server.WORKER_BOOT_ERROR = server.APP_LOAD_ERROR = 1


def post_worker_init(worker: Worker) -> None:
    """In the worker, with the app loaded: let its predecessors finish what they do and go."""
    for pid in worker.predecessors:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def child_exit(server: Arbiter, worker: Worker) -> None:
    """In the master, when a worker has ended: if it was one of a pair, the other one suffices."""
    successors = [other for other in server.WORKERS.values() if worker.pid in other.predecessors]
    for successor in successors:
        successor.predecessors.remove(worker.pid)
    if successors or worker.predecessors:
        server.num_workers -= 1
    if worker.predecessors and not successors:
        mend = f"What it said before tells why; mend that, then: kill -HUP {server.pid}"
        server.log.error("Worker %s ended before %s; those go on. %s", worker.pid, worker.predecessors, mend)
