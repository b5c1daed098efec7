"""What autogenerate may look at: only what belongs to the owner that it works for, in tables of others too.

`include_object` is asked about pairs. A thing that only the database has comes reflected and without a partner: it is
proposed for removal unless refused here, and whose it is only the ledger knows. Everything else comes from the
models, which carry their owner in ``info``.

An index that only one database has, or of an expression, is made by a migration's own SQL. Its name stands in its
table's ``info["by_hand"]``, so that it isn't proposed for removal.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Table

from kernel.db.ledger import Ledger
from kernel.db.model import Model


class OwnedBy:
    """Alembic's ``include_object`` for one owner."""

    def __init__(self, owner: str, ledger: Ledger) -> None:
        self._owner = owner
        self._ledger = ledger

    def __call__(self, thing: Any, name: str | None, kind: str, reflected: bool, partner: Any) -> bool:
        """Whether autogenerate may compare, make or remove ``thing``."""
        if kind == "table":
            return self._table(thing, reflected, partner)
        if kind == "column":
            return self._column_owner(thing, reflected) == self._owner
        if reflected and partner is None and name in _by_hand(thing.table.name):
            return False
        return self._constraint_owner(thing, reflected) == self._owner

    def _table(self, table: Table, reflected: bool, partner: Any) -> bool:
        if self._table_owner(table, reflected) == self._owner:
            return True
        return partner is not None and self._has_columns_here(table)

    def _has_columns_here(self, table: Table) -> bool:
        noted = any(name == table.name and owner == self._owner for (name, _), owner in self._ledger.columns.items())
        return noted or any(column.info.get("owner") == self._owner for column in table.columns)

    def _table_owner(self, table: Table, reflected: bool) -> str | None:
        return self._ledger.owner_of_table(table.name) if reflected else table.info.get("owner")

    def _column_owner(self, column: Any, reflected: bool) -> str | None:
        if reflected:
            return self._ledger.owner_of_column(column.table.name, column.name)
        owner: str | None = column.info.get("owner")
        return owner

    def _constraint_owner(self, thing: Any, reflected: bool) -> str | None:
        """An index or constraint belongs to who added one of its columns, else to the table's owner."""
        host = self._table_owner(thing.table, reflected)
        added = sorted({str(self._column_owner(column, reflected)) for column in thing.columns} - {str(host)})
        return added[0] if added else host


def _by_hand(table: str) -> Collection[str]:
    """Names of the table's indexes that its migrations make by SQL of their own."""
    found = Model.metadata.tables.get(table)
    return () if found is None else found.info.get("by_hand", ())


def render_item(kind: str, thing: Any, context: Any) -> str | bool:
    """Write our column types as SQLAlchemy's own, so that a migration doesn't change when our code does."""
    from kernel.db.types import JSON, UTCDateTime

    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, JSON):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False
