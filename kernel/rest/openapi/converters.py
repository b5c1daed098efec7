"""What apispec doesn't know about fields: numbers that travel as text, and the type of enumerations."""

from __future__ import annotations

from typing import Any

from marshmallow import fields


def text_number(self: object, field: fields.Field[Any], **kwargs: Any) -> dict[str, Any]:
    """An exact number is text in JSON."""
    if isinstance(field, fields.Number) and field.as_string:
        return {"type": "string", "format": "decimal"}
    return {}


def enum_type(self: object, field: fields.Field[Any], **kwargs: Any) -> dict[str, Any]:
    """An enumeration whose values are all text is text."""
    if isinstance(field, fields.Enum) and all(isinstance(member.value, str) for member in field.enum):
        return {"type": ["string", "null"] if field.allow_none else "string"}
    return {}
