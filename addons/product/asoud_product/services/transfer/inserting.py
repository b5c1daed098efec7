"""Many new rows of one table at once, in the running transaction: COPY on PostgreSQL, one statement elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, insert
from sqlalchemy.exc import DBAPIError

from addon_sdk import Model, new_id, now, platform, session

_COMMON = ("id", "created_at", "updated_at")


class _Plan(NamedTuple):
    """The columns of a table that are written, and what stands where nothing is given."""

    table: Table
    columns: tuple[Column[Any], ...]
    defaults: dict[str, Any]


def insert_rows(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Add rows, given by column; what is missing or None gets the model's default. Ids and times may be missing.

    Defaults that other addons' columns have in the database stay with the database.
    """
    plan = _plan(model)
    at = now()
    complete = [_complete(plan, row, at) for row in rows]
    if not complete:
        return
    if platform.db.is_sqlite:
        session().execute(insert(plan.table), complete)
    else:
        _copy(plan, complete)


def _complete(plan: _Plan, row: Mapping[str, Any], at: Any) -> dict[str, Any]:
    found = {**plan.defaults, "created_at": at, "updated_at": at}
    found.update((name, row[name]) for name in row.keys() & found.keys() if row[name] is not None)
    found["id"] = found["id"] or new_id()
    return found


@cache
def _plan(model: type[Model]) -> _Plan:
    table = model.__table__
    assert isinstance(table, Table)
    columns = tuple(each for each in table.columns if each.server_default is None or each.default is not None)
    return _Plan(table, columns, {each.name: _default(each) for each in columns})


def _default(column: Column[Any]) -> Any:
    """The default of a column; a list or an object is the same one for all rows, which nobody changes."""
    if column.name in _COMMON or column.default is None:
        return None
    made: Any = column.default
    return made.arg(None) if made.is_callable else made.arg


def _copy(plan: _Plan, rows: Sequence[Mapping[str, Any]]) -> None:
    """Some times faster than INSERT. What the database refuses comes as SQLAlchemy's errors, as from any statement."""
    connection = session().connection()
    dialect, driver = connection.dialect, connection.connection.driver_connection
    names = ", ".join(f'"{column.name}"' for column in plan.columns)
    statement = f'COPY "{plan.table.name}" ({names}) FROM STDIN'
    makers = [(each.name, each.type.dialect_impl(dialect).bind_processor(dialect)) for each in plan.columns]
    refused: Any = dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[union-attr]  # psycopg's own
            for row in rows:
                copy.write_row([row[name] if make is None else make(row[name]) for name, make in makers])
    except refused as error:
        raise DBAPIError.instance(statement, None, error, refused, dialect=dialect) from error
