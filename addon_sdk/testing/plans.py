"""How PostgreSQL goes about what is read: for tests that hold lists to their indexes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from kernel.runtime import platform


@contextmanager
def plans(table: str) -> Iterator[list[str]]:
    """Collect PostgreSQL's plans of the pages that are read of a table inside the block, as EXPLAIN shows them.

    Use it in an app context, on tables that were filled and analysed: plans for empty ones say nothing.
    """
    found: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if table in statement and "LIMIT" in statement and not statement.startswith("EXPLAIN"):
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
            found.append("\n".join(row[0] for row in rows))

    event.listen(platform.db.reader, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(platform.db.reader, "before_cursor_execute", explain)
