"""How to read a value from an object of some type as `marshmallow.utils.get_value` would, but decided once per type.

marshmallow tries ``obj[key]`` and then ``obj.key``. Which of the two can succeed is a property of the type:

    plain object, dataclass, ORM entity     no __getitem__                           ATTRIBUTE
    namedtuple, SQLAlchemy Row              __getitem__ takes numbers only           ATTRIBUTE
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


_NUMBERS_ONLY = (tuple, Row)


def _answers_for_itself(kind: type) -> bool:
    """Whether reading an attribute runs Python code of the type's own."""
    hooks = (getattr(kind, "__getattribute__", None), getattr(kind, "__getattr__", None))
    return issubclass(kind, type) or any(isinstance(hook, FunctionType) for hook in hooks)


def shape_of(kind: type) -> Shape:
    """The cheapest way to read objects of exactly this type that gives what `marshmallow.utils.get_value` gives."""
    if _answers_for_itself(kind):
        return Shape.ACCESSOR
    subscript = getattr(kind, "__getitem__", None)
    if subscript is None or any(issubclass(kind, base) and subscript is base.__getitem__ for base in _NUMBERS_ONLY):
        return Shape.ATTRIBUTE
    return Shape.ITEM
