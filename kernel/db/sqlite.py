"""SQLite as a server: write-ahead log, real transactions, and waiting that lets other greenlets run.

SQLite's own busy wait sleeps in C and would freeze a whole eventlet process, so it is off (busy_timeout 0) and
every busy statement is tried again after a sleep that yields.
"""

from __future__ import annotations

import random
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, Uuid, event

from config import ConfigurationError
from kernel.db.failures import is_busy
from kernel.db.pool import pooled_engine
from kernel.db.uuids import HexUuid

_PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "busy_timeout = 0")


def sqlite_engine(url: URL, *, pool_size: int, wait_seconds: float) -> Engine:
    """An engine for a database file, made with its folder when missing, in autocommit.

    A busy statement waits ``wait_seconds`` at most for others. Raises ConfigurationError where there can be no folder.
    """
    folder = Path(url.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        mend = "Set ASOUD_DATA_DIR or DATABASE_URL to a place that can."
        raise ConfigurationError(f"{folder}: cannot be made for the database ({error.strerror}). {mend}") from None
    connect_args = {"timeout": 0, "check_same_thread": False, "isolation_level": None}
    engine = pooled_engine(url, pool_size=pool_size, wait_seconds=wait_seconds, connect_args=connect_args)
    engine.dialect.colspecs = {**engine.dialect.colspecs, Uuid: HexUuid}

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            patiently(cursor, f"PRAGMA {pragma}", (), wait_seconds)
        cursor.close()

    @event.listens_for(engine, "do_execute")
    def execute(cursor: sqlite3.Cursor, statement: str, parameters: Any, context: object) -> bool:
        patiently(cursor, statement, parameters, wait_seconds)
        return True

    return engine


def patiently(cursor: sqlite3.Cursor, statement: str, parameters: Any, seconds: float) -> None:
    """Execute, trying again for ``seconds`` while another connection is in the way; then sqlite3.OperationalError."""
    pause, deadline = 0.001, 0.0
    while True:
        try:
            cursor.execute(statement, parameters)
            return
        except sqlite3.OperationalError as error:
            deadline = deadline or time.monotonic() + seconds
            if not is_busy(error) or time.monotonic() >= deadline:
                raise
        time.sleep(pause * random.uniform(0.5, 1.5))
        pause = min(pause * 2, 0.05)
