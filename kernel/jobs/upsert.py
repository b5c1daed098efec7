"""INSERT that leaves rows alone which are there already, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from kernel.db import Model, session


def insert_new(model: type[Model], row: dict[str, Any]) -> bool:
    """Insert the row unless it breaks a unique constraint; whether it went in. Call inside a transaction."""
    inserted = _insert(model).values(row).returning(model.__table__.c.id)
    return session().execute(inserted).first() is not None


def insert_missing(model: type[Model], rows: Sequence[dict[str, Any]]) -> None:
    """Insert those of the rows that break no unique constraint. Call inside a transaction."""
    session().execute(_insert(model), list(rows))


def _insert(model: type[Model]) -> Any:
    dialect = postgresql if session().get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(cast(Table, model.__table__)).on_conflict_do_nothing()
