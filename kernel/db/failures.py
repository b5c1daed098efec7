"""What the drivers raise, told apart: the database is away, writers collided, or the statement is simply wrong."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DataError

from kernel.deadline import time_left
from kernel.errors import RequestTimeout, ServiceUnavailable

_COLLISIONS = {"40001", "40P01", "55P03"}
"""Serialisation failure, deadlock, lock timeout."""
_AWAY = {"08", "53", "57"}
"""Classes of SQLSTATE: connection trouble, out of resources, operator intervention and statement timeout."""


_CANCELED = "57014"
_NO_TIME = 0.1
"""Seconds; the server's clock may end a statement a little before ours says so."""


class DatabaseAway(ServiceUnavailable):
    """The database cannot be reached, has no connection or turn to give, or ran into the statement timeout."""


class StatementTooSlow(DatabaseAway):
    """A statement ran into the statement timeout; another try would take as long."""


class WritersCollided(ServiceUnavailable):
    """Deadlock or serialisation failure: nothing was written, and another try may well succeed."""


def is_busy(error: BaseException | None) -> bool:
    """Whether SQLite says that another connection is in the way, so that waiting helps."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_BUSY and code != sqlite3.SQLITE_BUSY_SNAPSHOT


def translate_failure(context: ExceptionContext) -> None:
    """Engine event: answer 503 for what isn't the statement's fault; the driver's error stays the cause.

    A number that fits no column is a `DataError` on both databases.
    """
    error: Any = context.original_exception
    state = getattr(error, "sqlstate", None) or ""
    if state in _COLLISIONS or getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY_SNAPSHOT:
        raise WritersCollided(retry_after=1) from error
    if state == _CANCELED:
        _ended_with_request()
        raise StatementTooSlow() from error
    if isinstance(error, OverflowError):  # sqlite3 of a number beyond 64 bits, which PostgreSQL calls a data error
        raise DataError(context.statement, context.parameters, error) from error
    if context.is_disconnect or _cannot_connect(context) or state[:2] in _AWAY or is_busy(error):
        raise DatabaseAway() from error


def _ended_with_request() -> None:
    """Raise RequestTimeout when it was the request's time that was up."""
    left = time_left()
    if left is not None and left < _NO_TIME:
        raise RequestTimeout


def _cannot_connect(context: ExceptionContext) -> bool:
    driver = context.dialect.loaded_dbapi
    return context.connection is None and isinstance(context.original_exception, driver.OperationalError)
