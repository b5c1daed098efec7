"""One transaction around any change of the schema: locked across processes, checked, and rolled back whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from kernel.db.failures import DatabaseAway, WritersCollided
from kernel.errors import OperatorError
from kernel.runtime import platform

_LOCK = 0x41_53_4F_55_44
"""Key of PostgreSQL's advisory lock: ASOUD in letters. On SQLite, BEGIN IMMEDIATE locks the whole database."""


@contextmanager
def schema_change(owner: str) -> Iterator[Connection]:
    """A connection whose DDL and data changes are committed together at the end of the block, or not at all.

    Raises OperatorError when another process changes the schema for too long, or rows would lose what they point at.
    """
    if platform.db.session().depth:
        raise RuntimeError("A schema cannot change inside transaction(); end it first.")
    with _foreign_keys_off() as connection, _locked(owner, connection):
        yield connection
        _check_foreign_keys(owner, connection)


@contextmanager
def _foreign_keys_off() -> Iterator[Connection]:
    """SQLite rebuilds a table to change it, which would delete child rows; the switch works outside transactions."""
    with platform.db.engine.connect() as connection:
        raw = connection.connection.cursor() if platform.db.is_sqlite else None
        try:
            if raw is not None:
                raw.execute("PRAGMA foreign_keys = OFF")
            yield connection
        finally:
            if raw is not None:
                raw.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _locked(owner: str, connection: Connection) -> Iterator[None]:
    try:
        transaction = connection.begin()
        if not platform.db.is_sqlite:
            wait = f"{platform.settings.database_wait_seconds}s"
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{wait}'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    except (DatabaseAway, WritersCollided) as error:
        raise OperatorError(
            f"{owner}: the database is away, or another process holds it. Run `asoud doctor`, or wait and try again."
        ) from error
    with transaction:
        yield


def _check_foreign_keys(owner: str, connection: Connection) -> None:
    if platform.db.is_sqlite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise OperatorError(
            f"{owner}: after this change a row of {lost[0]} would point at a row of {lost[2]} that isn't there. "
            "Remove or move such rows in the migration first."
        )
