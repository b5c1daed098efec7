"""Many new rows of one table at once, in the running transaction: COPY on PostgreSQL, one statement elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Column, Table, insert
from sqlalchemy.exc import DBAPIError

from addon_sdk import Model, new_id, now, platform, session

_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_MOMENTS = ("created_at", "updated_at")
_AT_ONCE = 250
"""Rows that are sent together: the database takes them in while the next ones are written."""

Rows = Sequence[Mapping[str, Any]]


class _Plan(NamedTuple):
    """The columns of a table that are written."""

    table: Table
    columns: tuple[Column[Any], ...]

    def completed(self, rows: Rows, at: datetime) -> Iterator[list[Any]]:
        """By column, the values of rows: what is missing or None gets the model's default, an id, or the moment."""
        for column in self.columns:
            values = [row.get(column.name) for row in rows]
            if type(None) not in set(map(type, values)):  # the quickest way to ask
                yield values
            elif column.name == "id":
                yield [new_id() if value is None else value for value in values]
            else:
                default = at if column.name in _MOMENTS else _default(column)
                yield [default if value is None else value for value in values]


def insert_rows(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Add rows, given by column; what is missing or None gets the model's default. Ids and times may be missing.

    A default that is made, such as a list or the moment, is the same for many rows. Defaults that other addons'
    columns have in the database stay with the database.
    """
    plan, given = _plan(model), list(rows)
    if not given:
        return
    if platform.db.is_sqlite:
        names = [column.name for column in plan.columns]
        found = zip(*plan.completed(given, now()), strict=True)
        session().execute(insert(plan.table), [dict(zip(names, values, strict=True)) for values in found])
    else:
        _copy(plan, given)


@cache
def _plan(model: type[Model]) -> _Plan:
    table = model.__table__
    assert isinstance(table, Table)
    columns = tuple(each for each in table.columns if each.server_default is None or each.default is not None)
    return _Plan(table, columns)


def _default(column: Column[Any]) -> Any:
    if column.default is None:
        return None
    made: Any = column.default
    return made.arg(None) if made.is_callable else made.arg


def _copy(plan: _Plan, rows: Rows) -> None:
    """Some times faster than INSERT. What the database refuses comes as SQLAlchemy's errors, as from any statement."""
    connection = session().connection()
    dialect, driver = connection.dialect, connection.connection.driver_connection
    names = ", ".join(f'"{column.name}"' for column in plan.columns)
    statement = f'COPY "{plan.table.name}" ({names}) FROM STDIN'
    refused: Any = dialect.loaded_dbapi.Error
    at = now()
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[union-attr]  # psycopg's own
            for start in range(0, len(rows), _AT_ONCE):
                written = map(_written, plan.completed(rows[start : start + _AT_ONCE], at))
                copy.write("".join(map(_line, zip(*written, strict=True))).encode())
    except refused as error:
        raise DBAPIError.instance(statement, None, error, refused, dialect=dialect) from error


def _line(cells: Iterable[str]) -> str:
    return "\t".join(cells) + "\n"


def _written(values: list[Any]) -> list[str]:
    """A column's values as COPY reads them; the driver, which looks up how to write each, would take thrice as long."""
    kinds = set(map(type, values))
    if kinds == {str} and not _SPECIAL.search("".join(values)):
        return values
    if len(kinds) == 1:
        return list(map(_writer(*kinds), values))
    return [_writer(type(value))(value) for value in values]


def _writer(kind: type) -> Callable[[Any], str]:
    found = _WRITERS.get(kind)
    if found is None:
        if not issubclass(kind, Enum):
            raise TypeError(f"No column of a bulk insert has values of the type {kind.__name__}.")
        found = _WRITERS[kind] = _member
    return found


def _text(value: str) -> str:
    return value.translate(_ESCAPED) if _SPECIAL.search(value) else value


def _json(value: Any) -> str:
    return _text(orjson.dumps(value).decode())


def _member(value: Enum) -> str:
    return _text(str(value.value))


@lru_cache(maxsize=64)
def _moment(value: datetime) -> str:
    return value.isoformat()


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
