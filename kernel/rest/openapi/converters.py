"""What apispec doesn't know about fields: numbers that travel as text, and the type of enumerations."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate


def text_number(self: object, field: fields.Field[Any], **kwargs: Any) -> dict[str, Any]:
    """An exact number is text in JSON."""
    if isinstance(field, fields.Number) and field.as_string:
        return {"type": "string", "format": "decimal"}
    return {}


def enum_type(self: object, field: fields.Field[Any], **kwargs: Any) -> dict[str, Any]:
    """An enumeration whose values are all text is text, and a validator may leave it only some of its members."""
    if not isinstance(field, fields.Enum):
        return {}
    found: dict[str, Any] = {}
    if all(isinstance(member.value, str) for member in field.enum):
        found["type"] = ["string", "null"] if field.allow_none else "string"
    if choices := [validator.choices for validator in field.validators if isinstance(validator, validate.OneOf)]:
        left = [member for member in field.enum if all(member in each for each in choices)]
        found["enum"] = [field._serialize(member, None, None) for member in left] + [None] * field.allow_none
    return found
