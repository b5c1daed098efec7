"""How to read a value from an object of some type as `marshmallow.utils.get_value` would, but decided once per type.

marshmallow tries ``obj[key]`` and then ``obj.key``. Which of the two can succeed is a property of the type:

    plain object, dataclass, ORM entity     no __getitem__                           ATTRIBUTE
    namedtuple                              __getitem__ takes numbers only           ATTRIBUTE
    SQLAlchemy Row                          the same, but its attributes are slow    ROW
    dict and everything that subscripts     item first, attribute when it fails      ITEM
    a class, or what answers for itself     __getattr__ in Python may do anything    ACCESSOR
"""

from __future__ import annotations

from enum import Enum
from types import FunctionType

from sqlalchemy import Row


class Shape(Enum):
    """Which way leads to the values of an object."""

    ATTRIBUTE = "attribute"
    ITEM = "item"
    ACCESSOR = "accessor"
    ROW = "row"


def _answers_for_itself(kind: type) -> bool:
    """Whether reading an attribute runs Python code of the type's own."""
    hooks = (getattr(kind, "__getattribute__", None), getattr(kind, "__getattr__", None))
    return issubclass(kind, type) or any(isinstance(hook, FunctionType) for hook in hooks)


def shape_of(kind: type) -> Shape:
    """The cheapest way to read objects of exactly this type that gives what `marshmallow.utils.get_value` gives."""
    if kind is Row:
        return Shape.ROW
    if _answers_for_itself(kind):
        return Shape.ACCESSOR
    subscript = getattr(kind, "__getitem__", None)
    if subscript is None or (issubclass(kind, tuple) and subscript is tuple.__getitem__):
        return Shape.ATTRIBUTE
    return Shape.ITEM


_SHADOWED = frozenset(dir(Row)) - {"count", "index"}
"""Names that mean something of the row itself, whatever its columns are called."""


def places_in_row(columns: tuple[str, ...]) -> dict[str, int]:
    """Where the values stand that are attributes of a row with these columns.

    What isn't here (a name twice, a name of the row's own, another name of a column) only the row itself can tell.
    """
    return {name: place for place, name in enumerate(columns) if columns.count(name) == 1 and name not in _SHADOWED}
