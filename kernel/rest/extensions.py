"""Fields that enabled addons add to another addon's model, as the API sees them at this moment."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import current_app, has_app_context
from marshmallow import fields as marshmallow_fields

from kernel.db import JSON, Extension, UTCDateTime
from kernel.rest import fields
from kernel.runtime import EXTENSION

_LONGEST = 1000
_BY_TYPE: dict[type[sa.types.TypeEngine[Any]], Callable[[Any], marshmallow_fields.Field[Any]]] = {
    sa.Boolean: lambda column: fields.Boolean(),
    sa.Enum: lambda column: fields.Enum(column.enum_class) if column.enum_class else fields.String(),
    sa.Uuid: lambda column: fields.Id(),
    UTCDateTime: lambda column: fields.Timestamp(),
    sa.DateTime: lambda column: fields.Timestamp(),
    sa.Date: lambda column: fields.Date(),
    sa.Integer: lambda column: fields.Integer(),
    sa.Float: lambda column: fields.Float(),
    sa.Numeric: lambda column: fields.Decimal(column.scale),
    sa.String: lambda column: fields.CleanText(column.length or _LONGEST),
    JSON: lambda column: fields.Raw(),
    sa.JSON: lambda column: fields.Raw(),
}
"""The field for a column whose extension names none; the first type that fits counts."""


def live_extensions(model: type[Any] | None) -> list[Extension]:
    """The extensions of ``model`` whose addons are enabled now, in load order; none outside an app."""
    platform = current_app.extensions.get(EXTENSION) if model is not None and has_app_context() else None
    if platform is None:
        return []
    return [
        contribution.value
        for contribution in platform.registry.contributions("extension")
        if contribution.value.model is model and platform.gate.counts(contribution)
    ]


def extension_fields(model: type[Any] | None) -> dict[str, marshmallow_fields.Field[Any]]:
    """The fields that schemas of ``model`` have beyond their own; read-only unless the extension is writable."""
    return {extension.attribute: extension_field(extension) for extension in live_extensions(model)}


def extension_columns(model: type[Any]) -> list[Any]:
    """The columns that belong in a `select` of single columns of ``model``, so that its schema finds them."""
    return [getattr(model, extension.attribute) for extension in live_extensions(model)]


def extension_values(item: Any) -> dict[str, Any]:
    """What enabled addons say of a row of their host's model, by attribute, for an answer that isn't the row itself."""
    return {extension.attribute: getattr(item, extension.attribute) for extension in live_extensions(type(item))}


def extension_field(extension: Extension) -> marshmallow_fields.Field[Any]:
    """The field of one extension. Raises TypeError when none is declared and the column's type suggests none."""
    field = copy.copy(_declared(extension))
    field.dump_only = field.dump_only or not extension.writable
    field.allow_none = field.allow_none or bool(extension.column.nullable)
    field.metadata = {"x-addon": extension.owner, **field.metadata}
    return field


def _declared(extension: Extension) -> marshmallow_fields.Field[Any]:
    declared = extension.field
    if isinstance(declared, type):
        declared = declared()
    if isinstance(declared, marshmallow_fields.Field):
        return declared
    column = extension.column.type
    for kind, make in _BY_TYPE.items():
        if isinstance(column, kind):
            return make(column)
    raise TypeError(
        f"{extension.owner}: extend({extension.model.__name__}, {extension.name}=...): no field fits {column!r}; "
        "give one with Field(column, field)."
    )
