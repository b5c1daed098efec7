"""Publish events and wait until the last is handled: `python noted.py <events>`; prints the seconds it took."""

from __future__ import annotations

import sys
import time

from asoud_bench.models import Note
from asoud_bench.services import publish_notes
from sqlalchemy import func, select

from addon_sdk import session
from kernel.app import create_app

TOGETHER = 100
LOOK_SECONDS = 0.05
LONGEST_SECONDS = 120.0


def handled() -> int:
    """How many events a handler has written down."""
    return session().scalar(select(func.count()).select_from(Note)) or 0


def main(events: int) -> None:
    """Publish and wait. Raises RuntimeError when it takes too long."""
    app = create_app(role="cli")
    with app.app_context():
        wanted = handled() + events
        started = time.perf_counter()
        for first in range(0, events, TOGETHER):
            publish_notes(range(first, min(first + TOGETHER, events)))
        while handled() < wanted:
            if time.perf_counter() - started > LONGEST_SECONDS:
                raise RuntimeError(f"{wanted - handled()} of {events} events were not handled")
            time.sleep(LOOK_SECONDS)
        print(time.perf_counter() - started)


if __name__ == "__main__":
    main(int(sys.argv[1]))
