"""`paginate`: one page by keyset, at the same cost however far in, and stable while rows come and go.

The statement is extended once per shape (which filters, which order, which kind of cursor) and kept; a request only
binds values. Rows are ordered by the wanted column, nulls last, and then by the key:

    first page       ORDER BY price DESC, id DESC
    after (p, i)     WHERE (price, id) < (p, i)   [OR price IS NULL]
    after (null, i)  WHERE price IS NULL AND id < i
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection, Select
from sqlalchemy.orm import InstrumentedAttribute

from kernel.db import session
from kernel.rest.lists.cursors import Position, bad_cursor, read_cursor, write_cursor
from kernel.rest.lists.query import ListArgs, ListQuery, Order
from kernel.rest.pages import Page

_MOST_SHAPES = 200
_OF_PAGE = frozenset(("limit", "cursor", "sort"))
_PLAIN = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
_VALUE, _KEY, _LIMIT = "asoud_value", "asoud_key", "asoud_limit"


class _Shape(NamedTuple):
    """What decides the text of a statement."""

    query: type[ListQuery]
    extensions: tuple[str, ...]
    filters: tuple[str, ...]
    sort: str
    after: str
    """``start``, ``value`` or ``null``: what the cursor's row had in the ordered column."""


class _Prepared(NamedTuple):
    """A statement that is ready to run."""

    statement: Select[Any]
    of_entities: bool
    """Whether its rows hold one object of a model; otherwise the rows themselves are the items."""
    value: int
    key: int
    """Where in a row the ordered column and the key stand."""


_prepared: WeakKeyDictionary[Select[Any], dict[_Shape, _Prepared]] = WeakKeyDictionary()


def paginate(
    statement: Select[Any], args: ListArgs, params: Mapping[str, Any] | None = None, *, on: Connection | None = None
) -> Page:
    """The page of ``statement``'s rows that ``args`` ask for.

    Keep the statement at module level, with ``bindparam`` for what changes and its values in ``params``: then it is
    built once. A filter's name in ``params`` replaces what was sent for it; cursors stay those of what was sent.
    ``on=read_connection()`` saves the session's part of the work for a statement of plain columns on tables without
    soft delete. Raises `BadRequest` for a cursor that isn't one of this list in this order.
    """
    query = args.query
    salt = _salt(args)
    position = read_cursor(args["cursor"], salt) if "cursor" in args else None
    sort = args.get("sort") or (position.sort if position else query.default_sort())
    if position is not None and position.sort != sort:
        raise bad_cursor()
    filters = tuple(name for name in query.conditions if name in args)
    after = "start" if position is None else "null" if position.value is None else "value"
    shape = _Shape(type(query), query.extensions, filters, sort, after)
    values = {**{name: args[name] for name in filters}, **(params or {}), _LIMIT: args["limit"] + 1}
    if position is not None:
        values |= {_VALUE: position.value, _KEY: position.key}
    prepared = _prepare(statement, query, shape)
    rows = (on or session()).execute(prepared.statement, values).all()
    following, limit = None, args["limit"]
    if len(rows) > limit:
        rows = rows[:limit]
        following = write_cursor(Position(sort, rows[-1][prepared.value], rows[-1][prepared.key]), salt)
    return Page([row[0] for row in rows] if prepared.of_entities else rows, following)


def _salt(args: ListArgs) -> str:
    """What a cursor belongs to: the list, and all that was asked of it but the page."""
    name = f"{type(args.query).__module__}.{type(args.query).__qualname__}"
    asked = {key: value for key, value in args.items() if key not in _OF_PAGE}
    return f"{name}?{orjson.dumps(asked, default=str, option=_PLAIN).decode()}" if asked else name


def _prepare(statement: Select[Any], query: ListQuery, shape: _Shape) -> _Prepared:
    shapes = _prepared.setdefault(statement, {})
    found = shapes.get(shape)
    if found is None:
        if len(shapes) >= _MOST_SHAPES:
            shapes.clear()
        found = shapes[shape] = _extended(statement, query, shape)
    return found


def _is_entity(selected: Mapping[str, Any]) -> bool:
    return selected.get("entity") is not None and selected["expr"] is selected["entity"]


def _extended(statement: Select[Any], query: ListQuery, shape: _Shape) -> _Prepared:
    selected = statement.column_descriptions
    of_entities = len(selected) == 1 and _is_entity(selected[0])
    order, key = query.order(shape.sort), query.key()
    for name in shape.filters:
        statement = statement.where(query.conditions[name].clause(name))
    if shape.after != "start":
        statement = statement.where(_after(order, key, shape.after))
    statement = _with_extensions(statement, query)
    ordered = [column.desc() if order.descending else column.asc() for column in (order.column, key)]
    if _nullable(order.column):
        ordered[0] = ordered[0].nulls_last()
    if order.column is key:
        ordered = ordered[:1]
    statement, value_place = _selecting(statement, order.column, _VALUE)
    statement, key_place = _selecting(statement, key, _KEY)
    # Written into the statement: not knowing it, PostgreSQL expects a tenth of all rows to be read, and then plans anew
    # each time, which takes longer than reading a page.
    limit = sa.bindparam(_LIMIT, type_=sa.Integer, literal_execute=True)
    statement = statement.order_by(None).order_by(*ordered).limit(limit)
    return _Prepared(statement, of_entities, value_place, key_place)


def _selecting(statement: Select[Any], column: Any, label: str) -> tuple[Select[Any], int]:
    """The statement with ``column`` among what it selects, and the column's place there."""
    selected = statement.column_descriptions
    for place, item in enumerate(selected):
        if item["expr"] is column:
            return statement, place
    return statement.add_columns(column.label(f"{label}_out")), len(selected)


def _with_extensions(statement: Select[Any], query: ListQuery) -> Select[Any]:
    """Single columns of the model are joined by those of enabled addons; an entity has them anyway."""
    model = query.model()
    selected = statement.column_descriptions
    if model is None or any(_is_entity(item) for item in selected):
        return statement
    if not any(item.get("entity") is model or _table(item["expr"]) is model.__table__ for item in selected):
        return statement
    have = {item["name"] for item in selected}
    return statement.add_columns(*(getattr(model, name) for name in query.extensions if name not in have))


def _table(expression: Any) -> Any:
    return getattr(expression, "table", None)


def _after(order: Order, key: Any, after: str) -> Any:
    """The rows that come after the cursor's."""
    column = order.column
    bound_key = sa.bindparam(_KEY, type_=key.type)
    key_later = key < bound_key if order.descending else key > bound_key
    if column is key:
        return key_later
    if after == "null":
        return sa.and_(column.is_(None), key_later)
    here = sa.tuple_(column, key)
    there = sa.tuple_(sa.bindparam(_VALUE, type_=column.type), bound_key)
    later = here < there if order.descending else here > there
    return sa.or_(later, column.is_(None)) if _nullable(column) else later


def _nullable(column: Any) -> bool:
    """Whether the column may be null; an expression may always be."""
    if isinstance(column, InstrumentedAttribute):
        return bool(getattr(column.property.columns[0], "nullable", True))
    return bool(getattr(column, "nullable", True))
