"""What an owner has in the database, by the ledger, and taking it away: possible without the owner's package."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from kernel.db.failures import DatabaseAway, WritersCollided
from kernel.db.ledger import Ledger, forget_owner, read_ledger
from kernel.db.migrations.schema_change import schema_change
from kernel.db.schema_state import version_table
from kernel.db.sessions import read_connection
from kernel.errors import OperatorError
from kernel.runtime import platform


def owned_tables(owner: str) -> list[str]:
    """Names of the owner's tables, in alphabetical order."""
    return _tables(read_ledger(read_connection()), owner)


def owned_columns(owner: str) -> dict[str, list[str]]:
    """The columns that the owner has added to tables of others, by table."""
    return _columns(read_ledger(read_connection()), owner)


def drop_owner(owner: str) -> None:
    """Drop the owner's tables, its columns on tables of others, and its migration history. All or nothing.

    Raises OperatorError when another addon's tables still point at them.
    """
    with schema_change(owner) as connection:
        ledger = read_ledger(connection)
        tables = _tables(ledger, owner)
        try:
            for table, columns in _columns(ledger, owner).items():
                _drop_columns(connection, table, columns)
            _refuse_pointed_at(connection, owner, tables)
            _drop_tables(connection, tables)
            connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{version_table(owner)}"')
        except (DatabaseAway, WritersCollided) as error:
            raise OperatorError(f"{owner}: its tables are in use right now. Nothing was removed; try again.") from error
        forget_owner(connection, owner)


def _tables(ledger: Ledger, owner: str) -> list[str]:
    return sorted(name for name, whose in ledger.tables.items() if whose == owner)


def _columns(ledger: Ledger, owner: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for (table, name), whose in sorted(ledger.columns.items()):
        if whose == owner:
            found.setdefault(table, []).append(name)
    return found


def _refuse_pointed_at(connection: Connection, owner: str, tables: list[str]) -> None:
    for (_schema, table), keys in inspect(connection).get_multi_foreign_keys().items():
        for key in keys:
            if table not in tables and key["referred_table"] in tables:
                raise OperatorError(
                    f"{owner}: {table} points at {key['referred_table']} with {', '.join(key['constrained_columns'])}. "
                    "Uninstall the addon that it belongs to first."
                )


def _drop_columns(connection: Connection, table: str, columns: list[str]) -> None:
    """On SQLite in batch mode, which rebuilds the table without them; their indexes and foreign keys go along."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    operations = Operations(MigrationContext.configure(connection))
    for index in inspect(connection).get_indexes(table):
        if set(columns) & set(index["column_names"]):
            operations.drop_index(str(index["name"]), table_name=table)
    with operations.batch_alter_table(table) as batch:
        for column in columns:
            batch.drop_column(column)


def _drop_tables(connection: Connection, tables: list[str]) -> None:
    """PostgreSQL takes them in one statement, whatever points at what; on SQLite foreign keys are off here."""
    functions = [] if platform.db.is_sqlite else _trigger_functions(connection, tables)
    quoted = [connection.dialect.identifier_preparer.quote(name) for name in tables]
    for names in quoted if platform.db.is_sqlite else [", ".join(quoted)]:
        if names:
            connection.exec_driver_sql(f"DROP TABLE {names}")
    for name in functions:
        connection.exec_driver_sql(f"DROP FUNCTION {name}()")


def _trigger_functions(connection: Connection, tables: list[str]) -> list[str]:
    """What PostgreSQL keeps of triggers when their tables go."""
    query = text(
        "SELECT DISTINCT tgfoid::regproc::text FROM pg_trigger "
        "WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(:tables)"
    )
    return list(connection.scalars(query, {"tables": tables}))
