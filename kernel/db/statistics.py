"""What the database's planner knows about tables: it must hear of many new rows, or it plans as for an empty table."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from kernel.db.failures import DatabaseAway, WritersCollided
from kernel.db.ledger import read_ledger
from kernel.runtime import platform

log = structlog.get_logger(__name__)

_SAMPLE = "PRAGMA analysis_limit = 1000"
"""SQLite then looks at so many rows of each index, not at all of them."""


def analyse(owner: str | None = None) -> None:
    """Let the planner look at the tables of ``owner``, or of everybody; after an installation, a migration, a load.

    PostgreSQL would come round to it by itself minutes later, SQLite never. Nothing depends on it, so a failure is
    only logged. Call it outside transactions.
    """
    try:
        with platform.db.engine.begin() as connection:
            _analyse(connection, owner)
    except (SQLAlchemyError, DatabaseAway, WritersCollided) as error:
        log.warning("tables_not_analysed", owner=owner, error=str(error))


def _analyse(connection: Connection, owner: str | None) -> None:
    if platform.db.is_sqlite:
        connection.exec_driver_sql(_SAMPLE)
    for table, whose in sorted(read_ledger(connection).tables.items()):
        if owner in (None, whose):
            connection.exec_driver_sql(f'ANALYZE "{table}"')
