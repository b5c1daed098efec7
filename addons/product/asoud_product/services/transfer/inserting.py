"""Many new rows of one table at once, in the running transaction: COPY on PostgreSQL, one statement elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Column, Table, insert
from sqlalchemy.exc import DBAPIError

from addon_sdk import Model, new_id, now, platform, session

_COMMON = ("id", "created_at", "updated_at")
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class _Plan(NamedTuple):
    """The columns of a table that are written."""

    table: Table
    columns: tuple[Column[Any], ...]

    def defaults(self) -> dict[str, Any]:
        """What stands where nothing is given: the same moment, list or object in all rows of one insert."""
        return {column.name: _default(column) for column in self.columns}


def insert_rows(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Add rows, given by column; what is missing or None gets the model's default. Ids and times may be missing.

    Defaults that other addons' columns have in the database stay with the database.
    """
    plan = _plan(model)
    defaults, at = plan.defaults(), now()
    complete = [_complete(defaults, row, at) for row in rows]
    if not complete:
        return
    if platform.db.is_sqlite:
        session().execute(insert(plan.table), complete)
    else:
        _copy(plan, complete)


def _complete(defaults: Mapping[str, Any], row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    found = {}
    for name, default in defaults.items():
        value = row.get(name)
        found[name] = default if value is None else value
    found["id"] = found["id"] or new_id()
    found["created_at"] = found["created_at"] or at
    found["updated_at"] = found["updated_at"] or at
    return found


@cache
def _plan(model: type[Model]) -> _Plan:
    table = model.__table__
    assert isinstance(table, Table)
    columns = tuple(each for each in table.columns if each.server_default is None or each.default is not None)
    return _Plan(table, columns)


def _default(column: Column[Any]) -> Any:
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
    refused: Any = dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[union-attr]  # psycopg's own
            copy.write("".join(map(_line, rows)).encode())
    except refused as error:
        raise DBAPIError.instance(statement, None, error, refused, dialect=dialect) from error


def _line(row: Mapping[str, Any]) -> str:
    """A row as COPY reads it; the driver, which looks up how to write each value, would take thrice as long."""
    return "\t".join([_WRITERS.get(type(value), _other)(value) for value in row.values()]) + "\n"


def _text(value: str) -> str:
    return value.translate(_ESCAPED) if _SPECIAL.search(value) else value


def _json(value: Any) -> str:
    return _text(orjson.dumps(value).decode())


def _member(value: Enum) -> str:
    return _text(str(value.value))


@lru_cache(maxsize=64)
def _moment(value: datetime) -> str:
    return value.isoformat()


def _other(value: Any) -> str:
    if isinstance(value, Enum):
        return _WRITERS.setdefault(type(value), _member)(value)
    raise TypeError(f"{value!r}: no column of a bulk insert has values of this type.")


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "\\N",
    str: _text,
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    UUID: lambda value: value.hex,
    datetime: _moment,
    dict: _json,
    list: _json,
}
