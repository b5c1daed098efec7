"""The ownership ledger: which addon owns which table, and which columns on tables of others. Migration runs fill it.

It is what lets an addon that isn't here any more keep its tables, and lets them be removed when asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, String, UniqueConstraint, delete, insert, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.model import Model
from kernel.errors import OperatorError

Shape = dict[str, frozenset[str]]
"""The columns of each table, by the table's name."""
UNKNOWN = "nobody known"


class OwnedTable(Model):
    """A table and the addon whose migration made it."""

    __tablename__ = "kernel_owned_table"

    name: Mapped[str] = mapped_column(String(63), unique=True)
    owner: Mapped[str] = mapped_column(String(40), index=True)


class OwnedColumn(Model):
    """A column that an addon's migration added to a table of somebody else."""

    __tablename__ = "kernel_owned_column"
    __table_args__ = (UniqueConstraint("table_name", "name"),)

    table_name: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(63))
    owner: Mapped[str] = mapped_column(String(40), index=True)


@dataclass(frozen=True)
class Ledger:
    """What the two tables say."""

    tables: dict[str, str] = field(default_factory=dict)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)

    def owner_of_table(self, name: str) -> str:
        """The owner's name, or `UNKNOWN`."""
        return self.tables.get(name, UNKNOWN)

    def owner_of_column(self, table: str, name: str) -> str:
        """The addon that added the column, or else the table's owner."""
        return self.columns.get((table, name)) or self.owner_of_table(table)


def read_ledger(connection: Connection) -> Ledger:
    """The ledger, empty before the kernel's first migration."""
    if not inspect(connection).has_table(OwnedColumn.__tablename__):
        return Ledger()
    tables = connection.execute(select(OwnedTable.name, OwnedTable.owner)).all()
    columns = connection.execute(select(OwnedColumn.table_name, OwnedColumn.name, OwnedColumn.owner)).all()
    return Ledger({row.name: row.owner for row in tables}, {(row.table_name, row.name): row.owner for row in columns})


def read_shape(connection: Connection) -> Shape:
    """Every table of the database with its columns, as they are now. Version tables are left out."""
    found = inspect(connection).get_multi_columns()
    return {
        name: frozenset(column["name"] for column in columns)
        for (_schema, name), columns in found.items()
        if not name.startswith("kernel_alembic_")
    }


def record(connection: Connection, owner: str, before: Shape, after: Shape) -> None:
    """Enter what a migration of ``owner`` has made and removed.

    Raises OperatorError when it touched what another owns, or made something without its own name in front.
    """
    ledger, prefix = read_ledger(connection), f"{owner}_"
    made = sorted(after.keys() - before.keys())
    gone = sorted(before.keys() - after.keys())
    added = [pair for pair in _columns(after, before) if ledger.owner_of_table(pair[0]) != owner]
    removed = list(_columns(before, after))
    _refuse_unnamed(owner, [name for name in made if not name.startswith(prefix)], [])
    _refuse_unnamed(owner, [], [pair for pair in added if not pair[1].startswith(prefix)])
    for name in gone:
        _refuse_foreign(owner, f"table {name}", ledger.owner_of_table(name))
    for table, name in removed:
        _refuse_foreign(owner, f"column {table}.{name}", ledger.owner_of_column(table, name))
    if OwnedColumn.__tablename__ in after:
        _forget(connection, gone, removed)
        _enter(connection, owner, made, added)


def _columns(more: Shape, less: Shape) -> Iterator[tuple[str, str]]:
    """Columns that ``more`` has and ``less`` lacks, in tables that both have."""
    for table in sorted(more.keys() & less.keys()):
        for name in sorted(more[table] - less[table]):
            yield table, name


def _refuse_unnamed(owner: str, tables: list[str], columns: list[tuple[str, str]]) -> None:
    for name in tables:
        raise OperatorError(
            f"{owner}: its migration makes the table {name}; a table starts with its owner's name. "
            f"Call it {owner}_{name}."
        )
    for table, name in columns:
        raise OperatorError(
            f"{owner}: its migration adds {name} to {table}, which belongs to another; such a column "
            f"starts with the name of who adds it. Call it {owner}_{name}."
        )


def _refuse_foreign(owner: str, what: str, whose: str) -> None:
    if whose not in (owner, UNKNOWN):
        raise OperatorError(
            f"{owner}: its migration drops the {what}, which belongs to {whose}. "
            "A migration changes what is its owner's own; take that step out."
        )


def _enter(connection: Connection, owner: str, tables: list[str], columns: list[tuple[str, str]]) -> None:
    if tables:
        connection.execute(insert(OwnedTable), [{"name": name, "owner": owner} for name in tables])
    if columns:
        rows = [{"table_name": table, "name": name, "owner": owner} for table, name in columns]
        connection.execute(insert(OwnedColumn), rows)


def _forget(connection: Connection, tables: list[str], columns: list[tuple[str, str]]) -> None:
    for name in tables:
        connection.execute(delete(OwnedTable).where(OwnedTable.name == name))
        connection.execute(delete(OwnedColumn).where(OwnedColumn.table_name == name))
    for table, name in columns:
        connection.execute(delete(OwnedColumn).where(OwnedColumn.table_name == table, OwnedColumn.name == name))


def forget_owner(connection: Connection, owner: str) -> None:
    """Strike out everything of ``owner``, after its tables and columns are gone."""
    connection.execute(delete(OwnedTable).where(OwnedTable.owner == owner))
    connection.execute(delete(OwnedColumn).where(OwnedColumn.owner == owner))
