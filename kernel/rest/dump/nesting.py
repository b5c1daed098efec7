"""Which schemas walk exactly as marshmallow's own, and which nested ones can be written into the code around them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields
from marshmallow.decorators import POST_DUMP, PRE_DUMP

from kernel.rest.dump.expressions import is_untouched
from kernel.rest.dump.tables import ByType

_WALK = ("dump", "_serialize", "_invoke_dump_processors", "_invoke_processors")
_DEEPEST = 3


def walks_as_marshmallow(schema: Schema) -> bool:
    """Whether the schema overrides nothing of how objects are walked and what they become."""
    overridden = any(getattr(type(schema), name) is not getattr(Schema, name) or name in vars(schema) for name in _WALK)
    return not overridden and schema.dict_class is dict


def reads_by_itself(schema: Schema) -> bool:
    """Whether the schema overrides how a value is read from an object."""
    return type(schema).get_attribute is not Schema.get_attribute or "get_attribute" in vars(schema)


@dataclass(frozen=True)
class Nested:
    """A field that is nothing but a list of nested objects."""

    schema: Schema
    others: ByType
    """Dumps what the loop over the objects doesn't take itself."""


def inlined(field: Any, around: tuple[type[Schema], ...]) -> Nested | None:
    """The nested list that ``field`` is, when a loop over it can stand inside the code of the schemas ``around``.

    A schema that nests itself would have no end: its functions are found at the first value. So are those of a schema
    that can't be resolved, as marshmallow complains of it only when there is a value.
    """
    from kernel.rest.dump.plan import NestedDump, ObjectDump

    within = _converts_as(field, fields.List)
    each = field.inner if within else field
    if len(around) > _DEEPEST or not _converts_as(each, fields.Nested):
        return None
    with suppress(Exception):
        schema: Schema = each.schema
        if bool(schema.many or each.many) != within and type(schema) not in around and _is_plain(schema):
            return Nested(schema, NestedDump(each) if within else ObjectDump(schema))
    return None


def _is_plain(schema: Schema) -> bool:
    hooked = schema._hooks[PRE_DUMP] or schema._hooks[POST_DUMP]
    return walks_as_marshmallow(schema) and not reads_by_itself(schema) and not hooked


def _converts_as(field: fields.Field[Any], kind: type[fields.Field[Any]]) -> bool:
    return type(field)._serialize is kind._serialize and is_untouched(field, "_serialize")
