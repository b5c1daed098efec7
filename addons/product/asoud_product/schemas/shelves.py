"""Shelves of a market."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields


class ShelfSchema(Schema):
    """A row of a market's shop front."""

    id = fields.Id(dump_only=True)
    name = fields.CleanText(120, min_length=1, required=True)
    position = fields.Integer(dump_only=True)


class ShelfOrderSchema(Schema):
    """All shelves of the market, in their new order."""

    shelf_ids = fields.List(fields.Id(), required=True, validate=validate.Length(1, 1000))


class ShelfProductsSchema(Schema):
    """The products of a shelf, in their order."""

    product_ids = fields.List(fields.Id(), required=True, validate=validate.Length(max=500))
