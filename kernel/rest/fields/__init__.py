"""Fields of schemas: the kernel's own, and marshmallow's for everything else, from one place."""

from flask_smorest.fields import Upload
from marshmallow.fields import (
    UUID,
    Boolean,
    Constant,
    Dict,
    Email,
    Field,
    Function,
    List,
    Method,
    Nested,
    Pluck,
    Raw,
    String,
    Url,
)

from kernel.rest.fields.choices import Enum
from kernel.rest.fields.digits import fold_digits, fold_number
from kernel.rest.fields.links import Link
from kernel.rest.fields.money import Money
from kernel.rest.fields.numbers import Decimal, Float, Integer
from kernel.rest.fields.spreadsheets import guarded, unguarded
from kernel.rest.fields.text import MARKUP, CleanText, clean_text, has_markup
from kernel.rest.fields.times import Date, Timestamp, rfc3339

Id = UUID
"""The id of a row: a UUID in its usual written form."""

__all__ = [
    "MARKUP",
    "UUID",
    "Boolean",
    "CleanText",
    "Constant",
    "Date",
    "Decimal",
    "Dict",
    "Email",
    "Enum",
    "Field",
    "Float",
    "Function",
    "Id",
    "Integer",
    "Link",
    "List",
    "Method",
    "Money",
    "Nested",
    "Pluck",
    "Raw",
    "String",
    "Timestamp",
    "Upload",
    "Url",
    "clean_text",
    "fold_digits",
    "fold_number",
    "guarded",
    "has_markup",
    "rfc3339",
    "unguarded",
]
