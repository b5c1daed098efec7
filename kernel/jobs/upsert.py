"""INSERT that leaves rows alone which are there already, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, Table
from sqlalchemy.dialects import postgresql, sqlite

from kernel.db import Model, session


def insert_new(model: type[Model], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows that break no unique constraint; how many went in. Call inside a transaction."""
    dialect = postgresql if session().get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(cast(Table, model.__table__)).on_conflict_do_nothing()
    return cast("CursorResult[Any]", session().execute(statement, list(rows))).rowcount
