"""Statements end with the request that they serve: PostgreSQL cancels them when its time is up.

Only in a request's last seconds, fewer than the statement timeout, does a statement cost a second round trip.
SQLite is asked before each statement, but cannot be stopped inside one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event

from kernel.deadline import time_left

_SHORTENED = "asoud_statement_timeout_shortened"


class StatementLimit:
    """The statement timeout of one database, shortened where a request has less time left."""

    def __init__(self, engine: Engine, *, statement_timeout_ms: int) -> None:
        self._seconds = 0.0
        if engine.dialect.name == "postgresql":
            self._seconds = statement_timeout_ms / 1000 or math.inf
            event.listen(engine, "checkin", _restore)

    def heed(self, connect: Callable[[], Connection]) -> None:
        """Before a statement: let it run for the rest of the request's time at most. Raises `RequestTimeout`.

        ``connect`` gives the statement's connection, where it is needed.
        """
        left = time_left()
        if left is not None and left < self._seconds:
            connection = connect()
            connection.exec_driver_sql(f"SET statement_timeout = {math.ceil(left * 1000)}")
            connection.info[_SHORTENED] = True


def _restore(connection: Any, record: Any) -> None:
    if connection is None or not record.info.pop(_SHORTENED, False):
        return
    try:
        connection.execute("RESET statement_timeout")
        if not connection.autocommit:
            connection.commit()
    except Exception:  # whatever is wrong with it: a connection that can't be restored is not used again
        record.invalidate()
