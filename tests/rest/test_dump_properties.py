"""Schemas and objects made up by hypothesis: whatever is nested in whatever, the compiled dump equals marshmallow's."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields, missing

from kernel.rest.dump import dump


class Size(enum.Enum):
    SMALL = 1
    LARGE = "large"


def result(run: Callable[[], Any]) -> tuple[Any, ...]:
    try:
        return "result", re.sub(r" at 0x[0-9a-f]+", "", repr(run()))
    except Exception as error:
        return type(error), str(error)


NAMES = st.sampled_from(["a", "b", "items", "count", "class", "نام", "x-y", "_p", "keys"])
ATTRIBUTES = NAMES | st.sampled_from(["a.b", "items.a", "b.count.a"])

options = st.fixed_dictionaries(
    {},
    optional={
        "attribute": ATTRIBUTES,
        "dump_default": st.sampled_from([None, 3, "text", dict, list, lambda: missing]),
        "load_only": st.just(True),
        "allow_none": st.just(True),
    },
)


def leaf(made: Callable[..., Any], **fixed: Any) -> st.SearchStrategy[Any]:
    return options.map(lambda chosen: made(**fixed, **chosen))


leaves = st.one_of(
    leaf(fields.Raw),
    leaf(fields.String),
    leaf(fields.Integer),
    leaf(fields.Integer, as_string=True),
    leaf(fields.Float),
    leaf(fields.Decimal, as_string=True),
    leaf(fields.Boolean),
    leaf(fields.UUID),
    leaf(fields.DateTime),
    leaf(fields.DateTime, format="rfc"),
    leaf(fields.Date),
    leaf(fields.Date, format="%d/%m"),
    leaf(fields.TimeDelta),
    leaf(fields.Enum, enum=Size),
    leaf(fields.Enum, enum=Size, by_value=True),
    leaf(fields.Function, serialize=repr),
)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    schemas = st.dictionaries(NAMES, inner, min_size=1, max_size=4)
    nested = st.builds(
        lambda declared, many, chosen: fields.Nested(dict(declared), many=many, **chosen),
        schemas,
        st.booleans(),
        options,
    )
    plucked = st.builds(
        lambda declared, many: fields.Pluck(Schema.from_dict(dict(declared)), next(iter(declared)), many=many),
        schemas,
        st.booleans(),
    )
    return st.one_of(
        nested,
        plucked,
        st.builds(lambda field, chosen: fields.List(field, **chosen), inner, options),
        st.builds(lambda field, chosen: fields.Dict(values=field, **chosen), inner, options),
        st.builds(lambda pair: fields.Tuple(pair), st.tuples(inner, inner)),
    )


all_fields = st.recursive(leaves, containers, max_leaves=8)

atoms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=4),
    st.decimals(),
    st.uuids(),
    st.datetimes(timezones=st.sampled_from([None, dt.UTC])),
    st.dates(),
    st.timedeltas(),
    st.sampled_from(Size),
    st.just(missing),
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    mappings = st.dictionaries(ATTRIBUTES, inner, max_size=6)
    return st.one_of(
        mappings,
        mappings.map(lambda values: SimpleNamespace(**values)),
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
    )


anything = st.recursive(atoms, objects, max_leaves=20)


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    declared = draw(st.dictionaries(NAMES, all_fields, min_size=1, max_size=6))
    made = Schema.from_dict(declared)
    names = draw(st.one_of(st.none(), st.lists(st.sampled_from(sorted(declared)), min_size=1)))
    try:
        return made(only=names, many=draw(st.booleans()))
    except ValueError:  # two fields that read the same attribute: no schema at all
        return Schema.from_dict({"a": fields.Raw()})()


@settings(max_examples=300, deadline=None)
@given(schemas(), anything)
def test_dumping_anything_equals_marshmallow(schema: Schema, obj: Any) -> None:
    assert result(lambda: dump(schema, obj)) == result(lambda: schema.dump(obj))


@settings(max_examples=100, deadline=None)
@given(schemas(), st.data())
def test_dumping_what_was_dumped_equals_marshmallow(schema: Schema, data: st.DataObject) -> None:
    """Objects that have exactly the schema's attributes, so that most values are of the usual kind."""
    keys = [field.attribute or name for name, field in schema.dump_fields.items()]
    obj = data.draw(st.fixed_dictionaries(dict.fromkeys(keys, anything)))
    for shaped in (obj, SimpleNamespace(**obj)):
        many = data.draw(st.booleans())
        given_obj = [shaped] * 2 if many else shaped
        assert result(lambda given_obj=given_obj, many=many: dump(schema, given_obj, many)) == result(
            lambda given_obj=given_obj, many=many: schema.dump(given_obj, many=many)
        )
