"""From a schema to its compiled dump: which parts marshmallow keeps (hooks, overridden methods), which are code."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from marshmallow import Schema, fields, utils
from marshmallow.decorators import POST_DUMP, PRE_DUMP

from kernel.rest.dump.nesting import reads_by_itself, walks_as_marshmallow
from kernel.rest.dump.reading import Reading
from kernel.rest.dump.shapes import Shape, shape_of
from kernel.rest.dump.source import dump_function, loop_function
from kernel.rest.dump.tables import MOST_TYPES, ByType, Dump

_ATTRIBUTE = "_compiled_dump"


class _Plan:
    """The compiled dump of one schema instance, kept on the instance so that both are freed together."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.fields = schema.dump_fields
        self.functions = _Functions(schema)
        self.dumps = {
            True: _hooked(schema, True, self.functions.many),
            False: _hooked(schema, False, self.functions.one),
        }

    def describes(self, schema: Schema) -> bool:
        """Whether this is still the plan of ``schema``: a copy, or one with other fields since, needs its own."""
        return self.schema is schema and self.fields is schema.dump_fields

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """A copied or pickled schema takes no plan along: it compiles its own."""
        return type(None), ()


def compiled(schema: Schema, many: bool | None = None) -> Dump:
    """The dump of ``schema`` as a function of the object, equal to ``schema.dump(obj, many=many)`` and much faster.

    Compiled at the first call for a schema instance and kept with it. Fields changed by hand afterwards aren't seen.
    """
    return _plan(schema).dumps[schema.many if many is None else bool(many)]


def _plan(schema: Schema) -> _Plan:
    plan: _Plan | None = vars(schema).get(_ATTRIBUTE)
    if plan is None or not plan.describes(schema):
        plan = _Plan(schema)
        setattr(schema, _ATTRIBUTE, plan)
    return plan


def dump(schema: Schema, obj: Any, many: bool | None = None) -> Any:
    """``schema.dump(obj, many=many)``, compiled. Raises whatever marshmallow would raise."""
    return compiled(schema, many)(obj)


class _Functions(ByType):
    """The functions of one schema: one for each shape of object, and a loop for the shape that came first."""

    def __init__(self, schema: Schema) -> None:
        super().__init__()
        self.schema = schema
        self.custom = reads_by_itself(schema)
        self.by_shape: dict[Shape, Dump] = {}
        self.looping: Reading | None = None
        self.loop: Dump | None = None

    def find(self, kind: type) -> Dump:
        """The function for objects of this type's shape, compiled when it is the first of its shape."""
        shape = Shape.ACCESSOR if self.custom else shape_of(kind)
        if shape not in self.by_shape:
            accessor = self.schema.get_attribute if self.custom else utils.get_value
            reading = Reading(shape, accessor)
            self.by_shape[shape] = _row_dump(self.schema) if shape is Shape.ROW else dump_function(self.schema, reading)
            if reading.is_of_a_kind and self.looping is None and kind is not type(None):
                self.looping = reading
        return self.by_shape[shape]

    def one(self, obj: Any) -> Any:
        """``schema._serialize(obj)``."""
        return self[type(obj)](obj)

    def many(self, objects: Iterable[Any] | None) -> Any:
        """``schema._serialize(objects, many=True)``."""
        if objects is None:
            return self.one(objects)
        if self.loop is None and self.looping:
            self.loop = loop_function(self.schema, self.looping, self)
        return self.loop(objects) if self.loop else [self[type(obj)](obj) for obj in objects]


def _row_dump(schema: Schema) -> Dump:
    """The dump of rows, by the place of each column. Rows of one result share their metadata, which tells columns."""
    functions: dict[tuple[str, ...], Dump] = {}
    last: tuple[Any, Any] = (None, None)

    def dump_row(row: Any) -> Any:
        nonlocal last
        metadata, function = last
        if row._parent is not metadata:
            columns = row._fields
            if columns not in functions and len(functions) >= MOST_TYPES:
                functions.clear()
            if columns not in functions:
                functions[columns] = dump_function(schema, Reading(Shape.ROW, utils.get_value, columns))
            function = functions[columns]
            last = row._parent, function  # in one step, as threads share it
        return function(row)

    return dump_row


class NestedDump(ByType):
    """The conversion of a nested field. Its schema is resolved at the first value, as a schema may nest itself."""

    def __init__(self, field: Any) -> None:
        super().__init__()
        self.field = field

    def find(self, kind: type) -> Dump:
        """The function for values of this type. Raises what ``field.schema`` raises when there is no such schema."""
        schema = self.field.schema
        if kind is type(None):
            return lambda value: None
        convert = compiled(schema, many=bool(schema.many or self.field.many))
        if type(self.field)._serialize is fields.Pluck._serialize:
            return partial(self.pluck, convert)
        functions = _plan(schema).functions
        return functions[kind] if convert == functions.one else convert

    def pluck(self, convert: Dump, value: Any) -> Any:
        """One member of the dumped object, or of each."""
        dumped = convert(value)
        if dumped is None:
            return None
        key = self.field._field_data_key
        return utils.pluck(dumped, key=key) if self.field.many else dumped[key]


class ObjectDump(ByType):
    """The dump of objects one by one, as a list of them needs it."""

    def __init__(self, schema: Schema) -> None:
        super().__init__()
        self.schema = schema

    def find(self, kind: type) -> Dump:
        """The schema's function for objects of this type."""
        return _plan(self.schema).functions[kind]


def _hooked(schema: Schema, many: bool, serialize: Dump) -> Dump:
    """``serialize`` between the schema's `pre_dump` and `post_dump` hooks, or alone when it has none."""
    if not walks_as_marshmallow(schema):
        return lambda obj: schema.dump(obj, many=many)
    before, after = schema._hooks[PRE_DUMP], schema._hooks[POST_DUMP]
    if not before and not after:
        return serialize

    def dump_with_hooks(obj: Any) -> Any:
        given = schema._invoke_dump_processors(PRE_DUMP, obj, many=many, original_data=obj) if before else obj
        result = serialize(given)
        return schema._invoke_dump_processors(POST_DUMP, result, many=many, original_data=obj) if after else result

    return dump_with_hooks
