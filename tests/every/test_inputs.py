"""What every schema of input holds to: numbers in any digits, texts that end, links that lead where they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import marshmallow.fields
import pytest
from flask import Flask
from marshmallow import Schema, ValidationError, validate

from kernel.rest import fields
from kernel.rest.messages import inner_fields
from kernel.rest.schema import current
from kernel.rest.serving import View

Field = marshmallow.fields.Field[Any]
LENIENT = {
    marshmallow.fields.Integer: fields.Integer,
    marshmallow.fields.Decimal: fields.Decimal,
    marshmallow.fields.Float: fields.Float,
    marshmallow.fields.Date: fields.Date,
    marshmallow.fields.DateTime: fields.Timestamp,
}
"""The fields that read Persian and Arabic digits too, by those of marshmallow that don't."""

COMPARED = (
    " permissions[]",
    " reset[]",
    " values[]",
    "/problems addon",
    "/me/password password",
    "/<uuid:attribute_id> key",
)
"""Texts that are compared with what is known, or measured by a service; none is stored as it comes."""


LINKS = ("link", "url", "website")
TRICKS = (
    "javascript:alert(1)",
    "https://user:secret@shop.example/",
    "https://shop.example/\u202emoc.live",
    "https://shop.example/\u2066x",
    "https://shop.example/\x07",
    "https://shop.example/\x1b[31m",
)


@pytest.fixture
def inputs(app: Flask) -> list[tuple[str, Field]]:
    """Every field that a client may fill, nested ones too, with where it stands."""
    found = []
    with app.app_context():
        for view in app.view_functions.values():
            for arguments in view.endpoint.arguments if isinstance(view, View) else ():
                found += [
                    (f"{view.method} {view.rule} {name}", field) for name, field in within(current(arguments.schema))
                ]
    assert len(found) > 100
    return found


def within(schema: Schema) -> Iterator[tuple[str, Field]]:
    waiting = list(schema.load_fields.items())
    while waiting:
        name, field = waiting.pop()
        yield name, field
        waiting += [(f"{name}[]", inner) for inner in inner_fields(field)]
        if isinstance(field, marshmallow.fields.Nested):
            waiting += [(f"{name}.{below}", inner) for below, inner in field.schema.load_fields.items()]


def test_numbers_are_read_in_any_digits(inputs: list[tuple[str, Field]]) -> None:
    strict = [
        where
        for where, field in inputs
        for plain, lenient in LENIENT.items()
        if isinstance(field, plain) and not isinstance(field, lenient)
    ]
    assert strict == []


def test_texts_have_an_end(inputs: list[tuple[str, Field]]) -> None:
    texts = [(where, field) for where, field in inputs if type(field) is marshmallow.fields.String]
    endless = [where for where, field in texts if not has_end(field)]
    assert [where for where in endless if not where.endswith(COMPARED)] == []


def has_end(field: Field) -> bool:
    """Whether a validator knows the longest or all good values."""
    ends = (validate.Length, validate.OneOf, validate.Regexp)
    return any(isinstance(rule, ends) for rule in field.validators)


def test_links_lead_where_they_say(inputs: list[tuple[str, Field]]) -> None:
    stored = [(where, field) for where, field in inputs if not where.startswith("GET ")]
    links = [(where, field) for where, field in stored if where.endswith(LINKS)]
    assert len(links) > 3
    taken = [(where, trick) for where, field in links for trick in TRICKS if takes(field, trick)]
    assert taken == []


def takes(field: Field, value: object) -> bool:
    """Whether a client may send this."""
    try:
        field.deserialize(value)
    except ValidationError:
        return False
    return True
