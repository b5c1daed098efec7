from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from kernel.clock import FrozenClock, monotonic, now


def test_time_is_aware_and_moves() -> None:
    first, started = now(), monotonic()
    assert first.utcoffset() == timedelta(0)
    assert now() >= first
    assert monotonic() >= started


def test_a_frozen_clock_stands_still_in_every_thread_until_moved() -> None:
    at = datetime(2026, 3, 21, tzinfo=UTC)
    seen: list[datetime] = []
    with FrozenClock(at) as clock:
        started = monotonic()
        clock.tick(90)
        thread = threading.Thread(target=lambda: seen.append(now()))
        thread.start()
        thread.join()
        assert monotonic() - started == 90
        with FrozenClock(at) as inner:
            assert now() == inner.now() == at
        assert now() == at + timedelta(seconds=90)
    assert seen == [at + timedelta(seconds=90)]
    assert now() > at + timedelta(days=1)
