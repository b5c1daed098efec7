"""Imports and exports: what starts them, and how they are doing."""

from __future__ import annotations

from typing import Any

from marshmallow import validate

from addon_sdk import Schema, fields, platform
from addon_sdk.files import FileSchema, describe_file
from asoud_product.models import Direction, ProductKind, Status, Transfer, TransferState


class ImportSchema(Schema):
    """A file to import."""

    file_id = fields.Id(required=True, metadata={"description": "An upload of the kind `product.import`."})
    check_only = fields.Boolean(load_default=False, metadata={"description": "Only say what is wrong."})


class ExportFiltersSchema(Schema):
    """Which products; none named means all."""

    status = fields.List(fields.Enum(Status), validate=validate.Length(max=10))
    kind = fields.List(fields.Enum(ProductKind), validate=validate.Length(max=2))
    category_id = fields.List(
        fields.Id(), validate=validate.Length(max=100), metadata={"description": "Each with all below it."}
    )
    shelf_id = fields.List(fields.Id(), validate=validate.Length(max=100))


class ExportSchema(Schema):
    """An export."""

    format = fields.String(load_default="csv", validate=validate.OneOf(("csv", "xlsx")))
    filters = fields.Nested(ExportFiltersSchema, load_default=dict)


class TemplateQuery(Schema):
    """For which category."""

    category_id = fields.Id(metadata={"description": "Its attributes get columns."})


class RowErrorSchema(Schema):
    """What is wrong in a row."""

    row = fields.Integer(metadata={"description": "As a spreadsheet counts: the header is in row 1."})
    field = fields.String(metadata={"description": "The column; empty: the row as a whole."})
    code = fields.String()
    message = fields.String()


class TransferSchema(Schema):
    """An import or export, and how far it has come."""

    class Meta:
        model = Transfer

    id = fields.Id(dump_only=True)
    direction = fields.Enum(Direction, dump_only=True)
    state = fields.Enum(TransferState, dump_only=True)
    format = fields.String(dump_only=True)
    check_only = fields.Boolean(dump_only=True)
    total = fields.Integer(dump_only=True, allow_none=True, metadata={"description": "Rows; null until known."})
    rows = fields.Integer(dump_only=True, metadata={"description": "Rows that are done."})
    created = fields.Integer(dump_only=True)
    changed = fields.Integer(dump_only=True)
    unchanged = fields.Integer(dump_only=True)
    wrong = fields.Integer(dump_only=True, metadata={"description": "Rows that were left out."})
    problem = fields.Dict(
        dump_only=True, allow_none=True, metadata={"description": "Why the file as a whole cannot be taken or made."}
    )
    created_at = fields.Timestamp(dump_only=True)
    finished_at = fields.Timestamp(dump_only=True, allow_none=True)


class TransferDetailSchema(TransferSchema):
    """The same with its files."""

    errors = fields.List(
        fields.Nested(RowErrorSchema),
        dump_only=True,
        metadata={"description": "The first hundred wrong rows; the report has all."},
    )
    file = fields.Nested(FileSchema, dump_only=True, allow_none=True)
    report = fields.Nested(FileSchema, dump_only=True, allow_none=True)


class TransferToldSchema(Schema):
    """To whoever started it: how far an import or export has come."""

    id = fields.Id()
    market_id = fields.Id()
    direction = fields.Enum(Direction)
    state = fields.Enum(TransferState)
    total = fields.Integer(allow_none=True)
    rows = fields.Integer()
    created = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    wrong = fields.Integer()


def detailed(transfer: Transfer) -> dict[str, Any]:
    """A transfer as `TransferDetailSchema` shows it."""
    row = {column.key: getattr(transfer, column.key) for column in transfer.__mapper__.column_attrs}
    shown = {"file": transfer.file_id, "report": transfer.report_id}
    files = {name: describe_file(platform.files.get(each)) if each else None for name, each in shown.items()}
    return {**row, **files}
