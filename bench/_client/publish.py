"""Fill the outbox: `python publish.py <events>`, in transactions of a hundred; prints how many."""

from __future__ import annotations

import sys

from asoud_bench.services import publish_notes

from kernel.app import create_app

TOGETHER = 100

if __name__ == "__main__":
    events = int(sys.argv[1])
    with create_app(role="cli").app_context():
        for first in range(0, events, TOGETHER):
            publish_notes(range(first, min(first + TOGETHER, events)))
    print(events)
