"""PostgreSQL through psycopg 3: connections in autocommit that speak UTC, and the cure for its trouble with eventlet.

psycopg's C build waits inside C and would freeze a whole eventlet process at each query. It must be told to wait
in Python before it is imported; `waits_cooperatively` proves at start-up that this has worked.
"""

from __future__ import annotations

import os
import sys
import threading
import time

from sqlalchemy import URL, Engine

from kernel.db.pool import ask_rested_connections, pooled_engine

_VARIABLE = "PSYCOPG_WAIT_FUNC"
_PLANNER = "-c random_page_cost=1.1 -c max_parallel_workers_per_gather=0 -c jit=off"
"""What PostgreSQL assumes unless the URL's own ``options`` say otherwise.

Rows lie in memory or on an SSD, where one from anywhere costs hardly more than the next one; and requests are many and
short, so that none is worth processes of its own or a tenth of a second of compiling.
"""


def postgres_engine(url: URL, *, pool_size: int, wait_seconds: float, statement_timeout_ms: int) -> Engine:
    """An engine whose connections are in autocommit."""
    options = f"-c statement_timeout={statement_timeout_ms} -c timezone=UTC"
    given = url.query.get("options", "")
    connect_args = {"options": f"{_PLANNER} {given} {options}", "autocommit": True, "connect_timeout": 5}
    engine = pooled_engine(url, pool_size=pool_size, wait_seconds=wait_seconds, connect_args=connect_args)
    ask_rested_connections(engine)
    return engine


def import_cooperative_psycopg() -> None:
    """Import psycopg so that its waits yield to other greenlets. Does nothing where it is imported already."""
    if "psycopg" in sys.modules:
        return
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = "wait_selector"
    try:
        import psycopg  # noqa: F401 - reads the variable while it is imported
    finally:  # a worker that is started from here has no greenlets and waits better in C
        os.environ.pop(_VARIABLE)
        if before is not None:
            os.environ[_VARIABLE] = before


def waits_cooperatively(engine: Engine, *, seconds: float = 0.2) -> bool:
    """Whether other threads (under eventlet: greenlets) run while a query of ``seconds`` waits for its answer."""
    ticks = 0
    ended = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not ended.is_set():
            time.sleep(seconds / 20)
            ticks += 1

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    with engine.connect() as connection:
        before = ticks
        connection.exec_driver_sql(f"SELECT pg_sleep({seconds})")
        during = ticks - before
    ended.set()
    thread.join()
    return during > 2
