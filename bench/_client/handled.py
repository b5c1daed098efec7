"""Watch events being handled: `python handled.py <events>`; prints events per second, from the first to the last."""

from __future__ import annotations

import sys
import time

from asoud_bench.models import Note
from sqlalchemy import func, select

from addon_sdk import session
from kernel.app import create_app

LOOK_SECONDS = 0.1
LONGEST_SECONDS = 120.0


def handled() -> int:
    """How many events a handler has written down."""
    return session().scalar(select(func.count()).select_from(Note)) or 0


def when(wanted: int) -> tuple[float, int]:
    """When so many were handled, and how many there were then. Raises RuntimeError when it takes too long."""
    deadline = time.perf_counter() + LONGEST_SECONDS
    while (count := handled()) < wanted:
        if time.perf_counter() > deadline:
            raise RuntimeError(f"{count} of {wanted} events were handled")
        time.sleep(LOOK_SECONDS)
    return time.perf_counter(), count


if __name__ == "__main__":
    with create_app(role="cli").app_context():
        started, there = when(1)
        ended, count = when(int(sys.argv[1]))
    print((count - there) / (ended - started))
