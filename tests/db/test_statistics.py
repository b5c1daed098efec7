"""What the planner knows after `analyse`, on both databases."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from kernel.db import Model, session, transaction
from kernel.db.ledger import OwnedColumn, OwnedTable
from kernel.db.statistics import analyse
from kernel.runtime import platform
from tests.db.models import Book, Shelf


@pytest.fixture(autouse=True)
def ledger(app: Flask) -> None:
    tables = [OwnedTable.__table__, OwnedColumn.__table__]
    Model.metadata.create_all(platform.db.engine, tables=tables)  # type: ignore[arg-type]  # they are tables
    with transaction() as current:
        current.add(OwnedTable(name=Shelf.__tablename__, owner="shelves"))
        current.add(OwnedTable(name=Book.__tablename__, owner="books"))
        current.add_all(Shelf(name=str(number)) for number in range(50))
        current.add_all(Book(title=str(number)) for number in range(20))


def rows_known(table: str) -> int:
    """How many rows the planner expects; -1 when it knows nothing."""
    if not platform.db.is_sqlite:
        known = session().execute(text("SELECT reltuples FROM pg_class WHERE relname = :table"), {"table": table})
        return int(known.scalar_one())
    if not session().execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")).scalar_one():
        return -1
    counted = session().execute(text("SELECT stat FROM sqlite_stat1 WHERE tbl = :table"), {"table": table}).scalar()
    return int(counted.split()[0]) if counted else -1


def test_the_planner_hears_of_the_rows_of_one_owner_or_of_all() -> None:
    analyse("shelves")
    assert (rows_known(Shelf.__tablename__), rows_known(Book.__tablename__)) == (50, -1)
    analyse()
    assert rows_known(Book.__tablename__) == 20


def test_a_failure_is_logged_only() -> None:
    with transaction() as current:
        current.add(OwnedTable(name="shelves_gone", owner="shelves"))
    analyse("shelves")
    assert rows_known(Shelf.__tablename__) == -1
