"""How PostgreSQL goes about what is read: for tests that hold lists to their indexes."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import event

from kernel.runtime import platform


def plan_of(app: Flask, client: Any, path: str, table: str) -> str:
    """PostgreSQL's plan of the one page that a GET by ``client`` reads of a table, as EXPLAIN shows it.

    Plans say nothing for tables that aren't filled and analysed.
    """
    found: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if table in statement and "LIMIT" in statement and not statement.startswith("EXPLAIN"):
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
            found.append("\n".join(row[0] for row in rows))

    with app.app_context():
        event.listen(platform.db.reader, "before_cursor_execute", explain)
        try:
            answer = client.get(path)
        finally:
            event.remove(platform.db.reader, "before_cursor_execute", explain)
    assert answer.status_code == 200, answer.text
    (plan,) = found
    return plan
